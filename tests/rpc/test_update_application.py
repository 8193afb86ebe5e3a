"""UpdateApplication and CreateDocumentLink, over the wire."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import grpc
import pytest
from cvtailor.adapters.objects.folder_store import FolderStore
from cvtailor.domain.application import ApplicationChange, ApplicationStatus
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import Conflict, Reason
from cvtailor.domain.submission import SentOffer
from cvtailor.gen.cvtailor.v1 import application_pb2
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2 as pb
from personal_fakes import MemoryStore
from rpc.rpc_memory_ports import MemoryRecords
from rpc.rpc_samples import NOW, a_document, a_submission, an_application
from rpc.rpc_serving import serving, token_of
from rpc_answers import refusal

SUBMITTED = application_pb2.APPLICATION_STATUS_SUBMITTED


class StaleRecords(MemoryRecords):
    """Records that somebody else is always quicker to change."""

    async def update(self, *_: object) -> None:
        raise Conflict("The application is at revision 4 now.", reason=Reason.REVISION_STALE, revision="4")


class LinkingStore(MemoryStore):
    """A store whose every object has a URL."""

    async def link(self, owner: Caller, path: str, lifetime_seconds: int) -> str:
        return f"https://files.example/{path}?for={lifetime_seconds}"


@pytest.fixture
async def served():
    async with serving(objects=LinkingStore()) as served:
        yield served


async def update(served, application, **changes):
    request = pb.UpdateApplicationRequest(application_id=str(application.id), **changes)
    return await served.stub.UpdateApplication(request, metadata=token_of())


async def test_an_update_says_what_changes_and_is_answered_with_the_whole_application(served):
    kept = served.records.keep(an_application(submission=a_submission(offer=SentOffer(title="Nurse"))))
    answer = await update(served, kept, revision=1, status=SUBMITTED, notes="Call them")
    (change,) = served.records.changes
    assert change == ApplicationChange(revision=1, status=ApplicationStatus.SUBMITTED, notes="Call them")
    assert (answer.application.status, answer.application.notes) == (SUBMITTED, "Call them")
    assert answer.application.submission.offer.title == "Nurse"
    assert answer.application.submission.submit_time.ToDatetime(UTC) == NOW


async def test_what_is_not_set_stays_and_empty_notes_are_set(served):
    kept = served.records.keep(an_application())
    await update(served, kept, status=SUBMITTED)
    await update(served, kept, notes="")
    assert served.records.changes == [
        ApplicationChange(status=ApplicationStatus.SUBMITTED),
        ApplicationChange(notes=""),
    ]


@pytest.mark.parametrize("status", ["GENERATING", "FAILED", "CANCELLED", "UNSPECIFIED"])
async def test_what_the_service_sets_people_do_not(served, status):
    kept = served.records.keep(an_application())
    value = application_pb2.ApplicationStatus.Value(f"APPLICATION_STATUS_{status}")
    refused = await refusal(update(served, kept, status=value))
    assert (refused.code, refused.fields) == (grpc.StatusCode.INVALID_ARGUMENT, ["status"])
    assert not served.records.changes


async def test_who_comes_too_late_is_told_to_read_again():
    async with serving(records=StaleRecords()) as served:
        refused = await refusal(update(served, an_application(), revision=3, notes="mine"))
    assert (refused.code, refused.reason) == (grpc.StatusCode.ABORTED, "REVISION_STALE")
    assert dict(refused.info.metadata) == {"revision": "4"}


def a_link_request(application, **changes) -> pb.CreateDocumentLinkRequest:
    return pb.CreateDocumentLinkRequest(application_id=str(application.id), name="cv.pdf", **changes)


@pytest.mark.parametrize(("asked", "given"), [(0, 300), (60, 60), (604_800, 604_800)])
async def test_a_link_works_as_long_as_is_asked(served, asked, given):
    kept = served.records.keep(an_application(documents=(a_document(path="a/b"),)))
    request = a_link_request(kept, lifetime_seconds=asked)
    before = datetime.now(UTC)
    answer = await served.stub.CreateDocumentLink(request, metadata=token_of())
    assert answer.url == f"https://files.example/a/b?for={given}"
    life = answer.expire_time.ToDatetime(UTC) - before
    assert timedelta(seconds=given) <= life < timedelta(seconds=given + 5)


async def test_a_document_that_is_not_there_has_no_link(served):
    kept = served.records.keep(an_application())
    refused = await refusal(served.stub.CreateDocumentLink(a_link_request(kept), metadata=token_of()))
    assert (refused.code, refused.reason) == (grpc.StatusCode.NOT_FOUND, "DOCUMENT_NOT_FOUND")


async def test_no_url_leads_into_a_folder(tmp_path: Path):
    async with serving(objects=FolderStore(tmp_path, None)) as served:
        kept = served.records.keep(an_application(documents=(a_document(path=f"{UUID(int=1)}/x"),)))
        refused = await refusal(served.stub.CreateDocumentLink(a_link_request(kept), metadata=token_of()))
    assert (refused.code, refused.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "LINKS_UNSUPPORTED")
