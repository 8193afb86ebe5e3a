from pathlib import Path

import psycopg
import pytest
from builders import a_caller, object_path
from cvtailor.adapters.objects.folder_store import FolderStore
from cvtailor.adapters.postgres.object_index import PostgresObjectIndex
from cvtailor.adapters.postgres.overview import Overview
from cvtailor.adapters.postgres.user_session import UserSessions
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import Unavailable
from cvtailor.steps.sweep_files import sweep_files
from databases import Database

_PDF = "application/pdf"


@pytest.fixture
def store(tmp_path: Path, sessions: UserSessions) -> FolderStore:
    return FolderStore(tmp_path / "objects", PostgresObjectIndex(sessions))


def age(database: Database, path: str) -> None:
    with psycopg.connect(database.admin) as connection:
        connection.execute(
            "update storage.objects set created_at = now() - interval '2 days' where name = %s", [path]
        )


async def test_old_files_that_no_document_names_are_removed_for_every_owner(
    store: FolderStore, overview: Overview, database: Database
) -> None:
    one, other = a_caller(), a_caller()
    old = {owner: object_path(owner, b"old") for owner in (one, other)}
    young = object_path(one, b"young")
    for owner, path in old.items():
        await store.put(owner, path, b"old", _PDF)
        age(database, path)
    await store.put(one, young, b"young", _PDF)
    orphans = await overview.orphaned_files(older_than_seconds=24 * 3600, at_most=100)
    assert sorted(orphans) == sorted((owner.user_id, path) for owner, path in old.items())
    assert await sweep_files(orphans, store) == 2
    assert await overview.orphaned_files(older_than_seconds=24 * 3600, at_most=100) == []
    assert [path async for path in store.paths(one)] == [young]


async def test_a_round_is_bounded(store: FolderStore, overview: Overview, database: Database) -> None:
    me = a_caller()
    for content in (b"1", b"2", b"3"):
        await store.put(me, path := object_path(me, content), content, _PDF)
        age(database, path)
    assert len(await overview.orphaned_files(older_than_seconds=1, at_most=2)) == 2


class Moody:
    """A store that fails for some."""

    def __init__(self, failing: str) -> None:
        self.failing = failing
        self.deleted: list[str] = []

    async def delete(self, owner: Caller, path: str) -> None:
        if path == self.failing:
            raise Unavailable("away")
        self.deleted.append(path)


async def test_a_file_that_cannot_be_removed_does_not_keep_the_others() -> None:
    me = a_caller().user_id
    store = Moody(failing="b")
    assert await sweep_files([(me, "a"), (me, "b"), (me, "c")], store) == 2  # type: ignore[arg-type]
    assert store.deleted == ["a", "c"]


async def test_a_bug_in_a_store_is_not_taken_for_an_absence() -> None:
    class Broken:
        async def delete(self, owner: Caller, path: str) -> None:
            raise KeyError(path)

    with pytest.raises(KeyError):
        await sweep_files([(a_caller().user_id, "a")], Broken())  # type: ignore[arg-type]
