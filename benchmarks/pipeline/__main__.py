"""From request to stored PDF over the real service, beside rendercv alone and Chromium on the same CV.

All take turns in one run, because the machine is noisy. The service reads, matches, tailors, checks, fits and
stores besides, and makes PDF/A with pictures of its pages; the others only make a PDF of the CV that the
service has made. No CV is set twice. `speedup_over_chromium_pdf` is over a new page in a running browser that
is printed once the network is idle, as Resume-Matcher and Reactive Resume do it; other ways are rows too.
`--quick` does 60 runs at once at most, and fewer where they take long.
"""

import asyncio
import math
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import structlog

from benchmarks.figures import options, show
from benchmarks.pipeline import report, sizes
from benchmarks.pipeline.turns import Others, Wanted, bursts, run_once, side_by_side
from benchmarks.service_process import Client, ServiceProcess


class Size(NamedTuple):
    """How much is measured.

    Attributes:
        rounds: Turns of each of what is measured side by side.
        runs_a_round: Runs of the service, and bare renders, in each.
        at_once: Runs at once, by which throughput and memory are told.
        lengths: Pages, about, of PDFs and of base CVs.
        times: How often each length is measured.
    """

    rounds: int
    runs_a_round: int
    at_once: Wanted
    lengths: tuple[int, ...]
    times: int


FULL = Size(
    rounds=15,
    runs_a_round=8,
    at_once=Wanted(bursts=100, runs_a_burst=50, ceiling_seconds=2, seconds_max=math.inf),
    lengths=(1, 2, 4, 8, 16, 32, 52),
    times=3,
)
QUICK = Size(
    rounds=3,
    runs_a_round=3,
    at_once=Wanted(bursts=10, runs_a_burst=6, ceiling_seconds=0.5, seconds_max=8),
    lengths=(1, 3, 8),
    times=1,
)
_CLIENTS_PER_CORE = 2
_log = structlog.get_logger(__name__)


async def measure(size: Size) -> report.Measured:
    """Measures everything with a service of its own."""
    home = Path(tempfile.mkdtemp(prefix="cvtailor-bench-"))
    home.chmod(0o755)
    cores = os.cpu_count() or 1
    clients = _CLIENTS_PER_CORE * cores
    service = ServiceProcess(home, log_level="warning")
    try:
        async with Client(service.address, service.token) as client:
            with Others(home, cores) as others:
                await asyncio.to_thread(others.warm_up, (await run_once(client))[1])
                _log.info("started")
                beside = await side_by_side(client, others, size.rounds, size.runs_a_round)
                _log.info("measured", what="side by side", runs=len(beside.runs))
                at_once = await bursts(service, client, others, clients, size.at_once)
                _log.info("measured", what="many at once", runs=at_once.samples[-1].runs)
            by_request = await sizes.requests(client, size.lengths, size.times)
            _log.info("measured", what="requests by length")
    finally:
        service.terminate()
    try:
        by_pdf = await sizes.typeset(home, size.lengths, size.times)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return report.Measured(beside, at_once, cores, clients, by_pdf, by_request)


def main() -> None:
    """Runs the benchmark."""
    chosen = options(__doc__, draws_charts=True)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))  # stdout is for the figures
    load = round(os.getloadavg()[0], 1)
    measured = asyncio.run(measure(QUICK if chosen.quick else FULL))
    told = {"load": load, "processors": measured.cores, **report.figures(measured)}
    rows = [("processors, load of the machine before", f"{measured.cores}, {load}")]
    show("pipeline", rows + report.rows(measured, told), told, chosen.as_json)
    if chosen.charts:
        report.draw(chosen.charts, measured, told)


if __name__ == "__main__":
    main()
