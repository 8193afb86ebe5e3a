"""Events on their way: in order, together, none lost."""

import asyncio

import pytest
from builders import a_draft
from cvtailor.domain.errors import Unavailable
from cvtailor.domain.run import EventDraft, Step, StepProgress
from cvtailor.workflow.outbox import WAITING_MAX, Outbox


def word(n: int) -> EventDraft:
    return a_draft(f"word/{n}", StepProgress(step=Step.MATCH, message=str(n)))


class Log:
    """Takes events once it is let go on; refuses as often as it is told to."""

    def __init__(self, refusals: int = 0) -> None:
        self.transactions: list[list[str]] = []
        self.open = asyncio.Event()
        self.asked = asyncio.Event()
        self.refusals = refusals

    async def append(self, drafts: list[EventDraft]) -> None:
        self.asked.set()
        await self.open.wait()
        if self.refusals:
            self.refusals -= 1
            raise Unavailable("Postgres does not answer")
        self.transactions.append([draft.key.removeprefix("word/") for draft in drafts])


async def test_nobody_waits_for_a_word_and_those_said_meanwhile_go_together() -> None:
    log = Log()
    box = Outbox(log.append)
    await box.put([word(1)])
    await log.asked.wait()
    await box.put([word(2)])
    await box.put([word(3)])
    assert log.transactions == []
    log.open.set()
    await box.emptied()
    assert log.transactions == [["1"], ["2", "3"]]


async def test_what_is_said_as_the_last_word_arrives_is_sent_too() -> None:
    log = Log()
    log.open.set()
    box = Outbox(log.append)
    async with asyncio.timeout(5):
        for n in range(50):
            await box.put([word(n)])
            for _ in range(n % 5):
                await asyncio.sleep(0)
            if n % 3 == 0:
                await box.emptied()
        await box.emptied()
    assert [key for some in log.transactions for key in some] == [str(n) for n in range(50)]


async def test_what_could_not_be_told_is_told_first_when_it_is_tried_again() -> None:
    log = Log(refusals=1)
    log.open.set()
    box = Outbox(log.append)
    await box.put([word(1)])
    with pytest.raises(Unavailable):
        await box.emptied()
    await box.put([word(2)])
    await box.emptied()
    assert log.transactions == [["1", "2"]]


async def test_who_says_too_much_at_once_waits_until_it_is_told() -> None:
    log = Log()
    box = Outbox(log.append)
    await box.put([word(0)])
    talking = asyncio.create_task(box.put([word(n) for n in range(1, WAITING_MAX + 2)]))
    await log.asked.wait()
    assert not talking.done()
    log.open.set()
    await talking
    assert sum(map(len, log.transactions)) == WAITING_MAX + 2


async def test_a_closed_box_sends_nothing_more() -> None:
    log = Log()
    box = Outbox(log.append)
    await box.put([word(1)])
    await log.asked.wait()
    await box.put([word(2)])
    await box.close()
    log.open.set()
    await box.emptied()
    assert log.transactions == []
