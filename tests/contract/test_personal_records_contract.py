"""What every ``PersonalRecords`` must do; an adapter joins by a fixture of its own."""

import asyncio
import json
from collections import Counter

import psycopg
import pytest
from builders import (
    a_call,
    a_caller,
    a_request,
    asked,
    cancelled,
    completed,
    reply,
    some_results,
)
from cvtailor.adapters.postgres.personal_records import PostgresPersonalRecords, personal_tables
from cvtailor.adapters.postgres.user_session import UserSessions, service_engine
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import Unavailable
from cvtailor.domain.ports import (
    AcceptedRun,
    DeletedRecords,
    ModelLedger,
    PersonalDataAction,
    PersonalDataNote,
    PersonalRecords,
    Records,
    RunEvents,
)
from cvtailor.domain.run import RunState
from databases import Database
from psycopg import sql
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_TABLES = """
select c.relname, exists (
  select from pg_attribute a where a.attrelid = c.oid and a.attname = 'user_id' and not a.attisdropped
)
from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
"""


@pytest.fixture
def personal(sessions: UserSessions) -> PersonalRecords:
    return PostgresPersonalRecords(sessions)


@pytest.fixture
async def me(records: Records, events: RunEvents, ledger: ModelLedger, sessions: UserSessions) -> Caller:
    return await somebody(records, events, ledger, sessions)


@pytest.fixture
async def stranger(
    records: Records, events: RunEvents, ledger: ModelLedger, sessions: UserSessions
) -> Caller:
    return await somebody(records, events, ledger, sessions)


async def somebody(
    records: Records, events: RunEvents, ledger: ModelLedger, sessions: UserSessions
) -> Caller:
    """Returns a person who has something in every table."""
    caller = a_caller()
    run = await records.accept(caller, "first", a_request())
    await events.append(caller, run.run_id, [asked()])
    await records.answer(caller, run.application_id, reply())
    await ledger.note(caller, run.run_id, a_call())
    await records.file_results(caller, run.run_id, some_results(caller, run.run_id), [completed()])

    async def submit(session: AsyncSession) -> None:
        await session.execute(text("update applications set status = 'submitted'"))

    await sessions.transact(caller, submit)
    return caller


async def exported(personal: PersonalRecords, caller: Caller) -> dict[str, list[str]]:
    tables: dict[str, list[str]] = {}
    async for table, row in personal.export(caller):
        tables.setdefault(table, []).append(row)
    return tables


def stored(database: Database, caller: Caller) -> dict[str, list[str]]:
    """What a superuser finds of a person, in tables that the catalog names."""
    tables = {}
    with psycopg.connect(database.admin) as connection:
        for name, _ in connection.execute(_TABLES).fetchall():
            query = sql.SQL("select row_to_json(t)::text from {} t where user_id = %s")
            rows = connection.execute(query.format(sql.Identifier(name)), [caller.user_id]).fetchall()
            if rows:
                tables[name] = [row for (row,) in rows]
    return tables


def test_no_table_of_the_schema_is_forgotten(database: Database) -> None:
    with psycopg.connect(database.admin) as connection:
        found: dict[str, bool] = dict(connection.execute(_TABLES).fetchall())
    assert all(found.values()), "a table that says not whose its rows are can't be exported"
    assert [table.name for table in personal_tables()] == sorted(found)


async def test_every_row_of_every_table_is_exported_as_postgres_has_it(
    personal: PersonalRecords, database: Database, me: Caller, stranger: Caller
) -> None:
    tables = await exported(personal, me)
    assert set(tables) == {table.name for table in personal_tables()}
    found = stored(database, me)
    assert {name: Counter(rows) for name, rows in tables.items()} == {
        name: Counter(rows) for name, rows in found.items()
    }
    assert str(stranger.user_id) not in json.dumps(tables)


async def test_rows_come_table_by_table_in_a_stable_order(personal: PersonalRecords, me: Caller) -> None:
    first, again = await exported(personal, me), await exported(personal, me)
    assert list(first) == sorted(first)
    assert first == again


async def test_an_export_shows_one_moment(personal: PersonalRecords, records: Records, me: Caller) -> None:
    rows = personal.export(me)
    seen = [await anext(rows)]
    late = await records.accept(me, "late", a_request())
    seen += [row async for row in rows]
    assert str(late.application_id) not in json.dumps(seen)
    assert str(late.application_id) in json.dumps(await exported(personal, me))


async def test_an_export_that_is_left_gives_its_connection_back(database: Database, me: Caller) -> None:
    sessions = UserSessions(service_engine(database.service, pool_size=1, pool_wait_seconds=2))
    personal = PostgresPersonalRecords(sessions)
    rows = personal.export(me)
    await anext(rows)
    async with asyncio.timeout(5):
        await rows.aclose()
    assert await personal.open_runs(me) == ()
    await sessions.close()


async def test_exports_that_would_take_too_many_connections_are_refused(
    sessions: UserSessions, me: Caller
) -> None:
    personal = PostgresPersonalRecords(sessions, exports_at_once_max=1)
    rows = personal.export(me)
    await anext(rows)
    with pytest.raises(Unavailable, match="try again"):
        await exported(personal, me)
    await rows.aclose()
    assert await exported(personal, me)


async def test_an_export_that_nobody_reads_makes_room_for_others(sessions: UserSessions, me: Caller) -> None:
    personal = PostgresPersonalRecords(sessions, exports_at_once_max=1, stall_seconds_max=0.05)
    stalled = personal.export(me)
    await anext(stalled)
    async with asyncio.timeout(10):
        while True:
            try:
                assert await exported(personal, me)
            except Unavailable:
                continue
            break
    with pytest.raises(Unavailable, match="too slowly"):
        _ = [row async for row in stalled]


async def test_a_lost_connection_ends_the_export_and_repeats_no_row(
    sessions: UserSessions, database: Database, me: Caller
) -> None:
    personal = PostgresPersonalRecords(sessions)
    rows = personal.export(me)
    seen = [await anext(rows)]

    async def read_on() -> None:
        async for row in rows:
            seen.append(row)  # noqa: PERF401  # It must hold what came before the error.

    with psycopg.connect(database.admin, autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where usename = 'cvtailor_service' and state = 'idle in transaction'"
        )
    with pytest.raises(Unavailable):
        await read_on()
    assert max(Counter(seen).values()) == 1


async def test_deleting_leaves_nothing_but_the_numbers_of_todays_model_calls(
    personal: PersonalRecords, records: Records, database: Database, me: Caller, stranger: Caller
) -> None:
    going_on = await records.accept(me, "second", a_request())
    theirs = stored(database, stranger)
    deleted = await personal.delete(me, "call-1")
    assert (deleted.applications, deleted.documents, len(deleted.runs)) == (2, 3, 2)
    assert going_on.run_id in deleted.runs
    left = stored(database, me)
    assert set(left) == {"model_calls"}
    assert json.loads(left["model_calls"][0])["run_id"] is None
    assert stored(database, stranger) == theirs


def noted(database: Database, caller: Caller) -> list[tuple[object, ...]]:
    """What a superuser reads in the log of a person."""
    with psycopg.connect(database.admin) as connection:
        return connection.execute(
            "select action, request_id, row_count, file_count, byte_count, complete"
            " from cvtailor.personal_data_log where user_id = %s order by id",
            [caller.user_id],
        ).fetchall()


async def test_what_was_exported_and_deleted_stays_noted_when_all_rows_are_gone(
    personal: PersonalRecords, database: Database, me: Caller, stranger: Caller
) -> None:
    began = PersonalDataNote(action=PersonalDataAction.EXPORT_BEGAN, request_id="call-0")
    ended = PersonalDataNote(
        action=PersonalDataAction.EXPORT_ENDED,
        request_id="call-0",
        rows=9,
        files=3,
        bytes=70_000,
        complete=True,
    )
    await personal.note(me, began)
    await personal.note(me, ended)
    await personal.delete(me, "call-1")
    assert noted(database, me) == [
        ("export_began", "call-0", None, None, None, None),
        ("export_ended", "call-0", 9, 3, 70_000, True),
        ("applications_deleted", "", 1, None, None, None),
        ("records_deleted", "call-1", 1, 3, None, None),
    ]
    assert noted(database, stranger) == []


async def test_a_deletion_that_is_not_noted_does_not_happen(
    personal: PersonalRecords, database: Database, me: Caller
) -> None:
    with psycopg.connect(database.admin) as connection:
        connection.execute("alter table cvtailor.personal_data_log add check (action <> 'records_deleted')")
    before = stored(database, me)
    with pytest.raises(Exception, match="personal_data_log"):
        await personal.delete(me, "call-1")
    assert stored(database, me) == before


async def test_deleting_again_is_fine(personal: PersonalRecords, me: Caller) -> None:
    await personal.delete(me, "call-1")
    assert await personal.delete(me, "call-1") == DeletedRecords(applications=0, documents=0)


async def test_open_runs_are_those_that_have_not_ended(
    personal: PersonalRecords, records: Records, me: Caller, stranger: Caller
) -> None:
    runs: list[AcceptedRun] = [await records.accept(me, str(n), a_request()) for n in range(3)]
    await records.end_run(me, runs[1].run_id, RunState.CANCELLED, cancelled())
    assert await personal.open_runs(me) == (runs[0].run_id, runs[2].run_id)
    assert await personal.open_runs(stranger) == ()
