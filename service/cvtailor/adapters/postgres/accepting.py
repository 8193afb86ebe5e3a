"""Accepts requests: founds an application, or a further run of one, once for each request id."""

import hashlib
import json
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from cvtailor.adapters.postgres.event_log import first_event
from cvtailor.domain.application import ApplicationRequest, ApplicationStatus
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import Conflict, QuotaExceeded
from cvtailor.domain.model import DomainModel
from cvtailor.domain.ports import AcceptedRun, RunLimits
from cvtailor.domain.run import Accepted, EventDraft, RunEvent, application_id_for, run_id_for

# Written out: building a statement costs more than running it, and each one is a way to Postgres and back.
# Of whichever index: (user_id, id) is unique too, and may be the one that sees the other call first.
_FOUND = text(
    "insert into applications (id, user_id, status) values (:id, :user_id, :status)"
    " on conflict do nothing returning id"
)
_KNOWN = text("select request_sha256, application_id from generation_runs where id = :run_id")
_BEGIN = text("""
    with begun as (
      insert into generation_runs
        (id, user_id, application_id, request_id, request_sha256, request, last_sequence)
      values (:run_id, :user_id, :application_id, :request_id, :request_sha256, :request, :sequence)
      on conflict do nothing returning id
    )
    insert into generation_events
      (user_id, run_id, sequence, key, at, step_index, step_count, percent, payload)
    select :user_id, id, :sequence, :key, :at, :step_index, :step_count, :percent, :payload from begun
    returning run_id
""").bindparams(bindparam("request", type_=JSONB), bindparam("payload", type_=JSONB))
_ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtextextended('runs of ' || :user, 0))")
# Row-level security leaves the caller's runs.
_OPEN = text("select count(*) from generation_runs where finished_at is null")
# The one that has to be an hour old before another may begin; none if fewer were begun.
_FREE_AGAIN_SECONDS = text(
    "select extract(epoch from created_at + interval '1 hour' - now()) from generation_runs"
    " where created_at > now() - interval '1 hour' order by created_at desc offset :others limit 1"
)


async def accept_request(
    session: AsyncSession, caller: Caller, request_id: str, request: ApplicationRequest, limits: RunLimits
) -> AcceptedRun:
    """Does what ``Records.accept`` says, in the transaction of ``session``."""
    run_id = run_id_for(caller.user_id, request_id)
    application_id = application_id_for(run_id)
    digest = payload_digest(request)
    new = {
        "id": application_id,
        "user_id": caller.user_id,
        "status": ApplicationStatus.GENERATING.value,
    }
    if await session.scalar(_FOUND, new) is None:
        # If another call with this id was first and still at it, the insert above waited for it.
        known = await known_run(session, run_id, request_id, digest)
        if known is None:
            raise reused(request_id)
        return known
    return await begin_run(session, caller, application_id, request_id, digest, request, limits)


async def known_run(session: AsyncSession, run_id: UUID, request_id: str, digest: str) -> AcceptedRun | None:
    """Returns the run that a request id began; None if there is none.

    Raises:
        Conflict: It began one with another payload.
    """
    found = await session.execute(_KNOWN, {"run_id": run_id})
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
    limits: RunLimits,
) -> AcceptedRun:
    """Inserts a run and its first event.

    Raises:
        QuotaExceeded: The caller has as many runs in progress, or begun lately, as one person may.
    """
    behind = await _check_limits(session, caller, limits)
    run_id = run_id_for(caller.user_id, request_id)
    accepted = EventDraft(key="accepted", at=datetime.now(UTC), percent=0, payload=Accepted())
    run = {
        "application_id": application_id,
        "request_id": request_id,
        "request_sha256": digest,
        "request": request.model_dump(mode="json"),
    }
    begun = await session.scalar(_BEGIN, {**run, **first_event(caller.user_id, run_id, accepted)})
    # There may be such a run of another application: a revision.
    if begun is None:
        raise reused(request_id)
    first = RunEvent(
        run_id=run_id,
        application_id=application_id,
        sequence=1,
        at=accepted.at,
        percent=accepted.percent,
        payload=accepted.payload,
    )
    return AcceptedRun(run_id=run_id, application_id=application_id, created=True, behind=behind, first=first)


async def _check_limits(session: AsyncSession, caller: Caller, limits: RunLimits) -> int:
    """Returns how many runs the caller has open."""
    # One count after the other: two requests at once would both see the last free place.
    await session.execute(_ONE_AT_A_TIME, {"user": str(caller.user_id)})
    open_runs = int(await session.scalar(_OPEN) or 0)
    if open_runs >= limits.open_max:
        raise QuotaExceeded(
            f"{open_runs} of your runs are in progress, and no more may be: wait for one, or cancel one."
        )
    if limits.per_hour_max is not None:
        seconds = await session.scalar(_FREE_AGAIN_SECONDS, {"others": limits.per_hour_max - 1})
        if seconds is not None:
            refusal = QuotaExceeded(
                f"You began {limits.per_hour_max} runs within an hour, and no more may be begun: "
                "wait a little."
            )
            refusal.retry_after_seconds = max(float(seconds), refusal.retry_after_seconds)
            raise refusal
    return open_runs


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
