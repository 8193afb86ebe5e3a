"""Transactions as the end user, and what happens when Postgres does not answer."""

import ast
import asyncio
from importlib import resources
from pathlib import Path

import psycopg
import pytest
from builders import a_caller, a_request
from cvtailor.adapters.postgres.records import PostgresRecords
from cvtailor.adapters.postgres.user_session import UserSession, UserSessions, service_engine
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import Unavailable
from databases import Database
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from structlog.testing import capture_logs

_WHO = text("select current_user, auth.uid(), count(*) from applications")
_CONFIGURED = "select current_user, current_setting('request.jwt.claims', true)"


async def ask_as(sessions: UserSessions, caller: Caller, question: str) -> tuple[object, ...]:
    async def work(session: AsyncSession) -> tuple[object, ...]:
        return tuple((await session.execute(text(question))).one())

    return await sessions.transact(caller, work)


async def test_a_transaction_sees_its_callers_rows_only(
    sessions: UserSessions, records: PostgresRecords
) -> None:
    me, other = a_caller(), a_caller()
    await records.accept(me, "mine", a_request())
    await records.accept(other, "theirs", a_request())
    for caller in (me, other):
        assert await ask_as(sessions, caller, str(_WHO)) == ("authenticated", caller.user_id, 1)


@pytest.mark.parametrize(
    "claims", [None, {}, {"sub": "x", "role": "service_role"}, {"role": "authenticated"}]
)
async def test_without_the_claims_of_a_user_there_is_no_transaction(
    database: Database, claims: dict[str, str] | None
) -> None:
    engine = create_async_engine(database.service.replace("postgresql:", "postgresql+psycopg:"))
    info = {} if claims is None else {"claims": claims}
    async with AsyncSession(engine, sync_session_class=UserSession, info=info) as session:
        with pytest.raises(PermissionError):
            await session.execute(text("select 1"))
    await engine.dispose()


async def test_a_returned_connection_remembers_nobody(database: Database) -> None:
    sessions = UserSessions(service_engine(database.service, pool_size=1))
    assert await ask_as(sessions, a_caller(), "select pg_backend_pid() > 0") == (True,)
    assert tuple((await sessions.ask(text(_CONFIGURED)))[0]) == ("cvtailor_service", "")
    with pytest.raises(ZeroDivisionError):
        await sessions.transact(a_caller(), _fail)
    assert tuple((await sessions.ask(text(_CONFIGURED)))[0]) == ("cvtailor_service", "")
    await sessions.close()


async def _fail(session: AsyncSession) -> None:
    await session.execute(text("select 1"))
    raise ZeroDivisionError


@pytest.mark.parametrize(
    "attack",
    [
        "set local role service_role",
        "set local role postgres",
        "set local role cvtailor_engine",
        "set local session authorization postgres",
        "reset role; select * from applications",
        "set local role none; select * from applications",
        "select * from auth.users",
        "select * from dbos.workflow_status",
        "select * from supabase_migrations.schema_migrations",
        "alter table applications disable row level security",
        "update generation_runs set user_id = gen_random_uuid()",
        "delete from generation_events",
        "select * from cvtailor.runs_waiting('0', 10)",
        "select * from cvtailor.runs_waiting_since('-infinity', '0', 10)",
        "create table mine (id int)",
    ],
)
async def test_an_injected_statement_gets_nowhere(sessions: UserSessions, attack: str) -> None:
    async def work(session: AsyncSession) -> None:
        for statement in attack.split("; "):
            await session.execute(text(statement))

    with pytest.raises(DBAPIError, match=r"permission denied|must be owner|does not exist"):
        await sessions.transact(a_caller(), work)


async def test_a_second_statement_behind_a_parameter_is_refused(sessions: UserSessions) -> None:
    with pytest.raises(DBAPIError, match="multiple commands"):
        await sessions.transact(
            a_caller(),
            lambda session: session.execute(text("select :one; select 2"), {"one": 1}),
        )


async def test_a_value_is_never_read_as_sql(sessions: UserSessions) -> None:
    quote = "'; select set_config('role', 'none', true); --"
    assert await sessions.ask(text("select cast(:quote as text)"), {"quote": quote}) == [(quote,)]


def texts_not_written_out(source: str) -> list[str]:
    """Returns the calls of SQLAlchemy's ``text`` whose SQL is put together when it runs."""
    return [
        ast.unparse(node)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("text", "sqlalchemy.text", "connection.exec_driver_sql")
        and not all(isinstance(argument, ast.Constant) for argument in node.args)
    ]


def test_the_service_puts_no_sql_together_from_text() -> None:
    folder = Path(str(resources.files("cvtailor")))
    sources = {path: path.read_text() for path in folder.rglob("*.py") if "gen" not in path.parts}
    speaking = {
        path: source
        for path, source in sources.items()
        if "import sqlalchemy" in source or "from sqlalchemy" in source
    }
    assert len(speaking) > 5
    assert {
        path.name: found for path, source in speaking.items() if (found := texts_not_written_out(source))
    } == {}
    assert texts_not_written_out('text(f"select {name}")\ntext("select " + name)\ntext("select 1")') == [
        "text(f'select {name}')",
        "text('select ' + name)",
    ]


async def test_the_login_itself_reads_nothing(sessions: UserSessions) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        await sessions.ask(text("select * from applications"))


async def test_broken_connections_are_replaced_unnoticed(
    database: Database, sessions: UserSessions, records: PostgresRecords
) -> None:
    me = a_caller()
    await asyncio.gather(*(records.accept(me, f"request {n}", a_request()) for n in range(5)))
    with psycopg.connect(database.admin, autocommit=True) as admin:
        admin.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'cvtailor_service'"
            " and datname = current_database()"
        )
    assert len((await records.list(me, 10, "")).applications) == 5


async def test_a_server_that_is_not_there_is_unavailable(database: Database) -> None:
    sessions = UserSessions(service_engine(database.service.replace("socket", "nowhere")))
    with capture_logs() as logs, pytest.raises(Unavailable) as refused:
        await sessions.check()
    await sessions.close()
    # Whoever calls is told no address and no login; the operator is.
    assert refused.value.message == "Postgres does not answer."
    assert "nowhere" in str(logs)


async def test_a_pool_with_no_connection_to_spare_is_unavailable(database: Database) -> None:
    sessions = UserSessions(service_engine(database.service, pool_size=1, pool_wait_seconds=0.05))

    async def hog(session: AsyncSession) -> None:
        await session.execute(text("select 1"))
        with pytest.raises(Unavailable):
            await sessions.check()

    await sessions.transact(a_caller(), hog)
    await sessions.close()


async def test_an_error_does_not_quote_what_was_sent(sessions: UserSessions) -> None:
    async def work(session: AsyncSession) -> None:
        await session.execute(text("select cast(:secret as integer)"), {"secret": "my street 5"})

    with pytest.raises(DBAPIError) as failure:
        await sessions.transact(a_caller(), work)
    assert "[SQL parameters hidden" in str(failure.value)
