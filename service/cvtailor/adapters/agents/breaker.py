"""A circuit breaker: a provider that fails again and again is left alone for a while."""

import time
from collections.abc import Callable


class Breaker:
    """Opens after some failures in a row; after a pause one call at a time may try whether it is over.

    Args:
        failures_max: How many in a row open it.
        pause_seconds: How long nobody asks then.
        clock: Seconds that only go up.
    """

    def __init__(
        self, failures_max: int, pause_seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._failures_max = failures_max
        self._pause_seconds = pause_seconds
        self._clock = clock
        self._failures = 0
        self._next_try_at = 0.0

    @property
    def is_open(self) -> bool:
        """Whether a call would be turned away now."""
        return self._failures >= self._failures_max and self._clock() < self._next_try_at

    def admits(self) -> bool:
        """Says whether a call may be made; of those that come after the pause, only the first."""
        if self.is_open:
            return False
        if self._failures >= self._failures_max:
            self._next_try_at = self._clock() + self._pause_seconds
        return True

    def succeeded(self) -> None:
        """A call was answered: closed again."""
        self._failures = 0

    def failed(self) -> None:
        """A call was not answered."""
        self._failures += 1
        if self._failures >= self._failures_max:
            self._next_try_at = self._clock() + self._pause_seconds
