"""How much of a CV comes back from a file: employers, titles, dates and lines, whole and in place."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from cv_designs import title_of
from cvtailor.adapters.embedded_engine.cv_readers.dates import MONTH_WORDS, find_period
from cvtailor.domain.base_cv import BaseCv, Entry, EntryKind, Section

_WORD = re.compile(r"[^\W_]+")
_LINK_TARGET = re.compile(r"\]\([^)]*\)")
_DATED = (EntryKind.EXPERIENCE, EntryKind.EDUCATION)
# What a date in words loses, and "BSc in Physics" between degree and field.
_GLUE = frozenset(["de", "to", "in", "en", *MONTH_WORDS])

PARTS = ("employers", "titles", "dates", "lines")


@dataclass
class Fidelity:
    """What was there, what came back, and what went wrong.

    Attributes:
        wanted: Facts and lines of the CV, by part.
        found: Those that came back whole and in the right entry.
        lost: Words that are neither in the CV that came back nor told of in ``unplaced``.
        faults: One line for each thing that did not come back.
    """

    wanted: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def add(self, other: "Fidelity") -> None:
        self.wanted += other.wanted
        self.found += other.found
        self.lost += other.lost
        self.faults += other.faults

    def share(self, part: str) -> float:
        return self.found[part] / self.wanted[part]

    def note(self, part: str, wanted: str, found: Iterable[str]) -> None:
        self.wanted[part] += 1
        found = list(found)
        if wanted in found:
            self.found[part] += 1
        else:
            self.faults.append(f"{part}: {wanted!r} not in {found!r:.300}")


def fidelity(cv: BaseCv, back: BaseCv) -> Fidelity:
    """Compares a CV with what was read from its file."""
    scored = Fidelity()
    jobs = [entry for _, entry in back.entries() if entry.kind in _DATED]
    for section in cv.sections:
        for entry in section.entries:
            if entry.kind in _DATED:
                _score_job(entry, _most_alike(entry, jobs), scored)
            else:
                twins = _same(section, back)
                said = [line for twin in twins for line in (*_lines(twin), _plain(twin.title))]
                for line in _lines(entry):
                    scored.note("lines", line, said)
    said = Counter(word for text in _texts(back) for word in _words(text))
    wanted = Counter(word for text in _texts_of(cv) for word in _words(text))
    scored.lost = sorted(word for word in wanted - said if word not in _GLUE)
    return scored


def _score_job(entry: Entry, twin: Entry | None, scored: Fidelity) -> None:
    if entry.organisation:
        scored.note("employers", _plain(entry.organisation), [_plain(twin.organisation)] if twin else [])
    if title_of(entry):
        scored.note("titles", _title(entry), [_title(twin)] if twin else [])
    scored.note("dates", _dates(entry), [_dates(twin)] if twin else [])
    for line in _lines(entry):
        scored.note("lines", line, _lines(twin) if twin else [])


def _most_alike(entry: Entry, others: list[Entry]) -> Entry | None:
    def alike(other: Entry) -> int:
        shared = Counter(_words(" ".join(_of_entry(entry)))) & Counter(_words(" ".join(_of_entry(other))))
        return shared.total() + 3 * (_dates(entry) == _dates(other))

    alikes = [other for other in others if other.kind is entry.kind]
    return max(alikes, key=alike, default=None)


def _of_entry(entry: Entry) -> Iterator[str]:
    yield from (entry.title, entry.degree, entry.organisation, *_lines(entry))


def _same(section: Section, back: BaseCv) -> list[Entry]:
    alike = (other for other in back.sections if _plain(other.title) == _plain(section.title))
    return [entry for other in alike for entry in other.entries]


def _title(entry: Entry) -> str:
    return " ".join(word for word in _words(title_of(entry)) if word not in ("in", "en"))


def _dates(entry: Entry) -> str:
    # Typed alone, the end of a period is a date like any other.
    return f"{entry.start_date}–{entry.end_date}" if entry.start_date else entry.date or entry.end_date


def _lines(entry: Entry) -> list[str]:
    if entry.kind is not EntryKind.ONE_LINE:
        return [_plain(line.text) for line in entry.lines()]
    # "First aid: 2023" may come back as an entry of its own, with its date.
    period = find_period(entry.text.text)
    is_dated = period is not None and len(entry.text.text) == period.span[1] - period.span[0]
    return [_plain(entry.title if is_dated else f"{entry.title} {entry.text.text}")]


def _texts(back: BaseCv) -> Iterator[str]:
    yield from (found.text for found in back.evidence().values())
    yield from (section.title for section in back.sections)
    for gone in back.unplaced:
        # A broken word that was told is told, whether its hyphen is right or not.
        yield f"{gone.text} {gone.text.replace('-', '')}"
    yield from (f"{profile.username} {profile.network} {profile.url}" for profile in back.contact.profiles)


def _texts_of(cv: BaseCv) -> Iterator[str]:
    yield from (cv.contact.name, cv.contact.email, cv.contact.phone, cv.contact.location)
    for _, entry in cv.entries():
        title = "" if entry.kind is EntryKind.ONE_LINE else entry.title
        yield from (title, entry.degree, entry.organisation, entry.location, *_lines(entry))


def _plain(text: str) -> str:
    return " ".join(_words(text))


def _words(text: str) -> list[str]:
    return _WORD.findall(_LINK_TARGET.sub("]", text).casefold())
