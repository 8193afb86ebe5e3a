"""ReviseApplication, CompareVersions and the documents of versions, over the wire."""

from uuid import uuid4

import grpc
import pytest
from builders import a_base_cv, a_tailored_cv, an_offer
from cvtailor.domain.application import CvVersion, RevisionWish, TailoringOptions, Theme
from cvtailor.domain.errors import Conflict, InvalidInput, ModelRefused, Reason
from cvtailor.domain.ports import KeptVersion
from cvtailor.domain.revision import Edit, EditKind
from cvtailor.gen.cvtailor.v1 import application_pb2
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2 as pb
from cvtailor.workflow.model_gate import ModelGate
from rpc.rpc_memory_ports import MemoryRecords
from rpc.rpc_samples import NOW, a_document, an_application
from rpc.rpc_serving import serving, token_of
from rpc_answers import refusal

LINE = "experience[0].highlights[0]"


@pytest.fixture
async def served():
    async with serving() as served:
        yield served


async def revise(served, application, **wish):
    request = pb.ReviseApplicationRequest(application_id=str(application.id), **wish)
    call = served.stub.ReviseApplication(request, metadata=token_of())
    return [answer.event async for answer in call]


async def test_a_revision_streams_the_events_of_its_run(served):
    kept = served.records.keep(an_application())
    events = await revise(served, kept, feedback=" More\u202e of\n\0Kaf\u200bka ")
    assert [event.WhichOneof("event") for event in events] == ["accepted", "step_started", "completed"]
    assert {event.application_id for event in events} == {str(kept.id)}
    (wish,) = served.records.wishes
    assert wish == RevisionWish(application_id=kept.id, feedback="More of\nKafka")
    assert [str(run_id) for run_id in served.queue.started] == [events[0].run_id]


async def test_edits_and_options_reach_the_records(served):
    kept = served.records.keep(an_application())
    edits = [pb.Edit(kind=pb.Edit.KIND_HIDE, target=LINE), pb.Edit(kind=pb.Edit.KIND_PIN, target="a[0]")]
    options = pb.GenerationOptions(theme=pb.THEME_INK)
    await revise(served, kept, parent_version=3, edits=edits, options=options, request_id=str(uuid4()))
    (wish,) = served.records.wishes
    assert wish.parent_version == 3
    assert wish.edits == (Edit(kind=EditKind.HIDE, target=LINE), Edit(kind=EditKind.PIN, target="a[0]"))
    assert wish.options == TailoringOptions(theme=Theme.INK)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Conflict("at work", reason=Reason.RUN_IN_PROGRESS), grpc.StatusCode.FAILED_PRECONDITION),
        (Conflict("by hand", reason=Reason.NOTHING_TO_REVISE), grpc.StatusCode.FAILED_PRECONDITION),
        (Conflict("newer", reason=Reason.REVISION_STALE), grpc.StatusCode.ABORTED),
        (InvalidInput("what?", reason=Reason.EDIT_TARGET_UNKNOWN), grpc.StatusCode.INVALID_ARGUMENT),
    ],
)
async def test_what_is_refused_has_its_own_status_and_begins_nothing(error, code):
    class Refusing(MemoryRecords):
        async def accept_revision(self, *_):
            raise error

    async with serving(records=Refusing()) as served:
        kept = served.records.keep(an_application())
        told = await refusal(revise(served, kept))
        assert (told.code, told.reason) == (code, error.reason)
        assert served.queue.started == []


@pytest.mark.parametrize(
    "wish",
    [
        {"edits": [pb.Edit(kind=pb.Edit.KIND_HIDE)]},
        {"edits": [pb.Edit(target=LINE)]},
        {"edits": [pb.Edit(kind=pb.Edit.KIND_HIDE, target=LINE)] * 501},
        {"feedback": "x" * 2001},
        {"parent_version": -1},
    ],
)
async def test_a_wish_beyond_the_contract_is_refused_at_the_door(served, wish):
    kept = served.records.keep(an_application())
    assert (await refusal(revise(served, kept, **wish))).code is grpc.StatusCode.INVALID_ARGUMENT
    assert served.records.wishes == []


async def test_only_a_wish_in_words_needs_the_model():
    gate = ModelGate()
    gate.note_refusal(ModelRefused("wrong key"))
    async with serving(model_gate=gate) as served:
        kept = served.records.keep(an_application())
        assert await revise(served, kept)
        assert (await refusal(revise(served, kept, feedback="Shorter"))).reason == "MODEL_REFUSED"


async def test_another_users_application_is_not_there(served):
    theirs = served.records.keep(an_application(), owner=uuid4())
    compare = pb.CompareVersionsRequest(application_id=str(theirs.id))
    for attempt in (revise(served, theirs), served.stub.CompareVersions(compare, metadata=token_of())):
        assert (await refusal(attempt)).code is grpc.StatusCode.NOT_FOUND


async def test_versions_are_compared_with_each_other_or_with_the_base_cv(served):
    kept = served.records.keep(an_application())
    first = KeptVersion(version=1, base=a_base_cv(), tailored=a_tailored_cv(), offer=an_offer())
    (section,) = first.tailored.sections
    empty = section.entries[0].model_copy(update={"highlights": ()})
    shorter = section.model_copy(update={"entries": (empty,)})
    second = first.model_copy(
        update={"version": 2, "tailored": first.tailored.model_copy(update={"sections": (shorter,)})}
    )
    served.records.versions = {1: first, 2: second}

    async def compare(before, after=0):
        request = pb.CompareVersionsRequest(
            application_id=str(kept.id), from_version=before, to_version=after
        )
        answer = await served.stub.CompareVersions(request, metadata=token_of())
        return [(change.fate, change.before, change.after) for change in answer.changes], answer.to_version

    line = "Moved 40 services to Postgres"
    assert await compare(1) == ([(application_pb2.LINE_FATE_LEFT_OUT, line, "")], 2)
    assert await compare(2, 1) == ([(application_pb2.LINE_FATE_ADDED, "", line)], 1)
    assert await compare(0, 1) == ([(application_pb2.LINE_FATE_KEPT, line, line)], 1)


async def test_a_document_of_an_earlier_version_is_sent(served):
    kept = served.records.keep(an_application(documents=(a_document(path="new"),)))
    served.records.older = {1: (a_document(path="old", sha256="11"),)}
    served.objects.contents = {"old": b"old", "new": b"new"}

    async def described(version):
        request = pb.DownloadDocumentRequest(application_id=str(kept.id), name="cv.pdf", version=version)
        call = served.stub.DownloadDocument(request, metadata=token_of())
        return (await anext(aiter(call))).document.sha256

    assert (await described(0), await described(1)) == ("00", "11")
    assert (await refusal(described(2))).reason == "DOCUMENT_NOT_FOUND"


async def test_an_application_lists_its_versions(served):
    version = CvVersion(version=2, parent_version=1, created_at=NOW, run_id=uuid4(), feedback="Shorter")
    kept = served.records.keep(an_application(versions=(version,)))
    request = pb.GetApplicationRequest(application_id=str(kept.id))
    answer = await served.stub.GetApplication(request, metadata=token_of())
    (told,) = answer.application.versions
    assert (told.version, told.parent_version, told.feedback) == (2, 1, "Shorter")
    assert told.run_id == str(version.run_id)
