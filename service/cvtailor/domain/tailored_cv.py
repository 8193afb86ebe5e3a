"""What is sent: the tailored CV and the letter, every line a claim with its evidence."""

from collections.abc import Iterator
from enum import StrEnum
from typing import ClassVar

from cvtailor.domain.base_cv import FACT_FIELDS, Contact, EntryFacts, EntryId, EvidenceId, SectionKind
from cvtailor.domain.model import DomainModel


class Claim(DomainModel):
    """One line of a tailored document and the lines of the base CV that support it.

    Attributes:
        id: Address in the tailored document: ``experience[1].highlights[0]``, ``letter[2]``, ``email[1]``.
        text: What is printed.
        evidence_ids: What it rests on; all of the same entry unless the claim is part of a message,
            headline or summary. Empty only for a courtesy (a salutation, a closing) in a message.
    """

    id: str
    text: str
    evidence_ids: tuple[EvidenceId, ...] = ()


class TailoredEntry(EntryFacts):
    """One entry of the tailored CV; the facts are those of the base CV's entry ``source_id``."""

    source_id: EntryId
    text: Claim | None = None
    summary: Claim | None = None
    highlights: tuple[Claim, ...] = ()

    def claims(self) -> Iterator[Claim]:
        """Yields the entry's claims in reading order."""
        if self.text:
            yield self.text
        if self.summary:
            yield self.summary
        yield from self.highlights


class TailoredSection(DomainModel):
    """A titled part of the tailored CV; ``key`` is that of the base CV's section."""

    key: str
    kind: SectionKind
    title: str
    entries: tuple[TailoredEntry, ...]


class TailoredCv(DomainModel):
    """A CV for one offer.

    Attributes:
        contact: The base CV's, unchanged but for ``headline``, which is ``headline`` below instead.
        headline: One line under the name, or None.
        language: Of headings and dates (BCP 47 primary language).
    """

    contact: Contact
    headline: Claim | None = None
    sections: tuple[TailoredSection, ...]
    language: str = "en"

    def claims(self) -> Iterator[Claim]:
        """Yields every claim in reading order."""
        if self.headline:
            yield self.headline
        for section in self.sections:
            for entry in section.entries:
                yield from entry.claims()

    def shown(self) -> frozenset[EvidenceId]:
        """Returns the ids of the evidence it shows: that of its claims and the facts of its entries."""
        lines = {id for claim in self.claims() for id in claim.evidence_ids}
        facts = {
            f"{entry.source_id}.{field}"
            for section in self.sections
            for entry in section.entries
            for field in FACT_FIELDS
            if getattr(entry, field)
        }
        return frozenset(lines | facts)


class Message(DomainModel):
    """Something written to the employer, whose every paragraph is a claim.

    Attributes:
        address: What the ids of its claims begin with.
        paragraphs: Salutation first, closing and name last.
    """

    address: ClassVar[str]

    subject: str
    paragraphs: tuple[Claim, ...]
    language: str = "en"

    def text(self) -> str:
        """Returns the paragraphs as plain text, parted by an empty line."""
        return "\n\n".join(claim.text for claim in self.paragraphs)


class CoverLetter(Message):
    """The letter, which is attached."""

    address = "letter"


class EmailDraft(Message):
    """The short e-mail that carries CV and letter."""

    address = "email"


class RejectionReason(StrEnum):
    """Why the guard refused a claim; ``ABSENT_FROM_CV``: true, but the tailored CV does not show it."""

    NO_EVIDENCE = "no_evidence"
    UNKNOWN_EVIDENCE = "unknown_evidence"
    FOREIGN_EVIDENCE = "foreign_evidence"
    FACT_CHANGED = "fact_changed"
    NUMBER_UNSUPPORTED = "number_unsupported"
    TERM_UNSUPPORTED = "term_unsupported"
    STRENGTH_INFLATED = "strength_inflated"
    CONTENT_UNSUPPORTED = "content_unsupported"
    ABSENT_FROM_CV = "absent_from_cv"


class RejectedClaim(DomainModel):
    """A claim that did not pass, why, and what took its place (empty: nothing, it was dropped)."""

    claim: Claim
    reason: RejectionReason
    detail: str
    replacement: str = ""


class CheckedDraft(DomainModel):
    """The documents after the guard: only supported claims are left.

    Attributes:
        kept: Number of claims that passed as they were.
    """

    cv: TailoredCv
    letter: CoverLetter
    email: EmailDraft
    kept: int
    rejected: tuple[RejectedClaim, ...] = ()


class AgreedMessages(DomainModel):
    """Letter and e-mail as they go with the CV that ships: they tell nothing that it does not show.

    Attributes:
        kept: Number of paragraphs that agreed as they were.
    """

    letter: CoverLetter
    email: EmailDraft
    kept: int
    rejected: tuple[RejectedClaim, ...] = ()
