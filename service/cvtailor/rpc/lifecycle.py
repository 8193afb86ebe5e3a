"""The end of a process as its calls see it: nothing new begins, and what waits is told to go elsewhere."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

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

    @asynccontextmanager
    async def interruptible(self) -> AsyncIterator[None]:
        """Makes what is awaited inside end when the server drains.

        Raises:
            Draining: The server drains.
        """
        self.check()
        try:
            async with asyncio.timeout(None) as wait:
                self._waits.add(wait)
                try:
                    yield
                finally:
                    self._waits.discard(wait)
        except TimeoutError:
            self.check()
            # The wait has no deadline of its own: this one is of the work inside.
            raise

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


@asynccontextmanager
async def closing[T](items: AsyncIterator[T]) -> AsyncIterator[AsyncIterator[T]]:
    """Closes an iterator at the end, if it is a generator; ports promise only an iterator."""
    try:
        yield items
    finally:
        if isinstance(items, AsyncGenerator):
            await items.aclose()
