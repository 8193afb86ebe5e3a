"""Makes applications from hundreds of public ads and CVs, and reports what breaks.

Every ad is tailored to with every public CV, or as many as ``--minutes`` allow, in an order that mixes the
sources. A run breaks if it raises, if its PDF is not made or not readable, if a line is lost or unsupported,
or if its pages are neither hit nor explained.
"""

import argparse
import asyncio
import random
import tempfile
import time
import traceback
from collections import Counter
from itertools import product
from pathlib import Path

from cvtailor.domain.errors import InvalidInput

from benchmarks.applications import MadeApplication, Maker, a_maker
from benchmarks.corpora import DATA, Ad, NamedCv, example, example_names, public_ads, public_cvs
from benchmarks.figures import median, percentile, show

ADS_A_SOURCE, MINUTES = 75, 15
_AT_ONCE = 3
_INTACT_MIN = 0.995
_SHOWN_MAX = 20


class CrashRun:
    """Counts what happened.

    Attributes:
        outcomes: How many runs ended in which way.
        ads: By language, the names of the ads that were tailored to at least once.
        refused: Ads that ask for nothing, as the reader says.
        faults: What broke, in words.
    """

    def __init__(self, maker: Maker, seconds_max: float) -> None:
        self._maker = maker
        self._ends_at = time.perf_counter() + seconds_max
        self._gate = asyncio.Semaphore(_AT_ONCE)
        self.outcomes: Counter[str] = Counter()
        self.ads: dict[str, set[str]] = {}
        self.refused: set[str] = set()
        self.faults: list[str] = []
        self.seconds: list[float] = []

    async def run(self, cv: NamedCv, ad: Ad) -> None:
        """Makes one application, if there is time left."""
        async with self._gate:
            if time.perf_counter() > self._ends_at:
                self.outcomes["not run, time was up"] += 1
                return
            name = f"{cv.name} for {ad.name}"
            try:
                made = await self._maker.make(name, cv.source, ad.text)
            except InvalidInput:
                self.refused.add(ad.name)
                return
            except Exception as error:  # finding them is what this is for
                self.outcomes["crashed"] += 1
                where = traceback.extract_tb(error.__traceback__)[-1]
                said = f"{type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})"
                self.faults.append(f"{name}: {said}")
                return
        self._look_at(made, ad)

    def _look_at(self, made: MadeApplication, ad: Ad) -> None:
        self.ads.setdefault(ad.language or made.offer.language, set()).add(ad.name)
        self.seconds.append(made.seconds)
        target = made.page_target()
        self.outcomes[f"page target {target}"] += 1
        faults = [*made.unsupported(), *(f"lost: {line}" for line in made.lost())]
        if target == "missed":
            faults.append(
                f"{made.fitted.pages} of {made.fitted.page_limit} pages, {made.fitted.fill:.0%} full"
            )
        if made.ats.intact_ratio < _INTACT_MIN or made.ats.in_order < _INTACT_MIN:
            faults.append(f"not readable: {made.ats.problems[:2]}")
        self.outcomes["faulty"] += bool(faults)
        self.faults += [f"{made.name}: {fault}" for fault in faults]


async def crash_run(data: Path, minutes: float) -> CrashRun:
    """Runs every pair that there is time for."""
    examples = [example(name) for name in example_names()]
    ads = [*(ad for _, ad in examples), *public_ads(data, ADS_A_SOURCE)]
    cvs = public_cvs(data) or [cv for cv, _ in examples]
    pairs = list(product(cvs, ads))
    random.Random(0).shuffle(pairs)  # noqa: S311  # so that a short run sees every source
    with tempfile.TemporaryDirectory(prefix="cvtailor-bench-") as folder:
        async with a_maker(Path(folder)) as maker:
            result = CrashRun(maker, minutes * 60)
            await asyncio.gather(*(result.run(cv, ad) for cv, ad in pairs))
    return result


def main() -> None:
    """Runs the crash run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of public CVs and ads")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="stop after so many minutes")
    chosen = parser.parse_args()
    result = asyncio.run(crash_run(chosen.data, chosen.minutes))
    figures = {
        "runs": len(result.seconds),
        "ads": sum(map(len, result.ads.values())),
        "crashed": result.outcomes["crashed"],
        "faulty": result.outcomes["faulty"],
        "ads_refused": len(result.refused),
    }
    rows = [(name, str(value)) for name, value in figures.items()]
    rows += [(f"ads, {language}", str(len(names))) for language, names in sorted(result.ads.items())]
    rows += [(name, str(count)) for name, count in sorted(result.outcomes.items())]
    rows += [("ads refused, asking for nothing", ", ".join(sorted(result.refused)[:_SHOWN_MAX]))]
    if result.seconds:
        rows += [("seconds per application, p50", f"{median(result.seconds):.2f}")]
        rows += [("seconds per application, p99", f"{percentile(result.seconds, 99):.2f}")]
    show("crash run", rows, figures, chosen.json)
    if not chosen.json:
        print("\n".join(result.faults[:_SHOWN_MAX]))


if __name__ == "__main__":
    main()
