"""What made an application's CV, what went out of it, and where it has been."""

from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from cvtailor.adapters.postgres.tables import ApplicationRow, CvVersionRow, StatusChangeRow, SubmissionRow
from cvtailor.domain.documents import Document
from cvtailor.domain.submission import Provenance, SentMessage, SentOffer, StatusChange, Submission

PROVENANCE_COLUMNS = (
    col(CvVersionRow.engine),
    col(CvVersionRow.app_version),
    col(CvVersionRow.models),
    col(CvVersionRow.prompt_versions),
    col(CvVersionRow.changes),
)


def provenance_of(row: Any) -> Provenance:
    """Returns what made a version, of a row with the columns above; a submission has them too.

    Owners may add versions by hand: JSON that is not of our shape counts as none.
    """
    made: dict[str, Any] = {
        "engine": row.engine,
        "app_version": row.app_version,
        "models": tuple(row.models),
    }
    try:
        return Provenance(**made, prompt_versions=row.prompt_versions, changes=row.changes)
    except ValidationError:
        return Provenance(**made)


async def read_notes_and_submission(
    session: AsyncSession, application_id: UUID
) -> tuple[str, Submission | None]:
    """Returns the owner's notes on an application of the session's user, and what went out."""
    found = await session.execute(
        select(col(ApplicationRow.notes), SubmissionRow)
        .outerjoin(
            SubmissionRow,
            and_(
                col(SubmissionRow.user_id) == col(ApplicationRow.user_id),
                col(SubmissionRow.application_id) == col(ApplicationRow.id),
            ),
        )
        .where(col(ApplicationRow.id) == application_id)
    )
    notes, sent = found.one()
    return notes, _submission(sent) if sent else None


async def read_status_changes(session: AsyncSession, application_id: UUID) -> tuple[StatusChange, ...]:
    """Returns where an application of the session's user has been, oldest first."""
    rows = await session.scalars(
        select(StatusChangeRow)
        .where(col(StatusChangeRow.application_id) == application_id)
        .order_by(col(StatusChangeRow.ordinal))
    )
    return tuple(
        StatusChange(from_status=row.from_status, to_status=row.to_status, at=row.at) for row in rows
    )


def _submission(row: SubmissionRow) -> Submission:
    told = {name: row.offer.get(name) or "" for name in SentOffer.model_fields}
    return Submission(
        submitted_at=row.submitted_at,
        cv_id=row.cv_id,
        cv_version=row.version,
        offer=SentOffer(**told),
        documents=tuple(map(Document.model_validate, row.documents)),
        messages=tuple(map(SentMessage.model_validate, row.messages)),
        provenance=provenance_of(row),
    )
