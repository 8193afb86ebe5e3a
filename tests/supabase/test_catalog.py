"""The schema as text, reviewed in the repository: ``supabase/catalog.txt``."""

import psycopg
import pytest
from databases import Database
from supabase_servers import Server

from tools.catalog_snapshot import CATALOG, snapshot


def taken(server: Server, database: Database, change: str = "") -> str:
    with psycopg.connect(server.url("postgres", database.name)) as connection:
        if change:  # never committed
            connection.execute(change.encode())
        text = snapshot(connection)
        connection.rollback()
        return text


def test_the_catalog_is_what_was_reviewed(server: Server, supabase_database: Database) -> None:
    found = taken(server, supabase_database)
    assert found == CATALOG.read_text(), (
        "The schema differs from supabase/catalog.txt. If it should: "
        "`python -m tools.catalog_snapshot`, and review the difference."
    )


@pytest.mark.parametrize(
    "change",
    [
        "alter table answers drop constraint answers_text_check",
        "alter table answers alter column title drop default",
        'alter policy "Owners see their answers" on answers using (true)',
        "alter table answers disable row level security",
        "grant update (text) on answers to authenticated",
        "grant select on answers to anon",
        "grant execute on function cvtailor.account_state() to anon",
        "alter function cvtailor.account_state() security invoker",
        "drop trigger never_changed on submissions",
        (
            "create or replace function cvtailor.refuse_change() returns trigger language plpgsql"
            " set search_path = '' as 'begin return new; end'"
        ),
        "insert into cvtailor.status_steps values ('withdrawn', 'draft')",
        "alter type action_status rename value 'open' to 'opened'",
        "drop index answers_of_user",
        "alter publication supabase_realtime add table answers",
        "update storage.buckets set public = true",
    ],
)
def test_a_change_of_the_schema_changes_the_text(server15: Server, change: str) -> None:
    with server15.database() as database:
        assert taken(server15, database, change) != CATALOG.read_text()
