"""One run's events as this process knows them, read once for all who follow the run."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from cvtailor.domain.run import RunEvent

_TAIL_EVENTS = 32
"""Events kept in memory for a followed run; a follower further behind reads the storage."""

type Load = Callable[[int], Awaitable[Sequence[RunEvent]]]
"""Reads a bounded page of the events after a number, in order, from the storage."""


class Seat:
    """One follower's place; woken when there may be news."""

    def __init__(self, feed: "RunFeed") -> None:
        self.feed = feed
        self.awake = asyncio.Event()

    async def news(self, timeout_seconds: float) -> bool:
        """Waits to be woken; False if nothing happened in time."""
        try:
            async with asyncio.timeout(timeout_seconds):
                await self.awake.wait()
        except TimeoutError:
            return False
        self.awake.clear()
        return True


class RunFeed:
    """Fans one run's events out to its followers.

    Attributes:
        head: Number of the last event known to exist.
        gone: The run was deleted.
    """

    def __init__(self, load: Load) -> None:
        self.head = 0
        self.gone = False
        self.seats: set[Seat] = set()
        self._load = load
        self._tail: deque[RunEvent] = deque(maxlen=_TAIL_EVENTS)
        self._loading = asyncio.Lock()

    def advance(self, head: int) -> None:
        """Notes that the run has events up to ``head``, and wakes the followers if that is new."""
        if head > self.head:
            self.head = head
            self._wake()

    def close(self) -> None:
        """Notes that the run is gone."""
        self.gone = True
        self._wake()

    async def after(self, sequence: int) -> Sequence[RunEvent]:
        """Returns some events after a number, without a gap; from memory if it holds them."""
        async with self._loading:
            if self._tail and self._tail[0].sequence <= sequence + 1 <= self._tail[-1].sequence:
                return [event for event in self._tail if event.sequence > sequence]
            page = await self._load(sequence)
            if page and (not self._tail or page[-1].sequence > self._tail[-1].sequence):
                if self._tail and page[0].sequence != self._tail[-1].sequence + 1:
                    self._tail.clear()
                self._tail.extend(page)
            return page

    def _wake(self) -> None:
        for seat in self.seats:
            seat.awake.set()
