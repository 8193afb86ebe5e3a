"""Packs everything of one person into a ZIP archive that is made while it is sent."""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import ExitStack, aclosing, suppress
from dataclasses import asdict, dataclass, field
from datetime import date
from io import RawIOBase
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from cvtailor.domain.caller import Caller
from cvtailor.domain.closing import closing
from cvtailor.domain.errors import NotFound, Unavailable, WeMustFix
from cvtailor.domain.limits import DOCUMENT_CHUNK_BYTES
from cvtailor.domain.ports import ObjectStore, PersonalDataAction, PersonalDataNote, PersonalRecords

README = """\
Everything that cvtailor holds of you, as it was when you asked.

records/TABLE.jsonl
    The rows of one table of the database, one JSON object a line, every column. A table that holds
    nothing of yours has no file.
documents/APPLICATION/vVERSION/NAME
    The documents of each version of a CV, by the id of its application. A further CV of the same
    application, and a CV of none, stand under their own id. `path` in records/documents.jsonl is where
    the service keeps each.
documents/unreferenced/CV/NAME
    Files of yours that no record names: of a run that was going on, or that ended halfway.
MISSING.txt
    Only there if something is missing: documents that a record names and that could not be read whole.

Your account (e-mail address, password, sign-ins) is not in here: it is kept by the sign-in service.
"""

type _Files = AsyncGenerator[tuple[str, bytes]]
"""(name in the archive, content); a long file comes in pieces, one after the other."""


async def export_personal_data(
    records: PersonalRecords, objects: ObjectStore, owner: Caller, today: date, request_id: str = ""
) -> AsyncGenerator[bytes]:
    """Yields the archive in chunks of at most 64 KiB; memory stays bounded, whatever its size.

    A document that is missing does not end the export, it is named in ``MISSING.txt``. That it begins is
    noted before anything is read, and how it ended when it is closed.

    Args:
        records: The rows.
        objects: The documents.
        owner: Whose.
        today: The date that the files bear.
        request_id: Of the call, for the log of exports.

    Raises:
        Unavailable: Postgres or the store does not answer, or the export is read too slowly.
    """
    began = PersonalDataNote(action=PersonalDataAction.EXPORT_BEGAN, request_id=request_id)
    await records.note(owner, began)
    sent = _Sent()
    try:
        async with (
            aclosing(_everything(records, objects, owner, sent)) as files,
            aclosing(zipped(files, today)) as chunks,
        ):
            async for chunk in chunks:
                yield chunk
                sent.bytes += len(chunk)
        sent.complete = True
    finally:
        # Without its end, an export that is noted as begun counts as cut off.
        with suppress(Unavailable):
            await records.note(owner, sent.note(request_id))


@dataclass
class _Sent:
    """How much of somebody left the house; what was packed last may not have."""

    rows: int = 0
    files: int = 0
    bytes: int = 0
    complete: bool = False

    def note(self, request_id: str) -> PersonalDataNote:
        return PersonalDataNote(action=PersonalDataAction.EXPORT_ENDED, request_id=request_id, **asdict(self))


async def _everything(records: PersonalRecords, objects: ObjectStore, owner: Caller, sent: _Sent) -> _Files:
    yield "README.txt", README.encode()
    catalogue = _Catalogue()
    async with aclosing(records.export(owner)) as rows:
        async for table, row in rows:
            catalogue.note(table, row)
            sent.rows += 1
            yield f"records/{table}.jsonl", f"{row}\n".encode()
    missing: list[str] = []
    async with aclosing(_stored(catalogue, objects, owner)) as documents:
        async for name, path in documents:
            try:
                async with closing(objects.get(owner, path)) as content:
                    async for chunk in content:
                        yield name, chunk
                    # A document without content has no chunks.
                    yield name, b""
                sent.files += 1
            except NotFound:
                missing.append(f"{name}: {path} is not in the store.")
            except WeMustFix as error:
                missing.append(f"{name}: {error.message}")
    if missing:
        yield "MISSING.txt", "".join(f"{line}\n" for line in missing).encode()


async def _stored(
    catalogue: "_Catalogue", objects: ObjectStore, owner: Caller
) -> AsyncGenerator[tuple[str, str]]:
    """Yields (name in the archive, path in the store): what records name, then the rest."""
    known = set()
    for name, path in catalogue.documents():
        known.add(path)
        yield f"documents/{name}", path
    async with closing(objects.paths(owner)) as paths:
        async for path in paths:
            if path not in known:
                yield f"documents/unreferenced/{path.removeprefix(f'{owner.user_id}/')}", path


@dataclass
class _Catalogue:
    """Which document is where, gathered from the rows as they pass."""

    folders: dict[str, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    files: list[tuple[str, int, str, str]] = field(default_factory=list)

    def note(self, table: str, row: str) -> None:
        if table == "cvs":
            cv = json.loads(row)
            folder = cv["application_id"]
            self.folders[cv["id"]] = folder if folder and folder not in self.taken else cv["id"]
            self.taken.add(folder)
        elif table == "documents":
            file = json.loads(row)
            self.files.append((file["cv_id"], file["version"], file["name"], file["path"]))

    def documents(self) -> Iterator[tuple[str, str]]:
        """Yields (name in the archive, path in the store)."""
        for cv_id, version, name, path in sorted(self.files):
            yield f"{self.folders[cv_id]}/v{version}/{name}", path


class _Drain(RawIOBase):
    """Where an archive is written to, and taken from in chunks; it can't seek, so the archive doesn't."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        self._held += content
        return len(content)

    def chunks(self, *, whole: bool) -> Iterator[bytes]:
        """Takes out what is held; if ``whole``, only chunks of full size."""
        while len(self._held) >= (DOCUMENT_CHUNK_BYTES if whole else 1):
            yield bytes(self._held[:DOCUMENT_CHUNK_BYTES])
            del self._held[:DOCUMENT_CHUNK_BYTES]


async def zipped(files: AsyncIterator[tuple[str, bytes]], today: date) -> AsyncGenerator[bytes]:
    """Packs files into a ZIP archive, yielded in chunks of 64 KiB.

    Compressing one takes a millisecond, so it is done on the event loop.

    Args:
        files: (name, content); pieces of the same file follow one another.
        today: The date that the files bear.
    """
    drain = _Drain()
    with ZipFile(drain, "w") as archive, ExitStack() as open_file:
        current = ""
        async for name, content in files:
            if name != current:
                open_file.close()
                entry = ZipInfo(name, (today.year, today.month, today.day, 0, 0, 0))
                entry.compress_type = ZIP_DEFLATED
                # How long a file will be is not known when it begins.
                file = open_file.enter_context(archive.open(entry, "w", force_zip64=True))
                current = name
            file.write(content)
            for chunk in drain.chunks(whole=True):
                yield chunk
    for chunk in drain.chunks(whole=False):
        yield chunk
