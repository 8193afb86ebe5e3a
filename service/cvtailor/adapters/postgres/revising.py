"""Begins revisions of CVs, and ends them where the version before stays."""

from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import Row, Text, cast, exists, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from cvtailor.adapters.postgres.accepting import begin_run, known_run, payload_digest
from cvtailor.adapters.postgres.tables import (
    ApplicationRow,
    CvRow,
    CvVersionRow,
    JobOfferRow,
    RunRow,
    SubmissionRow,
)
from cvtailor.adapters.postgres.updating import no_such_application, refused_step
from cvtailor.domain.application import ApplicationRequest, ApplicationStatus, RevisionWish
from cvtailor.domain.base_cv import BaseCv
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import Conflict, Reason
from cvtailor.domain.ports import AcceptedRun, RunLimits
from cvtailor.domain.revision import WISHES_KEPT_MAX, Revision, added_up, wordings_until
from cvtailor.domain.run import TERMINAL, run_id_for
from cvtailor.domain.tailored_cv import TailoredCv

_REVISABLE = frozenset(
    {
        ApplicationStatus.READY,
        ApplicationStatus.DRAFT,
        ApplicationStatus.FAILED,
        ApplicationStatus.CANCELLED,
    }
)


async def accept_revision(
    session: AsyncSession, caller: Caller, request_id: str, wish: RevisionWish, limits: RunLimits
) -> AcceptedRun:
    """Does what ``Records.accept_revision`` says, in the transaction of ``session``."""
    application_id, digest = wish.application_id, payload_digest(wish)
    status = await _lock(session, application_id)
    known = await known_run(session, run_id_for(caller.user_id, request_id), request_id, digest)
    if known is not None:
        return known
    await _check_status(session, application_id, status)
    request = _request(await _newest(session, application_id), wish)
    accepted = await begin_run(session, caller, application_id, request_id, digest, request, limits)
    generating = update(ApplicationRow).where(col(ApplicationRow.id) == application_id)
    try:
        await session.execute(generating.values(status=ApplicationStatus.GENERATING))
    except IntegrityError as error:
        if refused := refused_step(error):
            raise refused from error
        raise
    return accepted


async def check_not_too_late(session: AsyncSession, application_id: UUID, revision: Revision) -> None:
    """Makes sure that what a revision goes on from is still the newest, and not sent; locks it.

    Raises:
        Conflict: It is not (``REVISION_STALE``, ``STATUS_STEP_REFUSED``).
    """
    await _lock(session, application_id)
    if await session.scalar(select(exists().where(col(SubmissionRow.application_id) == application_id))):
        raise Conflict(
            "The application was submitted while the revision was made; what went out is kept as it was.",
            reason=Reason.STATUS_STEP_REFUSED,
        )
    current, newest = (
        await session.execute(
            select(col(CvRow.current_version), func.max(col(CvVersionRow.version)))
            .join(CvVersionRow, col(CvVersionRow.cv_id) == col(CvRow.id))
            .where(col(CvRow.id) == revision.cv_id)
            .group_by(col(CvRow.current_version))
        )
    ).one()
    if current != revision.parent_version or newest >= revision.version:
        raise _stale(current, revision.parent_version)


def has_cv(application_id: Any) -> Any:
    """Returns the condition that an application has a CV to go back to."""
    return exists().where(
        col(CvRow.application_id) == application_id, col(CvRow.current_version).is_not(None)
    )


async def _lock(session: AsyncSession, application_id: UUID) -> ApplicationStatus:
    status = await session.scalar(
        select(col(ApplicationRow.status))
        .where(col(ApplicationRow.id) == application_id)
        .with_for_update(key_share=True)
    )
    if status is None:
        raise no_such_application(application_id)
    return status


async def _check_status(session: AsyncSession, application_id: UUID, status: ApplicationStatus) -> None:
    at_work = exists().where(col(RunRow.application_id) == application_id, col(RunRow.state).not_in(TERMINAL))
    if status is ApplicationStatus.GENERATING or await session.scalar(select(at_work)):
        raise Conflict(
            "A run of this application is at work; wait for its end (WatchApplication), or cancel it.",
            reason=Reason.RUN_IN_PROGRESS,
            field="application_id",
        )
    if status not in _REVISABLE:
        raise Conflict(
            f"An application that is {status} is not revised: what went out or was put away stays as it is.",
            reason=Reason.STATUS_STEP_REFUSED,
            field="application_id",
        )


async def _newest(session: AsyncSession, application_id: UUID) -> Row[Any]:
    """Returns the newest version with what it was made of.

    Raises:
        Conflict: There is none, or not all of it is there any more (``NOTHING_TO_REVISE``).
    """
    any_version = aliased(CvVersionRow)
    last = select(func.max(col(any_version.version))).where(col(any_version.cv_id) == col(CvRow.id))
    found = await session.execute(
        select(
            col(ApplicationRow.id),
            col(ApplicationRow.job_offer_id),
            col(CvRow.id).label("cv_id"),
            col(CvRow.current_version),
            last.scalar_subquery().label("last_version"),
            # As text: only pydantic's JSON mode reads bytes from base64.
            cast(col(CvVersionRow.base_cv), Text).label("base_cv"),
            cast(col(CvVersionRow.content), Text).label("content"),
            cast(col(RunRow.request), Text).label("request"),
        )
        .select_from(ApplicationRow)
        .join(CvRow, col(CvRow.application_id) == col(ApplicationRow.id))
        .join(
            CvVersionRow,
            (col(CvVersionRow.cv_id) == col(CvRow.id))
            & (col(CvVersionRow.version) == col(CvRow.current_version)),
        )
        .join(RunRow, col(RunRow.id) == col(CvVersionRow.run_id))
        .join(JobOfferRow, col(JobOfferRow.id) == col(ApplicationRow.job_offer_id))
        .where(col(ApplicationRow.id) == application_id)
        .order_by(col(CvRow.created_at).desc(), col(CvRow.id))
        .limit(1)
    )
    row = found.one_or_none()
    if row is None:
        raise _nothing_to_revise()
    return row


def _request(row: Row[Any], wish: RevisionWish) -> ApplicationRequest:
    """Returns the request of the newest version, with what is wished."""
    if wish.parent_version not in (0, row.current_version):
        raise _stale(row.current_version, wish.parent_version)
    try:
        before = ApplicationRequest.model_validate_json(row.request)
        cv = BaseCv.model_validate_json(row.base_cv)
        tailored = TailoredCv.model_validate_json(row.content)
    except ValidationError as error:
        # Emptied when its time was over, or entered by hand.
        raise _nothing_to_revise() from error
    last = before.revision
    # The person may have answered what was asked; a further version asks only if that is wished for.
    chosen = wish.options.model_dump(exclude_unset=True) if wish.options else {}
    options = before.options.model_copy(update={"interactive": False, **chosen})
    revision = Revision(
        application_id=row.id,
        cv_id=row.cv_id,
        job_offer_id=row.job_offer_id,
        parent_version=row.current_version,
        version=row.last_version + 1,
        edits=added_up(cv, last.edits if last else (), wish.edits),
        feedback=wish.feedback,
        earlier_feedback=_wishes(last),
        wordings=wordings_until(cv, tailored, last),
        keeps_letter=(options.tone, options.language) == (before.options.tone, before.options.language),
    )
    return before.model_copy(update={"options": options, "revision": revision})


def _wishes(last: Revision | None) -> tuple[str, ...]:
    wishes = (*last.earlier_feedback, last.feedback) if last else ()
    return tuple(filter(None, wishes))[-WISHES_KEPT_MAX:]


def _stale(current: int | None, seen: int) -> Conflict:
    return Conflict(
        f"The CV is at version {current} now, not {seen}; look at it and decide anew.",
        reason=Reason.REVISION_STALE,
        field="parent_version",
        cv_version=str(current),
    )


def _nothing_to_revise() -> Conflict:
    return Conflict(
        "The CV or the ad that this application was made of is not kept any more, or it was entered by hand; "
        "generate a new one.",
        reason=Reason.NOTHING_TO_REVISE,
        field="application_id",
    )
