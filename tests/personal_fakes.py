"""A person's rows and files, in memory."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from uuid import UUID

from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import Forbidden, NotFound, Reason
from cvtailor.domain.limits import DOCUMENT_CHUNK_BYTES
from cvtailor.domain.ports import DeletedRecords, NewObject, PersonalDataNote


class MemoryStore:
    """Keeps contents by path; deletes none of those ``named``; counts the readers it has."""

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}
        self.named: set[str] = set()
        self.readers = 0

    async def put(self, owner: Caller, path: str, content: bytes, media_type: str) -> None:
        self.contents[path] = content

    async def put_all(self, owner: Caller, objects: Sequence[NewObject]) -> None:
        for each in objects:
            await self.put(owner, each.path, each.content, each.media_type)

    async def get(self, owner: Caller, path: str) -> AsyncIterator[bytes]:
        if path not in self.contents:
            raise NotFound("No such object.", reason=Reason.DOCUMENT_NOT_FOUND)
        self.readers += 1
        try:
            content = self.contents[path]
            for start in range(0, len(content), DOCUMENT_CHUNK_BYTES):
                yield content[start : start + DOCUMENT_CHUNK_BYTES]
        finally:
            self.readers -= 1

    async def delete(self, owner: Caller, path: str) -> None:
        if path in self.named:
            raise Forbidden("A document names it.")
        self.contents.pop(path, None)

    async def paths(self, owner: Caller) -> AsyncIterator[str]:
        for path in sorted(self.contents):
            if path.startswith(f"{owner.user_id}/"):
                yield path

    async def link(self, owner: Caller, path: str, lifetime_seconds: int) -> str:
        raise AssertionError("nobody asks for a link")

    async def check(self) -> None:
        return


class MemoryPersonalRecords:
    """Keeps rows by user and table, as JSON text; counts the exports that go on."""

    def __init__(self) -> None:
        self.rows: dict[UUID, list[tuple[str, str]]] = {}
        self.runs: dict[UUID, list[UUID]] = {}
        self.told = 0
        self.exports = 0
        self.notes: list[PersonalDataNote] = []

    async def export(self, caller: Caller) -> AsyncGenerator[tuple[str, str]]:
        self.exports += 1
        try:
            for row in self.rows.get(caller.user_id, ()):
                self.told += 1
                yield row
        finally:
            self.exports -= 1

    async def delete(self, caller: Caller, request_id: str) -> DeletedRecords:
        gone = [table for table, _ in self.rows.pop(caller.user_id, ())]
        runs = tuple(self.runs.pop(caller.user_id, ()))
        return DeletedRecords(
            applications=gone.count("applications"), documents=gone.count("documents"), runs=runs
        )

    async def note(self, caller: Caller, note: PersonalDataNote) -> None:
        self.notes.append(note)

    async def open_runs(self, caller: Caller) -> tuple[UUID, ...]:
        return tuple(self.runs.get(caller.user_id, ()))
