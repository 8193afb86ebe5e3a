"""A run's row, locked, and the log that grows under that lock."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, any_, bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col

from cvtailor.adapters.postgres.tables import RunRow
from cvtailor.domain.errors import NotFound
from cvtailor.domain.run import STEPS, TERMINAL, EventDraft, RunState

NEWS_CHANNEL = "cvtailor_run_events"
"""Where Postgres tells of new events; the payload is ``{user_id} {run_id} {last_sequence}``."""

# Built once: a run says some thirty things, and building a statement costs more than running it.
_events = SQLModel.metadata.tables["generation_events"]
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
_KNOWN = select(_events.c.key).where(
    _events.c.user_id == bindparam("user_id"),
    _events.c.run_id == bindparam("run_id"),
    _events.c.key == any_(bindparam("keys", type_=ARRAY(Text))),
)
_ADD = insert(_events)


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
    session: AsyncSession, run: LockedRun, drafts: Sequence[EventDraft], **changes: Any
) -> None:
    """Numbers the drafts that are new, adds them, and changes the run's row with them.

    Progress never falls: an event that knows less takes the run's.

    Args:
        session: The transaction that holds ``run``.
        run: The run; not ended.
        drafts: Events to add; those whose key is in the log already are left out.
        changes: Further columns of the run's row to set.
    """
    fresh: dict[str, EventDraft] = {}
    for draft in drafts:
        fresh.setdefault(draft.key, draft)
    place = {"user_id": run.user_id, "run_id": run.id, "keys": list(fresh)}
    known = await session.scalars(_KNOWN, place)
    for key in known:
        del fresh[key]
    percent, step_index, sequence, rows = run.percent, run.step_index, run.last_sequence, []
    for draft in fresh.values():
        percent, step_index = max(percent, draft.percent), max(step_index, draft.step_index)
        sequence += 1
        rows.append(event_values(run.user_id, run.id, sequence, draft, percent, step_index))
    if rows:
        await session.execute(_ADD, rows)
    if rows or changes:
        news = f"{run.user_id} {run.id} {sequence}"
        await session.execute(
            update(RunRow)
            .where(col(RunRow.id) == run.id)
            .values(percent=percent, step_index=step_index, last_sequence=sequence, **changes)
            .returning(func.pg_notify(NEWS_CHANNEL, news))
        )


def event_values(
    user_id: UUID, run_id: UUID, sequence: int, draft: EventDraft, percent: int, step_index: int
) -> dict[str, Any]:
    """Returns the row of an event."""
    return {
        "user_id": user_id,
        "run_id": run_id,
        "sequence": sequence,
        "key": draft.key,
        "at": draft.at,
        "step_index": step_index,
        "step_count": len(STEPS),
        "percent": percent,
        "payload": draft.payload.model_dump(mode="json"),
    }
