"""The records in Postgres."""

from collections.abc import AsyncGenerator, Sequence
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from cvtailor.domain.application import (
    ActionPoint,
    Application,
    ApplicationChange,
    ApplicationRequest,
    ApplicationStatus,
    Document,
    RevisionWish,
)
from cvtailor.domain.base_cv import BaseCv
from cvtailor.domain.caller import Caller
from cvtailor.domain.job_offer import JobOffer
from cvtailor.domain.match_report import MatchReport
from cvtailor.domain.model import DomainModel
from cvtailor.domain.model_calls import ModelCall
from cvtailor.domain.ports.runs import AcceptedRun
from cvtailor.domain.question import Answer
from cvtailor.domain.run import EventDraft, QuestionAnswered, RunState
from cvtailor.domain.step_results import RecordsFiled
from cvtailor.domain.submission import Provenance
from cvtailor.domain.tailored_cv import CoverLetter, EmailDraft, TailoredCv


class ApplicationPage(DomainModel):
    """Some applications, newest first, and the token of the next page (empty: none)."""

    applications: tuple[Application, ...]
    next_page_token: str = ""


class Results(DomainModel):
    """What a successful run leaves in the records, written in one transaction.

    Attributes:
        provenance: Which engine, models and prompts made it.
    """

    cv: BaseCv
    offer: JobOffer
    report: MatchReport
    tailored: TailoredCv
    letter: CoverLetter
    email: EmailDraft
    documents: tuple[Document, ...]
    action_points: tuple[ActionPoint, ...]
    provenance: Provenance = Provenance()


class KeptVersion(DomainModel):
    """A version of a CV, with what it was made of.

    Attributes:
        letter: That of its run; None if there is none any more.
    """

    version: int
    base: BaseCv
    tailored: TailoredCv
    offer: JobOffer
    letter: CoverLetter | None = None
    provenance: Provenance = Provenance()


class Records(Protocol):
    """The applications and runs in Postgres. Every call acts as ``caller`` under row-level security."""

    async def accept(self, caller: Caller, request_id: str, request: ApplicationRequest) -> AcceptedRun:
        """Creates application and run (with its first event) in one transaction, or finds them again.

        Raises:
            Conflict: The request id was used with another payload (``REQUEST_ID_REUSED``).
        """
        ...

    async def accept_revision(self, caller: Caller, request_id: str, wish: RevisionWish) -> AcceptedRun:
        """Creates a run that makes the next version of an application's CV, or finds it again.

        The run's request is that of the version before, with what is wished. Until the run ends the
        application is GENERATING; then it is READY, with the version before if the run did not succeed.

        Raises:
            NotFound: None of the caller's applications has that id.
            InvalidInput: An edit names nothing of the base CV (``EDIT_TARGET_UNKNOWN``), or nothing would be
                left to print.
            Conflict: The request id was used with another payload (``REQUEST_ID_REUSED``), there is a newer
                version (``REVISION_STALE``), a run is at work (``RUN_IN_PROGRESS``), the application was
                submitted or put away (``STATUS_STEP_REFUSED``), or what the version was made of is not
                kept (``NOTHING_TO_REVISE``).
        """
        ...

    async def version(self, caller: Caller, application_id: UUID, number: int = 0) -> KeptVersion:
        """Returns a version of an application's CV; 0 is the newest.

        Raises:
            NotFound: None of the caller's applications has that id, or it has no such version
                (``DOCUMENT_NOT_FOUND``).
        """
        ...

    async def documents(self, caller: Caller, application_id: UUID, number: int) -> tuple[Document, ...]:
        """Returns the documents of a version of an application's CV; none if there is no such version.

        Raises:
            NotFound: None of the caller's applications has that id.
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
        (READY), run (SUCCEEDED) and the run's last events. A revision adds its version to the CV that is
        there, and leaves offer, title and company as they are. The ids of the rows are those of
        ``domain.run.records_filed``. A second call for the same run changes nothing and returns
        the same.

        Raises:
            Conflict: The run has been cancelled or has failed in the meantime (``RUN_ENDED``), or a
                revision comes too late: the application was submitted (``STATUS_STEP_REFUSED``), or has
                another version by now (``REVISION_STALE``).
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
        """Returns the caller's last ``ANSWERS_MAX`` answers, oldest first."""
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

        FAILED and CANCELLED end the application with it, unless it has a CV: then it is READY with that.
        Returns False if it had ended before.
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

    async def update(self, caller: Caller, application_id: UUID, change: ApplicationChange) -> Application:
        """Changes an application and returns it whole; the database guards which step may follow which.

        Becoming SUBMITTED keeps what went out, for ever.

        Raises:
            NotFound: None of the caller's has that id.
            Conflict: It has changed since that revision (``REVISION_STALE``), or it can't go there from
                where it stands (``STATUS_STEP_REFUSED``; the message lists where it can).
        """
        ...

    async def check(self) -> None:
        """Raises Unavailable unless Postgres answers."""
        ...


class DeletedRecords(DomainModel):
    """How much was deleted, and which runs."""

    applications: int
    documents: int
    runs: tuple[UUID, ...] = ()


class PersonalDataAction(StrEnum):
    """What is noted of a person's data, beside what the database notes itself."""

    EXPORT_BEGAN = "export_began"
    EXPORT_ENDED = "export_ended"
    FILES_DELETED = "files_deleted"


class PersonalDataNote(DomainModel):
    """An entry of the log of exports and deletions: how much, and not a word of what.

    Attributes:
        request_id: Of the call.
        complete: Whether an export was sent to its end.
    """

    action: PersonalDataAction
    request_id: str = ""
    rows: int | None = None
    files: int | None = None
    bytes: int | None = None
    complete: bool | None = None


class PersonalRecords(Protocol):
    """Everything of one person, to take away or to take down. Acts as ``caller`` under row-level security."""

    def export(self, caller: Caller) -> AsyncGenerator[tuple[str, str]]:
        """Yields (table, row as JSON text), table by table, rows in a stable order, of every table."""
        ...

    async def delete(self, caller: Caller, request_id: str) -> DeletedRecords:
        """Deletes every row of the caller's but the numbers of today's model calls, in one transaction.

        That it did is noted in the same transaction, with the id of the call.
        """
        ...

    async def note(self, caller: Caller, note: PersonalDataNote) -> None:
        """Adds an entry to the log of exports and deletions, which outlives the caller's rows.

        Raises:
            Unavailable: Postgres does not answer.
        """
        ...

    async def open_runs(self, caller: Caller) -> tuple[UUID, ...]:
        """Returns the caller's runs that have not ended."""
        ...


class Accounts(Protocol):
    """The accounts that tokens speak of."""

    async def check(self, caller: Caller) -> None:
        """Raises unless the account stands.

        Raises:
            Forbidden: It is banned (``ACCOUNT_BANNED``).
            Unauthenticated: There is no such account any more (``TOKEN_INVALID``).
            Unavailable: Postgres does not answer.
        """
        ...


class ModelLedger(Protocol):
    """What was paid for, call by call. Every call acts as ``caller`` under row-level security."""

    async def note(self, caller: Caller, run_id: UUID, call: ModelCall) -> float:
        """Writes a call down; the same ordinal of the same run again changes nothing.

        Returns:
            What the caller's calls cost since midnight UTC, in USD, this one with them; a call without
            a known price counts as nothing.
        """
        ...

    async def spent_today(self, caller: Caller) -> float:
        """Returns that sum without noting a call."""
        ...
