"""A run: one generation, from request to records, told as numbered events."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal, Protocol
from uuid import UUID, uuid5

from pydantic import Field

from cvtailor.domain.application import Document
from cvtailor.domain.drafts import Plan
from cvtailor.domain.model import DomainModel
from cvtailor.domain.model_calls import AgentName, ModelUse
from cvtailor.domain.question import Question
from cvtailor.domain.revision import Revision
from cvtailor.domain.step_results import RecordsFiled, StepResult

_RUNS = UUID("6a0f8a0e-5a3e-5f64-9d7c-1f1c7a3f2b10")


def run_id_for(user_id: UUID, request_id: str) -> UUID:
    """Returns the run that belongs to a caller's request id, the same every time."""
    return uuid5(_RUNS, f"{user_id}/{request_id}")


def application_id_for(run_id: UUID) -> UUID:
    """Returns the application that a run founds."""
    return uuid5(run_id, "application")


def cv_id_for(run_id: UUID) -> UUID:
    """Returns the CV that a run founds."""
    return uuid5(run_id, "cv")


class Step(StrEnum):
    """The steps of a run, in the order they happen."""

    READ_CV = "read_cv"
    READ_OFFER = "read_offer"
    MATCH = "match"
    ASK = "ask"
    TAILOR = "tailor"
    WRITE_LETTER = "write_letter"
    CHECK_CLAIMS = "check_claims"
    FIT_PAGES = "fit_pages"
    CHECK_AGREEMENT = "check_agreement"
    RENDER = "render"
    FILE_RECORDS = "file_records"


STEPS = tuple(Step)


class RunState(StrEnum):
    """How far a run is; the same words as ``public.run_state``."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


TERMINAL = frozenset({RunState.SUCCEEDED, RunState.FAILED, RunState.CANCELLED})


def records_filed(run_id: UUID, action_points: int, revision: Revision | None = None) -> RecordsFiled:
    """Names the rows that a run will write; the same for every attempt.

    A revision adds a version to the CV that is there, and uses the offer that is there.
    """
    return RecordsFiled(
        job_offer_id=revision.job_offer_id if revision else uuid5(run_id, "job_offer"),
        cv_id=revision.cv_id if revision else cv_id_for(run_id),
        cv_version=revision.version if revision else 1,
        communication_id=uuid5(run_id, "letter"),
        action_points=action_points,
        email_communication_id=uuid5(run_id, "email"),
    )


class Accepted(DomainModel):
    """The run was accepted and its rows exist."""

    type: Literal["accepted"] = "accepted"
    steps: tuple[Step, ...] = STEPS


class StepStarted(DomainModel):
    """A step began."""

    type: Literal["step_started"] = "step_started"
    step: Step


class StepProgress(DomainModel):
    """A step says how far it is.

    Attributes:
        done: Units done; where agents work, rounds.
        total: Units in all; 0 if unknown.
        agent: Who works now, if an agent does.
        accepted: Lines of agents that passed the checks so far.
        rejected: Lines of agents that did not.
        tokens: What the run's model calls took so far, in both directions.
        plan: What the planner chose, once it has.
    """

    type: Literal["step_progress"] = "step_progress"
    step: Step
    message: str
    done: int = 0
    total: int = 0
    agent: AgentName | None = None
    accepted: int = 0
    rejected: int = 0
    tokens: int = 0
    plan: Plan | None = None


class StepFinished(DomainModel):
    """A step ended well."""

    type: Literal["step_finished"] = "step_finished"
    step: Step
    result: StepResult
    duration_ms: int


class Warned(DomainModel):
    """Something the person should know, that did not stop the run.

    Attributes:
        code: Stable, for programs: ``unplaced_text``, ``claim_rejected``, ``page_limit_missed``; the
            contract lists them all.
        quote: The text it is about.
    """

    type: Literal["warned"] = "warned"
    step: Step
    code: str
    message: str
    quote: str = ""


class QuestionAsked(DomainModel):
    """The person is asked something; the run waits for so many seconds."""

    type: Literal["question_asked"] = "question_asked"
    question: Question
    wait_seconds: float


class QuestionAnswered(DomainModel):
    """A question is closed; an empty text means that there is nothing to tell."""

    type: Literal["question_answered"] = "question_answered"
    question_id: str
    text: str
    entry_id: str


class Completed(DomainModel):
    """The run is done; everything is stored. ``model_use`` is None if no model was called."""

    type: Literal["completed"] = "completed"
    documents: tuple[Document, ...]
    keywords_covered: tuple[str, ...]
    gaps: tuple[str, ...]
    pages: int
    model_use: ModelUse | None = None


class Failed(DomainModel):
    """The run ended without documents; ``reason`` is a value of ``domain.errors.Reason``."""

    type: Literal["failed"] = "failed"
    step: Step | None
    reason: str
    message: str
    retryable: bool


class Cancelled(DomainModel):
    """The owner cancelled the run."""

    type: Literal["cancelled"] = "cancelled"


type EventPayload = Annotated[
    Accepted
    | StepStarted
    | StepProgress
    | StepFinished
    | Warned
    | QuestionAsked
    | QuestionAnswered
    | Completed
    | Failed
    | Cancelled,
    Field(discriminator="type"),
]


class Progress(Protocol):
    """Says what a step is doing."""

    async def __call__(
        self,
        message: str,
        done: int,
        total: int,
        *,
        accepted: int = 0,
        rejected: int = 0,
        plan: Plan | None = None,
    ) -> None:
        """Tells everybody who watches; see ``StepProgress`` for the arguments."""
        ...


class EventDraft(DomainModel):
    """An event before the log gives it its number.

    Attributes:
        key: Names the event within its run (``match/finished``). A worker that repeats a step after
            a crash says the same things again; a key that is in the log already is left as it is.
    """

    key: str
    at: datetime
    step_index: int = 0
    percent: int
    payload: EventPayload


class RunEvent(DomainModel):
    """One element of a run's log.

    Attributes:
        sequence: 1, 2, 3… without a gap.
        step_index: One-based number of the step it belongs to; 0 before the first.
        percent: Progress of the whole run, 0 to 100, never falling.
    """

    run_id: UUID
    application_id: UUID
    sequence: int
    at: datetime
    step_index: int = 0
    step_count: int = len(STEPS)
    percent: int
    payload: EventPayload

    @property
    def is_last(self) -> bool:
        """Whether no event follows this one."""
        return isinstance(self.payload, Completed | Failed | Cancelled)
