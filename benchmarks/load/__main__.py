"""The service at 50, 90, 150 and 300 % of what it has time for, by requests that don't wait for answers.

One `cvtailor serve` with its embedded Postgres and the embedded engine is asked by a process of its own:
first in a closed loop, to learn the capacity; then by a Poisson process, for 200 people in turn, each time
with a CV unlike all others. Latency counts from when a request was due, so that no waiting is left out.
`CVTAILOR_QUEUE_MAX` is set: by the default, 10,000, the last would wait for an hour and more. `--quick` has
shorter loads and smaller bounds, and is rough. The names of the figures are ours.
"""

import asyncio
import os
import sys
from typing import NamedTuple

import structlog

from benchmarks.figures import options, show
from benchmarks.load import report
from benchmarks.load.arrivals import poisson
from benchmarks.load.calls import Call, Served, ends_per_s
from benchmarks.load.driving import Generator, kept, own_database, running_generator, running_service

LOADS = (50, 90, 150, 300)
_SEED = 1
_CLIENTS = 8
"""Twice the runs that are done at once, so that one always waits."""

_log = structlog.get_logger(__name__)


class Size(NamedTuple):
    """How much is measured.

    Attributes:
        warm_seconds: Not measured.
        capacity_seconds: How long clients that wait for their turn ask.
        load_seconds: How long requests come, at each load.
        after_seconds: How long they go on at the moderate load after the heaviest.
        one_user_seconds: How long one person asks.
        queue_max: Runs that may wait.
        runs_per_user_max: Of one person, in progress; the service's default at full size.
    """

    warm_seconds: float
    capacity_seconds: float
    load_seconds: float
    after_seconds: float
    one_user_seconds: float
    queue_max: int
    runs_per_user_max: int

    @property
    def settings(self) -> dict[str, str]:
        """What the service is told."""
        return {"queue_max": str(self.queue_max), "runs_per_user_max": str(self.runs_per_user_max)}


FULL = Size(
    warm_seconds=10,
    capacity_seconds=60,
    load_seconds=120,
    after_seconds=120,
    one_user_seconds=60,
    queue_max=40,
    runs_per_user_max=20,
)
QUICK = Size(
    warm_seconds=1,
    capacity_seconds=3,
    load_seconds=3,
    after_seconds=6,
    one_user_seconds=2,
    queue_max=5,
    runs_per_user_max=3,
)


async def measure(size: Size) -> report.Measured:
    """Measures everything with a service of its own."""
    async with running_service(size.settings) as service, running_generator(service) as generator:
        calls = await generator.closed_loop(_CLIENTS, size.warm_seconds)
        asked = await generator.closed_loop(_CLIENTS, size.capacity_seconds)
        capacity = ends_per_s(asked)
        _log.info("measured", capacity_per_s=capacity)
        served = {}
        for load in LOADS[:-1]:
            served[load] = await _load(generator, capacity * load / 100, size.load_seconds)
            _log.info("measured", load=load, ends=served[load].ends())
        served[LOADS[-1]], after = await _overload(generator, capacity, size)
        _log.info("measured", load=LOADS[-1], ends=served[LOADS[-1]].ends())
        one_user = await _load(generator, capacity * LOADS[-1] / 100, size.one_user_seconds, users=1)
        calls += [*asked, *after, *one_user.calls, *(call for one in served.values() for call in one.calls)]
        accepted = {call.application_id for call in calls if call.application_id}
        in_database = await asyncio.to_thread(kept, own_database(service.data_dir), accepted)
        return report.Measured(
            capacity, served, after, one_user, in_database, generator.processor_shares, size.settings
        )


async def _load(generator: Generator, per_second: float, seconds: float, **users: int) -> Served:
    calls = await generator.open_loop(poisson(per_second, seconds, _SEED), **users)
    return Served(per_second, calls, seconds)


async def _overload(generator: Generator, capacity: float, size: Size) -> tuple[Served, list[Call]]:
    """Offers the heaviest load, and after it at once the moderate one."""
    per_second, seconds = capacity * LOADS[-1] / 100, size.load_seconds
    moderate = poisson(capacity * LOADS[0] / 100, size.after_seconds, _SEED + 1)
    due = [*poisson(per_second, seconds, _SEED), *(seconds + moment for moment in moderate)]
    calls = await generator.open_loop(due)
    heavy = [call for call in calls if call.due < seconds]
    return Served(per_second, heavy, seconds), [call for call in calls if call.due >= seconds]


def main() -> None:
    """Runs the benchmark."""
    chosen = options(__doc__, draws_charts=True)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))  # stdout is for the figures
    load = round(os.getloadavg()[0], 1)
    measured = asyncio.run(measure(QUICK if chosen.quick else FULL))
    told = {
        "load": load,
        "processors": os.cpu_count(),
        "rough": chosen.quick,
        **report.figures(measured),
    }
    rows = [("processors, load of the machine before", f"{os.cpu_count()}, {load}")]
    show("load", rows + report.rows(measured, told), told, chosen.as_json)
    if chosen.charts:
        report.draw(chosen.charts, measured)


if __name__ == "__main__":
    main()
