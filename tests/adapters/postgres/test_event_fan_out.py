"""Many followers of one run: read once for all, told in time, and told the end after any absence."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager, contextmanager
from datetime import timedelta

import psycopg
import pytest
from builders import a_caller, a_draft, a_request, cancelled
from cvtailor.adapters.postgres.events import PostgresRunEvents
from cvtailor.adapters.postgres.housekeeping import Kept, purge
from cvtailor.adapters.postgres.overview import Overview
from cvtailor.adapters.postgres.records import PostgresRecords
from cvtailor.adapters.postgres.run_feed import PAGE_EVENTS
from cvtailor.adapters.postgres.user_session import UserSessions
from cvtailor.domain.caller import Caller
from cvtailor.domain.ports import AcceptedRun
from cvtailor.domain.run import Cancelled, EventDraft, RunEvent, RunState, Step, StepProgress
from databases import Database
from sqlalchemy import event as sql_event


@pytest.fixture
def me() -> Caller:
    return a_caller()


@pytest.fixture
async def run(records: PostgresRecords, me: Caller) -> AcceptedRun:
    return await records.accept(me, "first", a_request())


def words(numbers: Sequence[int]) -> list[EventDraft]:
    return [a_draft(f"word/{n}", StepProgress(step=Step.MATCH, message=str(n))) for n in numbers]


@contextmanager
def selects(sessions: UserSessions) -> Iterator[list[str]]:
    """Notes what is read from tables as an end user; the echo of the bell reads none."""
    noted: list[str] = []

    def note(connection: object, cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT"):
            noted.append(statement)

    engine = sessions._engine.sync_engine
    sql_event.listen(engine, "before_cursor_execute", note)
    yield noted
    sql_event.remove(engine, "before_cursor_execute", note)


@asynccontextmanager
async def started(events: PostgresRunEvents) -> AsyncIterator[PostgresRunEvents]:
    await events.start()
    async with asyncio.timeout(5):
        while not events.listening:  # noqa: ASYNC110 -- nothing tells
            await asyncio.sleep(0.005)
    yield events
    await events.close()


async def hear(
    events: PostgresRunEvents, me: Caller, run: AcceptedRun, after: int = 0, pause_seconds: float = 0
) -> list[RunEvent]:
    heard: list[RunEvent] = []
    async with asyncio.timeout(20):
        async for event in events.follow(me, run.run_id, after):
            heard += [event] if event else []
            await asyncio.sleep(pause_seconds)
    return heard


def numbers(heard: Sequence[RunEvent]) -> list[int]:
    return [event.sequence for event in heard]


async def seated(events: PostgresRunEvents, run: AcceptedRun, count: int) -> None:
    async with asyncio.timeout(10):
        while sum(len(feed.seats) for feed in events._feeds.get(run.run_id, {}).values()) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def test_five_hundred_who_replay_a_run_read_as_often_as_one(
    events: PostgresRunEvents, sessions: UserSessions, records: PostgresRecords, me: Caller, run: AcceptedRun
) -> None:
    await events.append(me, run.run_id, words(range(2 * PAGE_EVENTS)))
    await records.end_run(me, run.run_id, RunState.CANCELLED, cancelled())
    with selects(sessions) as of_one:
        alone = await hear(events, me, run)
    with selects(sessions) as of_many:
        heard = await asyncio.gather(*(hear(events, me, run) for _ in range(500)))
    assert numbers(alone) == list(range(1, 2 * PAGE_EVENTS + 3))
    assert all(each == alone for each in heard)
    assert of_many == of_one


async def test_five_hundred_who_listen_read_a_burst_as_often_as_one(
    events: PostgresRunEvents, sessions: UserSessions, records: PostgresRecords, me: Caller, run: AcceptedRun
) -> None:
    listening = [asyncio.create_task(hear(events, me, run)) for _ in range(500)]
    await seated(events, run, 500)
    with selects(sessions) as noted:
        for burst in range(3):
            await events.append(me, run.run_id, words(range(20 * burst, 20 * burst + 20)))
        await records.end_run(me, run.run_id, RunState.CANCELLED, cancelled())
        heard = await asyncio.gather(*listening)
    assert all(numbers(each) == list(range(1, 63)) for each in heard)
    pages = [each for each in noted if "FROM generation_events JOIN" in each]
    assert 1 <= len(pages) <= 4 + 1  # one a burst and the end, and the first page if it was not read yet


async def test_who_is_slow_and_who_is_late_hear_the_same(
    events: PostgresRunEvents, records: PostgresRecords, me: Caller, run: AcceptedRun
) -> None:
    slow = [asyncio.create_task(hear(events, me, run, pause_seconds=n / 2000)) for n in range(8)]
    for n in range(0, 200, 40):
        await events.append(me, run.run_id, words(range(n, n + 40)))
    await records.end_run(me, run.run_id, RunState.CANCELLED, cancelled())
    late = await hear(events, me, run)
    assert numbers(late) == list(range(1, 203))
    assert all(each == late for each in await asyncio.gather(*slow))


async def test_whoever_knows_more_than_the_followers_has_the_storage_asked(
    events: PostgresRunEvents, records: PostgresRecords, me: Caller, run: AcceptedRun
) -> None:
    async with aclosing(events.follow(me, run.run_id, 0)) as first:
        await anext(first)
        feed = events._feeds[run.run_id][me.user_id]
        await events.append(me, run.run_id, words(range(3)))
        await records.end_run(me, run.run_id, RunState.CANCELLED, cancelled())
        feed.head = 1  # as if no news had come yet
        assert await hear(events, me, run, after=5) == []
        feed.head, feed.ended = 1, False
        assert numbers(await hear(events, me, run, after=3)) == [4, 5]


async def test_who_is_a_little_behind_reads_from_memory(
    events: PostgresRunEvents, sessions: UserSessions, me: Caller, run: AcceptedRun
) -> None:
    async with (
        aclosing(events.follow(me, run.run_id, 0)) as ahead,
        aclosing(events.follow(me, run.run_id, 0)) as behind,
    ):
        await anext(ahead)
        await anext(behind)
        for n in range(9):
            await events.append(me, run.run_id, words([n]))
            await anext(ahead)
        with selects(sessions) as noted:
            assert numbers(await _all(behind, 9)) == list(range(2, 11))
        assert noted == []


async def test_those_who_are_as_far_behind_share_what_they_read(
    events: PostgresRunEvents, sessions: UserSessions, me: Caller, run: AcceptedRun
) -> None:
    await events.append(me, run.run_id, words(range(3 * PAGE_EVENTS)))
    async with (
        aclosing(events.follow(me, run.run_id, 0)) as stuck,
        aclosing(events.follow(me, run.run_id, 0)) as fast,
        aclosing(events.follow(me, run.run_id, 0)) as late,
    ):
        await anext(stuck)
        await _all(fast, 3 * PAGE_EVENTS)
        with selects(sessions) as noted:
            assert numbers(await _all(late, PAGE_EVENTS)) == list(range(1, PAGE_EVENTS + 1))
        assert noted == []


async def test_heartbeats_come_at_their_interval_and_more_often_while_the_run_waits(
    sessions: UserSessions, overview: Overview, database: Database, me: Caller, run: AcceptedRun
) -> None:
    beating = PostgresRunEvents(
        sessions, overview, database.service, heartbeat_seconds=0.3, waiting_heartbeat_seconds=0.05
    )
    async with started(beating) as events, aclosing(events.follow(me, run.run_id, 0)) as follower:
        intervals = []
        await anext(follower)
        for draft in [None, *words([0])]:
            if draft:
                await events.append(me, run.run_id, [draft])
                while await anext(follower) is None:
                    pass
            began = time.monotonic()
            assert await anext(follower) is None
            intervals.append(time.monotonic() - began)
    waiting, working = intervals
    assert 0.04 < waiting < 0.25
    assert 0.28 < working < 1


async def test_events_that_come_with_the_heartbeat_are_not_lost(
    sessions: UserSessions,
    overview: Overview,
    database: Database,
    records: PostgresRecords,
    me: Caller,
    run: AcceptedRun,
) -> None:
    beating = PostgresRunEvents(sessions, overview, database.service, heartbeat_seconds=0.005)
    async with started(beating) as events:
        hearing = asyncio.create_task(hear(events, me, run))
        for n in range(40):
            await events.append(me, run.run_id, words([n]))
            await asyncio.sleep(0.005)
        await records.end_run(me, run.run_id, RunState.CANCELLED, cancelled())
        assert numbers(await hearing) == list(range(1, 43))


async def test_a_silent_run_is_not_kept_in_memory(
    sessions: UserSessions, overview: Overview, database: Database, me: Caller, run: AcceptedRun
) -> None:
    beating = PostgresRunEvents(sessions, overview, database.service, heartbeat_seconds=0.05)
    async with started(beating) as events, aclosing(events.follow(me, run.run_id, 0)) as follower:
        await events.append(me, run.run_id, words(range(9)))
        while await anext(follower):
            pass
        feed = events._feeds[run.run_id][me.user_id]
        assert not feed._tail
        assert not feed._pages
        await events.append(me, run.run_id, words([9]))
        assert numbers(await _all(follower, 1)) == [11]


async def _all(follower: AsyncIterator[RunEvent | None], count: int) -> list[RunEvent]:
    """Returns the next events that a follower hears."""
    heard: list[RunEvent] = []
    while len(heard) < count:
        event = await anext(follower)
        heard += [event] if event else []
    return heard


@pytest.mark.parametrize(
    ("after", "told"), [(-5, [12]), (0, [12]), (5, [12]), (11, [12]), (12, []), (2**62, [])]
)
async def test_who_comes_back_after_a_week_is_told_the_end(
    events: PostgresRunEvents,
    records: PostgresRecords,
    overview: Overview,
    database: Database,
    me: Caller,
    run: AcceptedRun,
    after: int,
    told: list[int],
) -> None:
    await events.append(me, run.run_id, words(range(10)))
    await records.end_run(me, run.run_id, RunState.CANCELLED, cancelled())
    with psycopg.connect(database.admin) as admin:
        for moment in (
            b"update generation_runs set created_at = created_at - interval '8 days'",
            b"update generation_runs set finished_at = finished_at - interval '8 days'",
            b"update applications set created_at = created_at - interval '8 days'",
        ):
            admin.execute(moment)
    assert await purge(overview, Kept.EVENTS, timedelta(days=7), 100) == 1
    heard = await hear(events, me, run, after)
    assert numbers(heard) == told
    assert all(isinstance(event.payload, Cancelled) for event in heard)
    assert events._feeds == {}


async def test_an_event_is_heard_within_a_tenth_of_a_second(
    sessions: UserSessions, overview: Overview, database: Database, me: Caller, run: AcceptedRun
) -> None:
    unheard = PostgresRunEvents(sessions, overview, database.service, poll_seconds=1000)
    async with started(unheard) as events, aclosing(events.follow(me, run.run_id, 1)) as follower:
        delays = []
        for n in range(50):
            hearing = asyncio.ensure_future(anext(follower))
            await events.append(me, run.run_id, words([n]))
            said = time.monotonic()
            assert await hearing
            delays.append(time.monotonic() - said)
    assert sorted(delays)[int(0.9 * len(delays))] < 0.1
