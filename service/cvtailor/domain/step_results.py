"""What each step of a run comes to, as its end is told and kept."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from cvtailor.domain.application import Document
from cvtailor.domain.ats import AtsCheck
from cvtailor.domain.job_offer import JobOffer
from cvtailor.domain.match_report import Coverage, LeftOut, MatchReport
from cvtailor.domain.model import DomainModel
from cvtailor.domain.tailored_cv import RejectedClaim


class CvRead(DomainModel):
    """Result of READ_CV."""

    type: Literal["cv_read"] = "cv_read"
    name: str
    language: str
    sections: int
    entries: int
    lines: int


class OfferRead(DomainModel):
    """Result of READ_OFFER."""

    type: Literal["offer_read"] = "offer_read"
    offer: JobOffer


class Matched(DomainModel):
    """Result of MATCH."""

    type: Literal["matched"] = "matched"
    report: MatchReport


class QuestionsClosed(DomainModel):
    """Result of ASK; ``remembered`` are answers of earlier runs that were used again."""

    type: Literal["questions_closed"] = "questions_closed"
    asked: int
    answered: int
    remembered: int


class Tailored(DomainModel):
    """Result of TAILOR: the plan, in numbers and words."""

    type: Literal["tailored"] = "tailored"
    headline: str
    lines_kept: int
    left_out: tuple[LeftOut, ...] = ()


class LetterWritten(DomainModel):
    """Result of WRITE_LETTER."""

    type: Literal["letter_written"] = "letter_written"
    subject: str
    paragraphs: int
    email_subject: str = ""
    email_paragraphs: int = 0


class ClaimsChecked(DomainModel):
    """Result of CHECK_CLAIMS."""

    type: Literal["claims_checked"] = "claims_checked"
    kept: int
    rejected: tuple[RejectedClaim, ...] = ()


class PagesFitted(DomainModel):
    """Result of FIT_PAGES; ``fill`` is the used share of the last page, 0 to 1."""

    type: Literal["pages_fitted"] = "pages_fitted"
    pages: int
    page_limit: int
    fill: float
    renders: int
    left_out: tuple[LeftOut, ...] = ()
    coverage_before: Coverage
    coverage_after: Coverage


class AgreementChecked(DomainModel):
    """Result of CHECK_AGREEMENT: paragraphs of letter and e-mail that agree with the fitted CV, or don't."""

    type: Literal["agreement_checked"] = "agreement_checked"
    kept: int
    rejected: tuple[RejectedClaim, ...] = ()


class Rendered(DomainModel):
    """Result of RENDER."""

    type: Literal["rendered"] = "rendered"
    documents: tuple[Document, ...]
    ats: AtsCheck


class RecordsFiled(DomainModel):
    """Result of FILE_RECORDS; ``communication_id`` is the letter's."""

    type: Literal["records_filed"] = "records_filed"
    job_offer_id: UUID
    cv_id: UUID
    cv_version: int
    communication_id: UUID
    action_points: int
    email_communication_id: UUID | None = None


type StepResult = Annotated[
    CvRead
    | OfferRead
    | Matched
    | QuestionsClosed
    | Tailored
    | LetterWritten
    | ClaimsChecked
    | PagesFitted
    | AgreementChecked
    | Rendered
    | RecordsFiled,
    Field(discriminator="type"),
]
