"""What the tests of the API speak of: people, applications, documents, requests."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from cvtailor.domain.application import (
    Application,
    ApplicationStatus,
    Document,
)
from cvtailor.domain.run import (
    application_id_for,
    run_id_for,
)
from cvtailor.domain.submission import Provenance, SentOffer, Submission
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2 as pb

ALICE, BOB = UUID(int=0xA), UUID(int=0xB)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
POSTING = "We look for a nurse. You must have a licence and three years on a ward."


def an_application(owner: UUID = ALICE, **changes: object) -> Application:
    run_id = run_id_for(owner, str(uuid4()))
    plain = Application(
        id=application_id_for(run_id),
        run_id=run_id,
        status=ApplicationStatus.READY,
        created_at=NOW,
        updated_at=NOW,
    )
    return plain.model_copy(update=changes)


def a_document(name: str = "cv.pdf", **changes: object) -> Document:
    plain = Document(
        name=name, kind="cv_pdf", media_type="application/pdf", path=f"{ALICE}/x", size_bytes=3, sha256="00"
    )
    return plain.model_copy(update=changes)


def a_submission(**changes: object) -> Submission:
    plain = Submission(submitted_at=NOW, offer=SentOffer(), provenance=Provenance())
    return plain.model_copy(update=changes)


def a_generation(**changes: object) -> pb.GenerateApplicationRequest:
    request = pb.GenerateApplicationRequest(
        base_cv=pb.BaseCv(file=pb.CvFile(content=b"# Ada", media_type="text/markdown")),
        posting=pb.JobPosting(text=POSTING),
    )
    request.MergeFrom(pb.GenerateApplicationRequest(**changes))
    return request
