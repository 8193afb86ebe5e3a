import asyncio
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import date
from math import ceil

from cvtailor.domain.application import Density, Theme
from cvtailor.domain.base_cv import BaseCv, Contact, Entry, EntryKind, Section, SectionKind
from cvtailor.domain.ports import PageFit, RenderedCv, TypesetCv
from cvtailor.domain.tailored_cv import Claim, CoverLetter, TailoredCv, TailoredEntry, TailoredSection
from cvtailor.steps.fit_pages import FittedCv, default_page_limit, fit_pages, told_last, without
from hypothesis import given, settings
from hypothesis import strategies as st


class LinesPerPage:
    """A typesetter whose pages hold so many lines, more or fewer by density; it counts its layouts."""

    def __init__(
        self, lines: int, compact: int | None = None, airy: int | None = None, roomy: int | None = None
    ) -> None:
        self.lines = {
            Density.COMPACT: compact or lines,
            Density.NORMAL: lines,
            Density.ROOMY: roomy or lines,
            Density.AIRY: airy or lines,
        }
        self.layouts = 0
        self.foreseen: list[tuple[TailoredCv, Density]] = []

    async def measure(
        self, cv: TailoredCv, theme: Theme, density: Density = Density.NORMAL, page_limit: int = 0
    ) -> PageFit:
        self.layouts += 1
        shown, lines = sum(1 for _ in cv.claims()), self.lines[density]
        pages = max(1, -(-shown // lines))
        return PageFit(pages=pages, fill=(shown - (pages - 1) * lines) / lines)

    async def typeset(self, cv: TailoredCv, theme: Theme, density: Density = Density.NORMAL) -> TypesetCv:
        raise AssertionError("fitting asks for no PDF")

    async def render(self, cv: TailoredCv, theme: Theme, density: Density = Density.NORMAL) -> RenderedCv:
        raise AssertionError("fitting asks for no PDF")

    def foresee(self, cv: TailoredCv, theme: Theme, density: Density = Density.NORMAL) -> None:
        self.foreseen.append((cv, density))

    async def pictures(self, made: TypesetCv) -> tuple[bytes, ...]:
        raise AssertionError("fitting draws nothing")


class Heights(LinesPerPage):
    """A typesetter to which each line of the CV has a height of its own; tight setting helps."""

    def __init__(self, heights: Sequence[float], tightness: float) -> None:
        super().__init__(1)
        self.heights, self.tightness = heights, tightness
        self.at_once, self.most_at_once = 0, 0

    def pages(self, shown: Iterable[int], density: Density) -> float:
        scale = self.tightness if density is Density.COMPACT else 1.0
        return 0.14 + scale * sum(self.heights[number] for number in shown)

    async def measure(
        self, cv: TailoredCv, theme: Theme, density: Density = Density.NORMAL, page_limit: int = 0
    ) -> PageFit:
        self.layouts += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        height = self.pages((int(claim.text.removeprefix("Did ")) for claim in cv.claims()), density)
        pages = max(1, ceil(height))
        return PageFit(pages=pages, fill=height - pages + 1)

    def bisected(self, limit: int) -> tuple[Density, int]:
        """Returns density and dropped lines as plain bisection finds them."""
        lines = range(len(self.heights))
        if self.pages(lines, Density.NORMAL) <= limit:
            return Density.NORMAL, 0
        return Density.COMPACT, bisect_left(
            lines, True, key=lambda gone: self.pages(lines[gone:], Density.COMPACT) <= limit
        )


def job(highlights: int) -> TailoredCv:
    claims = tuple(
        Claim(id=f"experience[0].highlights[{n}]", text=f"Did {n}", evidence_ids=(f"e[{n}]",))
        for n in range(highlights)
    )
    entry = TailoredEntry(
        source_id="experience[0]", kind=EntryKind.EXPERIENCE, organisation="Acme", highlights=claims
    )
    section = TailoredSection(
        key="experience", kind=SectionKind.EXPERIENCE, title="Experience", entries=(entry,)
    )
    return TailoredCv(contact=Contact(name="Ada"), sections=(section,))


async def fit(cv: TailoredCv, typesetter: LinesPerPage, limit: int, kept: int = 0) -> FittedCv:
    order = [claim.id for claim in cv.claims()][kept:]

    async def silent(message: str, done: int, total: int) -> None:
        pass

    return await fit_pages(typesetter, cv, order, limit, Theme.CLASSIC, silent)


async def test_what_was_fitted_is_foreseen_and_nothing_else() -> None:
    typesetter = LinesPerPage(10, compact=12)
    fitted = await fit(job(highlights=20), typesetter, limit=1)
    assert fitted.left_out
    assert typesetter.foreseen == [(fitted.cv, fitted.density)]


async def test_a_cv_that_fits_is_left_alone() -> None:
    cv = job(highlights=8)
    fitted = await fit(cv, LinesPerPage(10), limit=1)
    assert (fitted.cv, fitted.renders, fitted.left_out) == (cv, 1, ())


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 120), st.integers(3, 20), st.integers(1, 4))
async def test_as_few_lines_go_as_possible_in_few_layouts(highlights: int, lines: int, limit: int) -> None:
    typesetter = LinesPerPage(lines)
    fitted = await fit(job(highlights), typesetter, limit)
    assert fitted.pages <= limit
    assert len(fitted.left_out) == max(0, highlights - limit * lines)
    assert typesetter.layouts <= 13


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.floats(0, 0.4), min_size=1, max_size=80).filter(lambda heights: sum(heights) > 0.6),
    st.floats(0.5, 1),
    st.integers(1, 3),
)
async def test_guessing_finds_what_bisection_finds(
    heights: list[float], tightness: float, limit: int
) -> None:
    typesetter = Heights(heights, tightness)
    fitted = await fit(job(len(heights)), typesetter, limit)
    density, dropped = typesetter.bisected(limit)
    assert len(fitted.left_out) == dropped
    if density is Density.COMPACT:
        assert fitted.density is Density.COMPACT
    assert typesetter.layouts == fitted.renders <= 14


async def test_the_two_layouts_that_prove_the_fewest_lines_are_made_beside_each_other() -> None:
    typesetter = Heights([1 / 48] * 60, tightness=0.9)
    fitted = await fit(job(60), typesetter, limit=1)
    assert len(fitted.left_out) == typesetter.bisected(1)[1] == 15
    assert (typesetter.layouts, typesetter.most_at_once) == (3, 2)


async def test_what_fits_when_set_tighter_loses_nothing() -> None:
    fitted = await fit(job(highlights=12), LinesPerPage(10, compact=12), limit=1)
    assert (fitted.density, fitted.pages, fitted.left_out) == (Density.COMPACT, 1, ())


async def test_a_few_lines_on_a_page_of_their_own_are_drawn_back() -> None:
    fitted = await fit(job(highlights=12), LinesPerPage(10, compact=12), limit=2)
    assert (fitted.density, fitted.pages) == (Density.COMPACT, 1)


async def test_a_page_that_would_be_half_empty_is_set_wider() -> None:
    fitted = await fit(job(highlights=5), LinesPerPage(10, airy=8), limit=1)
    assert (fitted.density, fitted.fill) == (Density.AIRY, 5 / 8)


async def test_setting_wider_never_makes_a_page_more() -> None:
    fitted = await fit(job(highlights=15), LinesPerPage(10, compact=12, airy=7, roomy=7), limit=3)
    assert (fitted.density, fitted.pages) == (Density.NORMAL, 2)


async def test_what_does_not_fit_when_set_widest_is_set_a_little_wider() -> None:
    fitted = await fit(job(highlights=15), LinesPerPage(10, compact=12, airy=7, roomy=8), limit=2)
    assert (fitted.density, fitted.fill) == (Density.ROOMY, 7 / 8)


async def test_the_least_relevant_lines_go_first() -> None:
    fitted = await fit(job(highlights=12), LinesPerPage(10), limit=1)
    assert [left.text for left in fitted.left_out] == ["Did 0", "Did 1"]


async def test_lines_that_must_stay_may_miss_the_limit() -> None:
    fitted = await fit(job(highlights=30), LinesPerPage(10), limit=1, kept=20)
    assert (fitted.pages, len(fitted.left_out)) == (2, 10)


def test_a_job_without_lines_keeps_its_facts() -> None:
    cv = job(highlights=2)
    bare = without(cv, {claim.id for claim in cv.claims()})
    assert bare.sections[0].entries[0].organisation == "Acme"


def test_a_one_line_entry_goes_with_its_text() -> None:
    claim = Claim(id="skills[0].text", text="Python", evidence_ids=("skills[0].text",))
    entry = TailoredEntry(source_id="skills[0]", kind=EntryKind.ONE_LINE, title="Languages", text=claim)
    section = TailoredSection(key="skills", kind=SectionKind.SKILLS, title="Skills", entries=(entry,))
    cv = TailoredCv(contact=Contact(name="Ada"), sections=(section,))
    assert without(cv, {"skills[0].text"}).sections == ()


def test_ten_years_earn_a_second_page() -> None:
    def since(year: str) -> BaseCv:
        entry = Entry(id="experience[0]", kind=EntryKind.EXPERIENCE, organisation="Acme", start_date=year)
        section = Section(key="experience", kind=SectionKind.EXPERIENCE, title="Experience", entries=(entry,))
        return BaseCv(contact=Contact(name="Ada"), sections=(section,))

    today = date(2026, 11, 22)
    assert [default_page_limit(since(year), today) for year in ("2012-05", "2018", "")] == [2, 1, 1]


def test_lines_that_the_letter_tells_of_go_last() -> None:
    letter = CoverLetter(
        subject="", paragraphs=(Claim(id="letter[0]", text="I did 0", evidence_ids=("e[0]",)),)
    )
    order = [f"experience[0].highlights[{n}]" for n in (0, 2, 1)]
    assert told_last(order, job(3), letter) == tuple(f"experience[0].highlights[{n}]" for n in (2, 1, 0))
