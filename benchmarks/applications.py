"""Makes applications in this process, as a run does, and looks them over with fresh eyes."""

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cvtailor.adapters.embedded_engine import (
    EmbeddedCvReader,
    EmbeddedMatcher,
    EmbeddedOfferReader,
    EmbeddedTailor,
    skill_names,
)
from cvtailor.adapters.pdf_text.extractors import PdfTextExtractors
from cvtailor.adapters.rendering import RendercvTypesetter
from cvtailor.domain.application import TailoringOptions, Theme
from cvtailor.domain.ats import AtsCheck, check_ats
from cvtailor.domain.base_cv import FACT_FIELDS, BaseCv, CvSource, SectionKind
from cvtailor.domain.coverage import coverage
from cvtailor.domain.grounding import check_agreement, check_claims
from cvtailor.domain.job_offer import JobOffer, JobPosting
from cvtailor.domain.match_report import Coverage, LeftOut, MatchReport
from cvtailor.domain.ports import RenderedCv
from cvtailor.domain.tailored_cv import AgreedMessages, CheckedDraft, Claim
from cvtailor.steps.fit_pages import FILL_MIN, FittedCv, default_page_limit, fit_pages, told_last

_MUST_STAY = (SectionKind.EXPERIENCE, SectionKind.EDUCATION)
RENDER_DEADLINE_SECONDS = 30


def a_day() -> date:
    """The day all benchmarks run on, so that their figures do not change with the calendar."""
    return date(2026, 12, 1)


@dataclass(frozen=True)
class MadeApplication:
    """What one run makes, and what it was made from."""

    name: str
    cv: BaseCv
    offer: JobOffer
    report: MatchReport
    checked: CheckedDraft
    fitted: FittedCv
    agreed: AgreedMessages
    left_out: tuple[LeftOut, ...]
    may_still_go: int
    rendered: RenderedCv
    ats: AtsCheck
    seconds: float

    @property
    def coverage_before(self) -> Coverage:
        """Of the base CV."""
        return coverage(self.offer, self.report)

    @property
    def coverage_after(self) -> Coverage:
        """Of the delivered CV."""
        return coverage(self.offer, self.report, self.fitted.cv.shown())

    def unsupported(self) -> list[str]:
        """Returns what the delivered documents say without support.

        That is what the guard refuses when it is asked again, and, without the guard, each line that is no
        line of the base CV word for word and each fact that differs.
        """
        letter, email = self.agreed.letter, self.agreed.email
        again = check_claims(self.cv, self.fitted.cv, letter, email, self.offer, skill_names)
        once_more = check_agreement(self.cv, self.fitted.cv, letter, email, self.offer, skill_names)
        return [
            *(f"{item.reason.value}: {item.claim.text}" for item in (*again.rejected, *once_more.rejected)),
            *self._not_verbatim(),
            *self._changed_facts(),
        ]

    def lost(self) -> list[str]:
        """Returns the lines, jobs and degrees of the base CV that are neither shown nor reported."""
        shown = self.fitted.cv.shown() | {line.evidence_id for line in self.left_out}
        entries = {entry.source_id for section in self.fitted.cv.sections for entry in section.entries}
        lines = [
            line.text for _, entry in self.cv.entries() for line in entry.lines() if line.id not in shown
        ]
        return lines + [
            f"{entry.title or entry.degree} {entry.organisation}"
            for section, entry in self.cv.entries()
            if section.kind in _MUST_STAY and entry.id not in entries
        ]

    def page_target(self) -> str:
        """Returns ``hit``, ``missed``, or why it could not be hit.

        ``short``: everything is shown, and it is not more; ``facts``: only facts are left, and may not go.
        """
        if self.fitted.pages > self.fitted.page_limit:
            return "missed" if self.may_still_go else "facts"
        if self.fitted.fill >= FILL_MIN:
            return "hit"
        return "missed" if self.fitted.left_out else "short"

    def _not_verbatim(self) -> Iterator[str]:
        said = {id: evidence.text for id, evidence in self.cv.evidence().items()}
        for claim in self.fitted.cv.claims():
            cited = [said[id] for id in claim.evidence_ids if id in said]
            same = _parts(claim) if claim.id == "headline" else [claim.text]
            for part in same:
                if not any(part in line or _items(part) == _items(line) for line in cited):
                    yield f"not in the CV: {part}"

    def _changed_facts(self) -> Iterator[str]:
        base = {entry.id: entry for _, entry in self.cv.entries()}
        for section in self.fitted.cv.sections:
            for entry in section.entries:
                for field in (*FACT_FIELDS, "authors"):
                    if getattr(entry, field) != getattr(base[entry.source_id], field):
                        yield f"changed: {entry.source_id}.{field}"


def _parts(claim: Claim) -> list[str]:
    return [part for half in claim.text.split(" · ") for part in half.split(", ")]


def _items(line: str) -> list[str]:
    """The items of a list, in any order; a tailored row may have them in another one."""
    for sign in ";|·•/":
        line = line.replace(sign, ",")
    return sorted(item.strip() for item in line.rstrip(".").split(","))


class Maker:
    """Makes applications with the embedded engine and the real typesetter.

    Args:
        typesetter: Started.
    """

    def __init__(self, typesetter: RendercvTypesetter) -> None:
        self.typesetter = typesetter
        self._cv_reader = EmbeddedCvReader()
        self._offer_reader = EmbeddedOfferReader()
        self._matcher = EmbeddedMatcher(today=a_day)
        self._tailor = EmbeddedTailor(today=a_day)
        self._extractors = PdfTextExtractors()

    async def read_cv(self, source: CvSource) -> BaseCv:
        """Reads a base CV."""
        return await self._cv_reader.read(source)

    async def read_offer(self, text: str) -> JobOffer:
        """Reads an ad."""
        return await self._offer_reader.read(JobPosting(text=text))

    async def match(self, cv: BaseCv, offer: JobOffer) -> MatchReport:
        """Matches a CV with an offer."""
        return await self._matcher.match(cv, offer)

    async def make(
        self, name: str, source: CvSource, posting: str, theme: Theme = Theme.CLASSIC
    ) -> MadeApplication:
        """Makes one application, step by step as ``workflow`` does."""
        began = time.perf_counter()
        options = TailoringOptions(theme=theme)
        cv = await self.read_cv(source)
        offer = await self.read_offer(posting)
        report = await self.match(cv, offer)
        draft = await self._tailor.tailor(cv, offer, report, options)
        letter = await self._tailor.write_letter(cv, offer, report, draft.cv, options)
        email = await self._tailor.write_email(cv, offer, report, draft.cv, options)
        await self._tailor.suggest_actions(cv, offer, report)
        checked = check_claims(cv, draft.cv, letter, email, offer, skill_names)
        fitted = await fit_pages(
            self.typesetter,
            checked.cv,
            told_last(draft.drop_order, checked.cv, checked.letter, checked.email),
            default_page_limit(cv, a_day()),
            theme,
            _unreported,
        )
        agreed = check_agreement(cv, fitted.cv, checked.letter, checked.email, offer, skill_names)
        rendered, ats = await self.render(fitted, theme)
        left = {claim.id for claim in fitted.cv.claims()}
        return MadeApplication(
            name=name,
            cv=cv,
            offer=offer,
            report=report,
            checked=checked,
            fitted=fitted,
            agreed=agreed,
            left_out=(*draft.left_out, *fitted.left_out),
            may_still_go=sum(id in left for id in draft.drop_order),
            rendered=rendered,
            ats=ats,
            seconds=time.perf_counter() - began,
        )

    async def render(self, fitted: FittedCv, theme: Theme) -> tuple[RenderedCv, AtsCheck]:
        """Makes a PDF and reads it back."""
        rendered = await self.typesetter.render(fitted.cv, theme, fitted.density)
        return rendered, check_ats(fitted.cv, await self._extractors.read(rendered.pdf))


async def _unreported(_said: str, _done: int, _of: int) -> None:
    """Nobody watches a benchmark."""


@asynccontextmanager
async def a_maker(cache_dir: Path, workers: int = 2) -> AsyncIterator[Maker]:
    """Starts the typesetter, and stops it in the end."""
    typesetter = RendercvTypesetter(
        workers=workers,
        render_deadline_seconds=RENDER_DEADLINE_SECONDS,
        queue_max=16,
        renders_per_worker_max=500,
        cache_dir=cache_dir,
        today=a_day,
    )
    try:
        await typesetter.start()
        yield Maker(typesetter)
    finally:
        await typesetter.close()
