"""Which execution of a run Postgres knows as the one that may go on with it."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from sqlalchemy import Executable, Row, text

type Ask = Callable[[Executable, dict[str, Any]], Awaitable[Sequence[Row[Any]]]]
"""Runs one statement of the engine's login; raises Unavailable if Postgres does not answer."""

# DBOS writes a token of its own when an execution begins, and lets only that one write. The executor's id
# would not do: a worker that lost a run may take it from the queue again while what it did before unwinds.
# A cancelled run is left to DBOS to refuse: who has it must learn that it was cancelled.
_HOLDS = text(
    "select 1 from dbos.workflow_status"
    " where workflow_uuid = :run_id and (status = 'PENDING' and owner_xid = :token or status = 'CANCELLED')"
)
_HAND_OVER = text(
    "update dbos.workflow_status set status = 'ENQUEUED', queue_name = :queue, owner_xid = null,"
    " started_at_epoch_ms = null, updated_at = (extract(epoch from clock_timestamp()) * 1000)::bigint"
    " where workflow_uuid = :run_id and status = 'PENDING' and owner_xid = :token returning 1"
)


class RunClaims:
    """Asks after executions, and gives one up."""

    def __init__(self, ask: Ask, queue: str) -> None:
        """Takes who asks, and the queue that runs go back to."""
        self._ask = ask
        self._queue = queue

    async def holds(self, run_id: str, token: str | None) -> bool:
        """Says whether the execution with this token may go on.

        Raises:
            Unavailable: Postgres does not answer.
        """
        return bool(await self._ask(_HOLDS, self._execution(run_id, token)))

    async def hand_over(self, run_id: str, token: str | None) -> bool:
        """Puts the run back into the queue, so that another worker goes on with it at once.

        Returns:
            Whether it was this execution's to give.

        Raises:
            Unavailable: Postgres does not answer.
        """
        return bool(await self._ask(_HAND_OVER, {**self._execution(run_id, token), "queue": self._queue}))

    @staticmethod
    def _execution(run_id: str, token: str | None) -> dict[str, Any]:
        return {"run_id": run_id, "token": token}
