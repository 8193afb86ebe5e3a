"""Rounds of housekeeping: every chore to its end, whatever happens to the others."""

import asyncio

from cvtailor.domain.errors import Unavailable
from cvtailor.workflow.housekeeping import Housekeeping


class Pile:
    """So many things to take away; fails ``failures`` times first."""

    def __init__(self, size: int, failures: int = 0) -> None:
        self.size = size
        self.failures = failures
        self.rounds = 0
        self.empty = asyncio.Event()

    async def take(self, at_most: int) -> int:
        self.rounds += 1
        if self.failures:
            self.failures -= 1
            raise Unavailable("Postgres restarts")
        taken = min(self.size, at_most)
        self.size -= taken
        if not self.size:
            self.empty.set()
        return taken


async def test_a_round_takes_everything_away_some_at_a_time() -> None:
    large, small = Pile(1_250), Pile(3)
    done = await Housekeeping({"large": large.take, "small": small.take}, pause_seconds=60).round()
    assert done == {"large": 1_250, "small": 3}
    assert (large.rounds, small.rounds) == (3, 1)


async def test_a_round_ends_even_if_a_chore_never_would() -> None:
    async def endless(at_most: int) -> int:
        return at_most

    done = await Housekeeping({"endless": endless}, pause_seconds=60).round()
    assert 0 < done["endless"] < 1_000_000


async def test_a_chore_that_fails_does_not_keep_the_others_and_is_tried_again() -> None:
    failing, other = Pile(3, failures=1), Pile(3)
    housekeeping = Housekeeping({"failing": failing.take, "other": other.take}, pause_seconds=0.01)
    housekeeping.start()
    async with asyncio.timeout(5):
        await other.empty.wait()
        assert failing.size == 3
        await failing.empty.wait()
    await housekeeping.close()


async def test_the_first_round_is_soon_however_long_the_pause() -> None:
    pile = Pile(1)
    housekeeping = Housekeeping({"pile": pile.take}, pause_seconds=3_600)
    housekeeping.start()
    async with asyncio.timeout(10):
        await pile.empty.wait()
    await housekeeping.close()
