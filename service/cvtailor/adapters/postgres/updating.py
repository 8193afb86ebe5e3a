"""Changes applications as their owners ask; the database guards which step may follow which."""

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from cvtailor.adapters.postgres.tables import ApplicationRow
from cvtailor.domain.application import ApplicationChange, ApplicationStatus
from cvtailor.domain.errors import Conflict, NotFound, Reason

_STATUS_STEPS = "status_steps"
"""The constraint that the database names when it refuses a step."""

_LOCK = (
    select(col(ApplicationRow.status), col(ApplicationRow.notes), col(ApplicationRow.revision))
    .where(col(ApplicationRow.id) == bindparam("application_id"))
    .with_for_update(key_share=True)
)


def no_such_application(application_id: UUID) -> NotFound:
    """Returns the error that says so, the same for another user's application as for none."""
    return NotFound(f"There is no application {application_id} of yours.")


async def change_application(session: AsyncSession, application_id: UUID, change: ApplicationChange) -> None:
    """Does what ``Records.update`` says, in the transaction of ``session``.

    An application that is as asked already stays as it is, whatever its revision: a change whose answer
    was lost may be asked for again.
    """
    row = (await session.execute(_LOCK, {"application_id": application_id})).one_or_none()
    if row is None:
        raise no_such_application(application_id)
    wanted = _values(change)
    values = {name: value for name, value in wanted.items() if getattr(row, name) != value}
    if wanted and not values:
        return
    if change.revision not in (0, row.revision):
        raise Conflict(
            f"The application is at revision {row.revision} now, not {change.revision}; "
            "read it again and decide anew.",
            reason=Reason.REVISION_STALE,
            field="revision",
            revision=str(row.revision),
        )
    if not values:
        return
    if values.get("status") is ApplicationStatus.READY and row.status is ApplicationStatus.GENERATING:
        raise Conflict(
            "The run makes the application ready when it is done. Possible until then: withdrawn, archived.",
            reason=Reason.STATUS_STEP_REFUSED,
            field="status",
        )
    changed = update(ApplicationRow).where(col(ApplicationRow.id) == application_id).values(values)
    try:
        await session.execute(changed)
    except IntegrityError as error:
        if refused := refused_step(error):
            raise refused from error
        raise


def _values(change: ApplicationChange) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if change.status is not None:
        values["status"] = change.status
    if change.notes is not None:
        values["notes"] = change.notes.replace("\0", "\ufffd")
    return values


def refused_step(error: IntegrityError) -> Conflict | None:
    """Returns what the database says about a step that it refuses; None if it refuses something else."""
    told = getattr(error.orig, "diag", None)
    if told is None or told.constraint_name != _STATUS_STEPS:
        return None
    return Conflict(
        f"{told.message_primary} {told.message_hint}", reason=Reason.STATUS_STEP_REFUSED, field="status"
    )
