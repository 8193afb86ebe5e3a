"""Every plpgsql function is checked against the schema, before it runs for the first time."""

from collections.abc import Iterator

import psycopg
import pytest
from databases import Database
from supabase_cli import Answer, SupabaseCli, supabase
from supabase_servers import Server

__all__ = ["supabase"]

_TYPE_ERROR = """create function cvtailor.wrong() returns integer language plpgsql set search_path = '' as $$
begin
  return (select total from public.applications limit 1);
end $$"""
_BROKEN_TRIGGER = """create or replace function cvtailor.count_revision() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.revizion := old.revision + 1;
  return new;
end $$"""


@pytest.fixture
def linted(server15: Server) -> Iterator[Database]:
    """A fresh database with what the lint needs; of Debian, as no other server has the extension."""
    with server15.database() as database:
        with psycopg.connect(database.admin, autocommit=True) as connection:
            try:
                connection.execute("create extension plpgsql_check schema extensions")
            except psycopg.errors.FeatureNotSupported as error:
                pytest.fail(f"{error}Install it: apt-get install postgresql-15-plpgsql-check")
            # Hosted projects find it in `extensions`, too.
            connection.execute(
                f'alter database {database.name} set search_path = "$user", public, extensions'.encode()
            )
        yield database


def plant(database: Database, fault: str) -> None:
    with psycopg.connect(database.admin) as connection:
        connection.execute("set role postgres")
        connection.execute(fault.encode())


def lint(supabase: SupabaseCli, server: Server, database: Database) -> Answer:
    return supabase(
        "db", "lint", "--level=warning", "--fail-on=warning", "--output-format=json",
        database=server.url("postgres", database.name),
    )  # fmt: skip


def lint_of_triggers(database: Database) -> list[tuple[object, ...]]:
    """What the CLI leaves out: a trigger's function can be checked with its table only."""
    with psycopg.connect(database.admin) as connection:
        return connection.execute(
            """select distinct t.tgfoid::regproc::text, t.tgrelid::regclass::text, found.message
               from pg_trigger t
               join pg_proc p on p.oid = t.tgfoid
               join pg_language l on l.oid = p.prolang and l.lanname = 'plpgsql',
               lateral plpgsql_check_function_tb(
                 t.tgfoid, t.tgrelid, oldtable => t.tgoldtable, newtable => t.tgnewtable
               ) found
               where not t.tgisinternal"""
        ).fetchall()


def test_no_function_has_an_error_or_a_warning(
    supabase: SupabaseCli, server15: Server, linted: Database
) -> None:
    answer = lint(supabase, server15, linted)
    assert answer.code == 0, answer.out + answer.notes
    assert answer.results == []
    assert lint_of_triggers(linted) == []


def test_a_function_of_a_column_that_is_not_there_is_found(
    supabase: SupabaseCli, server15: Server, linted: Database
) -> None:
    plant(linted, _TYPE_ERROR)
    answer = lint(supabase, server15, linted)
    assert answer.code != 0
    assert [found["function"] for found in answer.results] == ["cvtailor.wrong"]


def test_a_trigger_of_a_column_that_is_not_there_is_found(linted: Database) -> None:
    plant(linted, _BROKEN_TRIGGER)
    message = 'record "new" has no field "revizion"'
    assert lint_of_triggers(linted) == [("cvtailor.count_revision", "applications", message)]
