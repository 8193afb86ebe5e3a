"""What is particular to documents in a folder: modes, links, crashes, a full disk."""

import errno
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import a_caller, object_path
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
    calls: list[str] = []

    def record(name: str) -> None:
        original = getattr(os, name)
        monkeypatch.setattr(
            os, name, lambda *args, **options: (calls.append(name), original(*args, **options))[1]
        )

    record("fsync")
    record("rename")
    await store.put(me, object_path(me, b"%PDF"), b"%PDF", _PDF)
    of_the_file = calls.index("rename")
    assert calls[of_the_file - 1 : of_the_file + 2] == ["fsync", "rename", "fsync"]


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
    await index.admit(me, path, 4, _PDF)
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
