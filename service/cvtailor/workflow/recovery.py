"""Takes over the runs of workers that died, and starts those that were accepted but never started."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import UUID

import structlog

from cvtailor.domain.caller import Caller
from cvtailor.domain.ports import RunQueue, WaitingRun
from cvtailor.telemetry.metrics import TAKEN_OVER
from cvtailor.workflow.lease import Lease
from cvtailor.workflow.membership import Connection, Member, connected

log = structlog.get_logger(__name__)

_BEATS_BETWEEN_LOOKS = 5
_PAGE = 1_000
_PART = 5_000
"""Runs of the queue that one look for outdated ones reads."""

_OUTDATED_AT_ONCE = 100
_PART_BOUNDS = ("from_priority", "from_created_at", "to_priority", "to_created_at")

type Place = tuple[int, int]
"""A place in the queue: priority, and the time of acceptance in ms."""

_QUEUE_BEGIN, _QUEUE_END = (0, 0), (2**31 - 1, 2**63 - 1)

_LATE_COMMIT = timedelta(seconds=30)
"""How long after its time of acceptance a run may still appear: times are those of a transaction's begin."""

_NEWER_LEFT_SECONDS = 3600.0
"""Runs of a version that we don't know wait that long for its workers: a deployment may have begun."""

_BACK_IN_QUEUE = (
    "status = 'ENQUEUED', queue_name = %(queue)s, owner_xid = null, started_at_epoch_ms = null,"
    " updated_at = (extract(epoch from clock_timestamp()) * 1000)::bigint"
)
# Fenced by the executor: of several processes that find the same dead one, one takes its runs. As DBOS's own
# recovery does it, which knows neither our queue nor who lives. A process that has not sent a heartbeat yet
# may have begun a run already. The version stays: whose workers live goes on, else `_ADOPT` changes it.
_TAKE_OVER = f"""
update dbos.workflow_status w
set {_BACK_IN_QUEUE}
from (
  select s.workflow_uuid, s.executor_id
  from dbos.workflow_status s left join dbos.cvtailor_workers h using (executor_id)
  where s.status = 'PENDING' and s.executor_id <> %(executor_id)s
    and (h.left_at is not null
      or coalesce(h.seen_at, to_timestamp(s.updated_at / 1000.0))
        < clock_timestamp() - make_interval(secs => %(dead_after)s))
) lost
where w.workflow_uuid = lost.workflow_uuid and w.executor_id = lost.executor_id and w.status = 'PENDING'
returning lost.executor_id
"""  # noqa: S608  # constants
# Runs of this process that no execution of it is at: one broke off in a way that nobody thought of.
_TAKE_UP_AGAIN = f"""
update dbos.workflow_status set {_BACK_IN_QUEUE}
where status = 'PENDING' and executor_id = %(executor_id)s and workflow_uuid <> all(%(at_work)s)
  and to_timestamp(updated_at / 1000.0) < clock_timestamp() - make_interval(secs => %(dead_after)s)
returning workflow_uuid
"""  # noqa: S608  # constants
_LIVING_WORKERS = """
select h.version from dbos.cvtailor_workers h where h.left_at is null and h.role <> 'api'
  and h.seen_at > clock_timestamp() - make_interval(secs => %(dead_after)s)
"""
# What waits for workers of a version of which none is left, and which this one can go on with.
_ADOPT = f"""
update dbos.workflow_status w set application_version = %(version)s
where w.status = 'ENQUEUED' and w.application_version = any(%(replays)s)
  and w.application_version <> %(version)s and w.application_version not in ({_LIVING_WORKERS})
"""  # noqa: S608  # nothing of anybody's
# No index knows versions, so the queue is looked through a part at a time, in its own order. Runs in progress
# need no look: those of the dead are in the queue again, with their version.
_PART_END = """
select priority, created_at from dbos.workflow_status
where queue_name = %(queue)s and status = 'ENQUEUED'
  and (priority, created_at) >= (%(from_priority)s, %(from_created_at)s)
order by priority, created_at offset %(part)s limit 1
"""
# Runs of a part that this one can't go on with, and of whose version no worker lives.
_OUTDATED = """
select s.workflow_uuid, s.authenticated_user, s.application_version from dbos.workflow_status s
where s.queue_name = %(queue)s and s.status = 'ENQUEUED'
  and (s.priority, s.created_at) >= (%(from_priority)s, %(from_created_at)s)
  and (s.priority, s.created_at) < (%(to_priority)s, %(to_created_at)s)
  and s.application_version <> all(%(replays)s) and s.authenticated_user is not null
  and not exists (select 1 from dbos.cvtailor_workers h
    where h.version = s.application_version and h.left_at is null and h.role <> 'api'
      and h.seen_at > clock_timestamp() - make_interval(secs => %(outdated_after)s))
  and to_timestamp(s.updated_at / 1000.0) < clock_timestamp() - make_interval(secs =>
    case when s.application_version = any(%(older)s) then %(outdated_after)s else %(newer_left)s end)
limit %(at_once)s
"""

type Unstarted = Callable[[datetime, float, int], Awaitable[Sequence[WaitingRun]]]
"""Returns runs accepted after a moment that wait for so many seconds at least: the oldest, so many."""


class RecoverableRuns(RunQueue, Protocol):
    """Runs, some of which nobody will end but us."""

    def at_work(self) -> Sequence[str]:
        """Returns the runs that this process is at."""
        ...

    async def end_given_up(self) -> None:
        """Ends, in the records, those that the durable engine gave up, so that who watches them learns it."""
        ...

    async def end_outdated(self, run_id: UUID, user_id: UUID, version: str) -> None:
        """Ends one that a version began of which no worker is left, and which no other can go on with."""
        ...


class Recovery:
    """A watch over the others' heartbeats, and over what nobody works on.

    DBOS itself recovers only the runs of its own executor id, and ours are unique to a process.
    """

    def __init__(
        self,
        dsn: str,
        runs: RecoverableRuns,
        unstarted: Unstarted,
        lease: Lease,
        member: Member,
        *,
        queue: str,
        beat_seconds: float,
        dead_after_seconds: float,
    ) -> None:
        """Prepares; nothing is connected before ``start``.

        Args:
            dsn: URI of the engine's login.
            runs: Where runs are started and ended.
            unstarted: Asks after runs across users.
            lease: Of this process: who is cut off from Postgres can't tell whether others are.
            member: This process.
            queue: Name of the queue that lost runs go to.
            beat_seconds: Pause between looks at heartbeats; some of them are wider.
            dead_after_seconds: Silence after which a process's runs are taken over.
        """
        self._dsn = dsn
        self._runs = runs
        self._unstarted = unstarted
        self._lease = lease
        self._beat_seconds = beat_seconds
        self._dead_after_seconds = dead_after_seconds
        # Who only answers calls may be the first of its version; runs stay with the workers that there are.
        self._adopts = member.role != "api" and len(member.replays) > 1
        self._outdated_after_seconds = 10 * dead_after_seconds
        self._facts = {
            "executor_id": member.executor_id,
            "version": member.version,
            "replays": list(member.replays),
            "older": _older_than(member.version),
            "queue": queue,
            "at_once": _OUTDATED_AT_ONCE,
            "dead_after": dead_after_seconds,
            "outdated_after": self._outdated_after_seconds,
            "newer_left": max(_NEWER_LEFT_SECONDS, self._outdated_after_seconds),
        }
        self._outdated_at = float("-inf")
        self._looked_through = _QUEUE_BEGIN
        self._looked_until = datetime.fromtimestamp(0, UTC)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Starts; needs the durable engine's tables."""
        self._task = asyncio.create_task(self._watch_forever())

    async def close(self) -> None:
        """Takes nothing over any more."""
        if self._task is None:
            return
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def _watch_forever(self) -> None:
        rounds = 0
        while True:
            try:
                async with await connected(self._dsn, self._dead_after_seconds) as connection:
                    while True:
                        if self._sees_others():
                            await self._take_over(connection)
                            if rounds % _BEATS_BETWEEN_LOOKS == 0:
                                await self._look_around(connection)
                            rounds += 1
                        await asyncio.sleep(self._beat_seconds)
            except Exception as error:  # one that nobody thought of must not end the watch
                log.warning("recovery_failed", error=type(error).__name__)
                await asyncio.sleep(self._beat_seconds)

    def _sees_others(self) -> bool:
        """Whether silence of others tells anything: who was cut off gives all the time to be heard again."""
        if not self._lease.held:
            return False
        return self._lease.term == 1 or self._lease.term_seconds >= self._dead_after_seconds

    async def _take_over(self, connection: Connection) -> None:
        taken = await (await connection.execute(_TAKE_OVER, self._facts)).fetchall()
        if taken:
            TAKEN_OVER.tell(len(taken))
            log.warning("taking_over", runs=len(taken), executors=sorted({row[0] for row in taken}))
        if self._adopts:
            await connection.execute(_ADOPT.encode(), self._facts)

    async def _look_around(self, connection: Connection) -> None:
        await self._take_up_again(connection)
        await self._end_outdated(connection)
        await self._start_forgotten()
        await self._runs.end_given_up()

    async def _take_up_again(self, connection: Connection) -> None:
        asked = {**self._facts, "at_work": list(self._runs.at_work())}
        for (run_id,) in await (await connection.execute(_TAKE_UP_AGAIN, asked)).fetchall():
            log.error("run_broke_off", run_id=run_id)

    async def _end_outdated(self, connection: Connection) -> None:
        # Nothing of it is urgent.
        now = asyncio.get_running_loop().time()
        if now - self._outdated_at < self._outdated_after_seconds / 2:
            return
        begin = self._looked_through
        end = await self._part_end(connection, begin)
        part = dict(zip(_PART_BOUNDS, (*begin, *end), strict=True))
        found = await (await connection.execute(_OUTDATED, self._facts | part)).fetchall()
        for run_id, user_id, version in found:
            await self._runs.end_outdated(UUID(run_id), UUID(user_id), version)
        if len(found) < _OUTDATED_AT_ONCE:
            self._looked_through = end if end < _QUEUE_END else _QUEUE_BEGIN
        self._outdated_at = now

    async def _part_end(self, connection: Connection, begin: Place) -> Place:
        asked = {"queue": self._facts["queue"], "part": _PART}
        asked |= dict(zip(_PART_BOUNDS, begin, strict=False))
        row = await (await connection.execute(_PART_END, asked)).fetchone()
        if row is None:
            return _QUEUE_END
        # However many were accepted in the same moment, it goes on.
        return (row[0], row[1]) if (row[0], row[1]) > begin else (begin[0], begin[1] + 1)

    async def _start_forgotten(self) -> None:
        """Starts what was accepted by a process that died before it could start it."""
        since = self._looked_until
        while True:
            waiting = await self._unstarted(since, self._dead_after_seconds, _PAGE)
            for run in waiting:
                if not run.known:
                    log.warning("starting_forgotten", run_id=str(run.run_id))
                    await self._runs.start(Caller(user_id=run.user_id), run.run_id)
            if waiting:
                last = waiting[-1].accepted_at
                self._looked_until = max(self._looked_until, last - _LATE_COMMIT)
                # Those of the same moment as the last may be on the next page.
                since = last if last == waiting[0].accepted_at else last - timedelta.resolution
            if len(waiting) < _PAGE:
                return


def _older_than(version: str) -> list[str]:
    return [str(number) for number in range(1, int(version))] if version.isdigit() else []
