"""DBOS brings its tables up to date beside what this process has open, and tries again."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import psycopg
import pytest
from cvtailor.domain.errors import Unavailable
from cvtailor.workflow import dbos_process
from databases import Database
from psycopg.errors import ConnectionTimeout
from sqlalchemy.exc import InterfaceError, OperationalError
from test_durable_runs import UnreadableRequests, launched, runs_of

BEFORE_ONE_THAT_LOCKS = 122
"""The migration after it adds a column to ``workflow_status``, if it is not there."""

WAITS = "select count(*) from pg_locks where not granted and relation = 'dbos.workflow_status'::regclass"


def set_back(database: Database) -> None:
    with psycopg.connect(database.admin) as connection:
        connection.execute("update dbos.dbos_migrations set version = %s", [BEFORE_ONE_THAT_LOCKS])


def version_of(database: Database) -> int:
    with psycopg.connect(database.admin) as connection:
        found = connection.execute("select version from dbos.dbos_migrations").fetchone()
        assert found
        return int(found[0])


def give_up_soon(database: Database) -> None:
    """As if locks were waited for as long as Postgres was told."""
    with psycopg.connect(database.admin) as connection:
        query = f"alter role cvtailor_engine in database {database.name} set lock_timeout = '100ms'"
        connection.execute(query.encode())


async def until_waited(database: Database, condition: Callable[[int], bool]) -> None:
    async with (
        asyncio.timeout(10),
        await psycopg.AsyncConnection.connect(database.admin, autocommit=True) as connection,
    ):
        while True:
            found = await (await connection.execute(WAITS)).fetchone()
            assert found
            if condition(found[0]):
                return
            await asyncio.sleep(0.01)


@asynccontextmanager
async def open_transaction(database: Database) -> AsyncIterator[psycopg.AsyncConnection]:
    """One on this loop; Postgres ends it with an error if the loop stands still for long."""
    async with await psycopg.AsyncConnection.connect(database.admin) as connection:
        await connection.execute("set idle_in_transaction_session_timeout = '5s'")
        await connection.execute("lock table dbos.workflow_status in access share mode")
        yield connection


async def test_a_transaction_of_this_process_does_not_hold_up_the_engine_s_tables(
    engine_database: Database,
) -> None:
    latest = version_of(engine_database)
    set_back(engine_database)
    async with open_transaction(engine_database) as held:

        async def commits_when_waited_for() -> None:
            await until_waited(engine_database, lambda waiting: waiting > 0)
            await held.commit()

        commits = asyncio.create_task(commits_when_waited_for())
        async with launched(runs_of(UnreadableRequests(), engine_database.engine)):
            await commits
    assert version_of(engine_database) == latest


async def test_a_migration_that_failed_is_tried_again(
    engine_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dbos_process, "_MIGRATION_PAUSE_SECONDS", 0.2)
    latest = version_of(engine_database)
    set_back(engine_database)
    give_up_soon(engine_database)
    async with open_transaction(engine_database) as held:
        migrates = asyncio.create_task(dbos_process.migrate(engine_database.engine))
        await until_waited(engine_database, lambda waiting: waiting > 0)
        await until_waited(engine_database, lambda waiting: waiting == 0)
        assert not migrates.done()
        assert version_of(engine_database) == BEFORE_ONE_THAT_LOCKS
        await held.commit()
        await migrates
    assert version_of(engine_database) == latest


async def test_one_that_keeps_failing_says_so_and_ends(
    engine_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dbos_process, "_MIGRATION_PAUSE_SECONDS", 0.01)
    set_back(engine_database)
    give_up_soon(engine_database)
    async with open_transaction(engine_database):
        with pytest.raises(Unavailable, match=r"tables could not be brought up to date: LockNotAvailable"):
            async with launched(runs_of(UnreadableRequests(), engine_database.engine)):
                raise AssertionError("it started")


async def test_one_that_does_not_end_says_where_to_look(
    engine_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dbos_process, "_MIGRATION_SECONDS_MAX", 0.5)
    set_back(engine_database)
    async with open_transaction(engine_database):
        with pytest.raises(Unavailable, match="pg_locks"):
            await dbos_process.migrate(engine_database.engine)


class Refused(psycopg.OperationalError):
    sqlstate = "28P01"


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (OperationalError("", None, ConnectionTimeout("no answer")), True),
        (OperationalError("", None, psycopg.OperationalError("the connection is lost")), True),
        (InterfaceError("", None, psycopg.InterfaceError("the connection is closed")), True),
        (OperationalError("", None, Refused("wrong password")), False),
        (OperationalError("", None, psycopg.errors.UniqueViolation("there is one")), False),
        (ValueError("not of Postgres at all"), False),
    ],
)
def test_what_has_no_code_of_postgres_is_a_lost_connection_and_worth_a_retry(
    error: Exception, again: bool
) -> None:
    dbos_process.prepare()
    assert dbos_process._is_worth_a_retry(error) is again


async def test_a_thread_that_asks_postgres_for_ever_does_not_outlive_the_engine(database: Database) -> None:
    lost = OperationalError("", None, psycopg.OperationalError("the connection is lost"))
    async with launched(runs_of(UnreadableRequests(), database.engine)):
        assert dbos_process._is_worth_a_retry(lost)
    assert not dbos_process._is_worth_a_retry(lost)


def test_pauses_of_dbos_end_soon_after_postgres_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(dbos_process.time, "sleep", slept.append)
    pauses = dbos_process._ShortPauses()
    pauses.sleep(120)
    pauses.sleep(0.5)
    assert slept == [dbos_process._DBOS_PAUSE_SECONDS_MAX, 0.5]
    assert pauses.monotonic is dbos_process.time.monotonic  # type: ignore[attr-defined]


def test_dbos_uses_both() -> None:
    dbos_process.prepare()
    assert dbos_process._sys_db.retriable_postgres_exception is dbos_process._is_worth_a_retry
    assert isinstance(dbos_process._sys_db.time, dbos_process._ShortPauses)
