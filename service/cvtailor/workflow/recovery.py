"""Takes over the runs of workers that died, and starts those that were accepted but never started."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Protocol
from uuid import UUID

import psycopg
import structlog
from dbos import DBOS
from sqlalchemy.exc import SQLAlchemyError

from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import CvtailorError
from cvtailor.domain.ports import RunQueue

log = structlog.get_logger(__name__)

_CREATE = """
create table if not exists dbos.cvtailor_workers (
  executor_id text primary key,
  host text not null,
  seen_at timestamptz not null default clock_timestamp())
"""
_BEAT = """
insert into dbos.cvtailor_workers (executor_id, host) values (%s, %s)
on conflict (executor_id) do update set seen_at = clock_timestamp()
"""
_DEAD = """
select distinct w.executor_id
from dbos.workflow_status w left join dbos.cvtailor_workers h using (executor_id)
where w.status = 'PENDING' and w.executor_id <> %s
  and (h.seen_at is null or h.seen_at < clock_timestamp() - make_interval(secs => %s))
"""
_FORGET = "delete from dbos.cvtailor_workers where seen_at < clock_timestamp() - interval '1 hour'"
_LEAVE = "delete from dbos.cvtailor_workers where executor_id = %s"

type Unstarted = Callable[[float], Awaitable[list[tuple[UUID, UUID]]]]
"""Returns (run, user) of the runs accepted more than so many seconds ago and never started."""


class RecoverableRuns(RunQueue, Protocol):
    """Runs, some of which the durable engine may give up."""

    async def end_given_up(self) -> None:
        """Ends those in the records, so that who watches them learns it."""
        ...


class Recovery:
    """A heartbeat and a watch over the others' heartbeats.

    DBOS itself recovers only the runs of its own executor id, and ours are unique to a process.
    """

    def __init__(
        self,
        dsn: str,
        runs: RecoverableRuns,
        unstarted: Unstarted,
        *,
        executor_id: str,
        host: str,
        beat_seconds: float,
        dead_after_seconds: float,
    ) -> None:
        self._dsn = dsn
        self._runs = runs
        self._unstarted = unstarted
        self._executor_id = executor_id
        self._host = host
        self._beat_seconds = beat_seconds
        self._dead_after_seconds = dead_after_seconds
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Sends the first heartbeat, so that nobody takes this process for dead, and goes on."""
        async with await self._connect() as connection:
            await connection.execute(_CREATE)
            await connection.execute(_FORGET)
            await connection.execute(_BEAT, (self._executor_id, self._host))
        self._task = asyncio.create_task(self._beat_forever())

    async def close(self) -> None:
        """Stops and says so, so that others may take over at once."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        with suppress(psycopg.Error):
            async with await self._connect() as connection:
                await connection.execute(_LEAVE, (self._executor_id,))

    async def _connect(self) -> psycopg.AsyncConnection[tuple[str]]:
        return await psycopg.AsyncConnection.connect(
            self._dsn, autocommit=True, prepare_threshold=None, connect_timeout=5
        )

    async def _beat_forever(self) -> None:
        while True:
            try:
                async with await self._connect() as connection:
                    while True:
                        await asyncio.sleep(self._beat_seconds)
                        await connection.execute(_BEAT, (self._executor_id, self._host))
                        await self._take_over(connection)
            except (psycopg.Error, SQLAlchemyError, CvtailorError) as error:
                log.warning("heartbeat_failed", error=type(error).__name__)
                await asyncio.sleep(self._beat_seconds)

    async def _take_over(self, connection: psycopg.AsyncConnection[tuple[str]]) -> None:
        rows = await connection.execute(_DEAD, (self._executor_id, self._dead_after_seconds))
        if dead := [row[0] for row in await rows.fetchall()]:
            log.warning("taking_over", executors=dead)
            # Private in DBOS, and fenced: it re-enqueues, and one worker at most takes a run from a queue.
            await asyncio.to_thread(DBOS._recover_pending_workflows, dead)  # noqa: SLF001
        for run_id, user_id in await self._unstarted(self._dead_after_seconds):
            await self._runs.start(Caller(user_id=user_id), run_id)
        await self._runs.end_given_up()
