"""An application and what belongs to it: documents, messages, things to do."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from cvtailor.domain.base_cv import CvSource
from cvtailor.domain.documents import ApplicationStatus, Document, DocumentKind
from cvtailor.domain.job_offer import JobPosting
from cvtailor.domain.model import DomainModel
from cvtailor.domain.model_calls import ModelUse
from cvtailor.domain.revision import Edit, Revision
from cvtailor.domain.submission import Provenance, StatusChange, Submission
from cvtailor.domain.tailored_cv import Claim

__all__ = [
    "ActionPoint",
    "Application",
    "ApplicationChange",
    "ApplicationRequest",
    "ApplicationStatus",
    "CvVersion",
    "Density",
    "Document",
    "DocumentKind",
    "RevisionWish",
    "TailoringOptions",
    "Theme",
    "Tone",
]


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
    """Everything one run is made from.

    Attributes:
        revision: Set if the run makes a further version of an application's CV.
    """

    cv: CvSource
    posting: JobPosting
    options: TailoringOptions = TailoringOptions()
    revision: Revision | None = None


class RevisionWish(DomainModel):
    """What the person wants of the next version.

    Attributes:
        parent_version: The one they have seen; 0: whichever is the newest.
        feedback: In their own words.
        options: Those that are set hold from now on; the others are as before, and so are all if it is None.
    """

    application_id: UUID
    parent_version: int = 0
    edits: tuple[Edit, ...] = ()
    feedback: str = ""
    options: TailoringOptions | None = None


class ActionPoint(DomainModel):
    """Something for the person to do; ``priority`` is 0 (now) to 4 (some day)."""

    title: str
    details: str = ""
    priority: int = 2
    due_on: date | None = None


class CvVersion(DomainModel):
    """One version of an application's CV.

    Attributes:
        parent_version: The one it was made from; 0 for the first.
        run_id: The run that made it; None if its owner entered it by hand.
        feedback: What the person wished for.
    """

    version: int
    parent_version: int = 0
    created_at: datetime
    run_id: UUID | None = None
    feedback: str = ""


class Application(DomainModel):
    """One application as its owner sees it.

    Attributes:
        run_id: The run that is at work, or was last; ``versions`` say which one made which.
        claims: Every line of the tailored CV, letter and e-mail with its evidence; only when one
            application is asked for.
        model_use: What the run's model calls took; only when one application is asked for, and None if
            there were none.
        notes: The owner's own words.
        provenance: What made the current version; like ``status_changes``, ``submission`` and ``versions``
            only when one application is asked for.
        submission: What went out; None before the application is submitted.
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
    notes: str = ""
    provenance: Provenance | None = None
    submission: Submission | None = None
    status_changes: tuple[StatusChange, ...] = ()
    versions: tuple[CvVersion, ...] = ()
    failure_reason: str = ""
    failure_message: str = ""


class ApplicationChange(DomainModel):
    """What its owner changes of an application; None leaves a field as it is.

    Attributes:
        revision: The one the owner has seen; 0: whichever it is now.
    """

    revision: int = 0
    status: ApplicationStatus | None = None
    notes: str | None = None
