"""The migrations on every Postgres version."""

import psycopg
from cvtailor.adapters.postgres.migrator import check_schema, migrate, migrations
from databases import Database
from supabase_servers import Server


def test_the_migrations_apply_unchanged_and_once(server: Server) -> None:
    with server.database(migrated=False) as fresh:
        assert migrate(fresh.admin) == [file.version for file in migrations()]
        assert migrate(fresh.admin) == []


def test_the_service_finds_its_schema(supabase_database: Database, server: Server) -> None:
    assert check_schema(supabase_database.service) == []
    with psycopg.connect(supabase_database.service) as connection:
        assert connection.info.server_version // 10_000 == server.major
