"""The CV prepared for matching: every line and fact as a text with its terms."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from cvtailor.adapters.embedded_engine.matching.bm25 import Bm25
from cvtailor.adapters.embedded_engine.matching.terms import bag_of
from cvtailor.adapters.embedded_engine.skills.table import SkillTable
from cvtailor.domain.base_cv import BaseCv, Entry, EntryKind, EvidenceId, Section, SectionKind

_CONTEXT_WEIGHT = 0.3
_CONTEXT_TERMS_MIN = 8


@dataclass(frozen=True, slots=True)
class CvText:
    """A line of the CV, or a fact that can answer a requirement (a job title, a degree).

    Attributes:
        text: What is compared; a one-line entry's label is part of it.
        ids: The evidence it stands for, the most telling first.
        bag: Its terms.
        skills: Canonical names of the skills it names or shows, and of all that these prove.
        is_line: False for a fact.
    """

    text: str
    ids: tuple[EvidenceId, ...]
    bag: Mapping[str, float]
    skills: frozenset[str]
    section: Section | None
    entry: Entry | None
    is_line: bool


class CvIndex:
    """Everything the CV says, ready to be searched."""

    def __init__(self, cv: BaseCv, table: SkillTable) -> None:
        self.cv = cv
        self._table = table
        self.texts = tuple(self._read())

    @cached_property
    def bm25(self) -> Bm25:
        """Scores all texts of the CV."""
        return Bm25([text.bag for text in self.texts])

    @cached_property
    def skills(self) -> frozenset[str]:
        """Every skill that the CV names, shows or proves."""
        return frozenset().union(*(text.skills for text in self.texts))

    def _read(self) -> Iterator[CvText]:
        headline = self.cv.contact.headline
        if headline:
            yield self._text(headline.text, (headline.id,), None, None, is_line=True)
        for section, entry in self.cv.entries():
            for line in entry.lines():
                label = f"{entry.title}: " if entry.kind is EntryKind.ONE_LINE and entry.title else ""
                yield self._text(f"{label}{line.text}", (line.id,), section, entry, is_line=True)
            yield from self._facts(section, entry)

    def _facts(self, section: Section, entry: Entry) -> Iterator[CvText]:
        if entry.kind is EntryKind.ONE_LINE:
            return
        fields = ("degree", "title") if section.kind is SectionKind.EDUCATION else ("title",)
        named = [(field, getattr(entry, field)) for field in fields if getattr(entry, field)]
        if named:
            text = " ".join(value for _, value in named)
            ids = tuple(f"{entry.id}.{field}" for field, _ in named)
            yield self._text(text, ids, section, entry, is_line=False)

    def _text(
        self,
        text: str,
        ids: tuple[EvidenceId, ...],
        section: Section | None,
        entry: Entry | None,
        *,
        is_line: bool,
    ) -> CvText:
        bag = dict(bag_of(text, self.cv.language, self._table))
        if entry and is_line:
            # A bullet speaks of the job it stands under, a little; a grade or a date does not.
            share = _CONTEXT_WEIGHT * min(1.0, len(bag) / _CONTEXT_TERMS_MIN)
            for term, weight in bag_of(entry.title, self.cv.language, self._table).items():
                bag.setdefault(term, weight * share)
        skills = self._table.proven_by(self._table.names(text))
        return CvText(text, ids, bag, skills, section, entry, is_line)
