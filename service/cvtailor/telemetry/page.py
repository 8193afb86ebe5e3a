"""A port for operators: ``/metrics``, ``/healthz`` and ``/readyz``; GET only, plain HTTP/1.1.

Written by hand because prometheus_client's server and http.server give each open connection a thread, without
bounds, and would have to ask this loop for readiness, and uvicorn is not in the ``telemetry`` extra.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import NamedTuple

from cvtailor.domain.errors import InvalidInput

_HEAD_BYTES_MAX = 8192
_SECONDS_MAX = 5.0
_AT_ONCE_MAX = 32
_JSON = "application/json"
_PROMETHEUS = "text/plain; version=1.0.0; charset=utf-8; escaping=underscores"


class Readiness(NamedTuple):
    """Whether this process takes work.

    Attributes:
        ready: It does.
        status: In a word.
        failing: What is wrong, by the name of the dependency.
    """

    ready: bool
    status: str
    failing: Mapping[str, str]


class _Answer(NamedTuple):
    status: str
    media_type: str
    body: bytes


class OperatorPage:
    """Answers on a port of its own, that is for operators and not for callers."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        metrics: Callable[[], bytes],
        readiness: Callable[[], Awaitable[Readiness]],
    ) -> None:
        """Listens nowhere yet; port 0 takes a free one."""
        self._host, self._port = host, port
        self._metrics, self._readiness = metrics, readiness
        self._server: asyncio.Server | None = None
        self._open = 0

    async def start(self) -> int:
        """Listens, and returns the port.

        Raises:
            InvalidInput: The port is taken, or the address is not ours.
        """
        try:
            self._server = await asyncio.start_server(
                self._serve, self._host, self._port, limit=_HEAD_BYTES_MAX
            )
        except OSError as error:
            raise InvalidInput(
                f"Can't listen on {self._host}:{self._port} for metrics: choose another "
                "CVTAILOR_METRICS_PORT (0 takes a free one) or CVTAILOR_METRICS_HOST."
            ) from error
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def close(self) -> None:
        """Stops listening; who is being answered has a moment."""
        if self._server:
            self._server.close()
            with suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open += 1
        try:
            async with asyncio.timeout(_SECONDS_MAX):
                if self._open <= _AT_ONCE_MAX:
                    head = await reader.readuntil(b"\r\n\r\n")
                    writer.write(_written(await self._answer(head)))
                    await writer.drain()
        except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # whoever asks like this asks again
        finally:
            self._open -= 1
            writer.close()

    async def _answer(self, head: bytes) -> _Answer:
        method, _, rest = head.partition(b" ")
        if method != b"GET":
            return _Answer("405 Method Not Allowed", _JSON, b"{}\n")
        match rest.partition(b" ")[0].partition(b"?")[0]:
            case b"/metrics":
                return _Answer("200 OK", _PROMETHEUS, self._metrics())
            case b"/healthz":
                return _Answer("200 OK", _JSON, b'{"status": "alive"}\n')
            case b"/readyz":
                found = await self._readiness()
                told = {"status": found.status, "failing": dict(found.failing)}
                status = "200 OK" if found.ready else "503 Service Unavailable"
                return _Answer(status, _JSON, json.dumps(told).encode() + b"\n")
            case _:
                return _Answer("404 Not Found", _JSON, b"{}\n")


def _written(answer: _Answer) -> bytes:
    head = (
        f"HTTP/1.1 {answer.status}\r\nContent-Type: {answer.media_type}\r\n"
        f"Content-Length: {len(answer.body)}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + answer.body
