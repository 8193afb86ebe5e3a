"""What concerns every user's rows: asked through the database's own functions, as the engine's login."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, Row, text
from sqlalchemy.ext.asyncio import AsyncEngine

from cvtailor.adapters.postgres.user_session import ask

_WAITING = text(
    "select run_id, user_id from cvtailor.runs_waiting(make_interval(secs => :seconds), :at_most)"
)
_HEADS = text("select run_id, user_id, last_sequence from cvtailor.run_heads(cast(:run_ids as uuid[]))")
_ORPHANS = text(
    "select user_id, path from cvtailor.orphaned_files(make_interval(secs => :seconds), :at_most)"
)
_WAITING_AT_MOST = 200


class Overview:
    """Asks after runs across users.

    The login that serves users may not do this: it sees nothing before it becomes one of them.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        """Takes the connections of the login ``cvtailor_engine``, as ``service_engine`` makes them."""
        self._engine = engine

    async def unstarted(self, older_than_seconds: float) -> list[tuple[UUID, UUID]]:
        """Returns (run, user) of runs that have waited that long, oldest first, a bounded number."""
        rows = await self.ask(_WAITING, {"seconds": older_than_seconds, "at_most": _WAITING_AT_MOST})
        return [(row.run_id, row.user_id) for row in rows]

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
