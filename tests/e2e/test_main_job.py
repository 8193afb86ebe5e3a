"""The main job over the real service: process, channel, Postgres, typesetter, store."""

import io

import grpc
import grpc.aio
import pypdf
import pytest
from cvtailor.gen.cvtailor.v1 import application_pb2, cv_generator_pb2, event_pb2
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from benchmarks.service_process import Client, ServiceProcess, example

NAMES = ("engineer", "nurse", "teacher", "accountant", "researcher", "career_changer", "graduate")


def kinds(events: list[event_pb2.ApplicationEvent]) -> list[str]:
    return [str(event.WhichOneof("event")) for event in events]


def reason(error: grpc.aio.AioRpcError) -> str:
    status = rpc_status.from_call(error)
    infos = [error_details_pb2.ErrorInfo() for _ in status.details]
    return next(
        info.reason for info, detail in zip(infos, status.details, strict=True) if detail.Unpack(info)
    )


@pytest.mark.parametrize("name", NAMES)
async def test_every_example_becomes_an_application(client: Client, name: str) -> None:
    events = await client.run(example(name))
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    assert [event.percent for event in events] == sorted(event.percent for event in events)
    assert kinds(events)[0] == "accepted"
    assert kinds(events)[-1] == "completed", events[-1]
    steps = [event.step_finished.step for event in events if event.HasField("step_finished")]
    assert steps == list(events[0].accepted.steps)

    done = events[-1]
    pdf = pypdf.PdfReader(io.BytesIO(await client.download(done.application_id, "cv.pdf")))
    assert len(pdf.pages) == done.completed.pages
    application = await client.get(done.application_id)
    assert application.status == application_pb2.APPLICATION_STATUS_READY
    assert application.letter_text
    assert application.email_text
    assert application.action_points
    fit = next(
        event.step_finished.pages_fitted for event in events if event.step_finished.HasField("pages_fitted")
    )
    assert fit.pages <= fit.page_limit


@pytest.mark.parametrize("name", NAMES)
async def test_every_printed_line_names_its_evidence(client: Client, name: str) -> None:
    events = await client.run(example(name))
    application = await client.get(events[-1].application_id)
    lines = [claim for claim in application.claims if not claim.id.startswith(("letter", "email"))]
    assert lines
    assert all(claim.evidence_ids for claim in lines)
    checked = next(
        e.step_finished.claims_checked for e in events if e.step_finished.HasField("claims_checked")
    )
    # The embedded engine quotes: nothing it writes may need the guard.
    assert not checked.rejected


async def test_documents_are_what_their_description_says(client: Client) -> None:
    events = await client.run(example("nurse"))
    for document in events[-1].completed.documents:
        content = await client.download(events[-1].application_id, document.name)
        assert len(content) == document.size_bytes
    names = {document.name for document in events[-1].completed.documents}
    assert {
        "cv.pdf",
        "cv-page-1.png",
        "cv.typ",
        "cv.yaml",
        "match-report.md",
        "cover-letter.txt",
        "email.txt",
    } <= names


async def test_the_same_request_again_is_the_same_application(client: Client) -> None:
    request = example("teacher")
    first = await client.run(request)
    again = await client.run(request)
    assert again == first
    same = [item for item in await client.list() if item.id == first[0].application_id]
    assert len(same) == 1


async def test_a_request_id_is_not_used_for_another_request(client: Client) -> None:
    request = example("graduate")
    await client.run(request)
    request.options.page_limit = 3
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await client.run(request)
    assert caught.value.code() is grpc.StatusCode.ALREADY_EXISTS
    assert reason(caught.value) == "REQUEST_ID_REUSED"


async def test_nothing_of_one_user_reaches_another(client: Client, service: ServiceProcess) -> None:
    events = await client.run(example("accountant"))
    id = events[0].application_id
    async with Client(service.address, service.token_of("somebody else")) as stranger:
        assert await stranger.list() == []
        attempts = (
            stranger.get(id),
            stranger.download(id, "cv.pdf"),
            anext(stranger.watch(id)),
            stranger.stub.CancelApplication(
                cv_generator_pb2.CancelApplicationRequest(application_id=id), metadata=stranger.metadata
            ),
        )
        for attempt in attempts:
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await attempt
            assert caught.value.code() is grpc.StatusCode.NOT_FOUND


async def test_a_broken_cv_is_refused_with_field_and_line_and_leaves_no_trace(
    client: Client, service: ServiceProcess
) -> None:
    request = example("engineer")
    request.base_cv.rendercv_yaml = "cv:\n  name: Ada\n  sections:\n    experience: [\n"
    async with Client(service.address, service.token_of("a careless user")) as careless:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await careless.run(request)
        assert await careless.list() == []
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert reason(caught.value) == "CV_UNREADABLE"
    assert "line" in str(caught.value.details())


def asking_for_kotlin(interactive: bool) -> cv_generator_pb2.GenerateApplicationRequest:
    request = example("engineer", interactive=interactive)
    request.posting.text = (
        "Backend Engineer at Initech, Berlin.\n\nRequirements\n"
        "- Python and PostgreSQL in production\n- Kotlin in production\n- Fluent English\n"
    )
    return request


async def test_an_answer_closes_a_gap_and_is_remembered(service: ServiceProcess) -> None:
    line = "Wrote the courier app's API client in Kotlin"
    async with Client(service.address, service.token_of("somebody asked")) as client:
        watched: list[event_pb2.ApplicationEvent] = []
        async for event in client.events(asking_for_kotlin(interactive=True)):
            watched.append(event)
            if event.HasField("question_asked"):
                question = event.question_asked.question
                answer = cv_generator_pb2.AnswerQuestionRequest(
                    application_id=event.application_id,
                    question_id=question.id,
                    text=line,
                    entry_id=question.places[0].entry_id,
                )
                await client.stub.AnswerQuestion(answer, metadata=client.metadata)
        later = await client.run(asking_for_kotlin(interactive=False))
        claims = (await client.get(watched[0].application_id)).claims
    (question,) = [event.question_asked.question for event in watched if event.HasField("question_asked")]
    assert "Kotlin" in question.requirement
    assert [kind for kind in kinds(watched) if kind == "question_answered"]
    assert kinds(watched)[-1] == "completed"
    assert not watched[-1].completed.gaps
    assert any(claim.text == line and claim.evidence_ids[0].endswith(".answers[0]") for claim in claims)
    assert not [event for event in later if event.HasField("question_asked")]
    assert not later[-1].completed.gaps


async def test_a_cancelled_run_keeps_nothing(client: Client) -> None:
    call = client.events(example("researcher"))
    first = await anext(call)
    await client.stub.CancelApplication(
        cv_generator_pb2.CancelApplicationRequest(application_id=first.application_id),
        metadata=client.metadata,
    )
    rest = [event async for event in call]
    assert kinds(rest)[-1] == "cancelled"
    application = await client.get(first.application_id)
    assert application.status == application_pb2.APPLICATION_STATUS_CANCELLED
    assert not application.documents


async def test_pages_of_the_list_hold_every_application_once(client: Client) -> None:
    everything = [item.id for item in await client.list()]
    found, token = [], ""
    while True:
        page = await client.stub.ListApplications(
            cv_generator_pb2.ListApplicationsRequest(page_size=2, page_token=token), metadata=client.metadata
        )
        found += [item.id for item in page.applications]
        if not (token := page.next_page_token):
            break
    assert found == everything
