"""Reads applications with all that belongs to them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, Text, and_, cast, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from cvtailor.adapters.postgres.page_token import PageToken, query_digest
from cvtailor.adapters.postgres.tables import (
    ActionPointRow,
    ApplicationRow,
    CommunicationRow,
    CvVersionRow,
    DocumentRow,
    RunRow,
)
from cvtailor.domain.application import ActionPoint, Application, ApplicationStatus, Document
from cvtailor.domain.ports import ApplicationPage
from cvtailor.domain.tailored_cv import Claim, CoverLetter, TailoredCv

_NO_RUN = UUID(int=0)
"""Stands for the run of an application that its owner entered by hand."""

_latest_run = (
    select(col(RunRow.id), col(RunRow.error_reason), col(RunRow.error_message))
    .where(
        col(RunRow.user_id) == col(ApplicationRow.user_id),
        col(RunRow.application_id) == col(ApplicationRow.id),
    )
    .order_by(col(RunRow.created_at).desc())
    .limit(1)
    .lateral("run")
)

_applications: Select[Any] = (
    select(
        col(ApplicationRow.id),
        col(ApplicationRow.status),
        col(ApplicationRow.title),
        col(ApplicationRow.company),
        col(ApplicationRow.created_at),
        col(ApplicationRow.updated_at),
        col(ApplicationRow.revision),
        _latest_run.c.id.label("run_id"),
        _latest_run.c.error_reason,
        _latest_run.c.error_message,
        col(CvVersionRow.cv_id),
        col(CvVersionRow.version),
        col(CommunicationRow.body).label("letter_text"),
    )
    .select_from(ApplicationRow)
    .join(_latest_run, true(), isouter=True)
    .outerjoin(
        CvVersionRow,
        and_(
            col(CvVersionRow.user_id) == col(ApplicationRow.user_id),
            col(CvVersionRow.run_id) == _latest_run.c.id,
        ),
    )
    .outerjoin(
        CommunicationRow,
        and_(
            col(CommunicationRow.user_id) == col(ApplicationRow.user_id),
            col(CommunicationRow.run_id) == _latest_run.c.id,
        ),
    )
)


async def read_application(session: AsyncSession, application_id: UUID) -> Application | None:
    """Returns one application with its claims, or None."""
    found = await session.execute(_applications.where(col(ApplicationRow.id) == application_id))
    application = next(iter(await _assemble(session, found.all())), None)
    return application and application.model_copy(update={"claims": await _claims(session, application)})


async def read_page(
    session: AsyncSession, page_size: int, page_token: str, statuses: Sequence[ApplicationStatus]
) -> ApplicationPage:
    """Returns a page, newest first.

    Raises:
        InvalidInput: The token is not one of ours or belongs to another query.
    """
    query = query_digest(statuses)
    created_at, id = col(ApplicationRow.created_at), col(ApplicationRow.id)
    selection = _applications.order_by(created_at.desc(), id.desc()).limit(page_size + 1)
    if statuses:
        selection = selection.where(col(ApplicationRow.status).in_(statuses))
    if page_token:
        last = PageToken.decode(page_token, query)
        selection = selection.where(tuple_(created_at, id) < (last.created_at, last.id))
    rows = (await session.execute(selection)).all()
    applications = await _assemble(session, rows[:page_size])
    token = ""
    if len(rows) > page_size:
        last_shown = rows[page_size - 1]
        token = PageToken(created_at=last_shown.created_at, id=last_shown.id, query=query).encode()
    return ApplicationPage(applications=tuple(applications), next_page_token=token)


async def _assemble(session: AsyncSession, rows: Sequence[Row[Any]]) -> list[Application]:
    documents = await _documents(session, [(row.cv_id, row.version) for row in rows if row.cv_id])
    action_points = await _action_points(session, [row.id for row in rows])
    applications = []
    for row in rows:
        failed = row.status is ApplicationStatus.FAILED
        application = Application(
            id=row.id,
            run_id=row.run_id or _NO_RUN,
            status=row.status,
            title=row.title,
            company=row.company,
            created_at=row.created_at,
            updated_at=row.updated_at,
            revision=row.revision,
            cv_id=row.cv_id,
            cv_version=row.version,
            documents=tuple(documents[row.cv_id, row.version]),
            action_points=tuple(action_points[row.id]),
            letter_text=row.letter_text or "",
            failure_reason=(row.error_reason or "") if failed else "",
            failure_message=(row.error_message or "") if failed else "",
        )
        applications.append(application)
    return applications


async def _documents(
    session: AsyncSession, versions: Sequence[tuple[UUID, int]]
) -> dict[tuple[UUID, int], list[Document]]:
    found: dict[tuple[UUID, int], list[Document]] = defaultdict(list)
    if versions:
        in_order = (col(DocumentRow.kind), col(DocumentRow.page), col(DocumentRow.name))
        rows = await session.scalars(
            select(DocumentRow)
            .where(tuple_(col(DocumentRow.cv_id), col(DocumentRow.version)).in_(versions))
            .order_by(*in_order)
        )
        for row in rows:
            document = row.model_dump(include=set(Document.model_fields))
            found[row.cv_id, row.version].append(Document(**document))
    return found


async def _action_points(
    session: AsyncSession, application_ids: Sequence[UUID]
) -> dict[UUID, list[ActionPoint]]:
    found: dict[UUID, list[ActionPoint]] = defaultdict(list)
    if application_ids:
        rows = await session.scalars(
            select(ActionPointRow)
            .where(col(ActionPointRow.application_id).in_(application_ids))
            .order_by(col(ActionPointRow.position), col(ActionPointRow.id))
        )
        for row in rows:
            action_point = row.model_dump(include=set(ActionPoint.model_fields))
            found[row.application_id].append(ActionPoint(**action_point))
    return found


async def _claims(session: AsyncSession, application: Application) -> tuple[Claim, ...]:
    if application.cv_id is None:
        return ()
    found = await session.execute(
        select(
            cast(col(CvVersionRow.content), Text).label("cv"),
            cast(col(CommunicationRow.content), Text).label("letter"),
        )
        .outerjoin(
            CommunicationRow,
            and_(
                col(CommunicationRow.user_id) == col(CvVersionRow.user_id),
                col(CommunicationRow.run_id) == col(CvVersionRow.run_id),
            ),
        )
        .where(
            col(CvVersionRow.cv_id) == application.cv_id,
            col(CvVersionRow.version) == application.cv_version,
        )
    )
    cv, letter = found.one()
    claims = tuple(TailoredCv.model_validate_json(cv).claims())
    return claims + (CoverLetter.model_validate_json(letter).paragraphs if letter else ())
