"""The end of a process as its calls see it: nothing new begins, and what waits is told to go elsewhere."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from types import TracebackType

from cvtailor.domain.closing import closing
from cvtailor.domain.errors import Draining


class Lifecycle:
    """How far the server's end is; shared by everything that serves calls.

    A server first leaves (health says so, calls are served as ever, while load balancers turn away), then
    drains.
    """

    def __init__(self) -> None:
        self._leaving = False
        self._draining = False
        self._waits: set[asyncio.Timeout] = set()

    @property
    def leaving(self) -> bool:
        """Whether the end has begun."""
        return self._leaving

    def leave(self) -> None:
        """Begins the end."""
        self._leaving = True

    def drain(self) -> None:
        """Ends every interruptible wait, and refuses new ones."""
        if self._draining:
            return
        self._leaving = self._draining = True
        now = asyncio.get_running_loop().time()
        for wait in self._waits:
            wait.reschedule(now)

    def check(self) -> None:
        """Raises Draining if the server is."""
        if self._draining:
            raise Draining(
                "This server is shutting down; nothing is lost. Call again, or reattach to a run with "
                "WatchApplication."
            )

    def interruptible(self) -> "_Interruptible":
        """Makes what is awaited inside end when the server drains.

        Raises:
            Draining: The server drains.
        """
        return _Interruptible(self, self._waits)

    async def until_draining[T](self, items: AsyncIterator[T]) -> AsyncGenerator[T]:
        """Yields the items until there are no more, and closes their source whatever happens.

        Raises:
            Draining: The server drains.
        """
        async with closing(items):
            while True:
                # Only the wait is interruptible: while an item is being sent, this generator does not
                # run, and an interruption would hit the sender.
                try:
                    async with self.interruptible():
                        item = await anext(items)
                except StopAsyncIteration:
                    return
                yield item


# Classes, not generators: thousands of streams wait inside these at once.
class _Interruptible:
    """A wait that a drain ends."""

    __slots__ = ("_lifecycle", "_wait", "_waits")

    def __init__(self, lifecycle: Lifecycle, waits: set[asyncio.Timeout]) -> None:
        self._lifecycle = lifecycle
        self._waits = waits
        self._wait = asyncio.timeout(None)

    async def __aenter__(self) -> None:
        self._lifecycle.check()
        await self._wait.__aenter__()
        self._waits.add(self._wait)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._waits.discard(self._wait)
        try:
            await self._wait.__aexit__(kind, error, trace)
        except TimeoutError:
            # It has no deadline of its own, so it is the drain that ended it.
            self._lifecycle.check()
            raise
