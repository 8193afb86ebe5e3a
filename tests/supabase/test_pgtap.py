"""The schema's own tests, on every Postgres version; and that they fail when they should."""

from collections.abc import Iterator

import psycopg
import pytest
from databases import Database
from pgtap import lay_pgtap, prove
from supabase_servers import Server


@pytest.fixture
def schema(server15: Server) -> Iterator[Database]:
    """A fresh database on Debian's server, ready for pgTAP."""
    with server15.database() as database:
        lay_pgtap(server15, database)
        yield database


def test_the_schema_passes_its_tests(server: Server, supabase_database: Database) -> None:
    lay_pgtap(server, supabase_database)
    verdict = prove(server, supabase_database)
    assert verdict.passed, verdict.output


@pytest.mark.parametrize(
    ("fault", "file", "sentence"),
    [
        (
            'alter policy "Owners see their answers" on answers using (true)',
            "010_every_table.sql",
            "Every policy of a table says: the owner, asked once a statement",
        ),
        (
            'alter policy "Owners see their answers" on answers using (auth.uid() = user_id)',
            "010_every_table.sql",
            "Every policy of a table says: the owner, asked once a statement",
        ),
        (
            'drop policy "Claims of the service are sealed" on answers',
            "010_every_table.sql",
            "Every table in public takes only sealed claims from the service",
        ),
        (
            'create policy "Owners see and add" on answers to authenticated using (true)',
            "010_every_table.sql",
            "Every policy that allows is for one command, and for authenticated",
        ),
        (
            "alter table cv_versions drop constraint parents_come_first",
            "100_revisions.sql",
            "Never from itself",
        ),
        (
            "drop trigger never_changed on cvtailor.personal_data_log",
            "120_personal_data_log.sql",
            "Nothing is rewritten",
        ),
        (
            "drop trigger kept_for_a_month on cvtailor.personal_data_log",
            "120_personal_data_log.sql",
            "Nothing young goes",
        ),
        (
            "drop trigger deletions_are_logged on applications",
            "120_personal_data_log.sql",
            "Deletions past the service are noted too",
        ),
        (
            "grant select on cvtailor.personal_data_log to authenticated",
            "120_personal_data_log.sql",
            "Its person does not see the log",
        ),
        (
            'drop policy "Only the service begins runs" on generation_runs',
            "130_written_by_the_service.sql",
            "Nobody begins runs past the limits",
        ),
        (
            'drop policy "Only the service moves runs on" on generation_runs',
            "130_written_by_the_service.sql",
            "Nobody frees places by ending runs on paper",
        ),
        (
            'drop policy "Only the service adds CV versions" on cv_versions',
            "130_written_by_the_service.sql",
            "No version passes the guard by",
        ),
        (
            'drop policy "Only the service adds drafts of runs" on communications',
            "130_written_by_the_service.sql",
            "No message passes for a run's by its content",
        ),
        (
            'drop policy "Only the service adds run events" on generation_events',
            "130_written_by_the_service.sql",
            "Nobody else tells of a run",
        ),
        (
            'drop policy "Only the service adds documents" on documents',
            "010_every_table.sql",
            "What a run makes is taken from the service's login only",
        ),
        (
            "create table forgotten (id int)",
            "010_every_table.sql",
            "Every table in public has row-level security",
        ),
        ("drop index runs_of_application", "010_every_table.sql", "Every foreign key has an index"),
        (
            "alter function cvtailor.delete_my_records(text) reset search_path",
            "010_every_table.sql",
            "Every function has an empty search_path",
        ),
        (
            "alter publication supabase_realtime drop table generation_runs",
            "010_every_table.sql",
            "Runs and their events are published to Realtime, and nothing else",
        ),
        (
            (
                'alter policy "Owners see their answers" on answers using (true);'
                ' drop policy "Claims of the service are sealed" on answers'
            ),
            "020_owner_stranger_anonymous.sql",
            "answers: a stranger does not see",
        ),
        (
            "alter table answers disable row level security",
            "020_owner_stranger_anonymous.sql",
            "answers: a stranger does not delete",
        ),
        (
            "alter table documents disable row level security; grant select on documents to anon",
            "020_owner_stranger_anonymous.sql",
            "documents: anon does not see",
        ),
        ("create table forgotten (id int)", "020_owner_stranger_anonymous.sql", "Every table was tried"),
        (
            (
                "alter table cvs drop constraint cvs_user_id_application_id_fkey,"
                " add foreign key (application_id) references applications (id)"
            ),
            "030_tenants.sql",
            "A CV is for an application, not of another person",
        ),
        (
            "grant update (request) on generation_runs to authenticated",
            "040_columns.sql",
            "generation_runs.request never changes",
        ),
        (
            "insert into cvtailor.status_steps values ('draft', 'offer')",
            "050_status_steps.sql",
            "From draft",
        ),
        (
            "alter table submissions disable trigger never_changed",
            "060_submissions.sql",
            "Not even the owner of the schema changes what was sent",
        ),
        (
            "alter table documents disable trigger sent_versions_are_complete",
            "060_submissions.sql",
            "The version that was sent is complete",
        ),
        (
            'create policy "Owners change files" on storage.objects for update to authenticated using (true)',
            "070_storage.sql",
            "Nobody changes a file",
        ),
        (
            "update storage.buckets set public = true",
            "070_storage.sql",
            "The bucket is private, and its files are bounded",
        ),
        (
            "alter table answers drop constraint answers_user_id_fkey",
            "080_personal_data.sql",
            "With an account goes every row of it",
        ),
        (
            "grant execute on function cvtailor.orphaned_files(interval, integer) to authenticated",
            "090_housekeeping.sql",
            "Each function may be executed by one role",
        ),
    ],
)
def test_a_planted_fault_fails_the_tests(
    server15: Server, schema: Database, fault: str, file: str, sentence: str
) -> None:
    with psycopg.connect(server15.url("postgres", schema.name)) as connection:
        connection.execute(fault.encode())
    verdict = prove(server15, schema, file)
    assert not verdict.passed
    assert sentence in verdict.failed_tests, verdict.output
