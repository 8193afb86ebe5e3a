"""What a claim cites: lines as they may be read, facts by field, and the time they span."""

import re
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from functools import cached_property

from cvtailor.domain.base_cv import Evidence, EvidenceId
from cvtailor.domain.grounding.instructions import without_instructions
from cvtailor.domain.grounding.words import comparable, plain

ITEM_BREAK = re.compile(r"\s*[,;|·•]\s*")
_LINE_ID = re.compile(r"(?:\.text|\.summary|\.highlights\[\d+\]|\.headline|^headline)$")
_DATE_ID = re.compile(r"\.(?:start_date|end_date|date)$")
_DATE = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d\d))?")


@dataclass(frozen=True, slots=True)
class Period:
    """How long an entry lasts.

    Attributes:
        start: Year and month; the month is 0 if it isn't told.
        end: As start.
        lasts: It has not ended.
    """

    start: tuple[int, int]
    end: tuple[int, int]
    lasts: bool

    @property
    def months(self) -> int | None:
        """Length, both months counted in; None if it lasts or the start isn't told."""
        if self.lasts or not self.start[0] or not self.end[0]:
            return None
        whole_years = not self.start[1] or not self.end[1]
        months = 12 * (self.end[0] - self.start[0]) + self.end[1] - self.start[1] + 1
        return 12 * (self.end[0] - self.start[0]) if whole_years else months


def is_line(id: EvidenceId) -> bool:
    """Whether an id names a line, not a fact."""
    return bool(_LINE_ID.search(id))


class Cited:
    """The evidence of one claim.

    Args:
        ids: What it cites; ids that don't exist are left out.
        evidence: Everything the base CV says.

    Attributes:
        verbatim: Every cited text as it stands, instructions and all.
        lines: The cited lines without what is addressed to a model.
        facts: The cited facts that aren't dates.
        organisations: Names of employers and schools among them.
        titles: Job titles among them.
        texts: Lines and facts.
        by_entry: One text an entry, so that a certificate's year stays with its certificate.
        periods: The time that each cited entry spans.
    """

    def __init__(self, ids: Iterable[EvidenceId], evidence: Mapping[EvidenceId, Evidence]) -> None:
        cited = [evidence[id] for id in ids if id in evidence]
        self.verbatim = tuple(item.text for item in cited)
        self.lines = tuple(_readable(item.text) for item in cited if is_line(item.id))
        facts = [item for item in cited if not is_line(item.id) and not _DATE_ID.search(item.id)]
        self.facts = tuple(_readable(item.text) for item in facts)
        self.organisations = tuple(item.text for item in facts if item.id.endswith(".organisation"))
        self.titles = tuple(_readable(item.text) for item in facts if item.id.endswith(".title"))
        self.texts = (*self.lines, *self.facts)
        entries: dict[str, list[str]] = {}
        dates: dict[str, dict[str, str]] = {}
        for item in cited:
            if _DATE_ID.search(item.id):
                dates.setdefault(item.entry_id, {})[item.id.rpartition(".")[2]] = item.text
            else:
                entries.setdefault(item.entry_id, []).append(_readable(item.text))
        self.by_entry = tuple("; ".join(texts) for texts in entries.values())
        self.date_texts = tuple(text for fields in dates.values() for text in fields.values())
        self.periods = tuple(map(_period, dates.values()))

    @cached_property
    def lasts(self) -> bool:
        """Whether a cited job has not ended."""
        return any(period.lasts for period in self.periods)

    def each(self) -> "Iterator[Cited]":
        """Yields every cited text by itself, an item of a list too; with all dates and titles."""
        for text in self.texts:
            for item in dict.fromkeys((text, *ITEM_BREAK.split(text))):
                one = copy(self)
                one.lines = one.texts = one.by_entry = (item,)
                yield one

    def items(self) -> Iterator[str]:
        """Yields the items of cited lines that are lists."""
        for line in self.lines:
            found = ITEM_BREAK.split(line)
            yield from found if len(found) > 1 else ()

    def says(self, text: str) -> bool:
        """Whether a text is one of the cited ones, word for word."""
        if text in self.verbatim:
            return True
        said = comparable(text)
        return any(said == comparable(known) for known in self.verbatim)


def without_names(text: str, cited: Cited) -> str:
    """Returns a text without the names of cited employers, whose words say nothing about the work."""
    for name in cited.organisations:
        text = re.sub(re.escape(plain(name)), " ", text, flags=re.IGNORECASE)
    return text


def _readable(text: str) -> str:
    return without_instructions(plain(text))


def _period(fields: Mapping[str, str]) -> Period:
    single = fields.get("date", "")
    start, end = fields.get("start_date", single), fields.get("end_date", single)
    return Period(_month(start), _month(end), end == "present")


def _month(text: str) -> tuple[int, int]:
    found = _DATE.search(text)
    return (int(found["year"]), int(found["month"] or 0)) if found else (0, 0)
