"""What a run costs Postgres: statements, rows, WAL; and what a process costs that does nothing."""

import asyncio
from dataclasses import dataclass
from typing import Self
from uuid import uuid4

from benchmarks.scale.cluster import Cluster
from benchmarks.scale.told import Told
from benchmarks.service_process import Client, ServiceProcess, example

_COUNTERS = """
select extract(epoch from clock_timestamp())::float8, pg_current_wal_lsn() - '0/0'::pg_lsn,
  coalesce(sum(s.calls) filter (where s.query !~* '^(begin|commit|rollback)'), 0),
  coalesce(sum(s.calls) filter (where s.query ~* '^(commit|rollback)'), 0),
  coalesce(sum(s.rows) filter (where s.query ~* '^(insert|update|delete)'), 0),
  coalesce(sum(s.total_exec_time), 0)
from pg_stat_statements s join pg_roles r on r.oid = s.userid
where r.rolname in ('cvtailor_service', 'cvtailor_engine', 'authenticated')
"""
_CONNECTIONS = """
select count(*) from pg_stat_activity
where backend_type = 'client backend' and usename in ('cvtailor_service', 'cvtailor_engine')
"""


@dataclass
class Load:
    """What Postgres did: in all, a second, or a run.

    Attributes:
        seconds: How long it was looked at.
        wal_bytes: Written ahead.
        statements: But for those that begin and end transactions.
        transactions: Those that began with a statement of their own.
        rows: Inserted, updated and deleted by statements that say so.
        busy_ms: Execution of all statements together.
    """

    seconds: float
    wal_bytes: float
    statements: float
    transactions: float
    rows: float
    busy_ms: float

    @classmethod
    def so_far(cls, cluster: Cluster) -> Self:
        """Reads the counters."""
        with cluster.admin() as connection:
            row = connection.execute(_COUNTERS).fetchone() or ()
        return cls(*map(float, row))

    def since(self, before: Self) -> Self:
        """Returns what happened in between."""
        return type(self)(*(now - then for now, then in zip(self._values(), before._values(), strict=True)))

    def without(self, idle: Self) -> Self:
        """Returns what is left without what happens anyway."""
        share = self.seconds / idle.seconds
        values = zip(self._values(), idle._values(), strict=True)
        return type(self)(self.seconds, *[now - share * anyway for now, anyway in list(values)[1:]])

    def each(self, count: float) -> dict[str, float]:
        """Returns the part of one of so many, by name."""
        return {
            "statements": round(self.statements / count, 1),
            "transactions": round(self.transactions / count, 1),
            "rows": round(self.rows / count, 1),
            "wal_bytes": round(self.wal_bytes / count),
            "postgres_ms": round(self.busy_ms / count, 1),
        }

    def _values(self) -> tuple[float, ...]:
        return (
            self.seconds,
            self.wal_bytes,
            self.statements,
            self.transactions,
            self.rows,
            self.busy_ms,
        )


async def idle_load(cluster: Cluster, seconds: float) -> Load:
    """Looks on while nothing is asked for."""
    before = Load.so_far(cluster)
    await asyncio.sleep(seconds)
    return Load.so_far(cluster).since(before)


async def run_load(
    cluster: Cluster, api: ServiceProcess, idle: Load, runs: int, watchers: int
) -> dict[str, float]:
    """Returns what a run costs that so many watch, one of them being who began it."""
    async with cluster.client(api, uuid4()) as person:
        await _watched_run(person, watchers)
        before = Load.so_far(cluster)
        for _ in range(runs):
            await _watched_run(person, watchers)
        return Load.so_far(cluster).since(before).without(idle).each(runs)


async def _watched_run(person: Client, watchers: int) -> None:
    events = person.events(example("engineer"))
    first = await anext(events)
    watching = [Told.of(person.watch(first.application_id)) for _ in range(watchers - 1)]
    told = await asyncio.gather(Told.of(events), *watching)
    assert all(one.last == "completed" for one in told)


def connections(cluster: Cluster) -> int:
    """Returns how many connections all processes together hold."""
    with cluster.admin() as connection:
        return int((connection.execute(_CONNECTIONS).fetchone() or (0,))[0])
