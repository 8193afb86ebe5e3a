"""The runs that wait for a worker, as this process last saw them."""

import asyncio
import time
from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from cvtailor.domain.errors import QueueFull


class Line(Protocol):
    """Where the runs of all users wait."""

    async def waiting_count(self, at_most: int) -> int:
        """Returns how many wait, counted up to a number."""
        ...

    async def waiting_line(self, at_most: int) -> Sequence[UUID]:
        """Returns those that begin first, in that order."""
        ...


class WaitingLine:
    """Asks at most once in a while, however many want to know."""

    def __init__(
        self, line: Line, *, queue_max: int, count_seconds: float = 0.5, line_seconds: float = 2.0
    ) -> None:
        """Takes how many may wait, and how old an answer may be."""
        self._line = line
        self._queue_max = queue_max
        self._count_seconds = count_seconds
        self._line_seconds = line_seconds
        self._asking = asyncio.Lock()
        self._count, self._counted_at = 0, float("-inf")
        self._places: dict[UUID, int] = {}
        self._listed_at = float("-inf")

    def join(self, run_id: UUID) -> None:
        """Notes that a run waits from now on, at the end until the line is looked at again."""
        self._count += 1
        # Nobody has asked for places lately: who does will find it in the line.
        if not self._is_old(self._listed_at, self._line_seconds):
            self._places.setdefault(run_id, len(self._places) + 1)

    async def check_room(self) -> None:
        """Returns if another run may wait.

        Raises:
            QueueFull: As many wait as may.
            Unavailable: Postgres does not answer.
        """
        if await self.count() >= self._queue_max:
            raise QueueFull(f"{self._queue_max} runs wait already; try again later.")

    async def count(self) -> int:
        """Returns how many wait, up to as many as may."""
        async with self._asking:
            if self._is_old(self._counted_at, self._count_seconds):
                self._count = await self._line.waiting_count(self._queue_max)
                self._counted_at = time.monotonic()
        return self._count

    async def position(self, run_id: UUID) -> int:
        """Returns a run's place, 1 for the next; 0: it does not wait."""
        async with self._asking:
            if self._is_old(self._listed_at, self._line_seconds):
                waiting = await self._line.waiting_line(self._queue_max)
                self._places = {each: place for place, each in enumerate(waiting, 1)}
                self._listed_at = time.monotonic()
        return self._places.get(run_id, 0)

    @staticmethod
    def _is_old(moment: float, seconds: float) -> bool:
        return time.monotonic() - moment >= seconds
