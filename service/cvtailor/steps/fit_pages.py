"""Fits a tailored CV to the pages asked for: tightens the design, leaves out the least relevant lines."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import date

from cvtailor.domain.application import Density, Theme
from cvtailor.domain.base_cv import FACTS_STAY, BaseCv, SectionKind
from cvtailor.domain.match_report import LeftOut
from cvtailor.domain.model import DomainModel
from cvtailor.domain.ports import PageFit, Typesetter
from cvtailor.domain.run import Progress
from cvtailor.domain.tailored_cv import Claim, Message, TailoredCv, TailoredEntry, TailoredSection
from cvtailor.steps.page_guess import COMPACT_TO_NORMAL, DroppedLinesGuess

YEARS_FOR_TWO_PAGES = 10
FILL_MIN = 0.6
"""Share of the last page that should be used; below it the page looks abandoned."""

_GUESSES_MAX = 3
"""Rounds of guessing before plain bisection."""

TOO_LONG = "It is among the least relevant to this offer, and the pages asked for are full."


class FittedCv(DomainModel):
    """A CV that fits, or comes as close as it can.

    Attributes:
        fill: Used share of the last page's height, 0 to 1.
        renders: Layouts it took.
    """

    cv: TailoredCv
    density: Density
    pages: int
    page_limit: int
    fill: float
    renders: int
    left_out: tuple[LeftOut, ...] = ()


def told_last(drop_order: Sequence[str], cv: TailoredCv, *messages: Message) -> tuple[str, ...]:
    """Returns an order of dropping in which the lines that letter and e-mail tell of go last."""
    told = {id for message in messages for claim in message.paragraphs for id in claim.evidence_ids}
    telling = {claim.id for claim in cv.claims() if not told.isdisjoint(claim.evidence_ids)}
    return tuple(sorted(drop_order, key=telling.__contains__))


async def fit_pages(
    typesetter: Typesetter,
    cv: TailoredCv,
    drop_order: Sequence[str],
    page_limit: int,
    theme: Theme,
    report: Progress,
) -> FittedCv:
    """Finds the layout that shows the most on the pages asked for, and fills them.

    What does not fit is first set tighter; then the fewest lines go. What leaves the last page half empty
    is set wider, or tighter if that saves the page. Pages never grow when a line goes or the setting gets
    tighter: so the fewest lines are proven by two layouts, one that fits and one with a line more that
    doesn't. A guess of heights says which two to try.

    Args:
        typesetter: Lays out.
        cv: All the lines that are worth showing.
        drop_order: Ids of claims that may go, the most dispensable first.
        page_limit: Pages wanted.
        theme: The design.
        report: Told of each layout.

    Raises:
        RenderTimeout: A layout took longer than its deadline.
        RenderRefused: The CV can't be typeset.
        Unavailable: No worker was free.
    """
    present = {claim.id for claim in cv.claims()}
    order = [id for id in drop_order if id in present]
    layouts = _Layouts(typesetter, cv, order, page_limit, theme, report)
    density, dropped = Density.NORMAL, 0
    guess = DroppedLinesGuess(layouts.variant, len(order), page_limit)
    if guess.dropped():
        # Where lines must go though it is set tightly, normal setting need not be tried.
        dropped = await _fewest_dropped(layouts, guess, len(order), page_limit)
    if dropped:
        density = Density.COMPACT
    elif (fit := await layouts.at(density, 0)).pages > page_limit:
        density = Density.COMPACT
        guess.learn(0, fit, COMPACT_TO_NORMAL)
        dropped = await _fewest_dropped(layouts, guess, len(order), page_limit)
    elif fit.fill < FILL_MIN:
        density = await _fuller(layouts, fit, page_limit)
    fit = await layouts.at(density, dropped)
    gone = frozenset(order[:dropped])
    fitted = layouts.variant(dropped)
    typesetter.foresee(fitted, theme, density)
    return FittedCv(
        cv=fitted,
        density=density,
        pages=fit.pages,
        page_limit=page_limit,
        fill=fit.fill,
        renders=layouts.made,
        left_out=tuple(
            LeftOut(evidence_id=claim.evidence_ids[0], text=claim.text, reason=TOO_LONG)
            for claim in cv.claims()
            if claim.id in gone and claim.evidence_ids
        ),
    )


class _Layouts:
    """Lays out each variant once."""

    def __init__(
        self,
        typesetter: Typesetter,
        cv: TailoredCv,
        order: Sequence[str],
        page_limit: int,
        theme: Theme,
        report: Progress,
    ) -> None:
        self._typesetter, self._cv, self._order, self._theme = typesetter, cv, order, theme
        self._page_limit, self._report = page_limit, report
        self._known: dict[tuple[Density, int], PageFit] = {}
        self._variants: dict[int, TailoredCv] = {}

    @property
    def made(self) -> int:
        return len(self._known)

    def variant(self, dropped: int) -> TailoredCv:
        if dropped not in self._variants:
            self._variants[dropped] = without(self._cv, frozenset(self._order[:dropped]))
        return self._variants[dropped]

    async def at(self, density: Density, dropped: int) -> PageFit:
        (fit,) = await self.at_once(density, (dropped,))
        return fit

    async def at_once(self, density: Density, numbers: Sequence[int]) -> list[PageFit]:
        """Lays out variants with so many lines dropped, those not known yet beside each other."""
        new = [dropped for dropped in numbers if (density, dropped) not in self._known]
        fits = await asyncio.gather(
            *(
                self._typesetter.measure(self.variant(dropped), self._theme, density, self._page_limit)
                for dropped in new
            )
        )
        for dropped, fit in zip(new, fits, strict=True):
            self._known[density, dropped] = fit
            pages = f"{fit.pages} page{'s' * (fit.pages != 1)}"
            await self._report(f"{pages}, {density.value}, {dropped} lines left out", self.made, 0)
        return [self._known[density, dropped] for dropped in numbers]


async def _fewest_dropped(layouts: _Layouts, guess: DroppedLinesGuess, most: int, page_limit: int) -> int:
    """Returns the fewest lines to leave out of the compact CV, ``most`` if even that may not do."""
    least, enough = 0, most
    turn = 0
    while least < enough:
        if turn < _GUESSES_MAX:
            guessed = min(max(guess.dropped(), least), enough)
            # The first guess is a rough one: only the next are worth laying out what would prove them.
            pair = (guessed - 1, guessed) if turn else (min(guessed, enough - 1),)
            tried = [dropped for dropped in pair if least <= dropped < enough]
        else:
            tried = [(least + enough) // 2]
        for dropped, fit in zip(tried, await layouts.at_once(Density.COMPACT, tried), strict=True):
            guess.learn(dropped, fit)
            if fit.pages <= page_limit:
                enough = min(enough, dropped)
            else:
                least = max(least, dropped + 1)
        turn += 1
    return enough


async def _fuller(layouts: _Layouts, fit: PageFit, page_limit: int) -> Density:
    """Saves the last page if tighter setting can, else fills it by the widest setting that still fits."""
    if fit.pages > 1 and (await layouts.at(Density.COMPACT, 0)).pages < fit.pages:
        return Density.COMPACT
    for wider in (Density.AIRY, Density.ROOMY):
        if (await layouts.at(wider, 0)).pages <= min(fit.pages, page_limit):
            return wider
    return Density.NORMAL


def without(cv: TailoredCv, gone: Collection[str]) -> TailoredCv:
    """Returns the CV without some claims.

    Jobs and degrees stay, if only as one line of facts; any other entry goes with its last claim, and a
    section with its last entry.
    """

    def stays(claim: Claim | None) -> Claim | None:
        return claim if claim and claim.id not in gone else None

    def entry_without(entry: TailoredEntry) -> TailoredEntry:
        return entry.model_copy(
            update={
                "text": stays(entry.text),
                "summary": stays(entry.summary),
                "highlights": tuple(claim for claim in entry.highlights if claim.id not in gone),
            }
        )

    def still_says_something(section: TailoredSection, before: TailoredEntry, after: TailoredEntry) -> bool:
        if section.kind in FACTS_STAY:
            return True
        # The label of a one-line entry says nothing without its text.
        kept_its_text = bool(after.text) or not before.text
        return kept_its_text and (any(after.claims()) or not any(before.claims()))

    sections: list[TailoredSection] = []
    for section in cv.sections:
        pairs = ((entry, entry_without(entry)) for entry in section.entries)
        entries = tuple(after for before, after in pairs if still_says_something(section, before, after))
        if entries:
            sections.append(section.model_copy(update={"entries": entries}))
    return cv.model_copy(update={"sections": tuple(sections), "headline": stays(cv.headline)})


def default_page_limit(cv: BaseCv, today: date) -> int:
    """Returns 1 for a career of under ten years, else 2."""
    years: list[float] = []
    for section, entry in cv.entries():
        if section.kind is SectionKind.EXPERIENCE and entry.start_date[:4].isdigit():
            month = int(entry.start_date[5:7] or 1) if len(entry.start_date) >= 7 else 1
            years.append(today.year + today.month / 12 - int(entry.start_date[:4]) - month / 12)
    return 2 if max(years, default=0.0) >= YEARS_FOR_TWO_PAGES else 1
