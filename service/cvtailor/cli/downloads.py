"""Fetches documents into files."""

import asyncio
import hashlib
from pathlib import Path

from cvtailor.cli.connection import Connection
from cvtailor.domain.errors import InvalidInput, WeMustFix
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2


async def content_of(connection: Connection, application_id: str, name: str, version: int = 0) -> bytes:
    """Returns a document of a version of the CV; 0 is the newest.

    Raises:
        grpc.aio.AioRpcError: There is none of that name.
        WeMustFix: It came otherwise than its description says.
    """
    call = connection.stub.DownloadDocument(
        cv_generator_pb2.DownloadDocumentRequest(application_id=application_id, name=name, version=version),
        metadata=connection.metadata,
    )
    chunks, described = [], ""
    async for part in call:
        described = part.document.sha256 or described
        chunks.append(part.chunk)
    content = b"".join(chunks)
    if described and hashlib.sha256(content).hexdigest() != described:
        raise WeMustFix(f"{name} arrived damaged: its SHA-256 is not the one that was promised; try again.")
    return content


async def download(
    connection: Connection, application_id: str, name: str, folder: Path, version: int = 0
) -> Path:
    """Puts a document into a folder; returns where it lies.

    Raises:
        InvalidInput: The folder can't be written.
        grpc.aio.AioRpcError: There is no document of that name.
    """
    content = await content_of(connection, application_id, name, version)
    # The name comes from the service; only its last part may choose where the file goes.
    return await asyncio.to_thread(put, content, "", folder / Path(name).name)


def put(content: bytes, name: str, target: Path) -> Path:
    """Writes a document into a file; returns which.

    Args:
        content: The document.
        name: What to call it if ``target`` is a folder.
        target: A file, whose folder is made if need be, or a folder.

    Raises:
        InvalidInput: It can't be written.
    """
    path = target / Path(name).name if name and target.is_dir() else target
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise InvalidInput(f"{path} can't be written: {error.strerror}; choose another --out") from error
    return path
