"""The journal of an ended run goes, nothing of the CV stays in it, and the run is not done again."""

import asyncio
from contextlib import aclosing
from uuid import UUID

import psycopg
import pytest
from builders import a_caller, a_request
from cryptography.fernet import Fernet
from cvtailor.adapters.postgres.events import PostgresRunEvents
from cvtailor.adapters.postgres.records import PostgresRecords
from cvtailor.domain.caller import Caller
from cvtailor.domain.run import Failed, RunEvent, RunState
from cvtailor.workflow.durable_runs import DurableRuns
from cvtailor.workflow.journal_cipher import JournalCipher
from databases import Database
from dbos import DBOS
from journal_runs import MARKER, ACv, NoOffer, rows_that_say, runs_on, until_nothing_says

KEY, OTHER_KEY = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture
def me() -> Caller:
    return a_caller()


async def last_event(events: PostgresRunEvents, me: Caller, run_id: UUID) -> RunEvent:
    async with asyncio.timeout(20), aclosing(events.follow(me, run_id, 0)) as log:
        told = [event async for event in log if event]
    return told[-1]


async def accepted(records: PostgresRecords, me: Caller) -> UUID:
    return (await records.accept(me, "first", a_request())).run_id


async def test_kept_for_ever_it_holds_the_cv(
    database: Database, records: PostgresRecords, events: PostgresRunEvents, me: Caller
) -> None:
    run_id = await accepted(records, me)
    async with runs_on(database, records, events) as runs:
        await runs.start(me, run_id)
        await last_event(events, me, run_id)
        assert "operation_outputs" in rows_that_say(database, MARKER)
        assert await runs.purge_journal(at_most=10) == 0
    assert rows_that_say(database, MARKER)


async def test_kept_no_longer_than_the_run_nothing_of_it_is_left(
    database: Database, records: PostgresRecords, events: PostgresRunEvents, me: Caller
) -> None:
    run_id = await accepted(records, me)
    async with runs_on(database, records, events, journal_retention_hours=0) as runs:
        await runs.start(me, run_id)
        await last_event(events, me, run_id)
        await until_nothing_says(database, str(run_id))
    assert rows_that_say(database, MARKER) == []


async def test_a_process_that_stops_as_its_run_ends_takes_the_journal_along(
    database: Database, records: PostgresRecords, events: PostgresRunEvents, me: Caller
) -> None:
    run_id = await accepted(records, me)
    async with runs_on(database, records, events, journal_retention_hours=0) as runs:
        await runs.start(me, run_id)
        await last_event(events, me, run_id)
    assert rows_that_say(database, str(run_id)) == []


async def test_a_cancelled_run_leaves_nothing_either(
    database: Database, records: PostgresRecords, events: PostgresRunEvents, me: Caller
) -> None:
    run_id, offers = await accepted(records, me), NoOffer()
    offers.opened.clear()
    async with runs_on(database, records, events, offer_reader=offers, journal_retention_hours=0) as runs:
        await runs.start(me, run_id)
        await offers.reached.wait()
        assert rows_that_say(database, MARKER)
        await runs.cancel(me, run_id)
        await until_nothing_says(database, str(run_id))
    assert await records.state_of(me, run_id) is RunState.CANCELLED


async def test_an_ended_run_without_a_journal_is_not_done_again(
    database: Database, records: PostgresRecords, events: PostgresRunEvents, me: Caller
) -> None:
    run_id, cvs = await accepted(records, me), ACv()
    async with runs_on(database, records, events, cv_reader=cvs, journal_retention_hours=0) as runs:
        for _ in range(3):
            await runs.start(me, run_id)
            await last_event(events, me, run_id)
            await until_nothing_says(database, str(run_id))
    assert cvs.times_read == 1


async def test_what_is_younger_than_the_retention_stays_and_what_is_older_goes(
    database: Database, records: PostgresRecords, events: PostgresRunEvents, me: Caller
) -> None:
    young, old = await accepted(records, me), (await records.accept(me, "second", a_request())).run_id
    async with runs_on(database, records, events, journal_retention_hours=2) as runs:
        for run_id in (young, old):
            await runs.start(me, run_id)
            await last_event(events, me, run_id)
            await until_ended(database, run_id)
        assert await runs.purge_journal(at_most=10) == 0
        age(database, old, hours=3)
        age(database, young, hours=1)
        assert await runs.purge_journal(at_most=10) == 1
    assert rows_that_say(database, str(old)) == []
    assert rows_that_say(database, str(young)) != []


async def until_ended(database: Database, run_id: UUID) -> None:
    async with asyncio.timeout(10), await psycopg.AsyncConnection.connect(database.admin) as connection:
        query = "select 1 from dbos.workflow_status where workflow_uuid = %s and completed_at is not null"
        while not await (await connection.execute(query, [str(run_id)])).fetchone():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


def age(database: Database, run_id: UUID, hours: int) -> None:
    with psycopg.connect(database.admin) as connection:
        connection.execute(
            "update dbos.workflow_status set completed_at = completed_at - %s where workflow_uuid = %s",
            [hours * 3_600_000, str(run_id)],
        )


async def interrupted(
    database: Database, records: PostgresRecords, events: PostgresRunEvents, me: Caller, **options: object
) -> UUID:
    """Begins a run in a process that goes away at the ad, with a CV in its journal."""
    run_id, offers = await accepted(records, me), NoOffer()
    offers.opened.clear()
    async with runs_on(
        database, records, events, offer_reader=offers, executor_id="first", **options
    ) as runs:
        await runs.start(me, run_id)
        await offers.reached.wait()
    return run_id


async def recover(runs: DurableRuns) -> None:
    await asyncio.to_thread(DBOS._recover_pending_workflows, ["first"])


async def test_encrypted_it_does_not_hold_the_cv_and_another_worker_goes_on(
    database: Database, records: PostgresRecords, events: PostgresRunEvents, me: Caller
) -> None:
    run_id = await interrupted(database, records, events, me, journal_cipher=JournalCipher(KEY))
    assert rows_that_say(database, "gAAAAA")
    rotated, cvs = JournalCipher(f"{OTHER_KEY},{KEY}"), ACv()
    async with runs_on(database, records, events, cv_reader=cvs, journal_cipher=rotated) as runs:
        await recover(runs)
        last = await last_event(events, me, run_id)
    assert isinstance(last.payload, Failed)
    assert last.payload.message == "that is no job ad"
    assert cvs.times_read == 0
    assert rows_that_say(database, MARKER) == []


@pytest.mark.parametrize("keys", ["", OTHER_KEY], ids=["none", "wrong"])
async def test_a_worker_with_a_wrong_key_or_none_ends_the_run_and_says_what_to_do(
    keys: str, database: Database, records: PostgresRecords, events: PostgresRunEvents, me: Caller
) -> None:
    run_id = await interrupted(database, records, events, me, journal_cipher=JournalCipher(KEY))
    async with runs_on(database, records, events, journal_cipher=JournalCipher(keys)) as runs:
        await recover(runs)
        await until_ended(database, run_id)
        await runs.end_given_up()
        last = await last_event(events, me, run_id)
    assert isinstance(last.payload, Failed)
    assert "CVTAILOR_JOURNAL_KEY" in last.payload.message


async def test_a_run_begun_in_plain_text_is_finished_by_a_worker_with_a_key(
    database: Database, records: PostgresRecords, events: PostgresRunEvents, me: Caller
) -> None:
    run_id, cvs = await interrupted(database, records, events, me), ACv()
    async with runs_on(database, records, events, cv_reader=cvs, journal_cipher=JournalCipher(KEY)) as runs:
        await recover(runs)
        assert isinstance((await last_event(events, me, run_id)).payload, Failed)
    assert cvs.times_read == 0
