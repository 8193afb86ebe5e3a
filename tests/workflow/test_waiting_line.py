"""However many ask after the line, Postgres is asked once in a while."""

import asyncio
from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest
from cvtailor.domain.errors import QueueFull
from cvtailor.workflow.waiting_line import WaitingLine


class Line:
    """Runs that wait; counts how often it is asked."""

    def __init__(self, waiting: int) -> None:
        self.waiting = [uuid4() for _ in range(waiting)]
        self.counted = self.listed = 0

    async def waiting_count(self, at_most: int) -> int:
        self.counted += 1
        await asyncio.sleep(0)
        return min(len(self.waiting), at_most)

    async def waiting_line(self, at_most: int) -> Sequence[UUID]:
        self.listed += 1
        await asyncio.sleep(0)
        return self.waiting[:at_most]


async def test_a_thousand_watchers_cost_one_question() -> None:
    line = Line(1000)
    known = WaitingLine(line, queue_max=2000)
    places = await asyncio.gather(*(known.position(run_id) for run_id in line.waiting))
    assert places == list(range(1, 1001))
    assert (line.listed, line.counted) == (1, 0)


async def test_so_do_a_thousand_requests() -> None:
    line = Line(3)
    known = WaitingLine(line, queue_max=5)
    await asyncio.gather(*(known.check_room() for _ in range(1000)))
    assert (line.listed, line.counted) == (0, 1)


async def test_an_answer_gets_old() -> None:
    line = Line(2)
    known = WaitingLine(line, queue_max=9, line_seconds=0)
    _, last = line.waiting
    assert await known.position(last) == 2
    del line.waiting[0]
    assert await known.position(last) == 1
    del line.waiting[0]
    assert await known.position(last) == 0


async def test_a_run_that_joins_counts_before_anybody_looks_again() -> None:
    line = Line(3)
    known = WaitingLine(line, queue_max=5)
    await known.position(line.waiting[0])
    await known.check_room()
    for place in (4, 5):
        joined = uuid4()
        known.join(joined)
        assert await known.position(joined) == place
    with pytest.raises(QueueFull):
        await known.check_room()
    assert (line.listed, line.counted) == (1, 1)
