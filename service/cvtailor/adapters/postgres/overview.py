"""What concerns every user's rows: asked through the database's own functions, as the engine's login."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, Row, text
from sqlalchemy.ext.asyncio import AsyncEngine

from cvtailor.adapters.postgres.user_session import ask
from cvtailor.domain.ports import WaitingRun

_WAITING = text(
    "select w.run_id, w.user_id, w.accepted_at, exists (select from dbos.workflow_status s"
    " where s.workflow_uuid = w.run_id::text) as known"
    " from cvtailor.runs_waiting_since(:since, make_interval(secs => :seconds), :at_most) w"
    " order by w.accepted_at"
)
_LINE = text(
    "select workflow_uuid from dbos.workflow_status where queue_name = :queue and status = 'ENQUEUED'"
    " order by priority, created_at limit :at_most"
)
_COUNT = text(
    "select count(*) from (select from dbos.workflow_status"
    " where queue_name = :queue and status = 'ENQUEUED' limit :at_most) waiting"
)
_HEADS = text("select run_id, user_id, last_sequence from cvtailor.run_heads(cast(:run_ids as uuid[]))")
_ORPHANS = text(
    "select user_id, path from cvtailor.orphaned_files(make_interval(secs => :seconds), :at_most)"
)


class Overview:
    """Asks after runs across users.

    The login that serves users may not do this: it sees nothing before it becomes one of them.
    """

    def __init__(self, engine: AsyncEngine, queue: str = "runs") -> None:
        """Takes the connections of the login ``cvtailor_engine``, as ``service_engine`` makes them.

        Args:
            engine: The connections.
            queue: Name of the durable engine's queue of runs.
        """
        self._engine = engine
        self._queue = queue

    async def unstarted(self, since: datetime, older_than_seconds: float, at_most: int) -> list[WaitingRun]:
        """Returns runs accepted after a moment that have waited that long, the oldest, so many at most."""
        asked = {"since": since, "seconds": older_than_seconds, "at_most": at_most}
        return [WaitingRun.model_validate(row._asdict()) for row in await self.ask(_WAITING, asked)]

    async def waiting_count(self, at_most: int) -> int:
        """Returns how many runs wait for a worker, counted up to a number."""
        rows = await self.ask(_COUNT, {"queue": self._queue, "at_most": at_most})
        return int(rows[0][0])

    async def waiting_line(self, at_most: int) -> list[UUID]:
        """Returns the runs that begin first, in that order."""
        rows = await self.ask(_LINE, {"queue": self._queue, "at_most": at_most})
        return [UUID(row.workflow_uuid) for row in rows]

    async def heads(self, run_ids: Sequence[UUID]) -> list[tuple[UUID, UUID, int]]:
        """Returns (user, run, number of its last event) of those of the runs that exist."""
        rows = await self.ask(_HEADS, {"run_ids": list(run_ids)})
        return [(row.user_id, row.run_id, row.last_sequence) for row in rows]

    async def orphaned_files(self, older_than_seconds: float, at_most: int) -> list[tuple[UUID, str]]:
        """Returns (user, path) of stored files of that age that no document names, oldest first."""
        rows = await self.ask(_ORPHANS, {"seconds": older_than_seconds, "at_most": at_most})
        return [(row.user_id, row.path) for row in rows]

    async def ask(self, question: Executable, parameters: dict[str, Any] | None = None) -> Sequence[Row[Any]]:
        """Runs one statement in a transaction of its own.

        Raises:
            Unavailable: Postgres does not answer, or no connection was free in time.
        """
        return await ask(self._engine, question, parameters)

    async def close(self) -> None:
        """Closes the connections."""
        await self._engine.dispose()
