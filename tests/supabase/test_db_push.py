"""The Supabase CLI and our migrator agree on what a database has: either may go first."""

from importlib import resources

import psycopg
from cvtailor.adapters.postgres.migrator import migrate, migrations
from databases import Database
from supabase_cli import SupabaseCli, supabase
from supabase_servers import Server

__all__ = ["supabase"]


def test_after_the_migrator_there_is_nothing_to_push(
    supabase: SupabaseCli, server: Server, supabase_database: Database
) -> None:
    url = server.url("postgres", supabase_database.name)
    answer = supabase("db", "push", "--dry-run", database=url)
    assert (answer.code, answer.out.strip()) == (0, "Remote database is up to date."), answer.notes


def test_after_a_push_there_is_nothing_to_migrate(supabase: SupabaseCli, server15: Server) -> None:
    platform = resources.files("cvtailor.adapters.postgres").joinpath("bootstrap.sql")
    with server15.database(migrated=False) as fresh:
        with psycopg.connect(fresh.admin) as connection:
            connection.execute(platform.read_bytes())
        answer = supabase("db", "push", "--yes", database=server15.url("postgres", fresh.name))
        assert answer.code == 0, answer.notes
        assert migrate(fresh.admin) == []


def test_a_migration_that_the_database_lacks_is_told(supabase: SupabaseCli, server15: Server) -> None:
    newest = migrations()[-1]
    with server15.database() as database:
        with psycopg.connect(database.admin) as connection:
            connection.execute(
                "delete from supabase_migrations.schema_migrations where version = %s", [newest.version]
            )
        url = server15.url("postgres", database.name)
        answer = supabase("db", "push", "--dry-run", database=url)
    assert f"{newest.version}_{newest.name}.sql" in answer.out + answer.notes
    assert "up to date" not in answer.out
