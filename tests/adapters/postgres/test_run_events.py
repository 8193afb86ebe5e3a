"""Following runs: live, over broken connections, by many at once, at little cost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

import psycopg
import pytest
from builders import a_caller, a_draft, a_request, cancelled
from cvtailor.adapters.postgres.events import PostgresRunEvents
from cvtailor.adapters.postgres.overview import Overview
from cvtailor.adapters.postgres.records import PostgresRecords
from cvtailor.adapters.postgres.user_session import UserSessions
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import NotFound
from cvtailor.domain.ports import AcceptedRun
from cvtailor.domain.run import EventDraft, RunEvent, RunState, Step, StepProgress
from databases import Database
from waiting import until


@pytest.fixture
def me() -> Caller:
    return a_caller()


@pytest.fixture
async def run(records: PostgresRecords, me: Caller) -> AcceptedRun:
    return await records.accept(me, "first", a_request())


def words(*numbers: int) -> list[EventDraft]:
    return [a_draft(f"word/{n}", StepProgress(step=Step.MATCH, message=str(n))) for n in numbers]


@asynccontextmanager
async def deaf_events(
    postgres_dsn: str, sessions: UserSessions, overview: Overview, **options: float
) -> AsyncIterator[PostgresRunEvents]:
    """An event log whose LISTEN hears nothing, as behind a pooler in transaction mode."""
    events = PostgresRunEvents(sessions, overview, postgres_dsn, poll_seconds=0.02, **options)
    await events.start()
    yield events
    await events.close()


def elsewhere(database: Database) -> str:
    return database.service.replace(f"/{database.name}?", "/postgres?")


def seats(events: PostgresRunEvents) -> int:
    return sum(len(feed.seats) for of_run in events._feeds.values() for feed in of_run.values())


async def hear_all(
    events: PostgresRunEvents, caller: Caller, run: AcceptedRun, after: int = 0
) -> list[RunEvent]:
    async with asyncio.timeout(20):
        return [event async for event in events.follow(caller, run.run_id, after) if event]


async def speak_then_end(
    events: PostgresRunEvents, records: PostgresRecords, caller: Caller, run: AcceptedRun, count: int
) -> None:
    for n in range(count):
        await events.append(caller, run.run_id, words(n))
    await records.end_run(caller, run.run_id, RunState.CANCELLED, cancelled())


async def test_followers_hear_all_in_order_whenever_they_come(
    events: PostgresRunEvents, records: PostgresRecords, me: Caller, run: AcceptedRun
) -> None:
    early = [asyncio.create_task(hear_all(events, me, run)) for _ in range(20)]
    await speak_then_end(events, records, me, run, 15)
    late = await hear_all(events, me, run)
    assert [event.sequence for event in late] == list(range(1, 18))
    assert all(heard == late for heard in await asyncio.gather(*early))
    assert [event.sequence for event in await hear_all(events, me, run, after=10)] == list(range(11, 18))


@pytest.mark.parametrize("after", [17, 18, 1_000_000])
async def test_following_an_ended_run_from_its_end_ends_at_once(
    events: PostgresRunEvents, records: PostgresRecords, me: Caller, run: AcceptedRun, after: int
) -> None:
    await speak_then_end(events, records, me, run, 15)
    assert await hear_all(events, me, run, after) == []


async def test_an_event_arrives_by_notification(
    database: Database,
    sessions: UserSessions,
    overview: Overview,
    records: PostgresRecords,
    me: Caller,
    run: AcceptedRun,
) -> None:
    events = PostgresRunEvents(sessions, overview, database.service, poll_seconds=1000)
    await events.start()
    await until(lambda: events.listening)
    # Sooner than the second net would find it.
    async with asyncio.timeout(1), aclosing(events.follow(me, run.run_id, 1)) as follower:
        waiting = asyncio.ensure_future(anext(follower))
        await until(lambda: seats(events) == 1)
        await events.append(me, run.run_id, words(1))
        assert (await waiting).sequence == 2  # type: ignore[union-attr]
    await events.close()


async def test_where_listen_hears_nothing_events_arrive_by_polling(
    database: Database,
    sessions: UserSessions,
    overview: Overview,
    records: PostgresRecords,
    me: Caller,
    run: AcceptedRun,
) -> None:
    async with deaf_events(elsewhere(database), sessions, overview) as events:
        hearing = asyncio.create_task(hear_all(events, me, run))
        await speak_then_end(events, records, me, run, 5)
        assert [event.sequence for event in await hearing] == list(range(1, 8))
        assert not events.listening


async def test_a_listener_that_is_cut_off_misses_nothing_and_listens_again(
    database: Database, events: PostgresRunEvents, records: PostgresRecords, me: Caller, run: AcceptedRun
) -> None:
    await until(lambda: events.listening)
    hearing = asyncio.create_task(hear_all(events, me, run))
    with psycopg.connect(database.admin, autocommit=True) as admin:
        for n in range(5):
            admin.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where application_name = 'cvtailor-listen' and datname = current_database()"
            )
            await events.append(me, run.run_id, words(n))
    await records.end_run(me, run.run_id, RunState.CANCELLED, cancelled())
    assert [event.sequence for event in await hearing] == list(range(1, 8))
    await until(lambda: events.listening)


async def test_silence_is_told(
    database: Database, sessions: UserSessions, overview: Overview, me: Caller, run: AcceptedRun
) -> None:
    async with (
        deaf_events(elsewhere(database), sessions, overview, heartbeat_seconds=0.01) as events,
        aclosing(events.follow(me, run.run_id, 0)) as follower,
    ):
        assert (await anext(follower)).sequence == 1  # type: ignore[union-attr]
        assert [await anext(follower), await anext(follower)] == [None, None]


async def test_a_slow_follower_still_hears_all(
    events: PostgresRunEvents, records: PostgresRecords, me: Caller, run: AcceptedRun
) -> None:
    async with aclosing(events.follow(me, run.run_id, 0)) as slow:
        heard = [await anext(slow)]
        fast = asyncio.create_task(hear_all(events, me, run))
        await events.append(me, run.run_id, words(*range(300)))
        await records.end_run(me, run.run_id, RunState.CANCELLED, cancelled())
        assert len(await fast) == 302
        heard += [event async for event in slow if event]
    assert [event.sequence for event in heard if event] == list(range(1, 303))


async def test_a_thousand_followers_hold_no_connection_and_read_once(
    database: Database, events: PostgresRunEvents, records: PostgresRecords, me: Caller, run: AcceptedRun
) -> None:
    await until(lambda: events.listening)
    followers = [asyncio.create_task(hear_all(events, me, run, after=1)) for _ in range(1000)]
    await until(lambda: seats(events) == 1000)
    loads = 0
    feed = events._feeds[run.run_id][me.user_id]
    load = feed._load

    async def counted(sequence: int) -> object:
        nonlocal loads
        loads += 1
        return await load(sequence)

    feed._load = counted  # type: ignore[assignment]
    await speak_then_end(events, records, me, run, 4)
    assert all(len(heard) == 5 for heard in await asyncio.gather(*followers))
    assert loads <= 5
    with psycopg.connect(database.admin) as admin:
        connections = (
            "select count(*) from pg_stat_activity where usename = 'cvtailor_service' and datname = %s"
        )
        assert admin.execute(connections, [database.name]).fetchone() <= (6,)  # type: ignore[operator]


async def test_a_follower_that_leaves_leaves_nothing(
    events: PostgresRunEvents, me: Caller, run: AcceptedRun
) -> None:
    left = events.follow(me, run.run_id, 0)
    await anext(left)
    assert seats(events) == 1
    await left.aclose()  # type: ignore[attr-defined]
    cut = asyncio.create_task(hear_all(events, me, run))
    await until(lambda: seats(events) == 1)
    cut.cancel()
    await asyncio.gather(cut, return_exceptions=True)
    with pytest.raises(NotFound):
        await hear_all(events, a_caller(), run)
    assert events._feeds == {}


async def test_following_a_run_that_is_deleted_ends(
    database: Database, sessions: UserSessions, overview: Overview, me: Caller, run: AcceptedRun
) -> None:
    async with deaf_events(elsewhere(database), sessions, overview) as events:
        hearing = asyncio.create_task(hear_all(events, me, run))
        await until(lambda: seats(events) == 1)
        with psycopg.connect(database.admin) as admin:
            admin.execute("delete from auth.users where id = %s", [me.user_id])
        with pytest.raises(NotFound):
            await hearing


async def test_workers_that_speak_at_once_leave_no_gap(
    events: PostgresRunEvents, records: PostgresRecords, me: Caller, run: AcceptedRun
) -> None:
    await asyncio.gather(*(events.append(me, run.run_id, words(n, n + 1)) for n in range(12)))
    await records.end_run(me, run.run_id, RunState.CANCELLED, cancelled())
    heard = await hear_all(events, me, run)
    assert [event.sequence for event in heard] == list(range(1, 16))
    said = [event.payload.message for event in heard if isinstance(event.payload, StepProgress)]
    assert sorted(map(int, said)) == list(range(13))
