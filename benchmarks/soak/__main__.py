"""Half an hour at half the capacity, with a fault every minute: nothing may be lost, nothing may grow.

One `cvtailor serve --api-only` and two workers share a Postgres and a store. Requests come by a Poisson
process, whatever became of those before; clients come back after every fault, and check that the log reads
the same. Growth is the slope of a line through the samples of each process over its own life, once it is
warm, without what a fault disturbs. In the end every process is told to go, and the state checker of the
tests reads database and store. `--quick` takes 40 s and judges only what is lost or wrong. Ends with 1 if
the soak did not pass. The names of the figures are ours.
"""

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import NamedTuple

import structlog

from benchmarks.figures import options, show
from benchmarks.load.arrivals import poisson
from benchmarks.scale.cluster import Cluster, WorkerProcess, running_cluster
from benchmarks.service_process import ServiceProcess
from benchmarks.soak import aftermath, report
from benchmarks.soak.faults import WORKERS, Scene, befall
from benchmarks.soak.traffic import Traffic
from benchmarks.soak.watch import Watch

_SEED = 1
_CLIENTS = 8
_LOAD = 0.5
_log = structlog.get_logger(__name__)


class Size(NamedTuple):
    """How much is done.

    Attributes:
        seconds: How long requests come.
        capacity_runs: Runs by which the capacity is told.
        people: Users who take turns.
        sample_seconds: Between two samples.
        fault_seconds: Between two faults.
        settle_seconds: How long after a fault samples are not judged.
        warm_up_seconds: How long samples of a new process, or of the whole, are not judged.
        housekeeping_seconds: Pause between rounds of the service's own housekeeping.
        judged: Whether growth is judged.
    """

    seconds: float
    capacity_runs: int
    people: int
    sample_seconds: float
    fault_seconds: float
    settle_seconds: float
    warm_up_seconds: float
    housekeeping_seconds: float
    judged: bool


FULL = Size(
    seconds=1800,
    capacity_runs=60,
    people=5,
    sample_seconds=5,
    fault_seconds=60,
    settle_seconds=10,
    warm_up_seconds=600,
    housekeeping_seconds=60,
    judged=True,
)
QUICK = Size(
    seconds=17,
    capacity_runs=4,
    people=3,
    sample_seconds=0.5,
    fault_seconds=3,
    settle_seconds=0.5,
    warm_up_seconds=3,
    housekeeping_seconds=5,
    judged=False,
)


async def soak(size: Size) -> report.Soaked:
    """Does it with a Postgres and processes of its own."""
    async with running_cluster() as cluster:
        temporary = cluster.folder / "tmp"
        temporary.mkdir()
        settings = {
            "heartbeat_seconds": "1",  # the clients take five seconds of silence for a fault
            "housekeeping_seconds": str(size.housekeeping_seconds),
            "log_level": "warning",
        }
        with _temporary_files_in(temporary):
            api, _ = await asyncio.gather(cluster.api(**settings), cluster.work(WORKERS, **settings))
            watch = Watch(cluster, api, temporary, size.settle_seconds)
            traffic = Traffic(cluster, api, size.people)
            capacity = await traffic.capacity_per_s(size.capacity_runs, _CLIENTS)
            _log.info("measured", capacity_per_s=capacity)
            looking = asyncio.create_task(watch.look(size.sample_seconds))
            scene = Scene(cluster, traffic, settings, Random(_SEED))  # noqa: S311
            due = poisson(_LOAD * capacity, size.seconds, _SEED)
            faults, _ = await asyncio.gather(
                befall(scene, watch, size.fault_seconds, size.seconds), traffic.flow(due)
            )
            _log.info("flowed", ends=dict(traffic.ends), faults=dict(faults))
            looking.cancel()
            await traffic.close()
            exits = await _end(cluster, api)
        left = await asyncio.to_thread(aftermath.look, cluster, traffic, watch, temporary)
        return report.Soaked(
            size.seconds,
            size.warm_up_seconds,
            size.judged,
            capacity,
            len(due) / size.seconds,
            faults,
            exits,
            watch.samples,
            traffic,
            left,
        )


async def _end(cluster: Cluster, api: ServiceProcess) -> list[str]:
    """Tells every process to go; returns what is wrong with how they went."""
    processes: dict[str, ServiceProcess | WorkerProcess] = {"api": api}
    processes |= {f"worker {n}": worker for n, worker in enumerate(cluster.workers)}
    gone = [name for name, one in processes.items() if one.process.poll() is not None]
    await asyncio.to_thread(aftermath.settle, cluster)
    codes = {name: await asyncio.to_thread(one.terminate) for name, one in processes.items()}
    return [
        *(f"{name} went by itself" for name in gone),
        *(f"{name} ended with {code}" for name, code in codes.items() if code),
    ]


@contextmanager
def _temporary_files_in(folder: Path) -> Iterator[None]:
    """Lets processes that are started meanwhile have their temporary files in a folder of their own."""
    before = os.environ.get("TMPDIR")
    os.environ["TMPDIR"] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ["TMPDIR"]
        else:
            os.environ["TMPDIR"] = before


def main() -> None:
    """Runs the soak."""
    chosen = options(__doc__, draws_charts=True)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))  # stdout is for the figures
    load = round(os.getloadavg()[0], 1)
    soaked = asyncio.run(soak(QUICK if chosen.quick else FULL))
    told = {"load": load, "processors": os.cpu_count(), **report.figures(soaked)}
    rows = [("processors, load of the machine before", f"{os.cpu_count()}, {load}")]
    show("soak", rows + report.rows(soaked, told), told, chosen.as_json)
    if chosen.charts:
        report.draw(chosen.charts, soaked)
    sys.exit(0 if soaked.passed else 1)


if __name__ == "__main__":
    main()
