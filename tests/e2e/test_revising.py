"""A person looks at their CV, decides line by line, and gets the next version."""

import hashlib
import re
from collections.abc import AsyncIterator, Awaitable
from uuid import uuid4

import grpc
import grpc.aio
import pytest
from cvtailor.gen.cvtailor.v1 import application_pb2, event_pb2, match_report_pb2
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2 as pb

from benchmarks.service_process import Client, ServiceProcess, example

READY = application_pb2.APPLICATION_STATUS_READY
SUBMITTED = application_pb2.APPLICATION_STATUS_SUBMITTED
KEPT, ADDED = application_pb2.LINE_FATE_KEPT, application_pb2.LINE_FATE_ADDED
LEFT_OUT = application_pb2.LINE_FATE_LEFT_OUT
HIDE, PIN, RELEASE = pb.Edit.KIND_HIDE, pb.Edit.KIND_PIN, pb.Edit.KIND_RELEASE

type Lines = dict[str, match_report_pb2.Claim]


class Reviser(Client):
    """A client that has an application, and revises it."""

    id: str

    async def generate(self, request: pb.GenerateApplicationRequest) -> application_pb2.Application:
        self.id = (await self.run(request))[-1].application_id
        return await self.get(self.id)

    async def revise(
        self, *edits: tuple[pb.Edit.Kind, str], **wish: object
    ) -> list[event_pb2.ApplicationEvent]:
        request = pb.ReviseApplicationRequest(
            application_id=self.id,
            edits=[pb.Edit(kind=kind, target=target) for kind, target in edits],
            **wish,
        )
        answers = self.stub.ReviseApplication(request, metadata=self.metadata)
        return [answer.event async for answer in answers if answer.event.sequence]

    async def compare(self, before: int, after: int = 0) -> pb.CompareVersionsResponse:
        request = pb.CompareVersionsRequest(application_id=self.id, from_version=before, to_version=after)
        return await self.stub.CompareVersions(request, metadata=self.metadata)

    async def version_of(self, name: str, version: int) -> bytes:
        request = pb.DownloadDocumentRequest(application_id=self.id, name=name, version=version)
        answers = self.stub.DownloadDocument(request, metadata=self.metadata)
        return b"".join([answer.chunk async for answer in answers])

    async def lines(self) -> Lines:
        """The lines that are printed, by the line of the base CV that they are."""
        claims = (await self.get(self.id)).claims
        return {claim.evidence_ids[0]: claim for claim in claims if ".highlights" in claim.id}


@pytest.fixture
async def person(service: ServiceProcess) -> AsyncIterator[Reviser]:
    """A newcomer with an application for a nurse's post."""
    async with Reviser(service.address, service.token_of(f"reviser-{uuid4()}")) as person:
        await person.generate(example("nurse"))
        yield person


async def refused(attempt: Awaitable[object]) -> tuple[grpc.StatusCode, str]:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await attempt
    return caught.value.code(), str(dict(caught.value.trailing_metadata())["grpc-status-details-bin"])


async def test_a_hidden_line_is_gone_and_the_others_read_as_before(person: Reviser) -> None:
    before = await person.lines()
    hidden = next(iter(before))
    events = await person.revise((HIDE, hidden))
    assert events[0].HasField("accepted")
    assert events[-1].HasField("completed")
    application, after = await person.get(person.id), await person.lines()
    assert (application.status, application.cv_version) == (READY, 2)
    assert hidden not in after
    assert all(claim.text == before[id].text for id, claim in after.items() if id in before)
    assert not [claim for claim in application.claims if hidden in claim.evidence_ids]
    difference = await person.compare(1)
    assert (difference.from_version, difference.to_version) == (1, 2)
    assert [line.before for line in difference.changes if line.fate == LEFT_OUT] == [before[hidden].text]


async def test_decisions_add_up_until_they_are_released(person: Reviser) -> None:
    first, second, *_ = await person.lines()
    await person.revise((HIDE, first))
    await person.revise((HIDE, second), parent_version=2)
    assert not {first, second} & set(await person.lines())
    await person.revise((RELEASE, first))
    shown = set(await person.lines())
    assert first in shown
    assert second not in shown
    versions = (await person.get(person.id)).versions
    assert [(each.version, each.parent_version) for each in versions] == [(1, 0), (2, 1), (3, 2), (4, 3)]
    assert len({each.run_id for each in versions}) == 4
    back = (await person.compare(3, 4)).changes
    assert [line.evidence_ids[0] for line in back if line.fate == ADDED] == [first]


async def test_every_version_keeps_its_documents(person: Reviser) -> None:
    first = await person.download(person.id, "cv.pdf")
    await person.revise((HIDE, next(iter(await person.lines()))))
    second = await person.download(person.id, "cv.pdf")
    assert first != second
    assert await person.version_of("cv.pdf", 1) == first
    assert await person.version_of("cv.pdf", 2) == second
    described = {each.name: each.sha256 for each in (await person.get(person.id)).documents}
    assert described["cv.pdf"] == hashlib.sha256(second).hexdigest()
    code, _ = await refused(person.version_of("cv.pdf", 3))
    assert code is grpc.StatusCode.NOT_FOUND


async def test_a_wish_of_the_cv_s_words_is_understood_and_told(person: Reviser) -> None:
    line = next(iter((await person.lines()).values()))
    word = max(re.findall(r"\w+", line.text), key=len)
    events = await person.revise(feedback=f"Emphasise {word}. Sing about submarines")
    warnings = {event.warning.code: event.warning for event in events if event.HasField("warning")}
    assert word.lower() in warnings["feedback_understood"].message.lower()
    assert "submarines" in warnings["feedback_not_understood"].quote
    application = await person.get(person.id)
    assert "submarine" not in str(application.claims)
    assert application.versions[-1].feedback.endswith("submarines")


async def test_another_theme_changes_the_look_and_no_word(person: Reviser) -> None:
    before = await person.get(person.id)
    await person.revise(options=pb.GenerationOptions(theme=pb.THEME_SB2NOV))
    after = await person.get(person.id)
    assert {claim.text for claim in after.claims} == {claim.text for claim in before.claims}
    assert {line.fate for line in (await person.compare(1, 2)).changes} == {KEPT}
    assert await person.version_of("cv.pdf", 1) != await person.version_of("cv.pdf", 2)
    assert after.action_points == before.action_points


async def test_the_same_request_again_is_the_same_revision(person: Reviser) -> None:
    wish = {"request_id": str(uuid4()), "feedback": "Emphasise teaching"}
    assert await person.revise(**wish) == await person.revise(**wish)
    assert (await person.get(person.id)).cv_version == 2
    code, details = await refused(person.revise(**wish | {"feedback": "Emphasise wards"}))
    assert (code, "REQUEST_ID_REUSED" in details) == (grpc.StatusCode.ALREADY_EXISTS, True)


async def test_a_cancelled_revision_leaves_the_version_before(person: Reviser) -> None:
    before = await person.get(person.id)
    request = pb.ReviseApplicationRequest(application_id=person.id, feedback="Emphasise teaching")
    call = person.stub.ReviseApplication(request, metadata=person.metadata)
    events = aiter(call)
    await anext(events)
    code, details = await refused(person.revise())
    assert (code, "RUN_IN_PROGRESS" in details) == (grpc.StatusCode.FAILED_PRECONDITION, True)
    stop = pb.CancelApplicationRequest(application_id=person.id)
    await person.stub.CancelApplication(stop, metadata=person.metadata)
    rest = [answer.event async for answer in events]
    assert rest[-1].HasField("cancelled")
    after = await person.get(person.id)
    assert (after.status, after.cv_version, after.claims) == (READY, 1, before.claims)
    assert after.letter_text == before.letter_text
    assert await person.download(person.id, "cv.pdf")
    await person.revise()
    assert (await person.get(person.id)).cv_version == 2


async def test_what_can_not_be_revised_is_refused_with_the_reason(
    person: Reviser, service: ServiceProcess
) -> None:
    line = next(iter(await person.lines()))
    assert "REVISION_STALE" in (await refused(person.revise(parent_version=7)))[1]
    assert "EDIT_TARGET_UNKNOWN" in (await refused(person.revise((HIDE, "experience[99]"))))[1]
    assert "EDIT_TARGET_UNKNOWN" in (await refused(person.revise((pb.Edit.KIND_REVERT, "experience[0]"))))[1]
    async with Reviser(service.address, service.token_of("a stranger to it")) as stranger:
        stranger.id = person.id
        assert (await refused(stranger.revise((HIDE, line))))[0] is grpc.StatusCode.NOT_FOUND
        assert (await refused(stranger.compare(1)))[0] is grpc.StatusCode.NOT_FOUND
        assert (await refused(stranger.version_of("cv.pdf", 1)))[0] is grpc.StatusCode.NOT_FOUND
    sent = pb.UpdateApplicationRequest(application_id=person.id, status=SUBMITTED)
    await person.stub.UpdateApplication(sent, metadata=person.metadata)
    code, details = await refused(person.revise((HIDE, line)))
    assert (code, "STATUS_STEP_REFUSED" in details) == (grpc.StatusCode.FAILED_PRECONDITION, True)
    assert (await person.get(person.id)).cv_version == 1
