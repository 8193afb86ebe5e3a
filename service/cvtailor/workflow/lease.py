"""How long this process may work on its runs before others take them for a dead one's."""

import asyncio
import time


def _now() -> float:
    # Runs on while the process is stopped and while the machine sleeps, as the clocks of others do.
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Lease:
    """Held while heartbeats arrive; begins not held.

    A process that was stopped, or whose heartbeats got lost, finds it lapsed before it starts anything
    else, and waits to hear whether its runs are still its own.
    """

    def __init__(self, seconds: float) -> None:
        """Takes how long one heartbeat lasts: less than others wait before they take over."""
        self._seconds = seconds
        self._until = float("-inf")
        self._term = 0
        self._term_began = float("-inf")
        self._ended = False
        self._changed = asyncio.Event()

    @property
    def held(self) -> bool:
        """Whether this process may start further work."""
        return not self._ended and _now() < self._until

    @property
    def term(self) -> int:
        """How often it was taken anew after it had lapsed: within one term nobody took a run from here."""
        return self._term

    @property
    def term_seconds(self) -> float:
        """How long this term lasts already."""
        return _now() - self._term_began

    @property
    def ended(self) -> bool:
        """Whether this process goes, and will hold it no more."""
        return self._ended

    @staticmethod
    def moment() -> float:
        """Returns now, to be taken before a heartbeat is sent."""
        return _now()

    def renew(self, moment: float) -> None:
        """Holds it for a while from the moment before a heartbeat that arrived."""
        if _now() >= self._until:
            self._term += 1
            self._term_began = moment
        self._until = moment + self._seconds
        self._wake()

    def end(self) -> None:
        """Gives it up for good."""
        self._ended = True
        self._wake()

    async def held_again(self) -> bool:
        """Waits until it is held, True, or given up, False."""
        while not (self.held or self._ended):
            changed = self._changed
            await changed.wait()
        return not self._ended

    async def until_ended(self) -> None:
        """Waits until it is given up."""
        while not self._ended:
            changed = self._changed
            await changed.wait()

    def _wake(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
