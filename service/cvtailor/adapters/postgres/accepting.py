"""Accepts requests: founds an application, or a further run of one, once for each request id."""

import hashlib
import json
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from cvtailor.adapters.postgres.event_log import event_values
from cvtailor.adapters.postgres.tables import ApplicationRow, EventRow, RunRow
from cvtailor.domain.application import ApplicationRequest, ApplicationStatus
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import Conflict
from cvtailor.domain.model import DomainModel
from cvtailor.domain.ports import AcceptedRun
from cvtailor.domain.run import Accepted, EventDraft, application_id_for, run_id_for


async def accept_request(
    session: AsyncSession, caller: Caller, request_id: str, request: ApplicationRequest
) -> AcceptedRun:
    """Does what ``Records.accept`` says, in the transaction of ``session``."""
    run_id = run_id_for(caller.user_id, request_id)
    application_id = application_id_for(run_id)
    digest = payload_digest(request)
    created = await session.scalar(
        postgresql.insert(ApplicationRow)
        .values(id=application_id, user_id=caller.user_id, status=ApplicationStatus.GENERATING)
        .on_conflict_do_nothing(index_elements=["id"])
        .returning(col(ApplicationRow.id))
    )
    # If another call with this id was first and still at it, the insert above waited for it. A run without
    # that application is a revision of another one.
    known = await known_run(session, run_id, request_id, digest)
    if known is not None:
        return known
    if created is None:
        raise reused(request_id)
    return await begin_run(session, caller, application_id, request_id, digest, request)


async def known_run(session: AsyncSession, run_id: UUID, request_id: str, digest: str) -> AcceptedRun | None:
    """Returns the run that a request id began; None if there is none.

    Raises:
        Conflict: It began one with another payload.
    """
    found = await session.execute(
        select(col(RunRow.request_sha256), col(RunRow.application_id)).where(col(RunRow.id) == run_id)
    )
    row = found.one_or_none()
    if row is None:
        return None
    if row.request_sha256 != digest:
        raise reused(request_id)
    return AcceptedRun(run_id=run_id, application_id=row.application_id, created=False)


async def begin_run(
    session: AsyncSession,
    caller: Caller,
    application_id: UUID,
    request_id: str,
    digest: str,
    request: ApplicationRequest,
) -> AcceptedRun:
    """Inserts a run and its first event."""
    run_id = run_id_for(caller.user_id, request_id)
    begun = await session.scalar(
        postgresql.insert(RunRow)
        .values(
            id=run_id,
            user_id=caller.user_id,
            application_id=application_id,
            request_id=request_id,
            request_sha256=digest,
            request=request.model_dump(mode="json"),
            last_sequence=1,
        )
        .on_conflict_do_nothing(index_elements=["id"])
        .returning(col(RunRow.id))
    )
    if begun is None:
        raise reused(request_id)
    accepted = EventDraft(key="accepted", at=datetime.now(UTC), percent=0, payload=Accepted())
    await session.execute(insert(EventRow).values(event_values(caller.user_id, run_id, 1, accepted, 0, 0)))
    return AcceptedRun(run_id=run_id, application_id=application_id, created=True)


def reused(request_id: str) -> Conflict:
    """Returns the error that says so."""
    return Conflict(
        f"request_id {request_id} was used for another request; choose a new one.", field="request_id"
    )


def payload_digest(payload: DomainModel) -> str:
    """Returns the digest by which a repeated request is told from another one."""
    # Without defaults: an option that a later version adds must not change the digest of old requests.
    values = payload.model_dump(mode="json", exclude_defaults=True)
    canonical = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
