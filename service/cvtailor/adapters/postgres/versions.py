"""Reads the versions of an application's CV."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import Text, and_, cast, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from cvtailor.adapters.postgres.columns import CommunicationKind
from cvtailor.adapters.postgres.history import PROVENANCE_COLUMNS, provenance_of
from cvtailor.adapters.postgres.tables import (
    ApplicationRow,
    CommunicationRow,
    CvRow,
    CvVersionRow,
    DocumentRow,
    JobOfferRow,
)
from cvtailor.adapters.postgres.updating import no_such_application
from cvtailor.domain.application import CvVersion
from cvtailor.domain.base_cv import BaseCv
from cvtailor.domain.documents import Document
from cvtailor.domain.errors import NotFound, Reason
from cvtailor.domain.job_offer import JobOffer
from cvtailor.domain.ports import KeptVersion
from cvtailor.domain.tailored_cv import CoverLetter, TailoredCv

# What would be sent, if it were submitted now: `cvtailor.keep_what_was_sent` chooses the same.
current_cv = (
    select(col(CvRow.id), col(CvRow.current_version), col(CvVersionRow.run_id))
    .select_from(CvRow)
    .join(
        CvVersionRow,
        and_(
            col(CvVersionRow.user_id) == col(CvRow.user_id),
            col(CvVersionRow.cv_id) == col(CvRow.id),
            col(CvVersionRow.version) == col(CvRow.current_version),
        ),
    )
    .where(
        col(CvRow.user_id) == col(ApplicationRow.user_id),
        col(CvRow.application_id) == col(ApplicationRow.id),
        col(CvRow.current_version).is_not(None),
    )
    .order_by(col(CvRow.created_at).desc(), col(CvRow.id))
    .limit(1)
    .lateral("cv")
)


async def read_versions(session: AsyncSession, cv_id: UUID) -> tuple[CvVersion, ...]:
    """Returns the versions of a CV of the session's user, oldest first."""
    rows = await session.execute(
        select(
            col(CvVersionRow.version),
            col(CvVersionRow.parent_version),
            col(CvVersionRow.created_at),
            col(CvVersionRow.run_id),
            col(CvVersionRow.feedback),
        )
        .where(col(CvVersionRow.cv_id) == cv_id)
        .order_by(col(CvVersionRow.version))
    )
    return tuple(
        CvVersion(
            version=row.version,
            parent_version=row.parent_version or 0,
            created_at=row.created_at,
            run_id=row.run_id,
            feedback=row.feedback,
        )
        for row in rows
    )


async def read_version(session: AsyncSession, application_id: UUID, number: int) -> KeptVersion:
    """Does what ``Records.version`` says, in the transaction of ``session``."""
    cv_id, number = await _place(session, application_id, number)
    found = await session.execute(
        select(
            cast(col(CvVersionRow.base_cv), Text).label("base"),
            cast(col(CvVersionRow.content), Text).label("tailored"),
            cast(col(JobOfferRow.content), Text).label("offer"),
            cast(col(CommunicationRow.content), Text).label("letter"),
            *PROVENANCE_COLUMNS,
        )
        .select_from(CvVersionRow)
        .join(ApplicationRow, col(ApplicationRow.id) == application_id)
        .outerjoin(JobOfferRow, col(JobOfferRow.id) == col(ApplicationRow.job_offer_id))
        .outerjoin(
            CommunicationRow,
            and_(
                col(CommunicationRow.run_id) == col(CvVersionRow.run_id),
                col(CommunicationRow.kind) == CommunicationKind.LETTER,
            ),
        )
        .where(col(CvVersionRow.cv_id) == cv_id, col(CvVersionRow.version) == number)
    )
    row = found.one_or_none()
    if row is None:
        raise _no_such_version(number)
    try:
        return KeptVersion(
            version=number,
            base=BaseCv.model_validate_json(row.base),
            tailored=TailoredCv.model_validate_json(row.tailored),
            offer=JobOffer.model_validate_json(row.offer or "{}"),
            letter=CoverLetter.model_validate_json(row.letter) if row.letter else None,
            provenance=provenance_of(row),
        )
    except ValidationError as error:
        # Owners may add versions by hand, of any shape.
        raise _no_such_version(number) from error


async def read_version_documents(
    session: AsyncSession, application_id: UUID, number: int
) -> tuple[Document, ...]:
    """Does what ``Records.documents`` says, in the transaction of ``session``."""
    place = await _place(session, application_id, number)
    return tuple((await documents_of(session, [place])).get(place, ()))


async def documents_of(
    session: AsyncSession, versions: Sequence[tuple[UUID, int]]
) -> dict[tuple[UUID, int], list[Document]]:
    """Returns the documents of versions, by CV and number."""
    found: dict[tuple[UUID, int], list[Document]] = defaultdict(list)
    if versions:
        of_version = (col(DocumentRow.cv_id), col(DocumentRow.version))
        # Columns, not objects: a page of applications has hundreds of documents.
        rows = await session.execute(
            select(*of_version, *(getattr(DocumentRow, name) for name in Document.model_fields))
            .where(tuple_(*of_version).in_(versions))
            .order_by(col(DocumentRow.kind), col(DocumentRow.page), col(DocumentRow.name))
        )
        for cv_id, version, *fields in rows:
            document = dict(zip(Document.model_fields, fields, strict=True))
            found[cv_id, version].append(Document.model_construct(**document))
    return found


async def _place(session: AsyncSession, application_id: UUID, number: int) -> tuple[UUID, int]:
    """Returns the id of an application's CV, and the number of the version that is meant."""
    found = await session.execute(
        select(current_cv.c.id, current_cv.c.current_version)
        .select_from(ApplicationRow)
        .join(current_cv, true(), isouter=True)
        .where(col(ApplicationRow.id) == application_id)
    )
    row = found.one_or_none()
    if row is None:
        raise no_such_application(application_id)
    if row.id is None:
        raise _no_such_version(number)
    return row.id, number or row.current_version


def _no_such_version(number: int) -> NotFound:
    which = f"version {number} of a CV" if number else "CV"
    return NotFound(
        f"The application has no {which}; GetApplication lists the versions it has.",
        reason=Reason.DOCUMENT_NOT_FOUND,
    )
