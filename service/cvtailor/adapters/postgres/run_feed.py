"""One run's events as this process knows them, read once for all who follow the run."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from weakref import WeakValueDictionary

from cvtailor.domain.run import RunEvent

PAGE_EVENTS = 64
"""Events read at once, and kept in memory while a run speaks; most runs say less in all."""

SEQUENCE_MAX = 2**31 - 1
"""Postgres counts no further; callers may ask for what comes after any number."""

type Load = Callable[[int], Awaitable[Sequence[RunEvent]]]
"""Reads the next ``PAGE_EVENTS`` events after a number, in order, from the storage."""


@dataclass(frozen=True)
class Progress:
    """How far a run's log goes; an ended one grows no more."""

    head: int
    ended: bool


type Look = Callable[[], Awaitable[Progress]]
"""Asks the storage how far the log goes, or raises NotFound."""


class _Page(list[RunEvent]):
    """A list that may be held weakly."""


class Seat:
    """One follower's place; woken when there may be news."""

    # As little as can be, and no Event, which is ten times as large: thousands may sit here.
    __slots__ = ("_awake", "_waiting", "feed")

    def __init__(self, feed: "RunFeed") -> None:
        self.feed = feed
        self._awake = False
        self._waiting: asyncio.Future[bool] | None = None

    def wake(self) -> None:
        """Ends the wait, or the next one if nobody waits now."""
        self._awake = True
        _answer(self._waiting, True)

    async def news(self, timeout_seconds: float) -> bool:
        """Waits to be woken; False if nothing happened in time."""
        if not self._awake:
            loop = asyncio.get_running_loop()
            self._waiting = loop.create_future()
            silence = loop.call_later(timeout_seconds, _answer, self._waiting, False)
            try:
                await self._waiting
            finally:
                silence.cancel()
                self._waiting = None
        news, self._awake = self._awake, False
        return news


def _answer(waiting: asyncio.Future[bool] | None, news: bool) -> None:
    if waiting and not waiting.done():
        waiting.set_result(news)


class RunFeed:
    """Fans one run's events out to its followers.

    Attributes:
        head: Number of the last event known to exist; 0: nobody has looked.
        ended: The event at ``head`` is the run's last.
        gone: The run was deleted.
    """

    def __init__(self, look: Look, load: Load) -> None:
        self.head = 0
        self.ended = False
        self.gone = False
        self.seats: set[Seat] = set()
        self._look = look
        self._load = load
        self._tail: deque[RunEvent] = deque(maxlen=PAGE_EVENTS)
        # Pages before the tail, for as long as somebody sends one: those who are as far behind share it.
        self._pages: WeakValueDictionary[int, _Page] = WeakValueDictionary()
        self._reading = asyncio.Lock()

    def advance(self, head: int) -> None:
        """Notes that the run has events up to ``head``, and wakes the followers if that is new."""
        if head > self.head:
            self.head = head
            self._wake()

    def hear(self, events: Sequence[RunEvent]) -> None:
        """Takes events that were added just now, in order, and wakes the followers."""
        self._lengthen(events)
        self.advance(events[-1].sequence)

    def close(self) -> None:
        """Notes that the run is gone."""
        self.gone = True
        self._wake()

    def forget(self) -> None:
        """Lets go of the events in memory; for when the run has been silent for a while."""
        self._tail.clear()

    async def begin(self, after_sequence: int) -> int:
        """Returns the number after which a new follower begins, which is of an event that exists.

        Those who follow the run already keep ``head`` up to date, so only who may know more than they do
        makes the storage be asked.

        Raises:
            NotFound: No such run of the caller's.
        """
        if not self._knows(after_sequence):
            async with self._reading:
                if not self._knows(after_sequence):
                    await self._find(min(max(after_sequence, 0), SEQUENCE_MAX))
        return min(max(after_sequence, 0), self.head)

    async def after(self, sequence: int) -> Sequence[RunEvent]:
        """Returns some events after a number, without a gap; from memory if it holds them."""
        if (known := self._known(sequence)) is not None:
            return known
        async with self._reading:
            if (known := self._known(sequence)) is not None:
                return known
            page = _Page(await self._load(sequence))
            if page:
                self._keep(sequence, page)
            return page

    async def _find(self, sequence: int) -> None:
        page = _Page(await self._load(sequence))
        if 0 < len(page) < PAGE_EVENTS:  # there was no more when it was read
            self._keep(sequence, page)
            self.advance(page[-1].sequence)
        else:
            progress = await self._look()
            self.advance(progress.head)
            self.ended = self.ended or progress.ended

    def _knows(self, after_sequence: int) -> bool:
        return self.ended or max(after_sequence, 0) < self.head

    def _known(self, sequence: int) -> Sequence[RunEvent] | None:
        if self._tail and self._tail[0].sequence <= sequence + 1 <= self._tail[-1].sequence:
            return [event for event in self._tail if event.sequence > sequence]
        return self._pages.get(sequence)

    def _keep(self, sequence: int, page: _Page) -> None:
        self._pages[sequence] = page
        if page[-1].is_last:
            self.advance(page[-1].sequence)
            self.ended = True
        self._lengthen(page)

    def _lengthen(self, events: Sequence[RunEvent]) -> None:
        if self._tail and events[-1].sequence <= self._tail[-1].sequence:
            return
        if self._tail and events[0].sequence != self._tail[-1].sequence + 1:
            self._tail.clear()
        self._tail.extend(events)

    def _wake(self) -> None:
        for seat in self.seats:
            seat.wake()
