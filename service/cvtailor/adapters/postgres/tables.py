"""The tables of ``supabase/migrations`` as SQLModel classes; a test holds the two equal."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    Index,
    Numeric,
    PrimaryKeyConstraint,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from cvtailor.adapters.postgres.columns import (
    ActionStatus,
    CommunicationChannel,
    CommunicationDirection,
    CommunicationKind,
    CommunicationStatus,
    json,
    key,
    moment,
    now,
    of,
    of_user,
    one_of,
    owner,
    small,
    words,
    words_list,
)
from cvtailor.domain.application import ApplicationStatus, DocumentKind
from cvtailor.domain.run import RunState


class JobOfferRow(SQLModel, table=True):
    """An ad, as sent and as understood."""

    __tablename__ = "job_offers"
    __table_args__ = (
        of_user(),
        UniqueConstraint("user_id", "id"),
        Index("job_offers_newest_first", "user_id", text("created_at DESC"), text("id DESC")),
    )
    id: UUID = key()
    user_id: UUID = owner()
    title: str = words()
    company: str = words()
    location: str = words()
    language: str = words("en")
    source_url: str | None = Field(sa_column=Column(Text))
    closes_on: date | None
    posting: str = words()
    posting_sha256: str | None = Field(sa_column=Column(Text))
    content: dict[str, Any] = json(default="{}")
    created_at: datetime = now()
    updated_at: datetime = now()


class ApplicationRow(SQLModel, table=True):
    """An application; its title and company repeat the offer's, for lists."""

    __tablename__ = "applications"
    __table_args__ = (
        of_user(),
        of("job_offers", "job_offer_id"),
        UniqueConstraint("user_id", "id"),
        Index("applications_newest_first", "user_id", text("created_at DESC"), text("id DESC")),
        Index("applications_of_offer", "user_id", "job_offer_id"),
    )
    id: UUID = key()
    user_id: UUID = owner()
    status: ApplicationStatus = one_of(ApplicationStatus, "application_status", "draft")
    job_offer_id: UUID | None
    title: str = words()
    company: str = words()
    notes: str = words()
    applied_at: datetime | None = moment()
    revision: int = Field(sa_column_kwargs={"server_default": "1"})
    created_at: datetime = now()
    updated_at: datetime = now()


class StatusChangeRow(SQLModel, table=True):
    """A step of an application, written by a trigger."""

    __tablename__ = "application_status_changes"
    __table_args__ = (
        PrimaryKeyConstraint("user_id", "application_id", "ordinal"),
        of("applications", "application_id", ondelete="CASCADE"),
    )
    user_id: UUID
    application_id: UUID
    ordinal: int
    from_status: ApplicationStatus | None = one_of(ApplicationStatus, "application_status", nullable=True)
    to_status: ApplicationStatus = one_of(ApplicationStatus, "application_status")
    at: datetime = now()


class SubmissionRow(SQLModel, table=True):
    """What went out to the employer, written by a trigger and never changed."""

    __tablename__ = "submissions"
    __table_args__ = (
        of_user(),
        PrimaryKeyConstraint("user_id", "application_id"),
        of("applications", "application_id", ondelete="CASCADE"),
        of("cv_versions", "cv_id", "version", to=("cv_id", "version")),
        Index("submissions_of_version", "user_id", "cv_id", "version"),
    )
    user_id: UUID
    application_id: UUID
    cv_id: UUID | None
    version: int | None
    submitted_at: datetime = now()
    offer: dict[str, Any] = json()
    documents: list[dict[str, Any]] = json()
    messages: list[dict[str, Any]] = json()
    engine: str = words(None)
    app_version: str = words(None)
    models: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    prompt_versions: dict[str, str] = json()
    changes: list[dict[str, Any]] = json()


class RunRow(SQLModel, table=True):
    """A generation run."""

    __tablename__ = "generation_runs"
    __table_args__ = (
        of_user(),
        of("applications", "application_id", ondelete="CASCADE"),
        UniqueConstraint("user_id", "id"),
        UniqueConstraint("user_id", "request_id"),
        Index("runs_of_application", "user_id", "application_id", text("created_at DESC")),
        Index(
            "runs_with_request",
            "finished_at",
            postgresql_where=text("finished_at is not null and request <> '{}'"),
        ),
        Index(
            "runs_with_events",
            "finished_at",
            postgresql_where=text("finished_at is not null and first_sequence < last_sequence"),
        ),
        Index("runs_waiting", "created_at", postgresql_where=text("state = 'queued'")),
        Index("runs_open", "user_id", postgresql_where=text("finished_at is null")),
        Index("runs_lately", "user_id", "created_at"),
    )
    id: UUID = key()
    user_id: UUID = owner()
    application_id: UUID
    request_id: str = words(None)
    request_sha256: str = words(None)
    request: dict[str, Any] = json()
    state: RunState = one_of(RunState, "run_state", "queued")
    percent: int = small()
    step_index: int = small()
    last_sequence: int = Field(sa_column_kwargs={"server_default": "0"})
    error_reason: str = words()
    error_message: str = words()
    created_at: datetime = now()
    updated_at: datetime = now()
    finished_at: datetime | None = moment()
    first_sequence: int = Field(sa_column_kwargs={"server_default": "1"})


class EventRow(SQLModel, table=True):
    """One event of a run."""

    __tablename__ = "generation_events"
    __table_args__ = (
        PrimaryKeyConstraint("user_id", "run_id", "sequence"),
        UniqueConstraint("user_id", "run_id", "key"),
        of("generation_runs", "run_id", ondelete="CASCADE"),
    )
    user_id: UUID = owner()
    run_id: UUID
    sequence: int
    key: str = words(None)
    at: datetime = moment(nullable=False)
    step_index: int = small()
    step_count: int = small(None)
    percent: int = small(None)
    payload: dict[str, Any] = json()


class CvRow(SQLModel, table=True):
    """A tailored CV, in versions."""

    __tablename__ = "cvs"
    __table_args__ = (
        of_user(),
        of("applications", "application_id", ondelete="CASCADE"),
        of(
            "cv_versions",
            "id",
            "current_version",
            to=("cv_id", "version"),
            name="cvs_user_id_id_current_version_fkey",
            use_alter=True,
            deferrable=True,
            initially="DEFERRED",
        ),
        UniqueConstraint("user_id", "id"),
        Index("cvs_of_application", "user_id", "application_id"),
        Index("cvs_current_version", "user_id", "id", "current_version"),
    )
    id: UUID = key()
    user_id: UUID = owner()
    application_id: UUID | None
    title: str = words()
    current_version: int | None
    created_at: datetime = now()
    updated_at: datetime = now()


class CvVersionRow(SQLModel, table=True):
    """One version of a CV: what is printed, what it rests on, how it answers the offer."""

    __tablename__ = "cv_versions"
    __table_args__ = (
        PrimaryKeyConstraint("user_id", "cv_id", "version"),
        of("cvs", "cv_id", ondelete="CASCADE"),
        of("generation_runs", "run_id", ondelete="SET NULL (run_id)"),
        of("cv_versions", "cv_id", "parent_version", to=("cv_id", "version")),
        Index("cv_versions_of_run", "user_id", "run_id", unique=True),
        Index("cv_versions_of_parent", "user_id", "cv_id", "parent_version"),
    )
    user_id: UUID = owner()
    cv_id: UUID
    version: int
    run_id: UUID | None
    engine: str = words()
    theme: str = words()
    content: dict[str, Any] = json()
    content_sha256: str = words(None)
    base_cv: dict[str, Any] = json()
    match_report: dict[str, Any] = json()
    created_at: datetime = now()
    app_version: str = words()
    models: list[str] = words_list()
    prompt_versions: dict[str, str] = json(default="{}")
    changes: list[dict[str, Any]] = json(default="[]")
    parent_version: int | None
    feedback: str = words()


class DocumentRow(SQLModel, table=True):
    """A rendered document of a CV version."""

    __tablename__ = "documents"
    __table_args__ = (
        UniqueConstraint("user_id", "cv_id", "version", "name"),
        Index("documents_of_path", "user_id", "path"),
        of("cv_versions", "cv_id", "version", to=("cv_id", "version"), ondelete="CASCADE"),
    )
    id: UUID = key()
    user_id: UUID = owner()
    cv_id: UUID
    version: int
    name: str = words(None)
    kind: DocumentKind = one_of(DocumentKind, "document_kind")
    media_type: str = words(None)
    path: str = words(None)
    sha256: str = words(None)
    size_bytes: int
    page: int | None = Field(sa_column=Column(SmallInteger))
    created_at: datetime = now()


class CommunicationRow(SQLModel, table=True):
    """A message with the employer; the letter and the e-mail of a run are drafts of one."""

    __tablename__ = "communications"
    __table_args__ = (
        of_user(),
        of("applications", "application_id", ondelete="CASCADE"),
        of("generation_runs", "run_id", ondelete="SET NULL (run_id)"),
        UniqueConstraint("user_id", "id"),
        Index("communications_of_application", "user_id", "application_id", text("created_at DESC")),
        Index("communications_of_run", "user_id", "run_id", "kind", unique=True),
    )
    id: UUID = key()
    user_id: UUID = owner()
    application_id: UUID
    run_id: UUID | None
    direction: CommunicationDirection = one_of(CommunicationDirection, "communication_direction")
    channel: CommunicationChannel = one_of(CommunicationChannel, "communication_channel")
    status: CommunicationStatus = one_of(CommunicationStatus, "communication_status", "draft")
    counterpart: str = words()
    subject: str = words()
    body: str = words()
    content: dict[str, Any] | None = json(nullable=True)
    occurred_at: datetime | None = moment()
    created_at: datetime = now()
    updated_at: datetime = now()
    kind: CommunicationKind = one_of(CommunicationKind, "communication_kind", "message")


class AnswerRow(SQLModel, table=True):
    """What the person answered about a gap; evidence of one of their jobs."""

    __tablename__ = "answers"
    __table_args__ = (
        of_user(),
        of("applications", "application_id", ondelete="SET NULL (application_id)"),
        Index("answers_of_user", "user_id", "created_at"),
        Index("answers_of_application", "user_id", "application_id"),
    )
    id: UUID = key()
    user_id: UUID = owner()
    application_id: UUID | None
    requirement: str = words(None)
    text: str = words(None)
    organisation: str = words()
    title: str = words()
    created_at: datetime = now()


class ActionPointRow(SQLModel, table=True):
    """Something for the person to do."""

    __tablename__ = "action_points"
    __table_args__ = (
        of_user(),
        of("applications", "application_id", ondelete="CASCADE"),
        Index("action_points_of_application", "user_id", "application_id", "position"),
        Index(
            "action_points_open",
            "user_id",
            "due_on",
            postgresql_where=text("status in ('open', 'in_progress')"),
        ),
    )
    id: UUID = key()
    user_id: UUID = owner()
    application_id: UUID
    title: str = words(None)
    details: str = words()
    status: ActionStatus = one_of(ActionStatus, "action_status", "open")
    priority: int = small(2)
    position: int = small()
    due_on: date | None
    completed_at: datetime | None = moment()
    created_at: datetime = now()
    updated_at: datetime = now()


class ModelCallRow(SQLModel, table=True):
    """A paid call of a language model; it outlives its run, because a day's budget does."""

    __tablename__ = "model_calls"
    __table_args__ = (
        of_user(),
        of("generation_runs", "run_id", ondelete="SET NULL (run_id)"),
        Index("model_calls_of_run", "user_id", "run_id", "ordinal", unique=True),
        Index("model_calls_of_user", "user_id", "created_at"),
        Index("model_calls_oldest_first", "created_at"),
    )
    id: UUID = key()
    user_id: UUID = owner()
    run_id: UUID | None
    ordinal: int
    agent: str = words(None)
    model: str = words(None)
    input_tokens: int
    output_tokens: int
    cost_usd: float | None = Field(sa_column=Column(Numeric(12, 6, asdecimal=False)))
    duration_ms: int
    created_at: datetime = now()
