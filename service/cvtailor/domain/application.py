"""An application and what belongs to it: documents, messages, things to do."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from cvtailor.domain.base_cv import CvSource
from cvtailor.domain.job_offer import JobPosting
from cvtailor.domain.model import DomainModel
from cvtailor.domain.model_calls import ModelUse
from cvtailor.domain.tailored_cv import Claim


class Theme(StrEnum):
    """The rendercv themes a CV can be set in."""

    CLASSIC = "classic"
    EMBER = "ember"
    ENGINEERINGCLASSIC = "engineeringclassic"
    ENGINEERINGRESUMES = "engineeringresumes"
    HARVARD = "harvard"
    INK = "ink"
    MODERNCV = "moderncv"
    OPAL = "opal"
    SB2NOV = "sb2nov"


class Density(StrEnum):
    """How tightly a theme is set; all of them are pleasant to read."""

    COMPACT = "compact"
    NORMAL = "normal"
    ROOMY = "roomy"
    AIRY = "airy"


class Tone(StrEnum):
    """How a cover letter speaks."""

    NEUTRAL = "neutral"
    WARM = "warm"
    FORMAL = "formal"


class TailoringOptions(DomainModel):
    """What the caller may choose.

    Attributes:
        theme: Design of the PDF.
        page_limit: Pages wanted, 1 to 4; None means 1 below ten years of experience, else 2.
        language: BCP 47 primary language of headings and letter; empty means the posting's.
        keep_sections: Keys or titles of sections that must stay, whatever the offer asks for.
        interactive: Ask the person about must-haves that the CV does not show.
    """

    theme: Theme = Theme.CLASSIC
    page_limit: int | None = None
    language: str = ""
    keep_sections: tuple[str, ...] = ()
    interactive: bool = False
    tone: Tone = Tone.NEUTRAL


class ApplicationRequest(DomainModel):
    """Everything one run is made from."""

    cv: CvSource
    posting: JobPosting
    options: TailoringOptions = TailoringOptions()


class ApplicationStatus(StrEnum):
    """Where an application stands; the same words as ``public.application_status``."""

    GENERATING = "generating"
    FAILED = "failed"
    CANCELLED = "cancelled"
    DRAFT = "draft"
    READY = "ready"
    SUBMITTED = "submitted"
    INTERVIEWING = "interviewing"
    OFFER = "offer"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    ARCHIVED = "archived"


class DocumentKind(StrEnum):
    """The documents an application holds."""

    CV_PDF = "cv_pdf"
    CV_PAGE_PNG = "cv_page_png"
    CV_TYPST = "cv_typst"
    CV_YAML = "cv_yaml"
    MATCH_REPORT = "match_report"
    COVER_LETTER = "cover_letter"
    EMAIL = "email"


class Document(DomainModel):
    """A stored document.

    Attributes:
        name: Unique within the application, a safe file name: ``cv.pdf``, ``cv-page-1.png``.
        path: Key in the object store; starts with the owner's id.
        sha256: Hex digest of the content.
        page: One-based page of a picture, else None.
    """

    name: str
    kind: DocumentKind
    media_type: str
    path: str
    size_bytes: int
    sha256: str
    page: int | None = None


class ActionPoint(DomainModel):
    """Something for the person to do; ``priority`` is 0 (now) to 4 (some day)."""

    title: str
    details: str = ""
    priority: int = 2
    due_on: date | None = None


class Application(DomainModel):
    """One application as its owner sees it.

    Attributes:
        run_id: The generation run that made the current documents.
        claims: Every line of the tailored CV, letter and e-mail with its evidence; only when one
            application is asked for.
        model_use: What the run's model calls took; only when one application is asked for, and None if
            there were none.
        failure_reason: A value of the contract's ErrorReason; set only when ``status`` is FAILED.
    """

    id: UUID
    run_id: UUID
    status: ApplicationStatus
    title: str = ""
    company: str = ""
    created_at: datetime
    updated_at: datetime
    revision: int = 1
    cv_id: UUID | None = None
    cv_version: int | None = None
    documents: tuple[Document, ...] = ()
    action_points: tuple[ActionPoint, ...] = ()
    letter_text: str = ""
    email_subject: str = ""
    email_text: str = ""
    claims: tuple[Claim, ...] = ()
    model_use: ModelUse | None = None
    failure_reason: str = ""
    failure_message: str = ""
