"""What the person has: the base CV, every line of it addressable as evidence."""

from collections.abc import Iterator
from enum import StrEnum

from cvtailor.domain.model import DomainModel

type EvidenceId = str
"""Address of one line of the base CV, stable for the same input: ``experience[1].highlights[3]``.

The part before the first dot names an entry: a section key and a zero-based index. Facts of an
entry are addressed by field (``experience[1].company``), contact data as ``contact.email``.
"""

type EntryId = str
"""Address of one entry: ``experience[1]``."""


class CvFormat(StrEnum):
    """The formats a base CV is read from."""

    RENDERCV_YAML = "rendercv_yaml"
    JSON_RESUME = "json_resume"
    MARKDOWN = "markdown"
    PLAIN_TEXT = "plain_text"
    PDF = "pdf"
    DOCX = "docx"


PROSE_FORMATS = frozenset({CvFormat.MARKDOWN, CvFormat.PLAIN_TEXT, CvFormat.PDF})
"""Formats of which an agent may make more than the embedded engine: little in them says what a line is."""


class CvSource(DomainModel):
    """A base CV as the caller sent it; ``content`` is at most ``Limits.cv_bytes_max`` bytes."""

    format: CvFormat
    content: bytes


class SourcePosition(DomainModel):
    """Where a line stands in what the caller sent.

    Attributes:
        line: One-based line in the source, or None where the format has none.
        path: Path in the source's own terms, for example ``cv.sections.experience[0].company`` or ``page 2``.
    """

    line: int | None = None
    path: str = ""


_NOWHERE = SourcePosition()


class Line(DomainModel):
    """One line of the base CV in the person's own words.

    Attributes:
        id: The evidence id.
        text: The line as plain text with Markdown emphasis and links kept.
        position: Where it was read from.
        keep: The person marked it as "always keep".
    """

    id: EvidenceId
    text: str
    position: SourcePosition = SourcePosition()
    keep: bool = False


class SectionKind(StrEnum):
    """What a section is about, whatever its title says and in whatever language."""

    SUMMARY = "summary"
    EXPERIENCE = "experience"
    EDUCATION = "education"
    SKILLS = "skills"
    PROJECTS = "projects"
    PUBLICATIONS = "publications"
    CERTIFICATES = "certificates"
    LANGUAGES = "languages"
    AWARDS = "awards"
    VOLUNTEERING = "volunteering"
    INTERESTS = "interests"
    REFERENCES = "references"
    OTHER = "other"


FACTS_STAY = frozenset({SectionKind.EXPERIENCE, SectionKind.EDUCATION})
"""Jobs and degrees still say who, when and where when every line of theirs has gone."""


class EntryKind(StrEnum):
    """The shape of an entry; decides which fields are set and how it is typeset."""

    TEXT = "text"
    BULLET = "bullet"
    ONE_LINE = "one_line"
    EXPERIENCE = "experience"
    EDUCATION = "education"
    NORMAL = "normal"
    PUBLICATION = "publication"


class EntryFacts(DomainModel):
    """What an entry says by field: copied to a tailored CV as it is, or not at all.

    Attributes:
        organisation: Company, institution, journal or issuer.
        title: Position, degree's field of study, project name, publication title, or the label of a
            one-line entry (``Programming languages``).
        degree: Degree of an education entry (``MSc``).
        start_date: ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``.
        end_date: As ``start_date``, or ``present``.
        date: A single date or free text, used instead of start and end.
        authors: Of a publication, in order.
        doi: Of a publication, without ``https://doi.org/``.
        url: http or https only.
    """

    kind: EntryKind
    organisation: str = ""
    title: str = ""
    degree: str = ""
    location: str = ""
    start_date: str = ""
    end_date: str = ""
    date: str = ""
    authors: tuple[str, ...] = ()
    doi: str = ""
    url: str = ""


class Entry(EntryFacts):
    """One job, degree, project, skill row or paragraph.

    Attributes:
        text: The content of a text, bullet or one-line entry.
        summary: A paragraph that introduces the entry.
        highlights: The bullet points.
    """

    id: EntryId
    text: Line | None = None
    summary: Line | None = None
    highlights: tuple[Line, ...] = ()
    position: SourcePosition = SourcePosition()
    keep: bool = False

    def lines(self) -> Iterator[Line]:
        """Yields the entry's lines in reading order, facts excluded."""
        if self.text:
            yield self.text
        if self.summary:
            yield self.summary
        yield from self.highlights


FACT_FIELDS = ("organisation", "title", "degree", "location", "start_date", "end_date", "date", "doi", "url")
"""The single-valued facts of an ``Entry``; ``authors`` is the only other fact."""


class Section(DomainModel):
    """A titled part of the CV.

    Attributes:
        key: Unique within the CV, lower case: the prefix of its entries' ids.
        title: As the person wrote it.
    """

    key: str
    kind: SectionKind
    title: str
    entries: tuple[Entry, ...]


class ProfileLink(DomainModel):
    """A profile elsewhere, such as a GitHub account; ``network`` is free text, ``url`` may be empty."""

    network: str
    username: str
    url: str = ""


class Contact(DomainModel):
    """Who the person is and how to reach them; copied, never written.

    Attributes:
        phone: As the person wrote it.
        website: http or https URL.
    """

    name: str
    headline: Line | None = None
    email: str = ""
    phone: str = ""
    location: str = ""
    website: str = ""
    profiles: tuple[ProfileLink, ...] = ()


class Evidence(DomainModel):
    """One thing the base CV says, and the entry it says it about (empty for contact data)."""

    id: EvidenceId
    text: str
    entry_id: EntryId = ""
    position: SourcePosition = SourcePosition()


class Unplaced(DomainModel):
    """A piece of the source that found no place in the base CV, quoted, and why."""

    text: str
    position: SourcePosition = SourcePosition()
    reason: str


class BaseCv(DomainModel):
    """What the person has.

    Attributes:
        language: BCP 47 primary language of the CV's text (``en``, ``de``).
        unplaced: What the reader could not place; shown to the person, never dropped silently.
    """

    contact: Contact
    sections: tuple[Section, ...]
    language: str = "en"
    unplaced: tuple[Unplaced, ...] = ()

    def entries(self) -> Iterator[tuple[Section, Entry]]:
        """Yields every entry with its section, in source order."""
        for section in self.sections:
            for entry in section.entries:
                yield section, entry

    def evidence(self) -> dict[EvidenceId, Evidence]:
        """Indexes everything the CV says by evidence id: contact data, facts and lines."""
        found: dict[EvidenceId, Evidence] = {}

        def add(id: str, text: str, entry_id: str = "", position: SourcePosition = _NOWHERE) -> None:
            if text:
                found[id] = Evidence(id=id, text=text, entry_id=entry_id, position=position)

        contact = self.contact
        for field in ("name", "email", "phone", "location", "website"):
            add(f"contact.{field}", getattr(contact, field))
        if contact.headline:
            add(contact.headline.id, contact.headline.text, position=contact.headline.position)
        for index, profile in enumerate(contact.profiles):
            add(f"contact.profiles[{index}]", profile.url or profile.username)
        for _, entry in self.entries():
            for field in FACT_FIELDS:
                add(f"{entry.id}.{field}", getattr(entry, field), entry.id, entry.position)
            add(f"{entry.id}.authors", ", ".join(entry.authors), entry.id, entry.position)
            for line in entry.lines():
                add(line.id, line.text, entry.id, line.position)
        return found
