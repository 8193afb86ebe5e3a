"""The service behind a pooler in transaction mode: nothing but LISTEN is missing, and polling stands in."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, aclosing
from pathlib import Path

import psycopg
import pytest
from builders import a_caller, a_draft, a_request, completed, some_results
from cvtailor.adapters.postgres import run_bell
from cvtailor.adapters.postgres.event_log import NEWS_CHANNEL
from cvtailor.adapters.postgres.events import PostgresRunEvents
from cvtailor.adapters.postgres.overview import Overview
from cvtailor.adapters.postgres.records import PostgresRecords
from cvtailor.adapters.postgres.user_session import UserSessions, service_engine
from cvtailor.domain.application import ApplicationStatus
from cvtailor.domain.caller import Caller
from cvtailor.domain.ports import AcceptedRun
from cvtailor.domain.run import RunEvent, Step, StepProgress
from cvtailor.settings import Settings
from databases import Database
from sqlalchemy import text
from supabase_servers import Server

from benchmarks.service_process import Client, ServiceProcess, example
from tests.pooler import Pooler, running_pooler

_CONNECTIONS = 3
_WORDS = 30
_LISTENING = text("select pg_listening_channels()")


@pytest.fixture
def pooler(server: Server) -> Iterator[Pooler]:
    with running_pooler(server.postgres, server.port, pool_size=_CONNECTIONS) as pooler:
        yield pooler


@pytest.fixture
async def pooled(supabase_database: Database, pooler: Pooler) -> AsyncIterator[UserSessions]:
    sessions = UserSessions(service_engine(pooler.url(supabase_database.service), pool_size=8))
    yield sessions
    await sessions.close()


@pytest.fixture
async def events(
    supabase_database: Database, pooler: Pooler, pooled: UserSessions
) -> AsyncIterator[PostgresRunEvents]:
    overview = Overview(service_engine(pooler.url(supabase_database.engine), pool_size=2))
    listen_url = pooler.url(supabase_database.service)
    events = PostgresRunEvents(pooled, overview, listen_url, heartbeat_seconds=30, poll_seconds=0.05)
    await events.start()
    yield events
    await events.close()
    await overview.close()


def connections(database: Database, login: str) -> int:
    with psycopg.connect(database.admin) as admin:
        counted = admin.execute(
            "select count(*) from pg_stat_activity where datname = current_database() and usename = %s",
            [login],
        ).fetchone()
    assert counted
    return int(counted[0])


async def live_a_run(
    records: PostgresRecords, events: PostgresRunEvents, caller: Caller, name: str
) -> list[RunEvent]:
    """Accepts, tells and files a run; returns what somebody who followed it heard."""
    run = await records.accept(caller, name, a_request())

    async def follow() -> list[RunEvent]:
        return [event async for event in events.follow(caller, run.run_id, 0) if event]

    async with asyncio.timeout(30):
        following = asyncio.create_task(follow())
        for n in range(5):
            word = StepProgress(step=Step.MATCH, message=str(n))
            await events.append(caller, run.run_id, [a_draft(f"word/{n}", word)])
        await records.file_results(caller, run.run_id, some_results(caller, run.run_id), [completed()])
        return await following


async def test_runs_of_many_users_are_accepted_followed_and_filed(
    supabase_database: Database, pooled: UserSessions, events: PostgresRunEvents
) -> None:
    records = PostgresRecords(pooled)
    callers = [a_caller() for _ in range(6)]
    heard = await asyncio.gather(*(live_a_run(records, events, caller, "run") for caller in callers))
    for events_of_run in heard:
        assert [event.sequence for event in events_of_run] == list(range(1, 8))
        assert events_of_run[-1].is_last
    for caller in callers:
        (application,) = (await records.list(caller, 10, "")).applications
        assert application.status is ApplicationStatus.READY
    assert not events.listening
    assert connections(supabase_database, "cvtailor_service") <= _CONNECTIONS


async def test_by_default_events_arrive_within_a_quarter_of_a_second(server15: Server) -> None:
    async with AsyncExitStack() as stack:
        database = stack.enter_context(server15.database())
        pooler = stack.enter_context(running_pooler(server15.postgres, server15.port, pool_size=_CONNECTIONS))
        sessions = UserSessions(service_engine(pooler.url(database.service), pool_size=8))
        stack.push_async_callback(sessions.close)
        overview = Overview(service_engine(pooler.url(database.engine), pool_size=2))
        stack.push_async_callback(overview.close)
        poll_seconds = Settings.model_fields["event_poll_seconds"].default
        events = PostgresRunEvents(
            sessions, overview, pooler.url(database.service), poll_seconds=poll_seconds
        )
        await events.start()
        stack.push_async_callback(events.close)
        caller = a_caller()
        run = await PostgresRecords(sessions).accept(caller, "run", a_request())
        delays = await delays_seconds(events, caller, run)
        assert not events.listening
    assert sorted(delays)[int(0.9 * len(delays))] < 0.25


async def delays_seconds(events: PostgresRunEvents, caller: Caller, run: AcceptedRun) -> list[float]:
    """Returns how long after its transaction each of some events was heard."""
    said: list[float] = []
    heard: list[float] = []

    async def hear() -> None:
        async with aclosing(events.follow(caller, run.run_id, 1)) as following:
            async for event in following:
                heard.extend([time.monotonic()] if event else [])
                if len(heard) == _WORDS:
                    return

    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        tasks.create_task(hear())
        for n in range(_WORDS):
            await asyncio.sleep(0.011 * (n % 14))  # at any moment between two questions
            word = StepProgress(step=Step.MATCH, message=str(n))
            await events.append(caller, run.run_id, [a_draft(f"word/{n}", word)])
            said.append(time.monotonic())
    return [heard_at - said_at for said_at, heard_at in zip(said, heard, strict=True)]


async def test_a_listen_that_hears_nothing_is_taken_back(
    server: Server, supabase_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_bell, "_FIRST_ECHO_SECONDS", 0.5)
    with running_pooler(server.postgres, server.port, pool_size=1) as pooler:
        url = pooler.url(supabase_database.service)
        sessions = UserSessions(service_engine(url, pool_size=1))
        overview = Overview(service_engine(pooler.url(supabase_database.engine), pool_size=1))
        events = PostgresRunEvents(sessions, overview, url, poll_seconds=0.05)
        await events.start()
        for channels in ([(NEWS_CHANNEL,)], []):
            async with asyncio.timeout(10):
                while await sessions.ask(_LISTENING) != channels:  # noqa: ASYNC110 -- nothing tells
                    await asyncio.sleep(0.02)
        await events.close()
        await sessions.close()
        await overview.close()


async def test_the_whole_service_runs_through_a_pooler(
    supabase_database: Database, pooler: Pooler, tmp_path: Path
) -> None:
    service = ServiceProcess(
        tmp_path,
        database_url=pooler.url(supabase_database.service),
        engine_database_url=pooler.url(supabase_database.engine),
    )
    try:
        async with Client(service.address, service.token) as client:
            runs = await asyncio.gather(*(client.run(example(name)) for name in ("engineer", "nurse")))
            assert [str(run[-1].WhichOneof("event")) for run in runs] == ["completed"] * 2
            pdf = await client.download(runs[0][0].application_id, "cv.pdf")
            assert pdf.startswith(b"%PDF")
            assert len(await client.list()) == 2
    finally:
        code = service.terminate()
    assert code == 0
    assert connections(supabase_database, "cvtailor_engine") <= _CONNECTIONS
