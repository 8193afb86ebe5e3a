"""Limits that hold over all processes, on the real durable engine; and runs that come to the wrong worker."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import fields
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from builders import a_base_cv, a_caller, a_request
from cvtailor.adapters.postgres.events import PostgresRunEvents
from cvtailor.adapters.postgres.records import PostgresRecords
from cvtailor.domain.application import ApplicationRequest
from cvtailor.domain.base_cv import BaseCv, CvSource
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import InvalidInput, Reason, Unavailable
from cvtailor.domain.ports import Readings
from cvtailor.domain.run import EventDraft, EventPayload, Failed, RunState
from cvtailor.workflow import durable_runs
from cvtailor.workflow.durable_runs import QUEUE, DurableRuns
from cvtailor.workflow.run_day import begun_on, run_day
from cvtailor.workflow.run_ports import Ports
from databases import Database
from dbos import DBOS
from journal_runs import MARKER, ACv, NoOffer, rows_that_say, runs_on
from workflow_fakes import MemoryEvents


class UnreadableRequests:
    """Records whose every run fails, after it waited a little for two others; counts how many are at it."""

    def __init__(self) -> None:
        self.at_once = self.most_at_once = 0
        self.ended: dict[UUID, Failed] = {}
        self.news = asyncio.Condition()

    async def state_of(self, caller: Caller, run_id: UUID) -> RunState:
        return RunState.QUEUED

    async def request_of(self, caller: Caller, run_id: UUID) -> ApplicationRequest:
        async with self.news:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            self.news.notify_all()
        with suppress(TimeoutError):
            await self.until(lambda: self.most_at_once == 3, wait_seconds=0.3)
        self.at_once -= 1
        raise InvalidInput("nothing was asked for")

    async def end_run(
        self, caller: Caller, run_id: UUID, state: RunState, last: EventDraft, reason: str, message: str
    ) -> bool:
        assert isinstance(last.payload, Failed)
        async with self.news:
            self.ended[run_id] = last.payload
            self.news.notify_all()
        return True

    async def until(self, condition: Callable[[], bool], wait_seconds: float = 20) -> None:
        async with asyncio.timeout(wait_seconds), self.news:
            await self.news.wait_for(condition)


class OneRequest(UnreadableRequests):
    async def request_of(self, caller: Caller, run_id: UUID) -> ApplicationRequest:
        return a_request()


class AwayAtFirst(UnreadableRequests):
    misses = 3

    async def state_of(self, caller: Caller, run_id: UUID) -> RunState:
        if self.misses:
            self.misses -= 1
            raise Unavailable("Postgres starts up")
        return RunState.QUEUED


def runs_of(records: UnreadableRequests, database_url: str, **limits: int) -> DurableRuns:
    ports: dict[str, Any] = dict.fromkeys(field.name for field in fields(Ports))
    ports |= {"records": records, "events": MemoryEvents()}
    return DurableRuns(
        database_url,
        Ports(**ports),
        executor_id=uuid4().hex,
        run_concurrency=4,
        queue_poll_seconds=0.05,
        run_deadline_seconds=60,
        **limits,
    )


@asynccontextmanager
async def launched(runs: DurableRuns) -> AsyncIterator[DurableRuns]:
    await runs.launch()
    try:
        yield runs
    finally:
        await runs.close(drain_seconds=0)


async def until_ended(events: PostgresRunEvents, caller: Caller, run_id: UUID) -> EventPayload:
    """Returns the last thing that is told of a run."""
    async with asyncio.timeout(10), aclosing(events.follow(caller, run_id, 0)) as log:
        return [event.payload async for event in log if event][-1]


async def test_runs_with_a_limit_for_all_processes_take_turns(database: Database) -> None:
    records = UnreadableRequests()
    async with launched(runs_of(records, database.engine, runs_at_once_max=1)) as runs:
        await asyncio.gather(*(runs.start(a_caller(), uuid4()) for _ in range(3)))
        await records.until(lambda: len(records.ended) == 3)
    assert records.most_at_once == 1


async def test_without_limits_they_do_not(database: Database) -> None:
    records = UnreadableRequests()
    async with launched(runs_of(records, database.engine)) as runs:
        await asyncio.gather(*(runs.start(a_caller(), uuid4()) for _ in range(3)))
        await records.until(lambda: len(records.ended) == 3)
    assert records.most_at_once > 1


async def test_a_limit_of_runs_a_minute_is_the_queue_s(database: Database) -> None:
    records = UnreadableRequests()
    async with launched(runs_of(records, database.engine, runs_per_minute_max=1)) as runs:
        first, second = uuid4(), uuid4()
        await runs.start(a_caller(), first)
        await records.until(lambda: first in records.ended)
        await runs.start(a_caller(), second)
        queued = await DBOS.list_workflows_async(queue_name=QUEUE, status="ENQUEUED")
        assert [workflow.workflow_id for workflow in queued] == [str(second)]


async def test_a_run_that_begins_while_postgres_restarts_waits_for_it(database: Database) -> None:
    records = AwayAtFirst()
    async with launched(runs_of(records, database.engine)) as runs:
        run_id = uuid4()
        await runs.start(a_caller(), run_id)
        await records.until(lambda: run_id in records.ended)
    assert records.ended[run_id].message == "nothing was asked for"


async def test_a_run_begun_with_a_model_says_so_where_there_is_none() -> None:
    records, run_id = OneRequest(), uuid4()
    await runs_of(records, "")._performer.perform(run_id, a_caller(), with_agents=True)
    assert records.ended[run_id].reason == Reason.MODEL_REFUSED


async def test_a_run_that_takes_longer_than_it_may_is_stopped_and_says_so(
    database: Database, records: PostgresRecords, events: PostgresRunEvents
) -> None:
    me, offers = a_caller(), NoOffer()
    offers.opened.clear()
    run_id = (await records.accept(me, "first", a_request())).run_id
    async with runs_on(database, records, events, offer_reader=offers, run_deadline_seconds=1) as runs:
        await runs.start(me, run_id)
        await offers.reached.wait()
        last = await until_ended(events, me, run_id)
    assert isinstance(last, Failed)
    assert (last.reason, last.retryable) == (Reason.RUN_DEADLINE_EXCEEDED, True)
    assert "longer than 1 s" in last.message
    assert await records.state_of(me, run_id) is RunState.FAILED


class ADay(ACv):
    """Notes the day of the run that it reads for."""

    async def read(self, source: CvSource) -> BaseCv:
        self.day = run_day()
        return await super().read(source)


async def test_whoever_takes_a_run_from_the_queue_takes_its_day_too(
    database: Database, records: PostgresRecords, events: PostgresRunEvents
) -> None:
    me, cvs = a_caller(), ADay()
    run_id = (await records.accept(me, "first", a_request())).run_id
    async with runs_on(database, records, events, cv_reader=cvs, runs_at_once_max=1) as runs:
        with begun_on(date(2026, 2, 28)):
            await runs.start(me, run_id)
        await until_ended(events, me, run_id)
    assert cvs.day == date(2026, 2, 28)


def what_was_read(request: ApplicationRequest) -> Readings:
    return Readings(request=request, cv=a_base_cv())


async def test_a_run_that_begins_at_once_does_not_read_again_what_was_read_and_journals_it(
    database: Database, records: PostgresRecords, events: PostgresRunEvents
) -> None:
    me, cvs = a_caller(), ACv()
    run_id = (await records.accept(me, "first", a_request())).run_id
    async with runs_on(database, records, events, cv_reader=cvs) as runs:
        await runs.start(me, run_id, read=what_was_read(a_request()))
        await until_ended(events, me, run_id)
        assert rows_that_say(database, MARKER)
    assert cvs.times_read == 0


async def test_a_run_that_begins_from_the_queue_reads_for_itself(
    database: Database, records: PostgresRecords, events: PostgresRunEvents
) -> None:
    me, cvs = a_caller(), ACv()
    run_id = (await records.accept(me, "first", a_request())).run_id
    async with runs_on(database, records, events, cv_reader=cvs, runs_at_once_max=1) as runs:
        await runs.start(me, run_id, read=what_was_read(a_request()))
        await until_ended(events, me, run_id)
    assert cvs.times_read == 1


async def test_what_was_read_is_not_kept_for_a_run_that_does_not_begin_in_time(
    database: Database,
    records: PostgresRecords,
    events: PostgresRunEvents,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(durable_runs, "_BEGINNING_SECONDS", 0)
    me, cvs = a_caller(), ACv()
    run_id = (await records.accept(me, "first", a_request())).run_id
    async with runs_on(database, records, events, cv_reader=cvs) as runs:
        await runs.start(me, run_id, read=what_was_read(a_request()))
        await until_ended(events, me, run_id)
        await runs.start(me, run_id, read=what_was_read(a_request()))  # ended: it begins no more
        await asyncio.sleep(0)
        assert runs._performer._read == {}
    assert cvs.times_read == 1
