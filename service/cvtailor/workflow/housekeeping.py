"""Now and then, in every process: takes away what is older than it is kept."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

import structlog

_BATCH = 500
_BATCHES_MAX = 200
_FIRST_AFTER_SECONDS = 3.0
_JITTER = 0.2

type Chore = Callable[[int], Awaitable[int]]
"""Takes away at most so many things that are due; returns how many. Less: none is left."""

log = structlog.get_logger(__name__)


class Housekeeping:
    """A round of chores every so often.

    Processes need no agreement: what one has taken away the other does not find. A chore that fails is
    tried again with the next round, and so is what a round's bound leaves.
    """

    def __init__(self, chores: Mapping[str, Chore], pause_seconds: float) -> None:
        """Takes the chores, by names for the log; ``start`` starts.

        Args:
            chores: What is done, in this order.
            pause_seconds: Between two rounds; a fifth more or less, so that processes don't march in step.
        """
        self._chores = chores
        self._pause_seconds = pause_seconds
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins with a first round, soon."""
        self._task = asyncio.create_task(self._keep())

    async def close(self) -> None:
        """Stops, in the middle of a round if need be."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def round(self) -> Mapping[str, int]:
        """Does every chore once; returns how much was taken away, by the names of those that worked."""
        done = {}
        for name, chore in self._chores.items():
            try:
                done[name] = await _until_none_is_left(chore)
            except Exception as error:
                # Whatever it is: the other chores don't depend on it. The text might quote a row.
                log.warning("housekeeping_failed", chore=name, error=type(error).__name__)
        if any(done.values()):
            log.info("housekeeping", **done)
        return done

    async def _keep(self) -> None:
        pause_seconds = min(_FIRST_AFTER_SECONDS, self._pause_seconds)
        while True:
            await asyncio.sleep(pause_seconds * random.uniform(1 - _JITTER, 1 + _JITTER))  # noqa: S311
            await self.round()
            pause_seconds = self._pause_seconds


async def _until_none_is_left(chore: Chore) -> int:
    total = 0
    for _ in range(_BATCHES_MAX):
        done = await chore(_BATCH)
        total += done
        if done < _BATCH:
            break
    return total
