"""Puts a base CV together: unique section keys, evidence ids, and a list of what found no place."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from cvtailor.adapters.embedded_engine.cv_readers.dates import is_in_order, is_present, iso
from cvtailor.adapters.embedded_engine.cv_readers.document import Scalar
from cvtailor.adapters.embedded_engine.cv_readers.source_text import (
    check_line_count,
    not_understood,
    unreadable,
)
from cvtailor.domain.base_cv import (
    FACT_FIELDS,
    BaseCv,
    Contact,
    Entry,
    EntryKind,
    Line,
    ProfileLink,
    Section,
    SectionKind,
    SourcePosition,
    Unplaced,
)
from cvtailor.domain.limits import CV_LINES_MAX

_KEEP_MARK = re.compile(r"^\s*\[keep\]\s*|\s*\[keep\]\s*$", re.IGNORECASE)
_NOT_OF_A_KEY = re.compile(r"[^a-z0-9]+")
_KEY_CHARS_MAX = 60
SAID_CHARS_MAX = 8_000
"""Of one line, bullet or fact, whose own lines in the source are joined."""


def split_keep_mark(text: str) -> tuple[str, bool]:
    """Parts a ``[keep]`` at the end or beginning of a text, the "always keep" mark, from the text."""
    if "[keep]" not in text.casefold():
        return text, False
    bare, marks = _KEEP_MARK.subn("", text)
    return (bare, True) if marks and bare else (text, False)


@dataclass(slots=True)
class EntryDraft:
    """An entry that grows while it is read; the fields are those of ``Entry``."""

    kind: EntryKind
    position: SourcePosition
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
    text: Scalar | None = None
    summary: Scalar | None = None
    highlights: list[Scalar] = field(default_factory=list)
    keep: bool = False

    def is_empty(self) -> bool:
        """Whether nothing was read into it."""
        return not (self.has_lines() or self.authors or any(getattr(self, fact) for fact in FACT_FIELDS))

    def has_lines(self) -> bool:
        """Whether anything but facts was read into it."""
        return bool(self.text or self.summary or self.highlights)

    def line_count(self) -> int:
        """How many lines it will have."""
        return sum(1 for line in (self.text, self.summary, *self.highlights) if line)

    def set_dates(self, start: Scalar, end: Scalar, date: Scalar) -> None:
        """Sets the dates of a format with fields for them: ISO if they can be read, else typed ``date``.

        A beginning without an end is going on, as both rendercv and JSON Resume have it.
        """
        self.date = date.value
        began, ended = iso(start.value), iso(end.value)
        if is_present(end.value) or (start and not end):
            ended = "present"
        is_readable = bool(began or not start) and bool(ended or not end)
        if is_readable and is_in_order(began, ended):
            self.start_date, self.end_date = began, ended
            return
        typed = " – ".join(text.value for text in (start, end) if text)
        self.date = f"{self.date} ({typed})" if self.date else typed

    def finish(self, entry_id: str) -> Entry:
        """Makes the entry and gives every line its evidence id."""
        text = _line(f"{entry_id}.text", self.text)
        return Entry(
            id=entry_id,
            kind=self.kind,
            organisation=self.organisation,
            title=self.title,
            degree=self.degree,
            location=self.location,
            start_date=self.start_date,
            end_date=self.end_date,
            date=self.date,
            authors=self.authors,
            doi=self.doi,
            url=self.url,
            text=text,
            summary=_line(f"{entry_id}.summary", self.summary),
            highlights=tuple(
                line
                for index, source in enumerate(self.highlights)
                if (line := _line(f"{entry_id}.highlights[{index}]", source))
            ),
            position=self.position,
            keep=self.keep or (text is not None and text.keep),
        )


def _line(evidence_id: str, source: Scalar | None) -> Line | None:
    if not source:
        return None
    text, keep = split_keep_mark(source.value)
    return Line(id=evidence_id, text=text, position=source.position, keep=keep)


@dataclass(slots=True)
class SectionDraft:
    """A section that grows while it is read."""

    title: str
    kind: SectionKind
    position: SourcePosition
    entries: list[EntryDraft] = field(default_factory=list)

    def add(self, kind: EntryKind, position: SourcePosition) -> EntryDraft:
        """Begins a new entry."""
        entry = EntryDraft(kind, position)
        self.entries.append(entry)
        return entry

    def add_line(self, kind: EntryKind, line: Scalar, label: str = "") -> None:
        """Adds an entry that is one line: text, a bullet, or a label and its details."""
        if line or label:
            entry = self.add(kind, line.position)
            entry.text, entry.title = line, label

    def finish(self, key: str, entries: Iterable[EntryDraft]) -> Section:
        """Makes the section of those of its entries that are not empty."""
        return Section(
            key=key,
            kind=self.kind,
            title=self.title,
            entries=tuple(entry.finish(f"{key}[{index}]") for index, entry in enumerate(entries)),
        )


@dataclass(slots=True)
class ContactDraft:
    """Contact data that grows while it is read.

    A second e-mail address, phone number or website becomes a profile, so that none is lost.
    """

    name: str = ""
    headline: Scalar | None = None
    email: str = ""
    phone: str = ""
    location: str = ""
    website: str = ""
    profiles: list[ProfileLink] = field(default_factory=list)

    def add(self, channel: str, value: str) -> None:
        """Adds an ``email``, ``phone`` or ``website``."""
        if not getattr(self, channel):
            setattr(self, channel, value)
        elif getattr(self, channel) != value:
            url = value if channel == "website" else ""
            self.profiles.append(ProfileLink(network=channel.capitalize(), username=value, url=url))

    def finish(self) -> Contact:
        """Makes the contact data."""
        headline = _line("contact.headline", self.headline)
        return Contact(
            name=self.name,
            headline=headline,
            email=self.email,
            phone=self.phone,
            location=self.location,
            website=self.website,
            profiles=tuple(self.profiles),
        )


class CvBuilder:
    """What a format's reader fills.

    Attributes:
        contact: Contact data so far.
        sections: Sections so far, in source order.
    """

    def __init__(self, field: str) -> None:
        self.field = field
        self.contact = ContactDraft()
        self.sections: list[SectionDraft] = []
        self._unplaced: list[Unplaced] = []

    def section(self, title: str, kind: SectionKind, position: SourcePosition) -> SectionDraft:
        """Begins a new section.

        Raises:
            InvalidInput: More sections than a CV has lines.
        """
        check_line_count(len(self.sections) + 1, self.field, position.line)
        section = SectionDraft(title, kind, position)
        self.sections.append(section)
        return section

    def leave_out(self, texts: Iterable[Scalar], reason: str) -> None:
        """Records pieces of the source that have no place in a base CV.

        Raises:
            InvalidInput: More of them than a CV has lines.
        """
        for text in texts:
            if text:
                self._unplaced.append(Unplaced(text=text.value, position=text.position, reason=reason))
                check_line_count(len(self._unplaced), self.field, text.line)

    def build(self, notices: Iterable[Unplaced] = ()) -> BaseCv:
        """Makes the base CV, its language not yet known.

        Raises:
            InvalidInput: No name, nothing to tailor, or more lines than are read.
        """
        if not self.contact.name:
            raise not_understood("The CV has no name. Begin it with the person's name.", self.field, line=1)
        drafts: list[tuple[SectionDraft, list[EntryDraft]]] = []
        for draft in self.sections:
            if entries := [entry for entry in draft.entries if not entry.is_empty()]:
                drafts.append((draft, entries))
            else:
                self.leave_out(
                    [Scalar(draft.title, draft.position.line, draft.position.path)], "section without content"
                )
        if not drafts:
            raise not_understood(
                "The CV has no content besides contact data. Add at least one section, such as experience.",
                self.field,
            )
        unplaced = (*self._unplaced, *notices)
        # Counted before the lines are made: a few lines of the source can make twenty times as many.
        line_count = sum(max(1, entry.line_count()) for _, entries in drafts for entry in entries)
        line_count += len(unplaced)
        if line_count > CV_LINES_MAX:
            raise unreadable(
                f"The CV has {line_count:,} lines; at most {CV_LINES_MAX:,} are read. Send a shorter one.",
                self.field,
            )
        keys = _SectionKeys()
        cv = BaseCv(
            contact=self.contact.finish(),
            sections=tuple(draft.finish(keys.key_of(draft), entries) for draft, entries in drafts),
            unplaced=unplaced,
        )
        self._check_lengths(cv)
        return cv

    def _check_lengths(self, cv: BaseCv) -> None:
        for said in cv.evidence().values():
            if len(said.text) > SAID_CHARS_MAX:
                raise unreadable(
                    f"{said.id} has {len(said.text):,} characters; at most {SAID_CHARS_MAX:,} are read."
                    " Break it up into lines.",
                    self.field,
                    line=said.position.line,
                    path=said.position.path,
                )


class _SectionKeys:
    """Gives each section a key of its own; a title that comes again counts on from the last time."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._number: dict[str, int] = {}

    def key_of(self, draft: SectionDraft) -> str:
        """Names a section after its title in ASCII, or after its kind where that has no Latin letters."""
        ascii_title = (
            unicodedata.normalize("NFKD", draft.title.replace("ß", "ss")).encode("ascii", "ignore").decode()
        )
        stem = _NOT_OF_A_KEY.sub("_", ascii_title.lower())[:_KEY_CHARS_MAX].strip("_")
        stem = stem or f"{draft.kind}_section"
        number = self._number.get(stem, 1)
        key = stem if number == 1 else f"{stem}_{number}"
        while key in self._taken:
            number += 1
            key = f"{stem}_{number}"
        self._taken.add(key)
        self._number[stem] = number
        return key
