"""The TypeScript types in ``clients/web`` are those of the schema."""

import subprocess
from pathlib import Path

import psycopg
import pytest
from databases import Database
from supabase_cli import WEB, SupabaseCli, program, supabase
from supabase_servers import Server

__all__ = ["supabase"]

_COMMITTED = WEB / "src" / "database.types.ts"


def generated(supabase: SupabaseCli, server: Server, database: Database, file: Path) -> str:
    url = server.url("postgres", database.name)
    answer = supabase.npm("gen:types", DATABASE_URL=url, TYPES_FILE=str(file))
    assert answer.code == 0, answer.notes
    return file.read_text()


def test_the_committed_types_are_those_of_the_schema(
    supabase: SupabaseCli, server: Server, supabase_database: Database, tmp_path: Path
) -> None:
    fresh = tmp_path / _COMMITTED.name
    same = generated(supabase, server, supabase_database, fresh) == _COMMITTED.read_text()
    assert same, f"The schema has changed; take its new types: cp {fresh} {_COMMITTED}"


def test_a_new_column_is_seen(supabase: SupabaseCli, server15: Server, tmp_path: Path) -> None:
    with server15.database() as database:
        with psycopg.connect(database.admin) as connection:
            connection.execute("alter table applications add column salary integer")
        types = generated(supabase, server15, database, tmp_path / _COMMITTED.name)
    assert types != _COMMITTED.read_text()
    assert "salary: number | null;" in types


@pytest.mark.parametrize(
    ("application", "compiles"),
    [
        ('{ title: "Engineer", status: "ready" }', True),
        ('{ title: "Engineer", status: "reddy" }', False),
        ('{ titel: "Engineer" }', False),
    ],
)
def test_the_types_guard_what_a_client_writes(application: str, compiles: bool, tmp_path: Path) -> None:
    (tmp_path / _COMMITTED.name).write_text(_COMMITTED.read_text())
    client = tmp_path / "client.ts"
    client.write_text(
        'import type { TablesInsert } from "./database.types.ts";\n'
        f'export const application: TablesInsert<"applications"> = {application};\n'
    )
    compiler = [program("tsc"), "--noEmit", "--strict", "--allowImportingTsExtensions", client]
    ended = subprocess.run(compiler, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode == 0) == compiles, ended.stdout
