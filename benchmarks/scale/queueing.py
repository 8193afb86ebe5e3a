"""A long queue: what it costs to join it, to ask about it, and to take the next run from it."""

import asyncio
import time
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple
from uuid import uuid4

from cvtailor.adapters.postgres.embedded_server import Login
from cvtailor.adapters.postgres.overview import Overview
from cvtailor.adapters.postgres.user_session import service_engine
from cvtailor.settings import Settings
from cvtailor.workflow.durable_runs import QUEUE

from benchmarks.figures import median, percentile
from benchmarks.scale.backlog import Backlog, short_request
from benchmarks.scale.cluster import Cluster
from benchmarks.scale.postgres_load import Load
from benchmarks.service_process import ServiceProcess

CLIENTS = 8
_QUESTIONS = 5
_QUEUE_MAX: int = Settings.model_fields["queue_max"].default
_DEADLINE_SECONDS = 120
_ENDED = "select count(*) from public.generation_runs where finished_at > %s"
_TURNS = """
select extract(epoch from r.finished_at)::float8, extract(epoch from e.at)::float8
from public.generation_runs r join public.generation_events e on e.run_id = r.id and e.key = 'read_cv/started'
where r.finished_at > %s order by e.at
"""
_MEANS = """
select lower(s.query), s.mean_exec_time from pg_stat_statements s join pg_roles r on r.oid = s.userid
where r.rolname = 'cvtailor_engine' and s.calls > 0
"""
_ASKED_OF_THE_QUEUE = {
    "take the next runs": ("for update skip locked",),
    "count what waits": ("waiting", "count", "limit", "queue_name"),
    "order of what waits": ("select workflow_uuid", "order by priority"),
    "take over from the dead": ("owner_xid", "lost"),
    "adopt runs of an older version": ("set application_version", "not in"),
    "find runs of a version that is gone": ("not exists", "cvtailor_workers"),
    "find runs that nobody started": ("runs_waiting_since",),
}
"""What a statement is for, and the words by which it is known."""


@dataclass(frozen=True)
class Limits:
    """How much is done at each length of the queue.

    Attributes:
        joining: Runs that join it.
        turns: Runs that are taken from it.
        look_seconds: For what processes ask of it by themselves: when they start, and every five seconds.
    """

    joining: int
    turns: int
    look_seconds: float


class Depth(NamedTuple):
    """With so many runs in the queue.

    Attributes:
        joined_per_s: Runs accepted and queued a second, through the API.
        turn_ms: From the end of each run to the start of the next, on a worker that does one at a time.
        load: What a run cost Postgres, with all that processes ask anyway while it is done.
        places_ms: To learn who waits at which place, as a process does once in a while for all its watchers.
        statement_ms: Mean time of each thing that is asked of the queue.
    """

    joined_per_s: float
    turn_ms: list[float]
    load: dict[str, float]
    places_ms: float
    statement_ms: dict[str, float]

    def figures(self) -> dict[str, object]:
        """Returns them by name."""
        return {
            "enqueue_per_s": round(self.joined_per_s, 1),
            "dequeue_delay_p50_ms": round(median(self.turn_ms), 1),
            "dequeue_delay_p99_ms": round(percentile(self.turn_ms, 99), 1),
            "per_run": self.load,
            "places_ms": round(self.places_ms, 1),
            "statement_ms": {name: round(ms, 2) for name, ms in self.statement_ms.items()},
        }


async def at_depth(
    cluster: Cluster, api: ServiceProcess, backlog: Backlog, waiting: int, limits: Limits
) -> Depth:
    """Makes the queue so long and measures; no worker lives before and after.

    Args:
        cluster: Where.
        api: Takes new runs in.
        backlog: Makes the queue longer.
        waiting: How long the queue is to be; not shorter than it is.
        limits: How much is done.
    """
    backlog.add_waiting(waiting - queued(cluster))
    _forget_statements(cluster)
    async with asyncio.TaskGroup() as looking:
        looking.create_task(asyncio.sleep(limits.look_seconds))
        joining = looking.create_task(_join(cluster, api, limits.joining))
        asking = looking.create_task(_ask_for_places(cluster))
    turn_ms, load = await _take_turns(cluster, limits.turns)
    return Depth(joining.result(), turn_ms, load, asking.result(), _means(cluster))


def queued(cluster: Cluster) -> int:
    """Returns how many runs wait."""
    with cluster.admin() as connection:
        row = connection.execute("select count(*) from dbos.workflow_status where status = 'ENQUEUED'")
        return int((row.fetchone() or (0,))[0])


async def _join(cluster: Cluster, api: ServiceProcess, count: int) -> float:
    waiting = iter([short_request() for _ in range(count)])

    async def join() -> None:
        async with cluster.client(api, uuid4()) as person:
            for request in waiting:
                await anext(person.events(request))

    began = time.perf_counter()
    await asyncio.gather(*(join() for _ in range(CLIENTS)))
    return count / (time.perf_counter() - began)


async def _ask_for_places(cluster: Cluster) -> float:
    overview = Overview(service_engine(cluster.url(Login.ENGINE), pool_size=1), QUEUE)
    times = []
    for _ in range(_QUESTIONS):
        began = time.perf_counter()
        await overview.waiting_line(_QUEUE_MAX)
        times.append(1000 * (time.perf_counter() - began))
    await overview.waiting_count(_QUEUE_MAX)
    await overview.close()
    return median(times)


async def _take_turns(cluster: Cluster, turns: int) -> tuple[list[float], dict[str, float]]:
    """Lets one worker do runs one after the other."""
    with cluster.admin() as connection:
        (began,) = connection.execute("select clock_timestamp()").fetchone() or (None,)
        await cluster.work(1, run_concurrency="1")
        last = time.monotonic() + _DEADLINE_SECONDS

        async def ended(at_least: int) -> int:
            while True:
                (count,) = connection.execute(_ENDED, (began,)).fetchone() or (0,)
                if count >= at_least:
                    return int(count)
                assert time.monotonic() < last, f"{count} runs ended in {_DEADLINE_SECONDS} s"
                await asyncio.sleep(0.05)

        warmed = await ended(1)
        before = Load.so_far(cluster)
        done = await ended(warmed + turns) - warmed
        load = Load.so_far(cluster).since(before).each(done)
        await cluster.work(0)
        rows = connection.execute(_TURNS, (began,)).fetchall()
    gaps = [1000 * (begun - finished) for (finished, _), (_, begun) in pairwise(rows)]
    return gaps, load


def _forget_statements(cluster: Cluster) -> None:
    if cluster.counts_statements:
        with cluster.admin() as connection:
            connection.execute("select pg_stat_statements_reset()")


def _means(cluster: Cluster) -> dict[str, float]:
    if not cluster.counts_statements:
        return {}
    with cluster.admin() as connection:
        rows = connection.execute(_MEANS).fetchall()
    return {
        name: max(times)
        for name, words in _ASKED_OF_THE_QUEUE.items()
        if (times := [float(ms) for query, ms in rows if all(word in query for word in words)])
    }
