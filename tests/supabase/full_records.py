"""A user with a row in every table, and what the administrator sees of it."""

from uuid import UUID

import psycopg
from builders import a_call, a_request, completed, some_results
from cvtailor.adapters.postgres.model_ledger import PostgresModelLedger
from cvtailor.adapters.postgres.records import PostgresRecords
from cvtailor.adapters.postgres.user_session import UserSessions
from cvtailor.domain.caller import Caller
from psycopg import sql
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_ANSWER = text(
    "insert into answers (user_id, application_id, requirement, text)"
    " values (:user, :application, 'Go', 'Yes')"
)
_FILE = text("insert into storage.objects (bucket_id, name) select 'documents', path from documents limit 1")
_SUBMIT = text("update applications set status = 'submitted' where id = :application")
_TABLES = (
    "select format('%I.%I', table_schema, table_name) from information_schema.columns"
    " where table_schema = 'public' and column_name = 'user_id' order by 1"
)
_CHANGEABLE = (
    "select format('%I.%I', c.table_schema, c.table_name),"
    " coalesce(min(p.column_name), 'user_id') from information_schema.columns c"
    " left join information_schema.column_privileges p on p.table_schema = c.table_schema"
    " and p.table_name = c.table_name and p.grantee = 'authenticated' and p.privilege_type = 'UPDATE'"
    " where c.table_schema = 'public' and c.column_name = 'user_id' group by 1 order by 1"
)


async def fill(sessions: UserSessions, caller: Caller) -> UUID:
    """Gives the caller an application that was generated and sent; returns its id."""
    records = PostgresRecords(sessions)
    run = await records.accept(caller, "first", a_request())
    await PostgresModelLedger(sessions).note(caller, run.run_id, a_call())
    await records.file_results(caller, run.run_id, some_results(caller, run.run_id), [completed()])

    async def work(session: AsyncSession) -> None:
        place = {"user": caller.user_id, "application": run.application_id}
        for statement in (_ANSWER, _FILE, _SUBMIT):
            await session.execute(statement, place)

    await sessions.transact(caller, work)
    return run.application_id


def tables(admin_dsn: str) -> list[str]:
    """Returns every table that belongs to users."""
    with psycopg.connect(admin_dsn) as admin:
        return [str(name) for (name,) in admin.execute(_TABLES)]


def changeable(admin_dsn: str) -> dict[str, str]:
    """Returns, by table, a column that users may change, or the owner's where there is none."""
    with psycopg.connect(admin_dsn) as admin:
        return {**dict(admin.execute(_CHANGEABLE).fetchall()), "storage.objects": "name"}


def rows_of(admin_dsn: str, user_id: UUID) -> dict[str, list[str]]:
    """Returns every row of a user, and every file's, by table."""
    found: dict[str, list[str]] = {}
    with psycopg.connect(admin_dsn) as admin:
        for table in tables(admin_dsn):
            name = sql.SQL(table)  # quoted by format('%I.%I')
            rows = admin.execute(
                sql.SQL("select t::text from {} t where user_id = %s order by 1").format(name), [user_id]
            )
            found[table] = [row for (row,) in rows]
        files = admin.execute(
            "select name from storage.objects where name like %s order by 1", [f"{user_id}/%"]
        )
        found["storage.objects"] = [name for (name,) in files]
    return found
