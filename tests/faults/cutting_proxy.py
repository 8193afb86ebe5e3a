"""A wire between two processes that delays, falls silent or breaks when a test says so."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Self

type Dial = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]

_CHUNK_BYTES = 64 << 10


class CuttingProxy:
    """Passes connections of a port on; to where, is asked anew for each.

    Attributes:
        delay_seconds: How late each piece of the stream arrives, in both directions.
        refuses: Whether new connections are broken at once.
    """

    def __init__(self, dial: Dial) -> None:
        self.delay_seconds = 0.0
        self.refuses = False
        self._dial = dial
        self._open: set[asyncio.StreamWriter] = set()
        self._serving: set[asyncio.Task[None]] = set()
        self._passing = asyncio.Event()
        self._passing.set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    @property
    def port(self) -> int:
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    def drop(self) -> None:
        """Breaks every connection."""
        for writer in self._open:
            writer.transport.abort()

    def fall_silent(self) -> None:
        """Passes nothing on; connections stay open, and nobody is told."""
        self._passing.clear()

    def pass_on(self) -> None:
        """Passes everything on again, what was held back first."""
        self._passing.set()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.refuses:
            writer.transport.abort()
            return
        task = asyncio.create_task(self._serve(reader, writer))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ends = {writer}
        self._open.add(writer)
        try:
            with suppress(OSError):
                there, back = await self._dial()
                ends.add(back)
                self._open.add(back)
                await asyncio.gather(self._pass(reader, back), self._pass(there, writer))
        finally:
            self._open -= ends
            for end in ends:
                end.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while content := await reader.read(_CHUNK_BYTES):
                await self._passing.wait()
                if self.delay_seconds:
                    await asyncio.sleep(self.delay_seconds)
                writer.write(content)
                await writer.drain()
        writer.close()
