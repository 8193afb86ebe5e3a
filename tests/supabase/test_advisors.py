"""Supabase's own advisors find nothing in our schema, and would.

They leave the schemas of the platform out, so the policies of ``storage.objects`` are swept by
``tests/adapters/postgres/test_schema.py`` alone.
"""

import psycopg
import pytest
from databases import Database
from supabase_cli import Answer, SupabaseCli, supabase
from supabase_servers import Server

__all__ = ["supabase"]

_TOLERATED = {
    # Null is where an application begins, and no primary key can hold it; a unique constraint does.
    "no_primary_key_cvtailor_status_steps",
}


def advised(supabase: SupabaseCli, server: Server, database: Database) -> Answer:
    return supabase(
        "db", "advisors", "--level=info", "--fail-on=warn", "--output-format=json",
        database=server.url("postgres", database.name),
    )  # fmt: skip


def findings(answer: Answer) -> set[str]:
    # Of a fresh database no index has been used.
    return {
        found["name"]
        for found in answer.results
        if found["name"] != "unused_index" and found["cacheKey"] not in _TOLERATED
    }


def test_the_advisors_have_nothing_to_say(
    supabase: SupabaseCli, server: Server, supabase_database: Database
) -> None:
    answer = advised(supabase, server, supabase_database)
    assert findings(answer) == set()
    assert answer.code == 0, answer.notes


@pytest.mark.parametrize(
    ("fault", "finding", "fails"),
    [
        (
            'alter policy "Owners see their job offers" on job_offers using (auth.uid() = user_id)',
            "auth_rls_initplan",
            True,
        ),
        ("alter table job_offers disable row level security", "policy_exists_rls_disabled", True),
        ("create table forgotten (id uuid primary key)", "rls_disabled_in_public", True),
        ("drop index applications_of_offer", "unindexed_foreign_keys", False),
        ("create index again on job_offers (user_id, created_at desc, id desc)", "duplicate_index", True),
        (
            "create function cvtailor.unpinned() returns int language sql as 'select 1'",
            "function_search_path_mutable",
            True,
        ),
        (
            'create policy "Anyone changes answers" on answers for update to authenticated using (true)',
            "rls_policy_always_true",
            True,
        ),
        (
            'create policy "Another one" on answers for select to authenticated using (text <> title)',
            "multiple_permissive_policies",
            True,
        ),
        ("create view offers as select * from job_offers", "security_definer_view", True),
        ("create view people as select id, email from auth.users", "auth_users_exposed", True),
    ],
)
def test_a_planted_fault_is_found(
    supabase: SupabaseCli, server15: Server, fault: str, finding: str, fails: bool
) -> None:
    with server15.database() as database:
        with psycopg.connect(database.admin) as connection:
            connection.execute("set role postgres")
            connection.execute(fault.encode())
        answer = advised(supabase, server15, database)
    assert finding in findings(answer)
    assert (answer.code != 0) == fails
