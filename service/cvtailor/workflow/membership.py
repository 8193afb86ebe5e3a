"""The processes that share a database: each says that it lives, and learns who else does."""

import asyncio
import time
from collections.abc import Collection
from contextlib import suppress
from typing import Any, NamedTuple

import psycopg
import structlog

from cvtailor.domain.errors import InvalidInput
from cvtailor.telemetry.metrics import HEARTBEAT_AT, HEARTBEAT_SECONDS
from cvtailor.workflow.lease import Lease

log = structlog.get_logger(__name__)

_LEAVE_SECONDS = 2.0

# The lock: many processes may start at once. Postgres does not like the same DDL twice at a time, and of two
# that keep documents in different places, the second must see the first.
_LOCK = "select pg_advisory_xact_lock(hashtext('dbos.cvtailor_workers'))"
_CREATE = """
create table if not exists dbos.cvtailor_workers (
  executor_id text primary key,
  host text not null,
  seen_at timestamptz not null default clock_timestamp());
alter table dbos.cvtailor_workers
  add column if not exists role text not null default 'all',
  add column if not exists version text not null default '',
  add column if not exists store text not null default '',
  add column if not exists left_at timestamptz,
  add column if not exists model text;
delete from dbos.cvtailor_workers where seen_at < clock_timestamp() - interval '1 hour';
"""
_BEAT = """
insert into dbos.cvtailor_workers (executor_id, host, role, version, store, model)
values (%(executor_id)s, %(host)s, %(role)s, %(version)s, %(store)s, %(model)s)
on conflict (executor_id) do update set seen_at = clock_timestamp()
"""
_LEAVE = "update dbos.cvtailor_workers set left_at = clock_timestamp() where executor_id = %s"
_ELSEWHERE = """
select host, role from dbos.cvtailor_workers
where store <> %(store)s and store <> '' and executor_id <> %(executor_id)s and left_at is null
  and seen_at > clock_timestamp() - make_interval(secs => %(dead_after)s)
order by seen_at desc limit 1
"""
_LIVING = """
select role, host, model from dbos.cvtailor_workers where left_at is null
  and seen_at > clock_timestamp() - make_interval(secs => %(dead_after)s) order by role, host
"""
# Whole: before the first process of this release it may be missing, or lack what this release added.
_IS_THERE = """
select exists (select from information_schema.columns
  where table_schema = 'dbos' and table_name = 'cvtailor_workers' and column_name = 'model')
"""

type Connection = psycopg.AsyncConnection[tuple[Any, ...]]


class Member(NamedTuple):
    """A process among those that share a database.

    Attributes:
        executor_id: Unique to it.
        host: Its machine.
        role: ``all``, ``api`` or ``worker``.
        version: Of its workflow.
        replays: The versions whose runs it can go on with; its own among them.
        store: Where it keeps documents; the same of all that keep them in one place.
        model: Of its agents; empty: it has none.
    """

    executor_id: str
    host: str
    role: str
    version: str
    replays: Collection[str]
    store: str = ""
    model: str = ""


class Membership:
    """A heartbeat on a connection of its own, so that nothing else can make it late."""

    def __init__(
        self, dsn: str, lease: Lease, member: Member, *, beat_seconds: float, dead_after_seconds: float
    ) -> None:
        """Prepares; nothing is connected before ``join``.

        Args:
            dsn: URI of the engine's login.
            lease: Renewed by each heartbeat that arrives.
            member: This process.
            beat_seconds: Pause between heartbeats.
            dead_after_seconds: Silence after which others take this process for dead.
        """
        self._dsn = dsn
        self._lease = lease
        self._member = member
        self._beat_seconds = beat_seconds
        self._dead_after_seconds = dead_after_seconds
        self._task: asyncio.Task[None] | None = None

    async def join(self) -> None:
        """Sends the first heartbeat, before anything is begun here, and goes on.

        Raises:
            InvalidInput: Another process keeps its documents elsewhere.
            psycopg.Error: Postgres does not answer.
        """
        async with (
            await connected(self._dsn, self._dead_after_seconds) as connection,
            connection.transaction(),
        ):
            await connection.execute(_LOCK)
            await connection.execute(_CREATE)
            await refuse_elsewhere(connection, self._member, self._dead_after_seconds)
            await self._beat(connection)
        self._task = asyncio.create_task(self._beat_forever())

    async def leave(self) -> None:
        """Stops and says so, so that others take over at once what is left."""
        self._lease.end()
        if self._task is None:
            return
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        with suppress(psycopg.Error, TimeoutError):
            async with asyncio.timeout(_LEAVE_SECONDS):
                async with await connected(self._dsn, self._dead_after_seconds) as connection:
                    await connection.execute(_LEAVE, (self._member.executor_id,))

    async def _beat(self, connection: Connection) -> None:
        moment = self._lease.moment()
        with HEARTBEAT_SECONDS.timed():
            await connection.execute(_BEAT, self._member._asdict())
        HEARTBEAT_AT.tell(time.time())
        self._lease.renew(moment)

    async def _beat_forever(self) -> None:
        while True:
            try:
                async with await connected(self._dsn, self._dead_after_seconds) as connection:
                    while True:
                        async with asyncio.timeout(self._dead_after_seconds):
                            await self._beat(connection)
                        await asyncio.sleep(self._beat_seconds)
            except Exception as error:  # whatever it is: without heartbeats nothing is done here
                log.warning("heartbeat_failed", error=type(error).__name__)
                await asyncio.sleep(min(self._beat_seconds, 1.0))


async def connected(dsn: str, silence_seconds: float) -> Connection:
    """Connects; the connection fails if the other end is silent for so long, give or take.

    Raises:
        psycopg.Error: Postgres does not answer.
    """
    return await psycopg.AsyncConnection.connect(
        dsn,
        autocommit=True,
        prepare_threshold=None,  # a pooler in transaction mode forgets prepared statements
        application_name="cvtailor-heartbeat",
        connect_timeout=5,
        keepalives_idle=2,
        keepalives_interval=1,
        keepalives_count=3,
        tcp_user_timeout=round(1000 * max(silence_seconds, 1.0)),
    )


async def refuse_elsewhere(connection: Connection, member: Member, dead_after_seconds: float) -> None:
    """Returns if all living processes keep documents where this one does.

    Raises:
        InvalidInput: One does not; says which and what to do.
    """
    if await (await connection.execute(_IS_THERE)).fetchone() != (True,):
        return
    asked = {"store": member.store, "executor_id": member.executor_id, "dead_after": dead_after_seconds}
    if other := await (await connection.execute(_ELSEWHERE, asked)).fetchone():
        raise InvalidInput(
            f"A process of role {other[1]!r} on {other[0]} uses this database and keeps documents elsewhere. "
            "A folder belongs to one machine: set CVTAILOR_OBJECTS=supabase for all, or give each machine a "
            "database of its own."
        )


class Living(NamedTuple):
    """A process that lives; its agents' model is empty if it has none, and None if nobody knows."""

    role: str
    host: str
    model: str | None


async def living(connection: Connection, dead_after_seconds: float) -> list[Living]:
    """Returns the living processes, by role and host."""
    if await (await connection.execute(_IS_THERE)).fetchone() != (True,):
        return []
    found = await connection.execute(_LIVING, {"dead_after": dead_after_seconds})
    return [Living(*row) for row in await found.fetchall()]
