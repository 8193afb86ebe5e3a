"""A run's row, locked, and the log that grows under that lock."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, select, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from cvtailor.adapters.postgres.tables import RunRow
from cvtailor.domain.errors import NotFound
from cvtailor.domain.run import STEPS, TERMINAL, EventDraft, RunEvent, RunState

NEWS_CHANNEL = "cvtailor_run_events"
"""Where Postgres tells of new events; the payload is ``{user_id} {run_id} {last_sequence}``."""

# Built once: a run says some thirty things, and building a statement costs more than running it.
_LOCK = (
    select(
        col(RunRow.id),
        col(RunRow.user_id),
        col(RunRow.application_id),
        col(RunRow.state),
        col(RunRow.percent),
        col(RunRow.step_index),
        col(RunRow.last_sequence),
    )
    .where(col(RunRow.id) == bindparam("run_id"))
    .with_for_update()
)
_EXTEND = text(
    "select application_id, key, sequence, step_index, percent from cvtailor.extend_log(:run_id, :drafts)"
).bindparams(bindparam("drafts", type_=JSONB))


@dataclass(frozen=True)
class LockedRun:
    """A run whose row this transaction holds: nobody else ends it or adds to its log."""

    id: UUID
    user_id: UUID
    application_id: UUID
    state: RunState
    percent: int
    step_index: int
    last_sequence: int

    @property
    def ended(self) -> bool:
        """Whether its log is complete."""
        return self.state in TERMINAL


async def lock_run(session: AsyncSession, run_id: UUID) -> LockedRun:
    """Locks a run until the transaction ends.

    Raises:
        NotFound: The caller has no such run.
    """
    found = await session.execute(_LOCK, {"run_id": run_id})
    row = found.one_or_none()
    if row is None:
        raise no_such_run(run_id)
    return LockedRun(*row)


def no_such_run(run_id: UUID) -> NotFound:
    """Returns the error that says so, the same for another user's run as for none."""
    return NotFound(f"There is no run {run_id} of yours.")


async def extend_log(
    session: AsyncSession, run_id: UUID, drafts: Sequence[EventDraft], **changes: Any
) -> list[RunEvent]:
    """Numbers the drafts that are new, adds them, and changes the run's row with them.

    Progress never falls: an event that knows less takes the run's.

    Args:
        session: The transaction.
        run_id: The run.
        drafts: Events to add; those whose key is in the log already are left out.
        changes: Further columns of the run's row to set, if it has not ended.

    Returns:
        The events that were added; none of a run that has ended, or is not the caller's.
    """
    fresh: dict[str, EventDraft] = {}
    for draft in drafts:
        fresh.setdefault(draft.key, draft)
    values = [_values(draft) for draft in fresh.values()]
    added = await session.execute(_EXTEND, {"run_id": run_id, "drafts": values})
    told = [_event(run_id, fresh[row.key], row) for row in added]
    if changes:
        await session.execute(update(RunRow).where(col(RunRow.id) == run_id).values(**changes))
    return told


def _event(run_id: UUID, draft: EventDraft, row: Row[Any]) -> RunEvent:
    return RunEvent(
        run_id=run_id,
        application_id=row.application_id,
        sequence=row.sequence,
        at=draft.at,
        step_index=row.step_index,
        step_count=len(STEPS),
        percent=row.percent,
        payload=draft.payload,
    )


def first_event(user_id: UUID, run_id: UUID, draft: EventDraft) -> dict[str, Any]:
    """Returns the row of the event that a run begins with."""
    return {**_values(draft), "user_id": user_id, "run_id": run_id, "sequence": 1, "at": draft.at}


def _values(draft: EventDraft) -> dict[str, Any]:
    return {
        "key": draft.key,
        "at": draft.at.isoformat(),
        "step_index": draft.step_index,
        "step_count": len(STEPS),
        "percent": draft.percent,
        "payload": draft.payload.model_dump(mode="json"),
    }
