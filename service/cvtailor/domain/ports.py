"""What the steps need from the world. Adapters implement it; only ``app.py`` brings the two together."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from typing import Protocol
from uuid import UUID

from cvtailor.domain.application import (
    ActionPoint,
    Application,
    ApplicationRequest,
    ApplicationStatus,
    Density,
    Document,
    TailoringOptions,
    Theme,
)
from cvtailor.domain.ats import PdfText
from cvtailor.domain.base_cv import BaseCv, CvSource
from cvtailor.domain.caller import Caller
from cvtailor.domain.job_offer import JobOffer, JobPosting
from cvtailor.domain.match_report import LeftOut, MatchReport
from cvtailor.domain.model import DomainModel
from cvtailor.domain.question import Answer
from cvtailor.domain.run import EventDraft, QuestionAnswered, RecordsFiled, RunEvent, RunState
from cvtailor.domain.tailored_cv import CoverLetter, EmailDraft, TailoredCv


class CvReader(Protocol):
    """Understands base CVs."""

    async def read(self, source: CvSource) -> BaseCv:
        """Reads a CV.

        Raises:
            InvalidInput: It is not what its format says, or holds no name or no content; the message
                names the line and the field (``CV_UNREADABLE``, ``CV_FORMAT_UNSUPPORTED``).
        """
        ...


class OfferReader(Protocol):
    """Understands job ads."""

    async def read(self, posting: JobPosting) -> JobOffer:
        """Reads an ad.

        Raises:
            InvalidInput: It holds nothing that could be asked of a person (``POSTING_UNREADABLE``).
        """
        ...


class Matcher(Protocol):
    """Compares what is asked with what the person has."""

    async def match(self, cv: BaseCv, offer: JobOffer) -> MatchReport:
        """Ranks the CV's lines for the offer and answers each requirement."""
        ...


class TailoredDraft(DomainModel):
    """A tailored CV and the order in which lines would go if space is short.

    Attributes:
        drop_order: Ids of claims of ``cv``, the most dispensable first. Never names a claim whose
            base line is marked "always keep"; an entry's facts are never dropped this way.
        left_out: Lines of the base CV that the draft does not show.
    """

    cv: TailoredCv
    drop_order: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


class Tailor(Protocol):
    """Writes for one offer, in claims."""

    async def tailor(
        self, cv: BaseCv, offer: JobOffer, report: MatchReport, options: TailoringOptions
    ) -> TailoredDraft:
        """Chooses, orders and words the CV for the offer."""
        ...

    async def write_letter(
        self,
        cv: BaseCv,
        offer: JobOffer,
        report: MatchReport,
        draft: TailoredCv,
        options: TailoringOptions,
    ) -> CoverLetter:
        """Writes the cover letter, of evidence that the draft shows."""
        ...

    async def write_email(
        self,
        cv: BaseCv,
        offer: JobOffer,
        report: MatchReport,
        draft: TailoredCv,
        options: TailoringOptions,
    ) -> EmailDraft:
        """Writes the e-mail that carries CV and letter, of evidence that the draft shows."""
        ...

    async def suggest_actions(
        self, cv: BaseCv, offer: JobOffer, report: MatchReport
    ) -> tuple[ActionPoint, ...]:
        """Suggests what the person should do next."""
        ...


class PageFit(DomainModel):
    """How a CV fills its pages; ``fill`` is the used share of the last page's height, 0 to 1."""

    pages: int
    fill: float


class RenderedCv(DomainModel):
    """A typeset CV.

    Attributes:
        pdf: PDF bytes.
        page_pngs: One picture a page.
        typst: The Typst source.
        yaml: The rendercv source, which rendercv itself accepts.
        missing_glyphs: Characters that no font of the theme could draw.
    """

    pdf: bytes
    page_pngs: tuple[bytes, ...]
    typst: str
    yaml: str
    missing_glyphs: tuple[str, ...] = ()


class Typesetter(Protocol):
    """Turns a tailored CV into a PDF."""

    async def measure(self, cv: TailoredCv, theme: Theme, density: Density = Density.NORMAL) -> PageFit:
        """Lays the CV out without making a PDF.

        Raises:
            RenderTimeout: It took longer than its deadline.
            RenderRefused: It can't be typeset.
            Unavailable: Every worker is busy and the queue is full.
        """
        ...

    async def render(self, cv: TailoredCv, theme: Theme, density: Density = Density.NORMAL) -> RenderedCv:
        """Makes the PDF, its previews and its sources; raises as ``measure``."""
        ...


class PdfTextReader(Protocol):
    """Reads a PDF as the programs do that sort applications."""

    async def read(self, pdf: bytes) -> tuple[PdfText, ...]:
        """Returns what each extractor reads.

        Raises:
            RenderRefused: An extractor can't open the file.
        """
        ...


class ObjectStore(Protocol):
    """Keeps documents; immutable, addressed by content."""

    async def put(self, owner: Caller, path: str, content: bytes, media_type: str) -> None:
        """Stores an object whole or not at all; storing the same content again is fine.

        Args:
            owner: Whose it is; ``path`` must start with the owner's id.
            path: ``{user_id}/{cv_id}/{sha256}.{extension}``.

        Raises:
            Forbidden: The path is not the owner's.
            Unavailable: The store does not answer.
        """
        ...

    def get(self, owner: Caller, path: str) -> AsyncIterator[bytes]:
        """Yields an object in chunks of at most 64 KiB.

        Raises:
            NotFound: No such object of this owner (``DOCUMENT_NOT_FOUND``).
            Unavailable: The store does not answer.
        """
        ...

    async def delete(self, owner: Caller, path: str) -> None:
        """Removes an object; removing what is not there is fine."""
        ...

    async def check(self) -> None:
        """Raises Unavailable unless the store can be written and read."""
        ...


class AcceptedRun(DomainModel):
    """What accepting a request led to; ``created`` is false when the run was there before."""

    run_id: UUID
    application_id: UUID
    created: bool


class ApplicationPage(DomainModel):
    """Some applications, newest first, and the token of the next page (empty: none)."""

    applications: tuple[Application, ...]
    next_page_token: str = ""


class Results(DomainModel):
    """What a successful run leaves in the records, written in one transaction.

    Attributes:
        engine: Which engine tailored, with its version; empty if it isn't told.
    """

    cv: BaseCv
    offer: JobOffer
    report: MatchReport
    tailored: TailoredCv
    letter: CoverLetter
    email: EmailDraft
    documents: tuple[Document, ...]
    action_points: tuple[ActionPoint, ...]
    engine: str = ""


class Records(Protocol):
    """The applications and runs in Postgres. Every call acts as ``caller`` under row-level security."""

    async def accept(self, caller: Caller, request_id: str, request: ApplicationRequest) -> AcceptedRun:
        """Creates application and run (with its first event) in one transaction, or finds them again.

        Raises:
            Conflict: The request id was used with another payload (``REQUEST_ID_REUSED``).
        """
        ...

    async def request_of(self, caller: Caller, run_id: UUID) -> ApplicationRequest:
        """Returns what a run was asked for."""
        ...

    async def file_results(
        self, caller: Caller, run_id: UUID, results: Results, last: Sequence[EventDraft]
    ) -> RecordsFiled:
        """Writes all that a successful run leaves, in one transaction.

        That is: offer, CV version, documents, letter and e-mail (draft messages), action points, application
        (READY), run (SUCCEEDED) and the run's last events. The ids of the rows are those of
        ``domain.run.records_filed``. A second call for the same run changes nothing and returns
        the same.

        Raises:
            Conflict: The run has been cancelled or has failed in the meantime (``RUN_ENDED``).
        """
        ...

    async def answer(self, caller: Caller, application_id: UUID, reply: QuestionAnswered) -> None:
        """Keeps an answer as the caller's evidence and tells it in the run's log, in one transaction.

        The same answer again changes nothing.

        Raises:
            NotFound: No such application of the caller's, or it asks no such question, or the question
                names no such entry (``QUESTION_NOT_FOUND``).
            Conflict: It was answered otherwise (``QUESTION_CLOSED``), or the run has ended
                (``RUN_ENDED``).
        """
        ...

    async def answers(self, caller: Caller) -> tuple[Answer, ...]:
        """Returns what the caller ever answered, oldest first, at most 200."""
        ...

    async def end_run(
        self,
        caller: Caller,
        run_id: UUID,
        state: RunState,
        last: EventDraft,
        reason: str = "",
        message: str = "",
    ) -> bool:
        """Ends a run, and appends its last event, in one transaction.

        FAILED and CANCELLED end the application with it. Returns False if it had ended before.
        """
        ...

    async def state_of(self, caller: Caller, run_id: UUID) -> RunState:
        """Returns how far a run is."""
        ...

    async def get(self, caller: Caller, application_id: UUID) -> Application:
        """Returns an application with its documents.

        Raises:
            NotFound: None of the caller's has that id.
        """
        ...

    async def list(
        self,
        caller: Caller,
        page_size: int,
        page_token: str,
        statuses: Sequence[ApplicationStatus] = (),
    ) -> ApplicationPage:
        """Returns a page of applications, newest first, stable while new ones arrive.

        Raises:
            InvalidInput: The token is not one of ours or belongs to another query
                (``PAGE_TOKEN_INVALID``).
        """
        ...

    async def check(self) -> None:
        """Raises Unavailable unless Postgres answers."""
        ...


class RunEvents(Protocol):
    """The numbered event log of each run."""

    async def append(self, caller: Caller, run_id: UUID, drafts: Sequence[EventDraft]) -> None:
        """Appends events in one transaction and numbers them, under a lock on the run's row.

        A draft whose key is in the log already is left as it is; nothing follows a terminal event.
        Sets the run's progress, and its state from QUEUED to RUNNING.
        """
        ...

    def follow(self, caller: Caller, run_id: UUID, after_sequence: int) -> AsyncGenerator[RunEvent | None]:
        """Yields the events after a number, stored ones first, then live, and ends after the last one.

        Yields None when nothing happened for the heartbeat interval.

        Raises:
            NotFound: No such run of the caller's.
        """
        ...


class RunQueue(Protocol):
    """Starts runs so that they survive this process."""

    async def start(self, caller: Caller, run_id: UUID) -> None:
        """Starts a run, once, here or on another worker; starting it again is fine."""
        ...

    async def cancel(self, caller: Caller, run_id: UUID) -> None:
        """Stops a run at its next step boundary at the latest; an ended run stays as it is."""
        ...

    async def check(self) -> None:
        """Raises Unavailable unless runs can be started."""
        ...
