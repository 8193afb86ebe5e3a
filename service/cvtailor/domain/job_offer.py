"""What the employer asks for: the job offer, every field with the span of text it came from."""

from datetime import date
from enum import StrEnum

from pydantic import Field

from cvtailor.domain.model import DomainModel


class JobPosting(DomainModel):
    """A job ad as the caller sent it; ``text`` is at most ``Limits.posting_chars_max`` characters."""

    text: str
    source_url: str = ""


class Span(DomainModel):
    """Half-open range of characters in the posting's text."""

    start: int
    end: int


class Priority(StrEnum):
    """How much the employer wants it."""

    MUST = "must"
    NICE = "nice"


class Requirement(DomainModel):
    """One thing the offer asks for.

    Attributes:
        id: ``requirement[0]``, in order of the text.
        text: The words of the offer.
        skills: Canonical names of the skills it mentions.
    """

    id: str
    text: str
    priority: Priority
    skills: tuple[str, ...] = ()
    span: Span


class RemotePolicy(StrEnum):
    """Where the work is done."""

    UNKNOWN = "unknown"
    ON_SITE = "on_site"
    HYBRID = "hybrid"
    REMOTE = "remote"


class SalaryPeriod(StrEnum):
    """What a salary figure is paid per."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class Salary(DomainModel):
    """A salary range in whole units of an ISO 4217 currency; ``maximum`` None means a single figure."""

    minimum: int
    maximum: int | None = None
    currency: str
    period: SalaryPeriod = SalaryPeriod.YEAR


class JobOffer(DomainModel):
    """A job ad, understood. Empty or None means the ad does not say.

    Attributes:
        language: BCP 47 primary language of the ad.
        seniority: ``junior``, ``mid``, ``senior``, ``lead`` or empty.
        employment_type: ``full_time``, ``part_time``, ``contract``, ``internship``, ``temporary`` or empty.
        skills: Canonical names, must-haves first, without repeats.
        years_asked: The largest number of years of experience asked for.
        languages_asked: BCP 47 primary languages.
        spans: For each field that was found, where it stands in the posting.
    """

    title: str
    company: str = ""
    location: str = ""
    remote_policy: RemotePolicy = RemotePolicy.UNKNOWN
    employment_type: str = ""
    seniority: str = ""
    salary: Salary | None = None
    language: str = "en"
    requirements: tuple[Requirement, ...] = ()
    responsibilities: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    years_asked: int | None = None
    languages_asked: tuple[str, ...] = ()
    education_asked: str = ""
    deadline: date | None = None
    contact_name: str = ""
    contact_email: str = ""
    spans: dict[str, Span] = Field(default_factory=dict)
