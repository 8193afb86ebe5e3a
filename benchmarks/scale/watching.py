"""Thousands of idle watchers of one process: what each weighs, and how late an event reaches it."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from cvtailor.adapters.postgres.embedded_server import Login
from cvtailor.adapters.postgres.events import PostgresRunEvents
from cvtailor.adapters.postgres.overview import Overview
from cvtailor.adapters.postgres.user_session import UserSessions, service_engine
from cvtailor.domain.caller import Caller
from cvtailor.domain.run import EventDraft, Step, StepProgress

from benchmarks.scale.cluster import Cluster
from benchmarks.scale.stream_client import Stream
from benchmarks.scale.told import numbered
from benchmarks.service_process import ServiceProcess

CHANNELS = 10
_WARM_STREAMS = 20
_ARRIVE_SECONDS_MAX = 10.0
_OPEN_SECONDS_MAX = 240.0
_LOOK_SECONDS = 0.25
_ASKED = 2
"""Number of the last event of a run that waits for its person."""


class Watched(NamedTuple):
    """What so many streams cost.

    Attributes:
        kb_each: Growth of the server process's resident memory, by stream.
        opened_per_s: Streams opened a second.
        cpu_percent: Of one processor, while nothing happens but heartbeats.
        delays_ms: Of events, each told to one stream.
        at_once_ms: Of events, each told to all streams, for another such crowd at one run.
        missed: Events that did not arrive.
    """

    kb_each: float
    opened_per_s: float
    cpu_percent: float
    delays_ms: list[float]
    at_once_ms: list[float]
    missed: int


class StreamClient:
    """The other process, with its streams open."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def forget(self) -> None:
        """Begins anew."""
        await self._exchange({})

    async def arrived(self, count: int) -> list[float]:
        """Returns how late, in milliseconds, so many events arrived since; fewer, if they take too long."""
        delays, last = list[float](), time.monotonic() + _ARRIVE_SECONDS_MAX
        while len(delays) < count and time.monotonic() < last:
            await asyncio.sleep(_LOOK_SECONDS)
            delays += (await self._exchange({}))["delays_ms"]
        return delays

    async def _exchange(self, asked: object) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(asked).encode() + b"\n")
        async with asyncio.timeout(_OPEN_SECONDS_MAX):
            line = await self._process.stdout.readline()
        assert line, "the process that watches ended"
        answer: dict[str, Any] = json.loads(line)
        assert not answer["broken"], answer["broken"][:3]
        return answer


@asynccontextmanager
async def streams(api: ServiceProcess, wanted: Sequence[Stream]) -> AsyncIterator[tuple[StreamClient, float]]:
    """Opens streams; yields the process that holds them, and how many it opened a second."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.scale.stream_client",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        limit=1 << 26,
    )
    try:
        client = StreamClient(process)
        asked = {"address": api.address, "channels": CHANNELS, "streams": wanted}
        opened = await client._exchange(asked)
        yield client, len(wanted) / opened["seconds"]
    finally:
        process.kill()
        await process.wait()


class Narrators:
    """Tells events as workers do, from this process."""

    def __init__(self, cluster: Cluster) -> None:
        self._sessions = UserSessions(service_engine(cluster.url(Login.SERVICE), pool_size=4))
        self._overview = Overview(service_engine(cluster.url(Login.ENGINE), pool_size=1))
        self._events = PostgresRunEvents(self._sessions, self._overview, cluster.url(Login.SERVICE))

    async def tell(self, n: int) -> None:
        """Tells one event of the n-th run."""
        draft = EventDraft(
            key=uuid4().hex,
            at=datetime.now(UTC),
            step_index=4,
            percent=28,
            payload=StepProgress(step=Step.ASK, message="still here", done=1, total=2),
        )
        await self._events.append(Caller(user_id=numbered("user", n)), numbered("run", n), [draft])

    async def close(self) -> None:
        """Closes its connections."""
        await self._sessions.close()
        await self._overview.close()


async def idle_watchers(
    cluster: Cluster,
    runs: range,
    *,
    told: int,
    per_second: float,
    at_once: int,
    settle_seconds: float,
    **settings: str,
) -> Watched:
    """Opens a stream for each of the runs, on a process of its own, and tells some of them something.

    Args:
        cluster: Where.
        runs: Numbers of runs that have asked their people something; each is another person's.
        told: How many events are told, each of another run.
        per_second: How fast.
        at_once: How many events are told to as many streams at one run.
        settle_seconds: How long the streams are left alone before they are weighed, and while.
        settings: Of the process.
    """
    api, narrators = await cluster.api(**settings), Narrators(cluster)
    try:
        async with streams(api, [_stream(cluster, n) for n in runs[:_WARM_STREAMS]]) as (client, _):
            await narrators.tell(runs[0])
        await asyncio.sleep(settle_seconds)
        before_kb = _resident_kb(api.process.pid)
        async with streams(api, [_stream(cluster, n) for n in runs]) as (client, opened_per_s):
            await asyncio.sleep(settle_seconds)
            kb_each = (_resident_kb(api.process.pid) - before_kb) / len(runs)
            busy = _cpu_seconds(api.process.pid)
            await asyncio.sleep(settle_seconds)
            cpu_percent = 100 * (_cpu_seconds(api.process.pid) - busy) / settle_seconds
            await client.forget()
            for n in _spread(runs, told):
                await asyncio.gather(narrators.tell(n), asyncio.sleep(1 / per_second))
            delays = await client.arrived(told)
        crowd = await _crowd(cluster, api, narrators, runs, at_once) if at_once else []
        missed = told + at_once * len(runs) - len(delays) - len(crowd)
        return Watched(kb_each, opened_per_s, cpu_percent, delays, crowd, missed)
    finally:
        await narrators.close()
        await cluster.stop_api(api)


async def _crowd(
    cluster: Cluster, api: ServiceProcess, narrators: Narrators, runs: range, told: int
) -> list[float]:
    """Tells events to as many streams as there are runs, all at the last of them."""
    token, application_id = cluster.token(numbered("user", runs[-1])), numbered("application", runs[-1])
    wanted = [(token, str(application_id), 1)] * len(runs)
    async with streams(api, wanted) as (client, _):
        await client.forget()
        delays = list[float]()
        for _ in range(told):
            await narrators.tell(runs[-1])
            delays += await client.arrived(len(wanted))
        return delays


def _stream(cluster: Cluster, n: int) -> Stream:
    user_id: UUID = numbered("user", n)
    return (cluster.token(user_id), str(numbered("application", n)), _ASKED - 1)


def _spread(runs: range, count: int) -> list[int]:
    return [runs[n * len(runs) // count] for n in range(count)]


def _resident_kb(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
