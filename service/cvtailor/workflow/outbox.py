"""Events on their way to the log, while the step that says them goes on."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from cvtailor.domain.run import EventDraft

WAITING_MAX = 64
"""Events that may be on their way; who says more waits until they are in the log."""

type Append = Callable[[list[EventDraft]], Awaitable[None]]


class Outbox:
    """Appends in order, one transaction at a time, with all that was put in meanwhile.

    What could not be appended stays first in line: who empties it learns why, and may empty it again.
    """

    def __init__(self, append: Append) -> None:
        """Takes what appends events in one transaction."""
        self._append = append
        self._waiting: list[EventDraft] = []
        self._sending: asyncio.Task[None] | None = None

    async def put(self, drafts: Sequence[EventDraft]) -> None:
        """Sends some events, without waiting for it unless too many are on their way."""
        self._waiting += drafts
        self._send()
        if len(self._waiting) >= WAITING_MAX:
            await self.emptied()

    async def emptied(self) -> None:
        """Returns once every event is in the log.

        Raises:
            CvtailorError: What appending raised.
        """
        while self._waiting or self._sending:
            self._send()
            if self._sending:
                await self._sending

    async def close(self) -> None:
        """Stops sending, when nobody has anything to say any more."""
        if self._sending:
            self._sending.cancel()
            await asyncio.wait([self._sending])
        self._waiting.clear()

    def _send(self) -> None:
        if self._sending is None and self._waiting:
            self._sending = asyncio.create_task(self._send_all())
            self._sending.add_done_callback(_seen)

    async def _send_all(self) -> None:
        try:
            while self._waiting:
                some, self._waiting = self._waiting, []
                try:
                    await self._append(some)
                except BaseException:
                    self._waiting = some + self._waiting
                    raise
        finally:
            # Here, not once the task is known to be done: what is put in meanwhile would wait for the next.
            self._sending = None


def _seen(sending: asyncio.Task[None]) -> None:
    if not sending.cancelled():
        sending.exception()  # Whoever empties the box meets it; nobody may.
