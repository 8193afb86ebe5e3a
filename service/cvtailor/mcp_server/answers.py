"""What the tools return: the contract's messages, cut to what an assistant needs, with a schema."""

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from cvtailor.gen.cvtailor.v1 import application_pb2
from cvtailor.gen.cvtailor.v1.error_reason_pb2 import ErrorReason

RunStateName = Literal["running", "asking", "ready", "failed", "cancelled"]

NEXT_STEPS: dict[RunStateName, str] = {
    "running": "Call watch_application with this application_id and after_sequence=last_sequence.",
    "asking": "Ask the person each question, pass the words on with answer_question, then watch_application.",
    "ready": "Call fetch_document for documents, get_application for letter, e-mail, actions and evidence.",
    "failed": "Read `failure`: it says what is wrong and whether the same call may succeed later.",
    "cancelled": "Nothing was kept.",
}


class Answer(BaseModel):
    """Base of what tools return."""

    model_config = ConfigDict(frozen=True)


class PlaceAnswer(Answer):
    """An entry of the CV that an answer can belong to."""

    entry_id: str
    label: str


class QuestionAnswer(Answer):
    """A question about a must-have that the CV does not show."""

    question_id: str
    text: str
    requirement: str = Field(description="The words of the job ad.")
    places: list[PlaceAnswer] = Field(description="Where it may have happened; answer with an entry_id.")


class DocumentAnswer(Answer):
    """A document that can be fetched."""

    name: str
    kind: str
    media_type: str
    size_bytes: int
    page: int = Field(0, description="One-based page of a picture, else 0.")


class FailureAnswer(Answer):
    """Why a run ended without documents."""

    reason: str
    message: str
    retryable: bool = False


class RunAnswer(Answer):
    """How far a run is, and what happened since the last look."""

    application_id: str
    state: RunStateName
    percent: int
    last_sequence: int = Field(description="Number of the last event seen.")
    happened: list[str] = Field(description="What each finished step brought, one line each.")
    warnings: list[str]
    questions: list[QuestionAnswer] = Field(description="Questions that wait for the person's answer.")
    documents: list[DocumentAnswer]
    pages: int = Field(0, description="Pages of the finished CV.")
    covered: list[str] = Field(description="Skills of the offer that the CV shows.")
    gaps: list[str] = Field(description="What the offer asks for and the CV does not hold.")
    failure: FailureAnswer | None = None
    next_step: str


class ActionAnswer(Answer):
    """Something for the person to do."""

    title: str
    details: str
    priority: int = Field(description="0 (now) to 4 (some day).")


class ClaimAnswer(Answer):
    """A line of CV, letter or e-mail, and the lines of the base CV that it comes from."""

    claim_id: str
    text: str
    evidence_ids: list[str]


class ApplicationSummary(Answer):
    """One application in a list."""

    application_id: str
    status: str
    title: str
    company: str
    created: str = Field(description="RFC 3339, UTC.")
    documents: list[DocumentAnswer]


class ApplicationAnswer(ApplicationSummary):
    """One application with all its texts."""

    letter_text: str
    email_subject: str
    email_text: str
    actions: list[ActionAnswer]
    claims: list[ClaimAnswer]
    failure: FailureAnswer | None = None


class ApplicationsAnswer(Answer):
    """A page of applications, newest first."""

    applications: list[ApplicationSummary]
    next_page_token: str = Field("", description="Empty on the last page.")


class FetchedDocument(Answer):
    """A document; its bytes come as an embedded resource if it is no text."""

    name: str
    media_type: str
    size_bytes: int
    sha256: str
    text: str | None = Field(None, description="The content, if it is text.")


class QuestionAnswered(Answer):
    """An answer was kept."""

    application_id: str
    question_id: str
    next_step: str = NEXT_STEPS["running"]


def summary_answer(application: application_pb2.Application) -> ApplicationSummary:
    """Returns an application as it stands in a list."""
    return ApplicationSummary(
        application_id=application.id,
        status=lower_name(application_pb2.ApplicationStatus.Name(application.status), "APPLICATION_STATUS_"),
        title=application.title,
        company=application.company,
        created=application.create_time.ToJsonString(),
        documents=documents_of(application.documents),
    )


def application_answer(application: application_pb2.Application) -> ApplicationAnswer:
    """Returns an application with all that belongs to it."""
    return ApplicationAnswer(
        **dict(summary_answer(application)),
        letter_text=application.letter_text,
        email_subject=application.email_subject,
        email_text=application.email_text,
        actions=[
            ActionAnswer(title=point.title, details=point.details, priority=point.priority)
            for point in application.action_points
        ],
        claims=[
            ClaimAnswer(claim_id=claim.id, text=claim.text, evidence_ids=list(claim.evidence_ids))
            for claim in application.claims
        ],
        failure=failure_of(application),
    )


def documents_of(documents: Sequence[application_pb2.Document]) -> list[DocumentAnswer]:
    """Returns what can be fetched."""
    return [
        DocumentAnswer(
            name=document.name,
            kind=lower_name(application_pb2.DocumentKind.Name(document.kind), "DOCUMENT_KIND_"),
            media_type=document.media_type,
            size_bytes=document.size_bytes,
            page=document.page,
        )
        for document in documents
    ]


def failure_of(application: application_pb2.Application) -> FailureAnswer | None:
    """Returns why an application failed, or None."""
    if not application.HasField("failure"):
        return None
    return FailureAnswer(reason=reason_name(application.failure.reason), message=application.failure.message)


def reason_name(reason: ErrorReason.ValueType) -> str:
    """Returns a reason as the contract calls it, without the prefix of its enum."""
    return ErrorReason.Name(reason).removeprefix("ERROR_REASON_")


def lower_name(name: str, prefix: str) -> str:
    """Returns the name of an enum's value, without its prefix, in lower case."""
    return name.removeprefix(prefix).lower()
