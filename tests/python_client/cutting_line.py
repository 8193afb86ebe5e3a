"""A line between client and service that breaks after every message of a stream."""

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import Self

_PREFACE = len(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
_FRAME_HEADER = 9
_DATA = 0
_DELIVERY_SECONDS = 0.05


@dataclass
class CuttingLine:
    """A proxy of TCP that reads HTTP/2's frames.

    Attributes:
        backend: Address of the service.
        answers_before_cut: After how many DATA frames of the service each connection breaks; of those that
            are not named: one. 0: as soon as the client has sent its request.
        cuts: How many connections were broken.
    """

    backend: str
    answers_before_cut: list[int] = field(default_factory=list)
    cuts: int = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.address = f"127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, _, port = self.backend.partition(":")
        back_reader, back_writer = await asyncio.open_connection(host, int(port))
        answers = self.answers_before_cut.pop(0) if self.answers_before_cut else 1
        there = asyncio.create_task(_forward(reader, back_writer, 1 if answers == 0 else None, _PREFACE))
        back = asyncio.create_task(_forward(back_reader, writer, answers or None))
        done, others = await asyncio.wait({there, back}, return_when=asyncio.FIRST_COMPLETED)
        self.cuts += any(task.result() for task in done)
        if back in done:
            # gRPC drops what it has received, but not delivered yet, when a connection ends.
            await asyncio.wait({there}, timeout=_DELIVERY_SECONDS)
        for task in others:
            task.cancel()
        for end in (writer, back_writer):
            end.close()


async def _forward(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, data_frames: int | None, preface: int = 0
) -> bool:
    """Copies frames; returns whether it stopped after that many with content."""
    with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
        writer.write(await reader.readexactly(preface))
        while True:
            header = await reader.readexactly(_FRAME_HEADER)
            size = int.from_bytes(header[:3])
            writer.write(header + await reader.readexactly(size))
            await writer.drain()
            if header[3] == _DATA and size and data_frames is not None:
                data_frames -= 1
                if data_frames == 0:
                    return True
    return False
