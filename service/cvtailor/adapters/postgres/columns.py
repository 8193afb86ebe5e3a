"""The columns and vocabularies that the tables are made of."""

from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Column,
    DateTime,
    Enum,
    ForeignKeyConstraint,
    SmallInteger,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel


class CommunicationDirection(StrEnum):
    """Who wrote; ``public.communication_direction``."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class CommunicationChannel(StrEnum):
    """By what means; ``public.communication_channel``."""

    EMAIL = "email"
    PHONE = "phone"
    LINKEDIN = "linkedin"
    PORTAL = "portal"
    IN_PERSON = "in_person"
    OTHER = "other"


class CommunicationKind(StrEnum):
    """What it is for the application; ``public.communication_kind``. A run drafts a letter and an e-mail."""

    MESSAGE = "message"
    LETTER = "letter"
    EMAIL = "email"


class CommunicationStatus(StrEnum):
    """Whether it has happened; ``public.communication_status``."""

    DRAFT = "draft"
    SENT = "sent"
    RECEIVED = "received"


class ActionStatus(StrEnum):
    """How far an action point is; ``public.action_status``."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    DISMISSED = "dismissed"


users = Table("users", SQLModel.metadata, Column("id", Uuid, primary_key=True), schema="auth")


def words(default: str | None = "") -> Any:
    """A text column."""
    return Field(sa_column=Column(Text, nullable=False, server_default=default))


def small(default: int | None = 0) -> Any:
    """A smallint column."""
    server_default = None if default is None else str(default)
    return Field(sa_column=Column(SmallInteger, nullable=False, server_default=server_default))


def json(*, nullable: bool = False, default: str | None = None) -> Any:
    """A jsonb column."""
    return Field(sa_column=Column(JSONB, nullable=nullable, server_default=default))


def words_list() -> Any:
    """A text[] column, empty by default."""
    return Field(sa_column=Column(ARRAY(Text), nullable=False, server_default="{}"))


def moment(*, nullable: bool = True) -> Any:
    """A timestamptz column."""
    return Field(sa_column=Column(DateTime(timezone=True), nullable=nullable))


def now() -> Any:
    """A timestamptz column that Postgres sets."""
    return Field(sa_column=Column(DateTime(timezone=True), nullable=False, server_default=func.now()))


def one_of(members: type[StrEnum], name: str, default: str | None = None, *, nullable: bool = False) -> Any:
    """A column of one of the enums."""
    kind = Enum(members, name=name, values_callable=lambda enum: [member.value for member in enum])
    return Field(sa_column=Column(kind, nullable=nullable, server_default=default))


def key() -> Any:
    """The id of a row."""
    return Field(sa_column=Column(Uuid, primary_key=True, server_default=text("gen_random_uuid()")))


def owner() -> Any:
    """The owner of a row."""
    return Field(sa_column=Column(Uuid, nullable=False, server_default=text("auth.uid()")))


def of_user() -> ForeignKeyConstraint:
    """The foreign key to the owner."""
    return ForeignKeyConstraint(["user_id"], ["auth.users.id"], ondelete="CASCADE")


def of(parent: str, *columns: str, to: tuple[str, ...] = ("id",), **options: Any) -> ForeignKeyConstraint:
    """A foreign key to a parent of the same owner."""
    remote = [f"{parent}.{column}" for column in ("user_id", *to)]
    return ForeignKeyConstraint(["user_id", *columns], remote, **options)
