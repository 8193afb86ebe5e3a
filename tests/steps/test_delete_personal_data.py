"""Deleting everything of a person: in which order, interrupted, and while the person goes on."""

import io
import zipfile
from collections.abc import AsyncIterator, Sequence
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from builders import a_caller, a_request, completed, some_results
from cvtailor.adapters.objects.folder_store import FolderStore
from cvtailor.adapters.postgres.object_index import PostgresObjectIndex
from cvtailor.adapters.postgres.personal_records import PostgresPersonalRecords
from cvtailor.adapters.postgres.records import PostgresRecords
from cvtailor.adapters.postgres.user_session import UserSessions
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import NotFound, Unavailable
from cvtailor.domain.ports import DeletedRecords, PersonalDataAction, Readings
from cvtailor.domain.run import cv_id_for
from cvtailor.steps.delete_personal_data import DeletedData, delete_personal_data
from cvtailor.steps.export_personal_data import export_personal_data
from personal_fakes import MemoryPersonalRecords, MemoryStore


class World:
    """A person with a run, rows and files, a stranger with the same, and a list of what happens."""

    def __init__(self) -> None:
        self.me, self.stranger = a_caller(), a_caller()
        self.happened: list[str] = []
        self.records, self.store = ToldRecords(self.happened), ToldStore(self.happened)
        self.queue = ToldQueue(self.happened)
        for caller in (self.me, self.stranger):
            self.records.rows[caller.user_id] = [("applications", "{}"), ("documents", "{}")]
            self.records.runs[caller.user_id] = [uuid4()]
            self.stores(caller, uuid4())

    def stores(self, caller: Caller, run_id: UUID) -> str:
        path = f"{caller.user_id}/{cv_id_for(run_id)}/cv.pdf"
        self.store.contents[path] = b"%PDF"
        return path

    async def delete(self) -> DeletedData:
        return await delete_personal_data(self.records, self.queue, self.store, self.me)


class ToldRecords(MemoryPersonalRecords):
    def __init__(self, happened: list[str]) -> None:
        super().__init__()
        self.happened = happened

    async def delete(self, caller: Caller, request_id: str) -> DeletedRecords:
        self.happened.append("rows deleted")
        return await super().delete(caller, request_id)


class ToldStore(MemoryStore):
    def __init__(self, happened: list[str]) -> None:
        super().__init__()
        self.happened = happened
        self.failures = 0
        self.begins: tuple[list[UUID], UUID] | None = None

    async def paths(self, owner: Caller) -> AsyncIterator[str]:
        async for path in super().paths(owner):
            yield path
        if self.begins:
            self.begins[0].append(self.begins[1])

    async def delete(self, owner: Caller, path: str) -> None:
        self.happened.append("file deleted")
        if self.failures:
            self.failures -= 1
            raise Unavailable("The store does not answer.")
        await super().delete(owner, path)


class ToldQueue:
    def __init__(self, happened: list[str]) -> None:
        self.happened = happened
        self.forgotten: list[UUID] = []
        self.unknown = False

    async def start(
        self, caller: Caller, run_id: UUID, behind: int = 0, read: Readings | None = None
    ) -> None:
        raise AssertionError("deleting starts nothing")

    async def cancel(self, caller: Caller, run_id: UUID) -> None:
        self.happened.append("run cancelled")
        if self.unknown:
            raise NotFound("There is no such run of yours.")

    async def forget(self, run_ids: Sequence[UUID]) -> None:
        self.happened.append("journals forgotten")
        self.forgotten += run_ids

    async def check(self) -> None:
        return


@pytest.fixture
def world() -> World:
    return World()


async def test_runs_end_before_rows_go_and_files_go_last(world: World) -> None:
    (run_id,) = world.records.runs[world.me.user_id]
    assert await world.delete() == DeletedData(applications=1, files=1)
    assert world.happened == ["run cancelled", "rows deleted", "journals forgotten", "file deleted"]
    assert world.queue.forgotten == [run_id]


async def test_a_stranger_keeps_everything(world: World) -> None:
    await world.delete()
    assert list(world.records.rows) == list(world.records.runs) == [world.stranger.user_id]
    assert [path.split("/")[0] for path in world.store.contents] == [str(world.stranger.user_id)]


async def test_a_run_that_another_call_deleted_meanwhile_is_no_obstacle(world: World) -> None:
    world.queue.unknown = True
    assert await world.delete() == DeletedData(applications=1, files=1)


async def test_the_call_after_an_interrupted_one_takes_what_was_left(world: World) -> None:
    world.store.failures = 1
    with pytest.raises(Unavailable):
        await world.delete()
    assert await world.delete() == DeletedData(applications=0, files=1)
    assert await world.delete() == DeletedData(applications=0, files=0)


async def test_a_run_begun_meanwhile_keeps_the_files_it_has_not_filed_yet(world: World) -> None:
    run_id = uuid4()
    kept = world.stores(world.me, run_id)
    world.store.begins = (world.records.runs.setdefault(world.me.user_id, []), run_id)

    async def nobody(caller: Caller, request_id: str) -> DeletedRecords:
        return DeletedRecords(applications=0, documents=0)

    world.records.delete = nobody  # type: ignore[method-assign]
    assert (await world.delete()).files == 1
    assert kept in world.store.contents


async def test_a_run_begun_and_filed_meanwhile_keeps_what_its_records_name(world: World) -> None:
    kept = world.stores(world.me, uuid4())
    world.store.named.add(kept)
    assert (await world.delete()).files == 1
    assert kept in world.store.contents


async def test_how_many_files_went_is_noted_with_the_id_of_the_call(world: World) -> None:
    await delete_personal_data(world.records, world.queue, world.store, world.me, "call-1")
    (note,) = world.records.notes
    assert (note.action, note.request_id, note.files) == (PersonalDataAction.FILES_DELETED, "call-1", 1)


async def test_with_real_records_and_files_only_a_strangers_are_left(
    records: PostgresRecords, sessions: UserSessions, tmp_path: Path
) -> None:
    personal = PostgresPersonalRecords(sessions)
    store = FolderStore(tmp_path, PostgresObjectIndex(sessions))
    me, stranger = a_caller(), a_caller()
    for caller in (me, stranger):
        await files_an_application(records, store, caller)
    mine, theirs = await archive_of(personal, store, me), await archive_of(personal, store, stranger)
    assert len([name for name in mine if name.startswith("documents/")]) == 3
    assert "MISSING.txt" not in mine

    deleted = await delete_personal_data(personal, ToldQueue([]), store, me)

    assert deleted == DeletedData(applications=1, files=3)
    assert list(await archive_of(personal, store, me)) == ["README.txt"]
    assert await archive_of(personal, store, stranger) == theirs


async def files_an_application(records: PostgresRecords, store: FolderStore, caller: Caller) -> None:
    run = await records.accept(caller, "first", a_request())
    results = some_results(caller, run.run_id)
    for document in results.documents:
        await store.put(caller, document.path, document.name.encode(), document.media_type)
    await records.file_results(caller, run.run_id, results, [completed()])


async def archive_of(
    personal: PostgresPersonalRecords, store: FolderStore, caller: Caller
) -> dict[str, bytes]:
    chunks = [chunk async for chunk in export_personal_data(personal, store, caller, date(2026, 11, 23))]
    archive = zipfile.ZipFile(io.BytesIO(b"".join(chunks)))
    return {name: archive.read(name) for name in archive.namelist()}
