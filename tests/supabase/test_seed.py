"""The demo user's records: on every version, as often as one likes, and readable for the service."""

from pathlib import Path
from uuid import UUID

import psycopg
from cvtailor.adapters.postgres.records import PostgresRecords
from cvtailor.adapters.postgres.user_session import UserSessions, service_engine
from cvtailor.domain.application import ApplicationStatus
from cvtailor.domain.base_cv import BaseCv
from cvtailor.domain.caller import Caller
from cvtailor.domain.job_offer import JobOffer
from cvtailor.domain.match_report import MatchReport
from databases import Database
from full_records import rows_of
from supabase_servers import Server

SEED = Path(__file__).parents[2] / "supabase" / "seed.sql"
DEMO = UUID("de300000-0000-4000-8000-000000000001")
# Nothing of it is a file, and no model was asked.
LEFT_EMPTY = {"public.model_calls", "storage.objects"}


def sow(server: Server, database: Database) -> dict[str, list[str]]:
    """Runs the seed as the CLI does; returns the demo user's rows."""
    with psycopg.connect(server.url("postgres", database.name)) as connection:
        connection.execute(SEED.read_bytes())
    return rows_of(database.admin, DEMO)


def test_the_seed_fills_every_table_and_running_it_again_changes_nothing(
    server: Server, supabase_database: Database
) -> None:
    rows = sow(server, supabase_database)
    assert {table for table, of_table in rows.items() if not of_table} == LEFT_EMPTY
    assert sow(server, supabase_database) == rows


async def test_the_service_reads_every_word_of_it(server15: Server) -> None:
    with server15.database() as database:
        sow(server15, database)
        sessions = UserSessions(service_engine(database.service, pool_size=1))
        records, demo = PostgresRecords(sessions), Caller(user_id=DEMO)
        page = await records.list(demo, 10, "")
        by_hand, generated, sent = [await records.get(demo, shown.id) for shown in page.applications]
        await sessions.close()
        with psycopg.connect(database.admin) as connection:
            found = connection.execute("select base_cv, match_report from cv_versions").fetchall()
            offers = connection.execute("select content, posting from job_offers").fetchall()
    assert by_hand.status is ApplicationStatus.DRAFT
    assert generated.status is ApplicationStatus.READY
    assert [claim.text for claim in generated.claims][:1] == ["Ran three Kubernetes clusters with Terraform"]
    assert sent.submission is not None
    assert [change.to_status.value for change in sent.status_changes] == [
        "ready",
        "submitted",
        "interviewing",
    ]
    for base_cv, report in found:
        lines = BaseCv.model_validate(base_cv).evidence()
        matches = MatchReport.model_validate(report).matches
        assert {id for match in matches for id in match.evidence_ids} <= set(lines)
    for content, posting in offers:
        for requirement in JobOffer.model_validate(content).requirements:
            assert posting[requirement.span.start : requirement.span.end] == requirement.text
