"""Checks of the database: who may do what there, and whether it is the one this build expects."""

import asyncio
import socket
from collections import Counter
from collections.abc import Sequence
from uuid import uuid4

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from cvtailor.adapters.objects.supabase_store import SupabaseStore
from cvtailor.adapters.postgres import inspection
from cvtailor.adapters.postgres.migrator import check_schema
from cvtailor.adapters.postgres.records import PostgresRecords
from cvtailor.app.objects import objects_for
from cvtailor.app.parts import secret
from cvtailor.app.roles import Role
from cvtailor.app.storage import place_of
from cvtailor.cli.check import Check, Patient, none_of
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import Unavailable, WeMustFix
from cvtailor.settings import Settings
from cvtailor.workflow.durable_runs import REPLAYS, WORKFLOW_VERSION
from cvtailor.workflow.journal_cipher import JournalCipher
from cvtailor.workflow.membership import Living, Member, connected, living, refuse_elsewhere

_SKEW_SECONDS_MAX = 5.0


async def _postgres(patient: Patient) -> str:
    sessions = await patient.sessions()
    await sessions.check()
    return "embedded" if patient.settings.embedded else "answers both logins"


async def _service_login(patient: Patient) -> str:
    faults = await inspection.faults_of_service_login((await patient.logins()).service)
    return none_of(faults, "cvtailor_service, which can become a user and nothing else")


async def _engine_login(patient: Patient) -> str:
    faults = await inspection.faults_of_engine_login((await patient.logins()).engine)
    return none_of(faults, "cvtailor_engine, which sees no table of the users")


async def _schema(patient: Patient) -> str:
    missing = await asyncio.to_thread(check_schema, (await patient.logins()).service)
    return none_of([f"migration {version} is missing" for version in missing], "that of this build")


async def _row_security(patient: Patient) -> str:
    faults = await inspection.faults_of_tables((await patient.logins()).service)
    return none_of(faults, "on every table; anon reaches none")


async def _users(patient: Patient) -> str:
    records = PostgresRecords(await patient.sessions())
    try:
        await records.list(Caller(user_id=uuid4()), 1, "")
    except SQLAlchemyError as error:
        raise WeMustFix(f"no transaction can be a user's: {type(error).__name__}") from error
    return "a transaction becomes a user, and its claims are accepted"


async def _listen(patient: Patient) -> str:
    logins, settings = await patient.logins(), patient.settings
    heard = await inspection.hears(logins.service), await inspection.hears(logins.engine)
    polled = [
        f"{whose} every {pause_seconds:g} s"
        for hears, whose, pause_seconds in zip(
            heard,
            ("events", "queue"),
            (settings.event_poll_seconds, settings.queue_poll_seconds),
            strict=True,
        )
        if not hears
    ]
    mode = f"is not heard (a pooler in transaction mode): polls {' and '.join(polled)}" if polled else "works"
    return f"LISTEN {mode}; prepared statements are off"


async def _clock(patient: Patient) -> str:
    ahead_seconds = await inspection.clock_ahead_seconds((await patient.logins()).service)
    return told_of_clock("Postgres", ahead_seconds)


def told_of_clock(whose: str, ahead_seconds: float) -> str:
    """Returns that two clocks agree.

    Raises:
        WeMustFix: They differ by more than tokens bear.
    """
    if abs(ahead_seconds) > _SKEW_SECONDS_MAX:
        side = "ahead of" if ahead_seconds > 0 else "behind"
        raise WeMustFix(f"the clock of {whose} is {abs(ahead_seconds):.0f} s {side} this machine's")
    return f"that of {whose} agrees with this machine's"


async def _bucket(patient: Patient) -> str:
    faults = await inspection.faults_of_bucket(secret(patient.settings.admin_database_url))
    return none_of(faults, "documents is there, and private")


async def _journal(patient: Patient) -> str:
    settings = patient.settings
    cipher = JournalCipher(secret(settings.journal_key))
    payloads = await inspection.open_payloads((await patient.logins()).engine)
    for payload in payloads:
        cipher.deserialize(payload)
    hours = settings.journal_retention_hours
    kept = "for ever" if hours is None else f"for {hours:g} h" if hours else "until the run ends"
    return f"{'encrypted' if cipher.encrypts else 'plain'}, kept {kept}"


async def _processes(patient: Patient) -> str:
    """The folder store belongs to one machine: two of them behind one database are refused here too."""
    settings, logins = patient.settings, await patient.logins()
    objects = objects_for(settings, await patient.sessions())
    if isinstance(objects, SupabaseStore):
        patient.stack.push_async_callback(objects.close)
    place, dead_after_seconds = await place_of(settings, objects), settings.worker_dead_after_seconds
    me = Member("", socket.gethostname(), Role.ALL, WORKFLOW_VERSION, REPLAYS, place)
    try:
        async with await connected(logins.engine, dead_after_seconds) as connection:
            await refuse_elsewhere(connection, me, dead_after_seconds)
            found = await living(connection, dead_after_seconds)
    except psycopg.Error as error:
        raise Unavailable(f"Postgres does not answer: {type(error).__name__}") from error
    _refuse_other_models(found)
    told = Counter((process.role, process.host) for process in found)
    return (
        ", ".join(f"{count} of role {role} on {host}" for (role, host), count in told.items()) or "none runs"
    )


def _refuse_other_models(found: Sequence[Living]) -> None:
    models = {process.model: process for process in found if process.model is not None}
    if len(models) > 1:
        named = "; ".join(
            f"{model or 'no model'}: role {one.role} on {one.host}" for model, one in sorted(models.items())
        )
        raise WeMustFix(
            f"Not all processes have the same CVTAILOR_MODEL ({named}). Give them the same: whoever accepts "
            "a run decides whether agents work on it."
        )


def _has_admin(settings: Settings) -> bool:
    return settings.admin_database_url is not None


_MIGRATE = "Set CVTAILOR_ADMIN_DATABASE_URL and run `cvtailor migrate`."

DATABASE: tuple[Check, ...] = (
    Check(
        "postgres",
        _postgres,
        "Set CVTAILOR_DATABASE_URL to the URL of cvtailor_service and CVTAILOR_ENGINE_DATABASE_URL to that "
        "of cvtailor_engine; docs/operations.md has both.",
    ),
    Check(
        "service login",
        _service_login,
        "Log in as cvtailor_service; revoke what it has beyond `grant authenticated to cvtailor_service`.",
    ),
    Check(
        "engine login",
        _engine_login,
        "Log in as cvtailor_engine; revoke what it has beyond the schema dbos and the functions of cvtailor.",
    ),
    Check("schema", _schema, _MIGRATE),
    Check(
        "row security",
        _row_security,
        "`alter table ... enable row level security` and `revoke all ... from anon` for each that is named.",
    ),
    Check(
        "users",
        _users,
        "After a change of cvtailor_service's password: `cvtailor migrate`, and restart the services.",
    ),
    Check("listen", _listen),
    Check("processes", _processes),
    Check("clock", _clock, "Let both machines follow NTP."),
    Check(
        "bucket",
        _bucket,
        "`cvtailor migrate` makes it; `update storage.buckets set public = false where id = 'documents'` "
        "closes it.",
        _has_admin,
    ),
    Check("journal", _journal, "Give every worker the same CVTAILOR_JOURNAL_KEY, earlier keys behind it."),
)
