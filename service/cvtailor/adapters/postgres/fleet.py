"""How the runs of all users and the processes of this database are, in one question."""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text

from cvtailor.adapters.postgres.overview import Overview

_COUNTED_MAX = 100_000

# Bounded, so that a long queue costs as much as this at most; its age is then that of those counted.
_FLEET = text(
    "select 'queued' as what, count(*) as number,"
    " coalesce(extract(epoch from clock_timestamp()) - min(created_at) / 1000.0, 0) as age_seconds"
    " from (select created_at from dbos.workflow_status"
    "   where queue_name = :queue and status = 'ENQUEUED' limit :at_most) waiting"
    " union all select 'running', count(*), 0"
    " from (select 1 from dbos.workflow_status where status = 'PENDING' limit :at_most) running"
    " union all select 'process/' || role, count(*), 0 from dbos.cvtailor_workers"
    " where left_at is null and seen_at > clock_timestamp() - make_interval(secs => :dead_after)"
    " group by role"
)


_ACCEPTED_AT = text("select created_at / 1000.0 from dbos.workflow_status where workflow_uuid = :run_id")


class Fleet(NamedTuple):
    """What is going on, in all processes together.

    Attributes:
        queued: Runs that wait for a worker.
        running: Runs that a worker has in hand.
        oldest_seconds: For how long the oldest of those that wait has waited.
        processes: Those that are alive, by role.
    """

    queued: int
    running: int
    oldest_seconds: float
    processes: Mapping[str, int]


async def fleet(overview: Overview, queue: str, dead_after_seconds: float) -> Fleet:
    """Asks.

    Raises:
        Unavailable: Postgres does not answer.
    """
    asked = {"queue": queue, "at_most": _COUNTED_MAX, "dead_after": dead_after_seconds}
    rows = {row.what: row for row in await overview.ask(_FLEET, asked)}
    return Fleet(
        queued=rows["queued"].number,
        running=rows["running"].number,
        oldest_seconds=max(0.0, float(rows["queued"].age_seconds)),
        processes={
            what.removeprefix("process/"): row.number
            for what, row in rows.items()
            if what.startswith("process/")
        },
    )


async def accepted_at(overview: Overview, run_id: UUID) -> float | None:
    """Returns when the durable engine got a run, seconds since 1970; None: it has it no more.

    Raises:
        Unavailable: Postgres does not answer.
    """
    rows = await overview.ask(_ACCEPTED_AT, {"run_id": str(run_id)})
    return float(rows[0][0]) if rows else None
