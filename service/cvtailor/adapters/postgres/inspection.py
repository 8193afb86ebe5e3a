"""Whether a database grants each login what it needs and nothing more; each question lists faults."""

import asyncio
import time

import psycopg

from cvtailor.domain.errors import Unavailable

_CONNECT_TIMEOUT_SECONDS = 5
_HEARING_SECONDS = 2.0
_CHANNEL = "cvtailor_doctor"

_RIGHTS_OF_THE_ROLE = """
select format('it connects as %%s', session_user) from pg_roles
where rolname = session_user and rolname <> %(role)s
union all
select format('it %%s', fault) from pg_roles, lateral (values
  (rolsuper, 'is a superuser'), (rolbypassrls, 'bypasses row-level security'),
  (rolcreaterole, 'may create roles'), (rolreplication, 'may replicate')
) as f (holds, fault) where rolname = session_user and holds
union all
select format('it may become %%s', rolname) from pg_roles
where rolname <> session_user and rolname <> %(becomes)s and pg_has_role(session_user, oid, 'member')
union all
select format('as itself it may read or write %%I.%%I', n.nspname, c.relname)
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('public', 'auth', 'storage') and c.relkind in ('r', 'p', 'v', 'm')
  and has_schema_privilege(session_user, n.oid, 'usage')
  and has_table_privilege(session_user, c.oid, 'select, insert, update, delete')
"""
_BECOMES = """
select 'it may not become authenticated' where not pg_has_role(session_user, 'authenticated', 'member')
union all
select 'it inherits the rights of authenticated' from pg_roles where rolname = session_user and rolinherit
"""
_ENGINE = """
select 'it does not own the schema dbos'
where not exists (
  select from pg_namespace n join pg_roles r on r.oid = n.nspowner
  where n.nspname = 'dbos' and r.rolname = session_user
)
"""
_TABLES = """
select format('%%I has no row-level security', relname) from pg_class
where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relrowsecurity
union all
select format('anon may reach %%I', relname) from pg_class
where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm')
  and has_table_privilege('anon', oid, 'select, insert, update, delete')
"""
_BUCKET = """
select 'there is no bucket documents' where not exists (select from storage.buckets where id = 'documents')
union all
select 'the bucket documents is public' from storage.buckets where id = 'documents' and public
"""
_OPEN_PAYLOADS = """
select i.inputs from dbos.workflow_input i join dbos.workflow_status s using (workflow_uuid)
where s.status in ('PENDING', 'ENQUEUED') and s.serialization = 'cvtailor_json'
order by s.created_at desc limit 20
"""


async def faults_of_service_login(dsn: str) -> list[str]:
    """Returns what the login that acts for users may do beyond becoming one of them, or may not do."""
    expected = {"role": "cvtailor_service", "becomes": "authenticated"}
    return await _ask(dsn, f"{_RIGHTS_OF_THE_ROLE} union all {_BECOMES}", expected)


async def faults_of_engine_login(dsn: str) -> list[str]:
    """Returns what the login of the durable engine may do beyond its own schema, or may not do."""
    expected = {"role": "cvtailor_engine", "becomes": ""}
    return await _ask(dsn, f"{_RIGHTS_OF_THE_ROLE} union all {_ENGINE}", expected)


async def faults_of_tables(dsn: str) -> list[str]:
    """Returns which tables are open to more than their rows' owners; any login may ask."""
    return await _ask(dsn, _TABLES, {})


async def faults_of_bucket(dsn: str) -> list[str]:
    """Returns what is wrong with the documents' bucket; only the owner of the schema may ask."""
    return await _ask(dsn, _BUCKET, {})


async def open_payloads(dsn: str) -> list[str]:
    """Returns some payloads of runs that wait or run, as they stand in the journal; the engine may ask."""
    created = await _ask(dsn, "select 'yes' where to_regclass('dbos.workflow_input') is not null", {})
    return await _ask(dsn, _OPEN_PAYLOADS, {}) if created else []


async def clock_ahead_seconds(dsn: str) -> float:
    """Returns how far Postgres's clock is ahead of this machine's; a round trip's doubt is left out."""
    before = time.time()
    (found,) = await _ask(dsn, "select extract(epoch from clock_timestamp())::text", {})
    after = time.time()
    theirs = float(found)
    return theirs - before if theirs < before else max(0.0, theirs - after)


async def hears(dsn: str) -> bool:
    """Whether LISTEN works there: it does not behind a pooler in transaction mode.

    Raises:
        Unavailable: Postgres does not answer.
    """
    try:
        async with (
            await _connect(dsn) as listening,
            await _connect(dsn) as speaking,
        ):
            await listening.execute(f"listen {_CHANNEL}".encode())
            await speaking.execute(f"notify {_CHANNEL}".encode())
            async for _ in listening.notifies(timeout=_HEARING_SECONDS, stop_after=1):
                return True
    except (psycopg.Error, OSError) as error:
        raise _unavailable(error) from error
    return False


async def _ask(dsn: str, question: str, parameters: dict[str, str]) -> list[str]:
    try:
        async with await _connect(dsn) as connection:
            rows = await connection.execute(question.encode(), parameters)
            return [str(row[0]) for row in await rows.fetchall()]
    except (psycopg.Error, OSError) as error:
        raise _unavailable(error) from error


async def _connect(dsn: str) -> psycopg.AsyncConnection[tuple[object, ...]]:
    async with asyncio.timeout(2 * _CONNECT_TIMEOUT_SECONDS):
        return await psycopg.AsyncConnection.connect(
            dsn, autocommit=True, prepare_threshold=None, connect_timeout=_CONNECT_TIMEOUT_SECONDS
        )


def _unavailable(error: Exception) -> Unavailable:
    return Unavailable(str(error).partition("\n")[0])
