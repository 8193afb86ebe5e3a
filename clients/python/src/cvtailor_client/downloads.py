"""Reads a stream of a description and then chunks; whole, or not at all."""

import asyncio
import hashlib
import os
import tempfile
from collections.abc import AsyncIterator, Callable
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, NamedTuple

from cvtailor_client.attempts import Attempt, Attempts, Line
from cvtailor_client.errors import CvTailorError, ServiceFixes
from cvtailor_client.live_stream import LiveStream, lost
from cvtailor_client.v1 import DataExport, Document, DownloadDocumentResponse, ExportMyDataResponse

type Part = DownloadDocumentResponse | ExportMyDataResponse

MEMORY_BYTES_MAX = 256 << 20
"""The largest download that is kept in memory."""


class Download(NamedTuple):
    """A stream of a file.

    Attributes:
        line: Of the client.
        open: Begins the call.
        timeout_seconds: Deadline of all attempts together.
    """

    line: Line
    open: Callable[[Attempt], AsyncIterator[Part]]
    timeout_seconds: float | None

    async def to_memory(self) -> bytes:
        """Returns the content.

        Raises:
            CvTailorError: It was refused, or failed too often.
            ValueError: It has more than 256 MiB.
        """
        buffer = BytesIO()
        await self._fill(buffer, MEMORY_BYTES_MAX)
        return buffer.getvalue()

    async def to_file(self, path: Path) -> Path:
        """Writes the content to a file, which appears only when it is whole.

        Args:
            path: The file, or a folder that is there, where it gets its own name.

        Raises:
            CvTailorError: It was refused, or failed too often.
            OSError: It can't be written.
        """
        partial = await asyncio.to_thread(_PartialFile, path)
        try:
            described = await self._fill(partial.file, None)
            return await asyncio.to_thread(partial.complete, described)
        finally:
            await asyncio.to_thread(partial.discard)

    async def _fill(self, file: BinaryIO, bytes_max: int | None) -> Document | DataExport:
        patience = self.line.patience
        attempts = Attempts(self.line, patience.download_failures_max, self.timeout_seconds)
        while True:
            stream = LiveStream(self.open(await attempts.begin()), patience.silence_seconds_max)
            try:
                return await _read(stream, file, bytes_max)
            except CvTailorError as error:
                await attempts.after(error)
            finally:
                await stream.close()


class _PartialFile:
    """A file beside the one that it becomes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._is_folder = path.is_dir()
        folder = path if self._is_folder else path.parent
        handle, self._name = tempfile.mkstemp(prefix=".cvtailor-", dir=folder)
        self.file = os.fdopen(handle, "wb")

    def complete(self, described: Document | DataExport) -> Path:
        """Gives it its name; returns where it is."""
        path = self._path / _safe_name(described) if self._is_folder else self._path
        self.file.close()
        return Path(self._name).replace(path)

    def discard(self) -> None:
        """Removes it, if it has not got its name."""
        self.file.close()
        Path(self._name).unlink(missing_ok=True)


async def _read(stream: LiveStream[Part], file: BinaryIO, bytes_max: int | None) -> Document | DataExport:
    file.seek(0)
    file.truncate()
    described: Document | DataExport | None = None
    digest, size_bytes = hashlib.sha256(), 0
    while message := await stream.next():
        part = message.part
        if isinstance(part, bytes):
            size_bytes += len(part)
            if bytes_max is not None and size_bytes > bytes_max:
                raise ValueError(f"It has more than {bytes_max} bytes: write it to a file.")
            digest.update(part)
            file.write(part)
        else:
            described = part or described
    if described is None:
        raise ServiceFixes("The file came without its description.")
    if isinstance(described, Document) and (size_bytes, digest.hexdigest()) != (
        described.size_bytes,
        described.sha256,
    ):
        raise lost(f"{described.name} did not come whole: {size_bytes} of {described.size_bytes} bytes.")
    file.flush()
    return described


def _safe_name(described: Document | DataExport) -> str:
    name = described.name if isinstance(described, Document) else described.file_name
    if not name or Path(name).name != name or name.startswith("."):
        raise ServiceFixes(f"{name!r} is no safe name for a file.")
    return name
