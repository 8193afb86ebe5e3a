"""Reads applications with all that belongs to them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import Row, Select, Text, and_, cast, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from cvtailor.adapters.postgres.columns import CommunicationKind
from cvtailor.adapters.postgres.history import (
    PROVENANCE_COLUMNS,
    provenance_of,
    read_notes_and_submission,
    read_status_changes,
)
from cvtailor.adapters.postgres.model_ledger import read_use
from cvtailor.adapters.postgres.page_token import PageToken, query_digest
from cvtailor.adapters.postgres.tables import (
    ActionPointRow,
    ApplicationRow,
    CommunicationRow,
    CvVersionRow,
    RunRow,
)
from cvtailor.adapters.postgres.versions import current_cv, documents_of, read_versions
from cvtailor.domain.application import ActionPoint, Application, ApplicationStatus
from cvtailor.domain.ports import ApplicationPage
from cvtailor.domain.tailored_cv import Claim, CoverLetter, EmailDraft, TailoredCv

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

_letter = aliased(CommunicationRow)
_email = aliased(CommunicationRow)


def _drafts_of[*C](selection: Select[*C], user_id: Any, run_id: Any) -> Select[*C]:
    """Joins the letter and the e-mail that a run drafted.

    Args:
        selection: Of rows that name a run.
        user_id: Its column with the owner.
        run_id: Its column with the run.
    """
    for message, kind in ((_letter, CommunicationKind.LETTER), (_email, CommunicationKind.EMAIL)):
        of_run = (col(message.user_id) == user_id, col(message.run_id) == run_id, col(message.kind) == kind)
        selection = selection.outerjoin(message, and_(*of_run))
    return selection


_applications = _drafts_of(
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
        current_cv.c.id.label("cv_id"),
        current_cv.c.current_version.label("version"),
        col(_letter.body).label("letter_text"),
        col(_email.subject).label("email_subject"),
        col(_email.body).label("email_text"),
    )
    .select_from(ApplicationRow)
    .join(_latest_run, true(), isouter=True)
    .join(current_cv, true(), isouter=True),
    col(ApplicationRow.user_id),
    # Not the latest run's: a revision that is at work, or failed, has drafted nothing.
    current_cv.c.run_id,
)


async def read_application(session: AsyncSession, application_id: UUID) -> Application | None:
    """Returns one application with its claims, its history and what its models took, or None."""
    found = await session.execute(_applications.where(col(ApplicationRow.id) == application_id))
    application = next(iter(await _assemble(session, found.all())), None)
    if application is None:
        return None
    action_points = await _action_points(session, application_id)
    notes, submission = await read_notes_and_submission(session, application_id)
    return application.model_copy(
        update={
            **await _making(session, application),
            "action_points": action_points,
            "model_use": await read_use(session, application.run_id),
            "notes": notes,
            "submission": submission,
            "status_changes": await read_status_changes(session, application_id),
            "versions": await read_versions(session, application.cv_id) if application.cv_id else (),
        }
    )


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
    documents = await documents_of(session, [(row.cv_id, row.version) for row in rows if row.cv_id])
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
            letter_text=row.letter_text or "",
            email_subject=row.email_subject or "",
            email_text=row.email_text or "",
            failure_reason=(row.error_reason or "") if failed else "",
            failure_message=(row.error_message or "") if failed else "",
        )
        applications.append(application)
    return applications


async def _action_points(session: AsyncSession, application_id: UUID) -> tuple[ActionPoint, ...]:
    rows = await session.scalars(
        select(ActionPointRow)
        .where(col(ActionPointRow.application_id) == application_id)
        .order_by(col(ActionPointRow.position), col(ActionPointRow.id))
    )
    return tuple(ActionPoint(**row.model_dump(include=set(ActionPoint.model_fields))) for row in rows)


async def _making(session: AsyncSession, application: Application) -> dict[str, Any]:
    """Returns the claims of its version and messages, and what made them."""
    if application.cv_id is None:
        return {}
    contents = select(
        cast(col(CvVersionRow.content), Text).label("cv"),
        cast(col(_letter.content), Text).label("letter"),
        cast(col(_email.content), Text).label("email"),
        *PROVENANCE_COLUMNS,
    ).where(col(CvVersionRow.cv_id) == application.cv_id, col(CvVersionRow.version) == application.cv_version)
    drafted = _drafts_of(contents, col(CvVersionRow.user_id), col(CvVersionRow.run_id))
    row = (await session.execute(drafted)).one()
    claims: tuple[Claim, ...] = (
        *_cv_claims(row.cv),
        *(CoverLetter.model_validate_json(row.letter).paragraphs if row.letter else ()),
        *(EmailDraft.model_validate_json(row.email).paragraphs if row.email else ()),
    )
    return {"claims": claims, "provenance": provenance_of(row)}


def _cv_claims(content: str) -> tuple[Claim, ...]:
    try:
        return tuple(TailoredCv.model_validate_json(content).claims())
    except ValidationError:
        return ()  # Owners may add versions by hand, of any shape.
