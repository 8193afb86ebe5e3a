"""Whose run begins next, and which place the others have, on the real queue with one run at a time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import fields
from typing import Any
from uuid import UUID, uuid4

import pytest
from builders import a_caller
from cvtailor.adapters.postgres.overview import Overview
from cvtailor.domain.application import ApplicationRequest
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import InvalidInput, QueueFull
from cvtailor.domain.run import EventDraft, RunState
from cvtailor.workflow.durable_runs import DurableRuns
from cvtailor.workflow.run_ports import Ports
from cvtailor.workflow.waiting_line import WaitingLine
from databases import Database
from workflow_fakes import MemoryEvents


class OneByOne:
    """Records of runs that fail at once, each when it is let; in the order in which they began."""

    def __init__(self) -> None:
        self.begun: list[UUID] = []
        self.cancelled: set[UUID] = set()
        self.turns = asyncio.Semaphore(0)
        self.news = asyncio.Condition()

    async def state_of(self, caller: Caller, run_id: UUID) -> RunState:
        return RunState.CANCELLED if run_id in self.cancelled else RunState.QUEUED

    async def request_of(self, caller: Caller, run_id: UUID) -> ApplicationRequest:
        async with self.news:
            self.begun.append(run_id)
            self.news.notify_all()
        await self.turns.acquire()
        raise InvalidInput("nothing was asked for")

    async def end_run(
        self, caller: Caller, run_id: UUID, state: RunState, last: EventDraft, reason: str, message: str
    ) -> bool:
        if state is RunState.CANCELLED:
            self.cancelled.add(run_id)
        return True

    async def until_begun(self, count: int) -> None:
        async with asyncio.timeout(30), self.news:
            await self.news.wait_for(lambda: len(self.begun) >= count)


@asynccontextmanager
async def one_at_a_time(
    database: Database,
    records: OneByOne,
    overview: Overview,
    queue_max: int = 100,
    *,
    past_the_queue: bool = False,
) -> AsyncIterator[DurableRuns]:
    ports: dict[str, Any] = dict.fromkeys(field.name for field in fields(Ports))
    ports |= {"records": records, "events": MemoryEvents()}
    line = WaitingLine(overview, queue_max=queue_max, count_seconds=0, line_seconds=0)
    runs = DurableRuns(
        database.engine,
        Ports(**ports),
        executor_id=uuid4().hex,
        run_concurrency=1,
        queue_poll_seconds=0.02,
        run_deadline_seconds=60,
        runs_at_once_max=None if past_the_queue else 1,
        line=line,
    )
    await runs.launch()
    try:
        yield runs
    finally:
        records.turns = asyncio.Semaphore(1000)
        await runs.close(drain_seconds=0)


async def started(runs: DurableRuns, caller: Caller, count: int) -> list[UUID]:
    """Starts runs of one person, each behind those before it."""
    run_ids = [uuid4() for _ in range(count)]
    for behind, run_id in enumerate(run_ids):
        await runs.start(caller, run_id, behind)
    return run_ids


async def test_thirty_runs_of_one_person_do_not_hold_up_the_first_of_another(
    database: Database, overview: Overview
) -> None:
    records = OneByOne()
    async with one_at_a_time(database, records, overview) as runs:
        eager = await started(runs, a_caller(), 31)  # the first of them is at work, thirty wait
        await records.until_begun(1)
        modest = await started(runs, a_caller(), 2)
        assert [await runs.position(run_id) for run_id in (*modest, eager[1], eager[30])] == [1, 3, 2, 32]
        for count in range(1, 5):
            records.turns.release()
            await records.until_begun(count + 1)
        assert records.begun == [eager[0], modest[0], eager[1], modest[1], eager[2]]


async def test_of_many_accepted_at_once_no_more_begin_than_may(
    database: Database, overview: Overview
) -> None:
    records = OneByOne()
    async with one_at_a_time(database, records, overview, past_the_queue=True) as runs:
        await asyncio.gather(*(started(runs, a_caller(), 1) for _ in range(5)))
        for count in range(1, 6):
            await records.until_begun(count)
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.2), records.news:
                    await records.news.wait_for(lambda count=count: len(records.begun) > count)
            records.turns.release()


async def test_places_count_down_and_who_has_begun_waits_no_more(
    database: Database, overview: Overview
) -> None:
    records = OneByOne()
    async with one_at_a_time(database, records, overview) as runs:
        first, second, third = await started(runs, a_caller(), 3)
        await records.until_begun(1)
        assert [await runs.position(run_id) for run_id in (first, second, third)] == [0, 1, 2]
        records.turns.release()
        await records.until_begun(2)
        assert [await runs.position(run_id) for run_id in (second, third)] == [0, 1]


async def test_a_full_queue_has_room_again_once_a_run_begins(database: Database, overview: Overview) -> None:
    records = OneByOne()
    async with one_at_a_time(database, records, overview, queue_max=2) as runs:
        await started(runs, a_caller(), 3)
        await records.until_begun(1)
        with pytest.raises(QueueFull, match="2 runs wait already") as refusal:
            await runs.check_room()
        assert refusal.value.retry_after_seconds > 0
        records.turns.release()
        await records.until_begun(2)
        await runs.check_room()


async def test_a_run_that_is_cancelled_while_it_waits_never_begins(
    database: Database, overview: Overview
) -> None:
    records, me = OneByOne(), a_caller()
    async with one_at_a_time(database, records, overview) as runs:
        first, unwanted, third = await started(runs, me, 3)
        await records.until_begun(1)
        await runs.cancel(me, unwanted)
        assert await runs.position(third) == 1
        records.turns.release()
        await records.until_begun(2)
        assert records.begun == [first, third]


async def test_starting_a_run_that_waits_again_changes_neither_its_place_nor_anything_else(
    database: Database, overview: Overview
) -> None:
    records, me = OneByOne(), a_caller()
    async with one_at_a_time(database, records, overview) as runs:
        _, second, third = await started(runs, me, 3)
        await records.until_begun(1)
        await asyncio.gather(*(runs.start(me, third, 0) for _ in range(5)))
        assert [await runs.position(run_id) for run_id in (second, third)] == [1, 2]
        assert await overview.waiting_count(at_most=10) == 2
