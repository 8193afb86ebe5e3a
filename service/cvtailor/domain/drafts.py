"""What agents hand in. Nothing of it is trusted: code checks every id, quote and word before it counts."""

from enum import StrEnum

from pydantic import Field

from cvtailor.domain.base_cv import EvidenceId
from cvtailor.domain.model import DomainModel


class QuotedRequirement(DomainModel):
    """One thing the offer asks for, in the offer's own words."""

    quote: str
    must: bool


class ReadValue(DomainModel):
    """A value out of a closed set, and the words of the ad that it was read from."""

    value: str = ""
    quote: str = ""


class OfferDraft(DomainModel):
    """A job ad as an agent read it: quotes, word for word from the ad; empty where it does not say.

    Attributes:
        employment_type: A value of ``JobOffer.employment_type``.
        seniority: A value of ``JobOffer.seniority``.
        remote_policy: A value of ``RemotePolicy``.
        language: BCP 47 primary language of the ad.
    """

    title: str = ""
    company: str = ""
    location: str = ""
    employment_type: ReadValue = ReadValue()
    seniority: ReadValue = ReadValue()
    remote_policy: ReadValue = ReadValue()
    language: str = ""
    education_asked: str = ""
    contact_name: str = ""
    contact_email: str = ""
    responsibilities: tuple[str, ...] = ()
    requirements: tuple[QuotedRequirement, ...] = ()


class EntryDraft(DomainModel):
    """One job, degree or other entry as an agent read it: quotes, word for word from the CV."""

    organisation: str = ""
    title: str = ""
    degree: str = ""
    location: str = ""
    dates: str = ""
    summary: str = ""
    highlights: tuple[str, ...] = ()


class SectionDraft(DomainModel):
    """A section as an agent read it; ``kind`` is a value of ``SectionKind``."""

    kind: str
    title: str
    entries: tuple[EntryDraft, ...] = ()


class CvDraft(DomainModel):
    """A CV as an agent read it: every text is a quote, word for word from the CV.

    Attributes:
        language: BCP 47 primary language of the CV.
    """

    name: str
    language: str = ""
    headline: str = ""
    email: str = ""
    phone: str = ""
    location: str = ""
    website: str = ""
    sections: tuple[SectionDraft, ...] = ()


class PlannedAnswer(DomainModel):
    """Which lines answer a requirement."""

    requirement_id: str
    evidence_ids: tuple[EvidenceId, ...] = ()


class Plan(DomainModel):
    """What to show for this offer, in ids only.

    Attributes:
        answers: Evidence by requirement.
        order: Lines worth showing, the most telling first.
        rewrite: Lines whose wording should move towards the offer.
    """

    answers: tuple[PlannedAnswer, ...] = ()
    order: tuple[EvidenceId, ...] = ()
    rewrite: tuple[EvidenceId, ...] = ()


class WrittenClaim(DomainModel):
    """A line in an agent's words.

    Attributes:
        claim_id: Which line of the tailored CV it rewrites: ``experience[1].highlights[0]``, ``headline``.
        evidence_ids: What it rests on.
        text: With references such as ``{n1}`` in place of every number, date and name of the evidence.
    """

    claim_id: str
    evidence_ids: tuple[EvidenceId, ...] = ()
    text: str


class RemarkCode(StrEnum):
    """What can be wrong with a line; the only words that go back to the writer.

    ``DROPPED``: it leaves out a fact of its source, or a skill that the offer asks for.
    """

    UNSUPPORTED = "unsupported"
    FACT_TYPED = "fact_typed"
    NUMBER_TYPED = "number_typed"
    UNKNOWN_EVIDENCE = "unknown_evidence"
    INFLATED = "inflated"
    GENERIC = "generic"
    OFF_TONE = "off_tone"
    TOO_LONG = "too_long"
    AD_KEYWORD = "ad_keyword"
    DROPPED = "dropped"


class Remark(DomainModel):
    """A critic's or the guard's objection to one line."""

    claim_id: str
    code: RemarkCode


class LetterSentence(DomainModel):
    """One sentence; a courtesy cites nothing and may refer to ``{title}``, ``{company}`` and ``{name}``."""

    text: str
    evidence_ids: tuple[EvidenceId, ...] = ()


class LetterDraft(DomainModel):
    """A letter as an agent wrote it; each paragraph speaks of one job at most."""

    paragraphs: tuple[tuple[LetterSentence, ...], ...] = Field(default=())
