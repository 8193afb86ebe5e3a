"""What made an application's documents, what went out, and where it has been since."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from pydantic import Field

from cvtailor.domain.cv_changes import LineChange
from cvtailor.domain.documents import ApplicationStatus, Document
from cvtailor.domain.model import DomainModel


class Provenance(DomainModel):
    """What made a version of a CV, and how it differs from the base CV.

    Attributes:
        engine: Name and version of the engine, with the models that had a part in it.
        app_version: Version of the service that filed it.
        models: Those models that answered, ``provider:name``.
        prompt_versions: By agent that was answered, the digest of the prompt it worked with last.
    """

    engine: str = ""
    app_version: str = ""
    models: tuple[str, ...] = ()
    prompt_versions: Mapping[str, str] = Field(default_factory=dict)
    changes: tuple[LineChange, ...] = ()


class SentMessage(DomainModel):
    """A message as it was when the application went out; ``kind`` as in ``public.communication_kind``."""

    id: UUID
    kind: str
    subject: str
    body: str


class SentOffer(DomainModel):
    """The ad that was answered, as it was.

    Attributes:
        posting: Its whole text; empty for an application that was entered by hand.
        posting_sha256: Hex digest of it, or empty.
    """

    title: str = ""
    company: str = ""
    location: str = ""
    source_url: str = ""
    posting: str = ""
    posting_sha256: str = ""


class Submission(DomainModel):
    """What went out, kept as it was; it never changes.

    Attributes:
        cv_id: None if no CV was made here; ``cv_version`` likewise.
    """

    submitted_at: datetime
    cv_id: UUID | None = None
    cv_version: int | None = None
    offer: SentOffer
    documents: tuple[Document, ...] = ()
    messages: tuple[SentMessage, ...] = ()
    provenance: Provenance


class StatusChange(DomainModel):
    """A step of an application; ``from_status`` is None where it begins."""

    from_status: ApplicationStatus | None
    to_status: ApplicationStatus
    at: datetime
