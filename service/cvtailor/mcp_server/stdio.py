"""Standard input and output as an MCP transport that nothing else in the process can disturb."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Thread
from typing import Any, cast

import anyio
import structlog
from mcp.server.stdio import stdio_server

_CHUNK_BYTES = 65_536
_CHUNKS_WAITING_MAX = 4

log = structlog.get_logger(__name__)


@asynccontextmanager
async def stdio_streams(line_bytes_max: int) -> AsyncIterator[tuple[Any, Any]]:
    """Yields the streams of a session, and takes the descriptors away from everybody else.

    What prints goes to standard error from now on, and child processes inherit neither descriptor: a
    child that outlived us would keep the client waiting for the end of our output.
    """
    source, sink = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    lines = cast("anyio.AsyncFile[str]", _lines(source, line_bytes_max))
    with open(sink, "w", encoding="utf-8") as output:  # noqa: ASYNC230, PTH123
        async with stdio_server(lines, anyio.wrap_file(output)) as streams:
            yield streams


async def _lines(source: int, bytes_max: int) -> AsyncIterator[str]:
    """Yields lines to the end of the input, or to a line that is too long.

    Read in a thread of its own, since a reading thread of a pool can't be cancelled and would keep the
    process alive until the client says something.
    """
    loop = asyncio.get_running_loop()
    chunks: asyncio.Queue[bytes] = asyncio.Queue(_CHUNKS_WAITING_MAX)

    def read() -> None:
        chunk = b"more"
        while chunk:
            try:
                chunk = os.read(source, _CHUNK_BYTES)
                asyncio.run_coroutine_threadsafe(chunks.put(chunk), loop).result()
            except (OSError, RuntimeError, asyncio.CancelledError):
                return

    Thread(target=read, name="mcp-stdin", daemon=True).start()
    line = bytearray()
    while chunk := await chunks.get():
        *ends, rest = chunk.split(b"\n")
        for end in ends:
            line += end
            yield line.decode(errors="replace")
            line.clear()
        line += rest
        if len(line) > bytes_max:
            log.error("mcp_input_too_long", bytes_max=bytes_max)
            return
