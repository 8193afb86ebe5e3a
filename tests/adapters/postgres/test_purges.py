"""What is older than it is kept goes, everybody's; what is younger stays, and so does how a run ended."""

from contextlib import aclosing
from datetime import timedelta

import psycopg
import pytest
from builders import a_call, a_caller, a_draft, a_request, cancelled
from cvtailor.adapters.postgres.events import PostgresRunEvents
from cvtailor.adapters.postgres.housekeeping import Kept, purge
from cvtailor.adapters.postgres.model_ledger import PostgresModelLedger
from cvtailor.adapters.postgres.overview import Overview
from cvtailor.adapters.postgres.records import PostgresRecords
from cvtailor.domain.caller import Caller
from cvtailor.domain.ports import AcceptedRun
from cvtailor.domain.run import RunState, Step, StepProgress
from databases import Database

MONTH = timedelta(days=30)


async def a_run(records: PostgresRecords, caller: Caller, *, ended: bool = True) -> AcceptedRun:
    run = await records.accept(caller, "first", a_request())
    if ended:
        await records.end_run(caller, run.run_id, RunState.CANCELLED, cancelled())
    return run


def finish(database: Database, run: AcceptedRun, days_ago: int) -> None:
    with psycopg.connect(database.admin) as connection:
        connection.execute(
            "update generation_runs set finished_at = now() - make_interval(days => %s) where id = %s",
            [days_ago, run.run_id],
        )


def holding(database: Database, what: str) -> list[object]:
    with psycopg.connect(database.admin) as connection:
        return [row[0] for row in connection.execute(what.encode()).fetchall()]


async def test_requests_of_runs_that_ended_long_ago_are_emptied_whoever_s_they_are(
    database: Database, records: PostgresRecords, overview: Overview
) -> None:
    old, older, young = [await a_run(records, a_caller()) for _ in range(3)]
    unended = await a_run(records, a_caller(), ended=False)
    for run, days_ago in ((old, 31), (older, 60), (young, 29)):
        finish(database, run, days_ago)
    assert await purge(overview, Kept.REQUESTS, MONTH, at_most=10) == 2
    left = holding(database, "select id from generation_runs where request::text like '%Example AG%'")
    assert set(left) == {young.run_id, unended.run_id}
    assert await purge(overview, Kept.REQUESTS, MONTH, at_most=10) == 0


async def test_a_purge_takes_no_more_at_once_than_it_may_and_the_oldest_first(
    database: Database, records: PostgresRecords, overview: Overview
) -> None:
    runs = [await a_run(records, a_caller()) for _ in range(3)]
    for number, run in enumerate(runs):
        finish(database, run, days_ago=40 + number)
    assert await purge(overview, Kept.REQUESTS, MONTH, at_most=2) == 2
    assert holding(database, "select id from generation_runs where request <> '{}'") == [runs[0].run_id]


async def test_events_go_but_for_the_last_which_a_late_watcher_still_gets(
    database: Database,
    records: PostgresRecords,
    events: PostgresRunEvents,
    overview: Overview,
) -> None:
    me, young = a_caller(), await a_run(records, a_caller())
    run = await a_run(records, me, ended=False)
    words = [a_draft(f"word/{n}", StepProgress(step=Step.MATCH, message=str(n))) for n in range(50)]
    await events.append(me, run.run_id, words)
    await records.end_run(me, run.run_id, RunState.CANCELLED, cancelled())
    finish(database, run, days_ago=31)
    # In two pieces: what is left between them has a gap as well.
    for at_most in (30, 50):
        await purge(overview, Kept.EVENTS, MONTH, at_most)
        async with aclosing(events.follow(me, run.run_id, 0)) as log:
            told = [event async for event in log if event]
        assert told[-1].payload.type == "cancelled"
        assert told[-1].sequence == 52
    assert len(told) == 1
    left = holding(database, "select run_id from generation_events order by sequence")
    assert left == [young.run_id, young.run_id, run.run_id]


async def test_the_numbers_of_old_model_calls_go(
    database: Database, records: PostgresRecords, ledger: PostgresModelLedger, overview: Overview
) -> None:
    for days_ago in (401, 399):
        me = a_caller()
        run = await a_run(records, me)
        await ledger.note(me, run.run_id, a_call())
        with psycopg.connect(database.admin) as connection:
            connection.execute(
                "update model_calls set created_at = now() - make_interval(days => %s) where run_id = %s",
                [days_ago, run.run_id],
            )
    assert await purge(overview, Kept.MODEL_CALLS, timedelta(days=400), at_most=10) == 1
    assert holding(database, "select run_id from model_calls") == [run.run_id]


async def test_who_exported_and_deleted_what_is_forgotten_after_a_month_at_the_earliest(
    database: Database, overview: Overview
) -> None:
    with psycopg.connect(database.admin) as connection:
        connection.execute(
            "insert into cvtailor.personal_data_log (at, user_id, action)"
            " select now() - make_interval(days => d), gen_random_uuid(), 'export_began'"
            " from unnest(array[1, 29, 31, 401]) d"
        )
    age = "select extract(day from now() - at)::integer from cvtailor.personal_data_log order by id"
    assert await purge(overview, Kept.PERSONAL_DATA_LOG, timedelta(days=400), at_most=10) == 1
    assert holding(database, age) == [1, 29, 31]
    # Nobody empties it by asking for another age.
    assert await purge(overview, Kept.PERSONAL_DATA_LOG, timedelta(0), at_most=10) == 1
    assert holding(database, age) == [1, 29]


async def test_the_login_that_serves_users_may_not_purge(database: Database) -> None:
    refused = pytest.raises(psycopg.errors.InsufficientPrivilege)
    with psycopg.connect(database.service) as connection, refused:
        connection.execute("select cvtailor.purge_requests('0', 10)")
