"""Time by the length of the CV.

The contract fits a CV to four pages at most, so length is measured twice: of the base CV, over the whole
service, and of the PDF, in the service's own typesetting processes with their usual deadline.
"""

import math
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import grpc.aio
from cvtailor.adapters.rendering import RendercvTypesetter
from cvtailor.domain.application import Theme
from cvtailor.domain.errors import CvtailorError
from cvtailor.settings import Settings

from benchmarks.figures import median
from benchmarks.pipeline.cvs import PAGE_LIMIT_MAX, long_cv, long_request
from benchmarks.pipeline.service_runs import timed_run
from benchmarks.service_process import Client


class Timed(NamedTuple):
    """One length.

    Attributes:
        pages: Of the base CV, about, or of the PDF.
        ms: To the stored PDF, or to PDF and pictures; median. None: refused.
        note: What was measured, or why it was refused.
    """

    pages: int
    ms: float | None
    note: str

    def told(self) -> str:
        """Returns it for the table."""
        return f"{self.ms:.0f} ms ({self.note})" if self.ms is not None else f"refused: {self.note}"


async def typeset(folder: Path, lengths: Sequence[int], times: int) -> list[Timed]:
    """Makes PDFs of about so many pages in a typesetting process as the service has them."""
    default = {name: field.default for name, field in Settings.model_fields.items()}
    typesetter = RendercvTypesetter(
        workers=1,
        render_deadline_seconds=default["render_deadline_seconds"],
        queue_max=default["render_queue_max"],
        renders_per_worker_max=default["renders_per_worker_max"],
        cache_dir=folder / "packages",
    )
    await typesetter.start()
    try:
        return [await _typeset(typesetter, length, times) for length in lengths]
    finally:
        await typesetter.close()


async def _typeset(typesetter: RendercvTypesetter, length: int, times: int) -> Timed:
    took, pages = [], length
    for _ in range(times):
        cv, began = long_cv(length), time.perf_counter()
        try:
            made = await typesetter.render(cv, Theme.CLASSIC)
        except CvtailorError as error:
            return Timed(length, None, str(error))
        took.append((time.perf_counter() - began) * 1000)
        pages = len(made.page_pngs)
    return Timed(pages, median(took), f"{median(took) / pages:.0f} ms a page")


async def requests(client: Client, lengths: Sequence[int], times: int) -> list[Timed]:
    """Asks the service to tailor base CVs of about so many pages."""
    return [await _requested(client, length, times) for length in lengths]


async def _requested(client: Client, length: int, times: int) -> Timed:
    took, note = [], ""
    for _ in range(times):
        try:
            run = await timed_run(client, long_request(length))
        except grpc.aio.AioRpcError as error:
            return Timed(length, None, f"{error.code().name}: {error.details()}")
        if run.last != "completed":
            return Timed(length, None, run.fault)
        took.append(run.stored_ms)
        limit = min(length, PAGE_LIMIT_MAX)
        note = f"{run.lines} lines, {run.layouts} layouts to fit {limit} pages, {run.pages} had"
    return Timed(length, median(took), note)


def exponent(timed: Sequence[Timed]) -> float | None:
    """Returns k of the fit ms ~ pages^k over the longer half, where what is the same for all weighs less.

    Returns None where fewer than two lengths are left.
    """
    points = [(math.log(one.pages), math.log(one.ms)) for one in timed if one.ms]
    longer = points[len(points) // 2 - 1 :] if len(points) > 2 else points
    if len(longer) < 2:
        return None
    return statistics.linear_regression(*zip(*longer, strict=True)).slope
