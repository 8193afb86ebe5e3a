"""What is particular to documents in a folder: modes, links, crashes, a full disk."""

import asyncio
import errno
import os
import shutil
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from builders import a_caller, a_new_object, object_path
from cvtailor.adapters.objects.folder_store import FolderStore
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import NotFound, Unavailable, WeMustFix
from memory_index import MemoryIndex

_PDF = "application/pdf"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "objects"


@pytest.fixture
def me() -> Caller:
    return a_caller()


@pytest.fixture
def index() -> MemoryIndex:
    return MemoryIndex()


@pytest.fixture
def store(root: Path, index: MemoryIndex) -> FolderStore:
    return FolderStore(root, index)


@pytest.fixture
def umask_zero() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def all_below(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if not path.is_dir()]


def recorded(monkeypatch: pytest.MonkeyPatch, *names: str) -> list[str]:
    """Has functions of ``os`` note their names in a list, in the order of the calls."""
    calls: list[str] = []

    def record(name: str) -> None:
        original = getattr(os, name)
        monkeypatch.setattr(
            os, name, lambda *args, **options: (calls.append(name), original(*args, **options))[1]
        )

    for name in names:
        record(name)
    return calls


@pytest.mark.usefixtures("umask_zero")
async def test_files_and_folders_are_private_whatever_the_umask(
    root: Path, index: MemoryIndex, me: Caller
) -> None:
    path = object_path(me, b"%PDF")
    await FolderStore(root, index).put(me, path, b"%PDF", _PDF)
    modes = {stat.S_IMODE(folder.stat().st_mode) for folder in (root, *(root / path).parents[:2])}
    assert modes == {0o700}
    assert stat.S_IMODE((root / path).stat().st_mode) == 0o600


@pytest.mark.parametrize("depth", [0, 1])
async def test_a_folder_that_is_a_link_is_not_followed(
    store: FolderStore, root: Path, tmp_path: Path, me: Caller, depth: int
) -> None:
    path, elsewhere = object_path(me, b"%PDF"), tmp_path / "elsewhere"
    elsewhere.mkdir()
    link = root.joinpath(*path.split("/")[: depth + 1])
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(elsewhere)
    with pytest.raises(Unavailable):
        await store.put(me, path, b"%PDF", _PDF)
    assert all_below(elsewhere) == []


async def test_a_file_that_is_a_link_is_not_read_and_is_replaced(
    store: FolderStore, index: MemoryIndex, root: Path, tmp_path: Path, me: Caller
) -> None:
    path, secret = object_path(me, b"%PDF"), tmp_path / "secret"
    secret.write_text("secret")
    (root / path).parent.mkdir(parents=True)
    (root / path).symlink_to(secret)
    index.rows.add(path)
    with pytest.raises(Unavailable):
        await anext(store.get(me, path))
    await store.put(me, path, b"%PDF", _PDF)
    assert not (root / path).is_symlink()
    assert secret.read_text() == "secret"


async def test_a_pipe_in_the_place_of_a_file_hangs_nobody(
    store: FolderStore, index: MemoryIndex, root: Path, me: Caller
) -> None:
    path = object_path(me, b"%PDF")
    (root / path).parent.mkdir(parents=True)
    os.mkfifo(root / path)
    index.rows.add(path)
    with pytest.raises(NotFound):
        await anext(store.get(me, path))


async def test_a_half_written_file_is_written_again(store: FolderStore, root: Path, me: Caller) -> None:
    path = object_path(me, b"%PDF")
    (root / path).parent.mkdir(parents=True)
    (root / path).write_bytes(b"%P")
    await store.put(me, path, b"%PDF", _PDF)
    assert (root / path).read_bytes() == b"%PDF"


async def test_a_file_changed_on_disk_is_reported(store: FolderStore, root: Path, me: Caller) -> None:
    path = object_path(me, b"%PDF")
    await store.put(me, path, b"%PDF", _PDF)
    (root / path).write_bytes(b"%BAD")
    with pytest.raises(WeMustFix, match="damaged"):
        [chunk async for chunk in store.get(me, path)]


async def test_a_full_disk_leaves_nothing_behind(
    store: FolderStore, root: Path, me: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = object_path(me, b"%PDF")
    (root / path).parent.mkdir(parents=True)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unavailable, match="No space left"):
        await store.put(me, path, b"%PDF", _PDF)
    assert all_below(root) == []


async def test_a_file_is_on_the_disk_before_it_has_its_name(
    store: FolderStore, root: Path, me: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = recorded(monkeypatch, "fsync", "rename")
    await store.put(me, object_path(me, b"%PDF"), b"%PDF", _PDF)
    of_the_file = calls.index("rename")
    assert calls[of_the_file - 1 : of_the_file + 2] == ["fsync", "rename", "fsync"]


async def test_many_files_are_all_on_the_disk_before_one_has_its_name(
    store: FolderStore, index: MemoryIndex, root: Path, me: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = recorded(monkeypatch, "mkdir", "fsync", "rename")
    cv_id, contents = uuid4(), [bytes([n]) for n in range(3)]
    mine = {object_path(me, content, cv_id): content for content in contents}
    await store.put_all(me, [a_new_object(path, content) for path, content in mine.items()])
    folders = ["mkdir", "fsync"] * 2
    assert calls == [*folders, *["fsync"] * 3, *["rename"] * 3, "fsync"]
    assert index.times_admitted == 1
    assert {str(file.relative_to(root)): file.read_bytes() for file in all_below(root)} == mine


async def test_a_disk_that_fails_half_way_leaves_no_file_of_many(
    store: FolderStore, root: Path, me: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    cv_id = uuid4()
    mine = [a_new_object(object_path(me, bytes([n]), cv_id), bytes([n])) for n in range(3)]
    (root / mine[0].path).parent.mkdir(parents=True)
    written: list[int] = []

    def full_at_the_last(file: int, content: bytes) -> int:
        if len(written) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        written.append(file)
        return len(content)

    monkeypatch.setattr(os, "write", full_at_the_last)
    with pytest.raises(Unavailable, match="No space left"):
        await store.put_all(me, mine)
    assert all_below(root) == []
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(written[0])


async def test_a_disk_that_fails_to_keep_one_of_many_files_shows_none(
    store: FolderStore, root: Path, me: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    cv_id, fsync = uuid4(), os.fsync

    def fails_for_the_large_one(file: int) -> None:
        if os.fstat(file).st_size == 5:
            raise OSError(errno.EIO, "Broken")
        fsync(file)

    mine = [a_new_object(object_path(me, content, cv_id), content) for content in (b"1", b"22222", b"3")]
    monkeypatch.setattr(os, "fsync", fails_for_the_large_one)
    with pytest.raises(Unavailable, match="Broken"):
        await store.put_all(me, mine)
    assert all_below(root) == []


async def test_a_write_that_takes_a_part_goes_on_with_the_rest(
    store: FolderStore, root: Path, me: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, write = object_path(me, b"%PDF-1.7"), os.write
    monkeypatch.setattr(os, "write", lambda file, content: write(file, content[:3]))
    await store.put(me, path, b"%PDF-1.7", _PDF)
    assert (root / path).read_bytes() == b"%PDF-1.7"


async def test_whoever_is_cancelled_waits_until_the_files_are_written(
    store: FolderStore, root: Path, me: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, reached, go_on, fsync = object_path(me, b"%PDF"), threading.Event(), threading.Event(), os.fsync

    def waits(file: int) -> None:
        reached.set()
        go_on.wait(10)
        fsync(file)

    monkeypatch.setattr(os, "fsync", waits)
    storing = asyncio.create_task(store.put_all(me, [a_new_object(path)]))
    await asyncio.to_thread(reached.wait, 10)
    storing.cancel()
    for _ in range(10):
        await asyncio.sleep(0)
    assert not storing.done()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await storing
    await store.delete(me, path)
    assert all_below(root) == []


async def test_old_leftovers_of_crashed_writers_are_removed(
    store: FolderStore, root: Path, me: Caller
) -> None:
    path = object_path(me, b"%PDF")
    await store.put(me, path, b"%PDF", _PDF)
    old, young = ((root / path).parent / f".unfinished-{age}" for age in ("old", "young"))
    old.touch()
    young.touch()
    os.utime(old, (0, 0))
    assert await store.remove_unfinished() == 1
    assert {file.name for file in all_below(root)} == {Path(path).name, young.name}


async def test_a_folder_that_is_gone_is_unavailable(store: FolderStore, root: Path, me: Caller) -> None:
    await store.check()
    shutil.rmtree(root)
    with pytest.raises(Unavailable):
        await store.check()
    with pytest.raises(Unavailable):
        await store.put(me, object_path(me, b"%PDF"), b"%PDF", _PDF)


async def test_a_crash_before_the_file_is_written_is_mended_by_storing_again(
    store: FolderStore, index: MemoryIndex, me: Caller
) -> None:
    path = object_path(me, b"%PDF")
    await index.admit(me, [a_new_object(path)])
    with pytest.raises(NotFound):
        await anext(store.get(me, path))
    await store.put(me, path, b"%PDF", _PDF)
    assert await anext(store.get(me, path)) == b"%PDF"


async def test_a_crash_before_the_file_is_removed_leaves_what_nobody_can_read(
    store: FolderStore, index: MemoryIndex, root: Path, me: Caller
) -> None:
    path = object_path(me, b"%PDF")
    await store.put(me, path, b"%PDF", _PDF)
    await index.strike(me, path)
    with pytest.raises(NotFound):
        await anext(store.get(me, path))
    await store.delete(me, path)
    assert all_below(root) == []


async def test_old_files_without_a_row_are_removed_and_all_others_stay(
    store: FolderStore, index: MemoryIndex, root: Path, me: Caller
) -> None:
    stray, young, known = (object_path(me, content) for content in (b"1", b"2", b"3"))
    for path, content in ((stray, b"1"), (young, b"2"), (known, b"3")):
        await store.put(me, path, content, _PDF)
    index.rows -= {stray, young}
    for path in (stray, known):
        os.utime(root / path, (0, 0))
    (root / "lost+found").mkdir()
    assert await store.remove_strays() == 1
    assert {file.name for file in all_below(root)} == {Path(path).name for path in (young, known)}


async def test_a_file_that_is_stored_again_is_young_again(
    store: FolderStore, index: MemoryIndex, root: Path, me: Caller
) -> None:
    path = object_path(me, b"%PDF")
    await store.put(me, path, b"%PDF", _PDF)
    os.utime(root / path, (0, 0))
    await store.put(me, path, b"%PDF", _PDF)
    index.rows.clear()
    assert await store.remove_strays() == 0


async def test_a_disk_that_fails_keeps_the_row_for_the_orphan_sweeper(
    store: FolderStore, index: MemoryIndex, root: Path, me: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = object_path(me, b"%PDF")
    monkeypatch.setattr(os, "rename", lambda *_, **__: (_ for _ in ()).throw(OSError(errno.EIO, "Broken")))
    with pytest.raises(Unavailable):
        await store.put(me, path, b"%PDF", _PDF)
    assert index.rows == {path}
