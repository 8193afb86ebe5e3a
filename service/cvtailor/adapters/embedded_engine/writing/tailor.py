"""Tailors a CV to one offer: the person's own lines, chosen and ordered."""

from collections.abc import Callable, Iterator
from datetime import date

from cvtailor.adapters.embedded_engine.skills.table import SkillTable
from cvtailor.adapters.embedded_engine.words import fold
from cvtailor.adapters.embedded_engine.writing.drop_order import DropOrder
from cvtailor.adapters.embedded_engine.writing.headline import headline_for
from cvtailor.adapters.embedded_engine.writing.relevance import Relevance
from cvtailor.adapters.embedded_engine.writing.section_order import ordered_sections
from cvtailor.adapters.embedded_engine.writing.selection import chosen
from cvtailor.adapters.embedded_engine.writing.skill_rows import reordered
from cvtailor.adapters.embedded_engine.writing.vital_lines import VitalLines
from cvtailor.domain.application import TailoringOptions
from cvtailor.domain.base_cv import FACT_FIELDS, BaseCv, Entry, Line, Section, SectionKind
from cvtailor.domain.grounding.section_titles import is_title_of, usual_title
from cvtailor.domain.job_offer import JobOffer
from cvtailor.domain.match_report import LeftOut, MatchReport
from cvtailor.domain.ports import TailoredDraft
from cvtailor.domain.tailored_cv import Claim, TailoredCv, TailoredEntry, TailoredSection

_RANKED_LINES = frozenset({SectionKind.EXPERIENCE, SectionKind.PROJECTS, SectionKind.VOLUNTEERING})
"""Sections whose bullet points are chosen and ordered; a degree's grade and thesis stay as they are."""

_STEP = 0.25
_TOP_LINES = 3


class CvTailor:
    """Makes one tailored draft.

    Args:
        cv: The base CV.
        offer: What is asked.
        report: How the CV answers it.
        options: The person's choices.
        table: The skill table.
        today: How long ago a job was.
    """

    def __init__(
        self,
        cv: BaseCv,
        offer: JobOffer,
        report: MatchReport,
        options: TailoringOptions,
        table: SkillTable,
        today: Callable[[], date],
    ) -> None:
        self._cv = cv
        self._offer = offer
        self._report = report
        self._table = table
        self._today = today
        self._relevance = Relevance(offer, report, table)
        self._kept_sections = frozenset(fold(name) for name in options.keep_sections)
        # Headings go with the text they stand over, and the text is never translated: only a language
        # the person asked for changes them. A German ad does not put German headings on an English CV.
        self._language = options.language[:2].lower() or cv.language
        self._left_out: list[LeftOut] = []

    def draft(self) -> TailoredDraft:
        """Returns the draft, the order in which lines may go, and what it does not show."""
        relevance = {section.key: self._section_relevance(section) for section in self._cv.sections}
        sections = tuple(self._section(section) for section in ordered_sections(self._cv.sections, relevance))
        tailored = TailoredCv(
            contact=self._cv.contact.model_copy(update={"headline": None}),
            headline=headline_for(self._cv, self._report, self._table),
            sections=sections,
            language=self._language,
        )
        kept = {line.id for section in self._cv.sections for line in self._kept_lines(section)}
        vital = VitalLines(self._cv.sections, self._offer, self._report, self._table)
        order = DropOrder(self._cv, self._offer, self._relevance, vital, kept, self._today)
        return TailoredDraft(cv=tailored, drop_order=order.of(tailored), left_out=tuple(self._left_out))

    def _section_relevance(self, section: Section) -> float:
        """Returns how much the best lines of a section say about the offer."""
        values = sorted(
            (self._relevance.of(line.id) for entry in section.entries for line in entry.lines()), reverse=True
        )
        top = values[:_TOP_LINES]
        return sum(top) / len(top) if top else 0.0

    def _is_kept(self, section: Section) -> bool:
        return bool(self._kept_sections & {fold(section.key), fold(section.title), section.kind.value})

    def _kept_lines(self, section: Section) -> Iterator[Line]:
        for entry in section.entries:
            for line in entry.lines():
                if line.keep or entry.keep or self._is_kept(section):
                    yield line

    def _section(self, section: Section) -> TailoredSection:
        entries = list(section.entries)
        # Jobs, degrees and publications keep their time order.
        if section.kind is SectionKind.PROJECTS:
            entries.sort(key=lambda entry: -round(self._entry_relevance(entry) / _STEP))
        elif section.kind is SectionKind.SKILLS:
            entries.sort(key=self._first_skill_asked)
        return TailoredSection(
            key=section.key,
            kind=section.kind,
            title=self._title(section),
            entries=tuple(
                self._entry(section, entry, f"{section.key}[{index}]") for index, entry in enumerate(entries)
            ),
        )

    def _title(self, section: Section) -> str:
        if self._language == self._cv.language or not is_title_of(section.title, section.kind):
            return section.title
        return usual_title(section.kind, self._language) or section.title

    def _first_skill_asked(self, entry: Entry) -> int:
        """Returns the place among the offer's skills of the first one that a row holds."""
        held = self._table.proven_by(
            name for line in entry.lines() for name in self._table.names(f"{entry.title}: {line.text}")
        )
        places = [place for place, skill in enumerate(self._offer.skills) if skill in held]
        return min(places, default=len(self._offer.skills))

    def _entry_relevance(self, entry: Entry) -> float:
        return max((self._relevance.of(line.id) for line in entry.lines()), default=0.0)

    def _entry(self, section: Section, entry: Entry, address: str) -> TailoredEntry:
        highlights: list[Line] = list(entry.highlights)
        if section.kind in _RANKED_LINES:
            keep_all = entry.keep or self._is_kept(section)
            highlights, left_out = chosen(entry.highlights, self._relevance, keep_all=keep_all)
            self._left_out += left_out
        facts = {field: getattr(entry, field) for field in (*FACT_FIELDS, "authors")}
        return TailoredEntry(
            source_id=entry.id,
            kind=entry.kind,
            **facts,
            text=self._text(section, entry, address),
            summary=_claim(f"{address}.summary", entry.summary),
            highlights=tuple(
                Claim(id=f"{address}.highlights[{index}]", text=line.text, evidence_ids=(line.id,))
                for index, line in enumerate(highlights)
            ),
        )

    def _text(self, section: Section, entry: Entry, address: str) -> Claim | None:
        claim = _claim(f"{address}.text", entry.text)
        if claim is None or section.kind is not SectionKind.SKILLS:
            return claim
        text = reordered(claim.text, self._offer.skills, self._table)
        return claim.model_copy(update={"text": text})


def _claim(id: str, line: Line | None) -> Claim | None:
    return Claim(id=id, text=line.text, evidence_ids=(line.id,)) if line else None
