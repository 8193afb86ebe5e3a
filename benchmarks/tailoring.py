"""What the embedded engine is worth: reading ads, ranking lines, covering what is asked, fitting pages.

Over the examples and, if ``--data`` is there, over public CVs and ads. The ads with labels are those of
``benchmarks/tailoring_cases``; no rule was written on their test part. ``--misses`` shows what went wrong.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import NamedTuple

from cvtailor.domain.application import Theme
from cvtailor.domain.errors import InvalidInput

from benchmarks.applications import MadeApplication, Maker, a_maker
from benchmarks.corpora import DATA, Ad, NamedCv, example, example_names, public_ads, public_cvs
from benchmarks.evidence_ranking import RankingFigures, evidence_ranking, example_ranking
from benchmarks.figures import median, percentile, show
from benchmarks.tailoring_cases.offer_scores import OfferScores
from benchmarks.tailoring_cases.offers import read_offers

ADS_A_SOURCE, QUICK_ADS_A_SOURCE = 6, 1
_AT_ONCE = 3


class ThemeFidelity(NamedTuple):
    """How a theme's PDFs come out: share of the pieces that are whole, and of the lines in order."""

    intact: float
    in_order: float


async def _offer_scores(maker: Maker) -> dict[str, OfferScores]:
    scores = {"dev": OfferScores(), "test": OfferScores()}
    for gold in read_offers():
        scores[gold.split].count(gold, await maker.read_offer(gold.text))
    return scores


async def _make_all(maker: Maker, pairs: Sequence[tuple[NamedCv, Ad]]) -> list[MadeApplication]:
    """Makes the applications; an ad that the reader refuses, because it asks for nothing, makes none."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def make(cv: NamedCv, ad: Ad) -> MadeApplication | None:
        async with gate:
            try:
                return await maker.make(f"{cv.name} for {ad.name}", cv.source, ad.text)
            except InvalidInput:
                return None

    made = await asyncio.gather(*(make(cv, ad) for cv, ad in pairs))
    return [one for one in made if one]


async def _fidelity(maker: Maker, made: Sequence[MadeApplication]) -> dict[Theme, ThemeFidelity]:
    found = {}
    for theme in Theme:
        checks = [
            check for _, check in await asyncio.gather(*(maker.render(one.fitted, theme) for one in made))
        ]
        intact = sum(check.intact for check in checks) / sum(check.lines for check in checks)
        found[theme] = ThemeFidelity(intact, sum(check.in_order for check in checks) / len(checks))
    return found


class Measured(NamedTuple):
    """Everything that was measured."""

    offers: dict[str, OfferScores]
    ranking: RankingFigures | None
    example_ranking: RankingFigures
    made: list[MadeApplication]
    themes: dict[Theme, ThemeFidelity]


async def measure(data: Path, quick: bool) -> Measured:
    """Measures everything."""
    examples = [example(name) for name in example_names()]
    ads = public_ads(data, QUICK_ADS_A_SOURCE if quick else ADS_A_SOURCE)
    with tempfile.TemporaryDirectory(prefix="cvtailor-bench-") as folder:
        async with a_maker(Path(folder)) as maker:
            scores = await _offer_scores(maker)
            gold = data / "evidence_gold_dev.json"
            ranking = await evidence_ranking(maker, gold) if gold.exists() else None
            own_ranking = await example_ranking(maker)
            made = await _make_all(maker, [*examples, *product(public_cvs(data), ads)])
            themes = await _fidelity(maker, made[: len(examples)])
    return Measured(scores, ranking, own_ranking, made, themes)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def figures_of(measured: Measured) -> dict[str, float | None]:
    """Returns what ``--json`` prints; coverage is that of the examples' must-haves."""
    made = measured.made
    own = made[: len(example_names())]
    ranking = measured.ranking
    return {
        "unsupported_claims_per_cv": round(_mean([len(one.unsupported()) for one in made]), 4),
        "real_facts_lost_per_cv": round(_mean([len(one.lost()) for one in made]), 4),
        "page_target_hit_ratio": round(_mean([one.page_target() != "missed" for one in made]), 4),
        "ats_lines_intact_ratio": round(min(min(theme) for theme in measured.themes.values()), 4),
        "evidence_ndcg": round(ranking.ndcg, 4) if ranking else None,
        "evidence_ndcg_examples": round(measured.example_ranking.ndcg, 4),
        "offer_field_f1": round(measured.offers["test"].mean_f1(), 4),
        "coverage_before": round(_mean([one.coverage_before.must for one in own]), 4),
        "coverage_after": round(_mean([one.coverage_after.must for one in own]), 4),
        "seconds_per_cv_p50": round(median([one.seconds for one in made]), 3),
    }


def rows_of(measured: Measured, figures: dict[str, float | None]) -> list[tuple[str, str]]:
    """Returns the table."""
    made = measured.made
    dev, test = measured.offers["dev"], measured.offers["test"]
    rows = [(name, "–" if value is None else f"{value:g}") for name, value in figures.items()]
    rows += [
        ("CVs by ads", str(len(made))),
        ("seconds per CV, p95", f"{percentile([one.seconds for one in made], 95):.2f}"),
        ("layouts per CV, most", str(max(one.fitted.renders for one in made))),
        *((f"page target {said}", str(n)) for said, n in _counted([one.page_target() for one in made])),
        ("claims that the guard refused", str(sum(len(one.checked.rejected) for one in made))),
        ("offer fields", "dev F1   test F1"),
    ]
    rows += [(f"  {name}", f"{dev.fields[name].f1:.2f}   {test.fields[name].f1:.2f}") for name in dev.fields]
    rows += [("  mean", f"{dev.mean_f1():.2f}   {test.mean_f1():.2f}")]
    rows += [("themes", "whole   in order")]
    rows += [
        (f"  {theme.value}", f"{one.intact:.2%}   {one.in_order:.2%}")
        for theme, one in measured.themes.items()
    ]
    return rows


def _counted(values: Sequence[str]) -> list[tuple[str, int]]:
    return [(value, values.count(value)) for value in sorted(set(values))]


def misses_of(measured: Measured) -> list[str]:
    """Returns each thing that went wrong; of the labelled ads, those of the development part."""
    lines = list(measured.offers["dev"].misses)
    for one in measured.made:
        wrong = [*one.unsupported(), *(f"lost: {text}" for text in one.lost())]
        wrong += [f"page target missed: {one.fitted.pages} pages, fill {one.fitted.fill:.2f}"] * (
            one.page_target() == "missed"
        )
        wrong += [f"refused, {item.reason.value}: {item.claim.text}" for item in one.checked.rejected]
        lines += [f"{one.name}: {what}" for what in wrong]
    return lines


def main() -> None:
    """Runs the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer public ads; ends within 45 s")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of public CVs and ads")
    parser.add_argument("--misses", action="store_true", help="show each thing that went wrong")
    chosen = parser.parse_args()
    measured = asyncio.run(measure(chosen.data, chosen.quick))
    figures = figures_of(measured)
    show("tailoring", rows_of(measured, figures), figures, chosen.json)
    if chosen.misses:
        print("\n".join(misses_of(measured)))


if __name__ == "__main__":
    main()
