"""The schema as a whole: isolation swept over every table, and its twins in the service's code."""

import re
from datetime import UTC, datetime
from enum import StrEnum
from uuid import uuid4

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from builders import a_call, a_caller, a_request, asked, completed, reply, some_results
from cvtailor.adapters.postgres import columns, tables
from cvtailor.adapters.postgres.events import PostgresRunEvents
from cvtailor.adapters.postgres.model_ledger import PostgresModelLedger
from cvtailor.adapters.postgres.overview import Overview
from cvtailor.adapters.postgres.records import PostgresRecords
from cvtailor.domain.application import ApplicationStatus, DocumentKind
from cvtailor.domain.run import RunState
from databases import Database
from sqlalchemy import create_engine

_TABLES = (
    "select oid::regclass::text from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'"
)
_MODELLED = {table.name for table in tables.SQLModel.metadata.tables.values() if table.schema is None}


def ask(database: Database, question: str) -> list[tuple[object, ...]]:
    with psycopg.connect(database.admin) as connection:
        return connection.execute(question.encode()).fetchall()


def unguarded(database: Database) -> list[tuple[object, ...]]:
    return ask(database, f"{_TABLES} and not relrowsecurity")


def granted_to_others(database: Database) -> list[tuple[object, ...]]:
    grants = """
      select table_name, grantee, privilege_type from information_schema.role_table_grants
      where table_schema = 'public' and grantee in ('anon', 'PUBLIC', 'service_role', 'cvtailor_service',
                                                    'cvtailor_engine', 'authenticator')
      union all
      select table_name, grantee, column_name from information_schema.column_privileges
      where table_schema = 'public' and grantee in ('anon', 'PUBLIC')"""
    return ask(database, grants)


def foreign_keys_without_index(database: Database) -> list[tuple[object, ...]]:
    return ask(
        database,
        """select conrelid::regclass::text, conname from pg_constraint c
           where contype = 'f' and connamespace = 'public'::regnamespace and not exists (
             select from pg_index i where i.indrelid = c.conrelid and i.indpred is null
               and (i.indkey::smallint[])[0:cardinality(c.conkey) - 1] @> c.conkey)""",
    )


def test_every_table_is_guarded_and_nobody_else_is_granted_anything(database: Database) -> None:
    assert {name for (name,) in ask(database, _TABLES)} == _MODELLED
    assert unguarded(database) == []
    assert granted_to_others(database) == []
    assert foreign_keys_without_index(database) == []


def test_the_sweep_sees_a_table_that_forgot(database: Database) -> None:
    with psycopg.connect(database.admin) as connection:
        connection.execute("set role postgres")
        connection.execute("create table forgotten (id uuid, user_id uuid references auth.users)")
    assert unguarded(database) == [("forgotten",)]
    assert ("forgotten", "anon", "SELECT") in granted_to_others(database)
    assert foreign_keys_without_index(database) == [("forgotten", "forgotten_user_id_fkey")]


def test_every_policy_is_a_sentence_for_one_command_and_asks_who_it_is_once(database: Database) -> None:
    policies = ask(
        database,
        "select policyname, cmd, roles, coalesce(qual, '') || coalesce(with_check, '') from pg_policies"
        " where permissive = 'PERMISSIVE'",
    )
    assert len(policies) > 2 * len(_MODELLED)
    for name, command, roles, rule in policies:
        assert re.match(r"Owners (see|add|change|delete|read|store) .+", str(name)), name
        assert command != "ALL"
        assert roles == ["authenticated"]
        assert str(rule).count("auth.uid()") == len(re.findall(r"SELECT auth\.uid\(\)", str(rule)))


@pytest.mark.parametrize(
    ("enum", "words"),
    [
        ("application_status", ApplicationStatus),
        ("run_state", RunState),
        ("document_kind", DocumentKind),
        ("communication_direction", columns.CommunicationDirection),
        ("communication_kind", columns.CommunicationKind),
        ("communication_channel", columns.CommunicationChannel),
        ("communication_status", columns.CommunicationStatus),
        ("action_status", columns.ActionStatus),
    ],
)
def test_enums_say_the_words_of_the_domain(database: Database, enum: str, words: type[StrEnum]) -> None:
    stored = ask(database, f"select unnest(enum_range(null::public.{enum}))::text")
    assert [word for (word,) in stored] == [word.value for word in words]


def drift(database: Database, change: str = "") -> list[object]:
    engine = create_engine(database.admin.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        if change:  # never committed
            connection.exec_driver_sql(change)
        options = {
            "compare_type": True,
            "include_object": lambda thing, *_: getattr(thing, "schema", None) != "auth",
        }
        found = compare_metadata(
            MigrationContext.configure(connection, opts=options), tables.SQLModel.metadata
        )
    engine.dispose()
    # Comments are prose of the schema alone.
    return [change for change in found if not re.search(r"(modify|remove_table)_comment", str(change))]


def test_the_classes_are_the_tables(database: Database) -> None:
    assert drift(database) == []


@pytest.mark.parametrize(
    "change",
    [
        "alter table applications add column extra text",
        "alter table applications drop column notes",
        "alter table applications alter column notes drop not null",
        "alter table applications alter column revision type bigint",
        "alter table applications drop constraint applications_user_id_job_offer_id_fkey",
        "alter table generation_runs drop constraint generation_runs_user_id_request_id_key",
        "drop index applications_newest_first",
    ],
)
def test_a_table_that_drifted_from_its_class_is_seen(database: Database, change: str) -> None:
    assert drift(database, change) != []


async def test_deleting_an_account_leaves_nothing_of_it(
    database: Database, records: PostgresRecords, events: PostgresRunEvents, ledger: PostgresModelLedger
) -> None:
    me, other = a_caller(), a_caller()
    for caller in (me, other):
        run = await records.accept(caller, "first", a_request())
        await events.append(caller, run.run_id, [asked()])
        await records.answer(caller, run.application_id, reply())
        await ledger.note(caller, run.run_id, a_call())
        await records.file_results(caller, run.run_id, some_results(caller, run.run_id), [completed()])
        with psycopg.connect(database.admin) as connection:
            submit = "update applications set status = 'submitted' where id = %s"
            connection.execute(submit, [run.application_id])
    with psycopg.connect(database.admin) as connection:
        connection.execute("delete from auth.users where id = %s", [me.user_id])
    for table in _MODELLED:
        owners = ask(database, f"select distinct user_id from {table}")  # noqa: S608
        assert owners == [(other.user_id,)], table


async def test_a_child_of_another_users_parent_is_refused(
    database: Database, records: PostgresRecords
) -> None:
    mine, stranger = await records.accept(a_caller(), "first", a_request()), a_caller()
    await records.ensure_user(stranger)
    with psycopg.connect(database.admin) as connection, pytest.raises(psycopg.errors.ForeignKeyViolation):
        connection.execute(
            "insert into action_points (user_id, application_id, title) values (%s, %s, 'x')",
            [stranger.user_id, mine.application_id],
        )


def test_the_durable_engine_sees_its_own_schema_only(database: Database) -> None:
    with psycopg.connect(database.engine, autocommit=True) as connection:
        connection.execute("create table dbos.journal (id int)")
        for table in (*_MODELLED, "auth.users", "storage.objects"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"table {table}".encode())
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("set role authenticated")


LONG_AGO = datetime.fromtimestamp(0, UTC)


async def test_runs_that_wait_are_known_by_id_only_and_to_the_engine_only(
    database: Database, records: PostgresRecords, overview: Overview
) -> None:
    with psycopg.connect(database.engine, autocommit=True) as engine:
        engine.execute("create table dbos.workflow_status (workflow_uuid text)")
    me = a_caller()
    run = await records.accept(me, "first", a_request())
    (waiting,) = await overview.unstarted(LONG_AGO, 0, 10)
    assert (waiting.run_id, waiting.user_id, waiting.known) == (run.run_id, me.user_id, False)
    assert await overview.unstarted(waiting.accepted_at, 0, 10) == []
    assert await overview.unstarted(LONG_AGO, 60, 10) == []
    await records.file_results(me, run.run_id, some_results(me, run.run_id), [completed()])
    assert await overview.unstarted(LONG_AGO, 0, 10) == []
    with psycopg.connect(database.service) as service, pytest.raises(psycopg.errors.InsufficientPrivilege):
        service.execute("select * from cvtailor.runs_waiting_since(now(), '0', 10)")


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("{me}/{cv}/{sha}.pdf", True),
        ("{stranger}/{cv}/{sha}.pdf", False),
        ("{me}/{sha}.pdf", False),
        ("{me}/{cv}/cv.pdf", False),
        ("{me}/../{cv}/{sha}.pdf", False),
    ],
)
def test_files_are_stored_in_the_owners_folder_only(database: Database, name: str, allowed: bool) -> None:
    me = uuid4()
    path = name.format(me=me, stranger=uuid4(), cv=uuid4(), sha="0" * 64)
    with psycopg.connect(database.admin) as connection:
        claims = f'{{"sub": "{me}", "role": "authenticated"}}'
        connection.execute(
            "select set_config('role', 'authenticated', true), set_config('request.jwt.claims', %s, true)",
            [claims],
        )
        add = "insert into storage.objects (bucket_id, name) values ('documents', %s)"
        if allowed:
            connection.execute(add, [path])
            changed = connection.execute("update storage.objects set name = 'x'").rowcount
            assert changed == 0
        else:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(add, [path])
