"""What many runs, many watchers and a long queue cost, on loopback, with processes as in production.

``event_delay_p99_ms`` is that of idle watchers: the largest number of streams on one process, each at a
run of its own, while one event after the other is told, each to one of them. How late events are while
runs are done is in ``times_by_workers``; how late one is that all watchers get, in ``by_watchers``.
"""

import asyncio
import os
import sys
from collections.abc import Awaitable, Collection

import structlog
from cvtailor.adapters.postgres.embedded_server import Login

from benchmarks.figures import options, percentile, show
from benchmarks.scale import cancelling, queueing, takeover, throughput
from benchmarks.scale.backlog import Backlog
from benchmarks.scale.cluster import Cluster, running_cluster
from benchmarks.scale.postgres_load import connections, idle_load, run_load
from benchmarks.scale.sizes import FULL, QUICK, Size
from benchmarks.scale.watching import Watched, idle_watchers
from benchmarks.service_process import ServiceProcess
from tests.pooler import PROGRAM, running_pooler

PARTS = ("runs", "kills", "cancels", "queue", "watchers")
_PART_SECONDS_MAX = 600
_POOL_SIZE = 20
_log = structlog.get_logger(__name__)

type Figures = dict[str, object]
type Rows = list[tuple[str, str]]


async def measure(*, quick: bool, parts: Collection[str] = PARTS) -> tuple[Figures, Rows]:
    """Returns the figures and the rows of the table.

    Raises:
        TimeoutError: One of the parts did not end.
    """
    size = QUICK if quick else FULL
    figures: Figures = {"load": round(os.getloadavg()[0], 1), "processors": os.cpu_count()}
    rows: Rows = [("processors, load of the machine before", f"{os.cpu_count()}, {figures['load']}")]
    async with running_cluster() as cluster:
        first_workers = size.workers[0] if "runs" in parts else 0
        *apis, _ = await asyncio.gather(cluster.api(), cluster.api(), cluster.work(first_workers))
        if "runs" in parts:
            await _measured(_runs(cluster, apis[0], size), figures, rows)
        if "kills" in parts:
            await _measured(_kills(cluster, apis, size), figures, rows)
        if "cancels" in parts and size.cancels:
            await _measured(_cancels(cluster, size), figures, rows)
        await cluster.work(0)
        backlog = await Backlog.first_of(cluster, apis[0])
        if "queue" in parts:
            await _measured(_depths(cluster, apis[0], backlog, size), figures, rows)
        await asyncio.gather(*map(cluster.stop_api, apis))
        if "watchers" in parts:
            await _measured(_watchers(cluster, backlog, size), figures, rows)
    return figures, rows


async def _measured(part: Awaitable[tuple[Figures, Rows]], figures: Figures, rows: Rows) -> None:
    async with asyncio.timeout(_PART_SECONDS_MAX):
        _add(await part, figures, rows)


def _add(part: tuple[Figures, Rows], figures: Figures, rows: Rows) -> None:
    _log.info("measured", **part[0])
    figures.update(part[0])
    rows.extend(part[1])


async def _runs(cluster: Cluster, api: ServiceProcess, size: Size) -> tuple[Figures, Rows]:
    measured = await throughput.by_workers(cluster, api, size.workers, size.runs, size.clients)
    times = {workers: one.figures() for workers, one in measured.items()}
    figures: Figures = {
        "runs_per_s_by_workers": {workers: one.runs_per_s for workers, one in measured.items()},
        "times_by_workers": times,
    }
    rows: Rows = []
    for workers, one in measured.items():
        told = times[workers]
        rows += [
            (f"{workers} workers, {size.clients} clients", f"{one.runs_per_s} runs/s"),
            ("  first event, p50 / p99", f"{told['first_event_p50_ms']} / {told['first_event_p99_ms']} ms"),
            ("  first step, p50 / p99", f"{told['first_step_p50_ms']} / {told['first_step_p99_ms']} ms"),
            ("  event delay, p50 / p99", f"{told['event_delay_p50_ms']} / {told['event_delay_p99_ms']} ms"),
            ("  whole run, p50 / p99", f"{told['total_p50_s']} / {told['total_p99_s']} s"),
        ]
    processes = size.workers[-1] + 2
    each = connections(cluster) / processes
    figures["connections_per_process"] = round(each, 1)
    rows.append((f"connections to Postgres, each of {processes} processes", f"{each:.1f}"))
    if cluster.counts_statements:
        _add(await _load(cluster, api, processes, size), figures, rows)
    return figures, rows


async def _load(cluster: Cluster, api: ServiceProcess, processes: int, size: Size) -> tuple[Figures, Rows]:
    idle = await idle_load(cluster, size.idle_seconds)
    anyway = idle.each(idle.seconds * processes)
    by_watchers = {
        str(watchers): await run_load(cluster, api, idle, size.load_runs, watchers)
        for watchers in (1, size.watchers_of_a_run)
    }
    figures: Figures = {"per_run_by_watchers": by_watchers, "per_idle_process_and_s": anyway}
    rows = [
        *((f"a run with {watchers} watchers", _told(load)) for watchers, load in by_watchers.items()),
        ("an idle process, a second", _told(anyway)),
    ]
    return figures, rows


def _told(load: dict[str, float]) -> str:
    return (
        f"{load['statements']} statements in {load['transactions']} transactions, {load['rows']} rows, "
        f"{load['wal_bytes'] / 1000:.1f} kB WAL, {load['postgres_ms']} ms"
    )


async def _kills(cluster: Cluster, apis: list[ServiceProcess], size: Size) -> tuple[Figures, Rows]:
    await cluster.work(2)
    took = await takeover.killed(cluster, apis[0], size.kills)
    duplicates = await takeover.duplicates(cluster, apis, size.requests_at_once)
    assert took.seconds, "no kill hit a run"
    p50, p99 = (round(percentile(took.seconds, part), 2) for part in (50, 99))
    figures: Figures = {
        "takeover_p50_s": p50,
        "takeover_p99_s": p99,
        "takeovers": len(took.seconds),
        "lost_runs": took.lost,
        "ends_after_kills": dict(took.ends),
        "duplicate_applications": duplicates,
    }
    callers = takeover.CALLERS_AT_ONCE * len(apis)
    rows = [
        (f"{len(took.seconds)} workers killed: run goes on after, p50 / p99", f"{p50} / {p99} s"),
        (f"of {took.accepted} runs, not ended exactly once", str(took.lost)),
        (f"{size.requests_at_once} requests by {callers} clients at once, made twice", str(duplicates)),
    ]
    return figures, rows


async def _cancels(cluster: Cluster, size: Size) -> tuple[Figures, Rows]:
    told = (await cancelling.cancelled(cluster, size.cancels)).figures()
    row = (
        "cancelled at another process: the model's call is closed after, p50 / p99",
        f"{told['cancel_p50_s']} / {told['cancel_p99_s']} s",
    )
    return dict(told), [row]


async def _depths(
    cluster: Cluster, api: ServiceProcess, backlog: Backlog, size: Size
) -> tuple[Figures, Rows]:
    by_depth: dict[str, dict[str, object]] = {}
    rows: Rows = []
    for depth in size.depths:
        measured = await queueing.at_depth(cluster, api, backlog, depth, size.at_depth)
        told = by_depth[str(depth)] = measured.figures()
        rows += [
            (f"{depth:,} in the queue: joining, through the API", f"{told['enqueue_per_s']} runs/s"),
            (
                "  from the end of a run to the next, p50 / p99",
                f"{told['dequeue_delay_p50_ms']} / {told['dequeue_delay_p99_ms']} ms",
            ),
            ("  a run", _told(measured.load)),
            ("  to learn the places of those first in it", f"{told['places_ms']} ms"),
            *((f"  {name}", f"{ms:.2f} ms") for name, ms in measured.statement_ms.items()),
        ]
    return {"by_queued": by_depth}, rows


async def _watchers(cluster: Cluster, backlog: Backlog, size: Size) -> tuple[Figures, Rows]:
    runs = backlog.add_asking(size.watchers[-1])
    rows: Rows = []
    by_watchers: dict[str, dict[str, float]] = {}
    last = None
    for count in size.watchers:
        last = await idle_watchers(
            cluster,
            runs[:count],
            told=size.told,
            per_second=size.told_per_s,
            at_once=size.told_to_all,
            settle_seconds=size.settle_seconds,
        )
        by_watchers[str(count)] = _watched(last)
        rows += _rows_of(f"{count:,} idle watchers", by_watchers[str(count)])
    assert last
    told = by_watchers[str(size.watchers[-1])]
    figures: Figures = {
        "memory_per_idle_watcher_kb": told["kb_each"],
        "event_delay_p99_ms": told["event_delay_p99_ms"],
        "by_watchers": by_watchers,
    }
    if PROGRAM.exists():
        _add(await _pooled(cluster, runs, size), figures, rows)
    return figures, rows


async def _pooled(cluster: Cluster, runs: range, size: Size) -> tuple[Figures, Rows]:
    with running_pooler(cluster.server, cluster.port, pool_size=_POOL_SIZE) as pooler:
        pooled = {
            "database_url": cluster.url(Login.SERVICE, pooler.port),
            "engine_database_url": cluster.url(Login.ENGINE, pooler.port),
        }
        watched = await idle_watchers(
            cluster,
            runs[: size.pooler_watchers],
            told=size.told,
            per_second=size.told_per_s,
            at_once=0,
            settle_seconds=size.settle_seconds,
            **pooled,
        )
    told = _watched(watched)
    figures: Figures = {"event_delay_pooler_p99_ms": told["event_delay_p99_ms"], "pooled": told}
    return figures, _rows_of(f"{size.pooler_watchers:,} idle watchers, through PgBouncer", told)


def _watched(watched: Watched) -> dict[str, float]:
    figures = {
        "kb_each": round(watched.kb_each, 1),
        "opened_per_s": round(watched.opened_per_s, 1),
        "cpu_percent": round(watched.cpu_percent, 1),
        "event_delay_p50_ms": round(percentile(watched.delays_ms, 50), 1),
        "event_delay_p99_ms": round(percentile(watched.delays_ms, 99), 1),
        "missed": watched.missed,
    }
    if watched.at_once_ms:
        figures["told_to_all_p50_ms"] = round(percentile(watched.at_once_ms, 50), 1)
        figures["told_to_all_p99_ms"] = round(percentile(watched.at_once_ms, 99), 1)
    return figures


def _rows_of(what: str, told: dict[str, float]) -> Rows:
    rows = [
        (f"{what}: memory of each", f"{told['kb_each']} kB"),
        ("  opened", f"{told['opened_per_s']} a second"),
        ("  processor, for heartbeats alone", f"{told['cpu_percent']} %"),
        ("  event delay, p50 / p99", f"{told['event_delay_p50_ms']} / {told['event_delay_p99_ms']} ms"),
        ("  events that did not arrive", str(told["missed"])),
    ]
    if "told_to_all_p99_ms" in told:
        rows.append(
            (
                "  an event to all of them, p50 / p99",
                f"{told['told_to_all_p50_ms']} / {told['told_to_all_p99_ms']} ms",
            )
        )
    return rows


def main() -> None:
    """Runs the benchmark."""
    chosen = options(__doc__, parts=PARTS)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))  # stdout is for the figures
    figures, rows = asyncio.run(measure(quick=chosen.quick, parts=chosen.parts))
    show("scale", rows, figures, chosen.as_json)


if __name__ == "__main__":
    main()
