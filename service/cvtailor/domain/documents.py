"""Where an application stands, and the documents it holds."""

from enum import StrEnum

from cvtailor.domain.model import DomainModel


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
