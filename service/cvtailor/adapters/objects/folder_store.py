"""``ObjectStore`` in a folder of this machine."""

import asyncio
import hashlib
import os
import secrets
import stat
import threading
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import UUID

from cvtailor.adapters.objects.folder_files import UNFINISHED, holds, made, opened, write
from cvtailor.adapters.objects.new_objects import checked, to_its_end
from cvtailor.adapters.objects.object_path import ObjectPath
from cvtailor.adapters.objects.storage_telling import told_of_storage
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import (
    Forbidden,
    LinksUnsupported,
    NotFound,
    Reason,
    Unavailable,
    WeMustFix,
)
from cvtailor.domain.limits import DOCUMENT_CHUNK_BYTES
from cvtailor.domain.ports import NewObject, ObjectIndex

# O_NONBLOCK: opening a FIFO that someone put there must not hang a thread.
_READ_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_IDENTITY = ".identity"
_IDENTITY_BYTES = 32
_PROBE = b"cvtailor"
_PAGE_SIZE = 1000


class FolderStore:
    """Keeps documents as files; see ``domain.ports.ObjectStore``.

    A file appears whole or not at all and survives power loss once it is stored. Folders are opened one
    inside the other, never through a symbolic link. File work is done in threads.

    Each file has its row in the index, under the same policies as in Supabase. The row comes before the file
    and goes before it. A crash between the two leaves a row without a file, which reads as not found and
    is mended by storing again or goes with the orphans, or a file without a row, which nobody can read and
    ``remove_strays`` removes.
    """

    def __init__(self, root: Path, index: ObjectIndex) -> None:
        """Makes the folder, readable by this account only, if it isn't there.

        Args:
            root: The folder.
            index: The rows of its files.

        Raises:
            Unavailable: It can't be made.
        """
        self._root = root.absolute()
        self._index = index
        with _answered(self._root):
            self._root.mkdir(parents=True, exist_ok=True, mode=0o700)

    @told_of_storage("put")
    async def put(self, owner: Caller, path: str, content: bytes, media_type: str) -> None:
        """See ``ObjectStore.put``; a file keeps no media type, its row does.

        Raises:
            Forbidden: The path is not the owner's, or not that of this content, or a policy refuses it.
            Unavailable: The disk is full or not writable, or Postgres does not answer.
        """
        await self._store(owner, [NewObject(path=path, content=content, media_type=media_type)])

    @told_of_storage("put")
    async def put_all(self, owner: Caller, objects: Sequence[NewObject]) -> None:
        """See ``ObjectStore.put_all``; raises as ``put``.

        One transaction enters all rows. Of a CV's files, all are on the disk before any has its name.
        """
        await to_its_end(self._store(owner, objects))

    async def get(self, owner: Caller, path: str) -> AsyncIterator[bytes]:
        """See ``ObjectStore.get``; a file whose content has changed ends in WeMustFix."""
        try:
            place = ObjectPath.parse(owner, path)
        except Forbidden:
            raise _not_found() from None  # as if it weren't there: whether it is, is its owner's business
        if not await self._index.holds(owner, path):
            raise _not_found()
        reader = await asyncio.to_thread(self._open, place)
        digest = hashlib.sha256()
        try:
            while chunk := await asyncio.to_thread(reader.chunk):
                digest.update(chunk)
                yield chunk
        finally:
            reader.close()
        if digest.hexdigest() != place.sha256:
            raise WeMustFix(f"The stored object {path} is damaged: its content is not that of its name.")

    @told_of_storage("delete")
    async def delete(self, owner: Caller, path: str) -> None:
        """See ``ObjectStore.delete``.

        Raises:
            Forbidden: The path is not the owner's, or a document still names it.
            Unavailable: The disk or Postgres does not answer.
        """
        place = ObjectPath.parse(owner, path)
        await self._index.strike(owner, path)
        await asyncio.to_thread(self._delete, place)

    async def paths(self, owner: Caller) -> AsyncIterator[str]:
        """See ``ObjectStore.paths``; in order, and a path may be deleted once it was given."""
        after = ""
        while page := await self._index.paths(owner, after, _PAGE_SIZE):
            for path in page:
                yield path
            after = page[-1]

    async def link(self, owner: Caller, path: str, lifetime_seconds: int) -> str:
        """See ``ObjectStore.link``; raises, always: no URL leads into a folder."""
        raise LinksUnsupported(
            "Documents are kept in a folder of the server here, to which no URL leads: use DownloadDocument."
        )

    async def check(self) -> None:
        """See ``ObjectStore.check``; writes, reads and removes a small file."""
        await asyncio.to_thread(self._probe)

    async def identity(self) -> str:
        """Returns what tells this folder from any other, whatever it is called where it is mounted.

        Raises:
            Unavailable: The folder can't be read or written.
        """
        return await asyncio.to_thread(self._identity)

    async def remove_unfinished(self, older_than_seconds: float = 3600.0) -> int:
        """Removes what crashed writers left behind; returns how many files."""
        return await asyncio.to_thread(self._remove_unfinished, older_than_seconds)

    async def remove_strays(self, older_than_seconds: float = 3600.0) -> int:
        """Removes files whose rows are gone, after crashes in ``delete``; returns how many.

        Walks all files, a user's at a time: for the start of a process, not for every round.
        """
        removed = 0
        for owner in await asyncio.to_thread(self._owners):
            # The files first: whatever is stored meanwhile has its row before it is a file.
            files = await asyncio.to_thread(self._files, owner, older_than_seconds)
            known = {path async for path in self.paths(owner)}
            for place in files:
                if "/".join(place[:3]) not in known:
                    await asyncio.to_thread(self._delete, place)
                    removed += 1
        return removed

    async def _store(self, owner: Caller, objects: Sequence[NewObject]) -> None:
        placed = checked(owner, objects)
        await self._index.admit(owner, list(placed.values()))
        folders: dict[tuple[str, str], dict[str, bytes]] = {}
        for place, each in placed.items():
            folders.setdefault((place.user_id, place.cv_id), {})[place.name] = each.content
        await asyncio.to_thread(self._write_folders, folders)

    def _write_folders(self, folders: Mapping[tuple[str, str], Mapping[str, bytes]]) -> None:
        for (user_id, cv_id), contents in folders.items():
            with (
                _answered(self._root),
                opened(self._root) as root,
                made(user_id, root) as of_user,
                made(cv_id, of_user) as of_cv,
            ):
                missing = {}
                for name, content in contents.items():
                    if holds(of_cv, name, len(content)):
                        os.utime(name, dir_fd=of_cv, follow_symlinks=False)  # it is young again, and no stray
                    else:
                        missing[name] = content
                write(of_cv, missing)
                # Also when all were there: their first writer may have crashed just before this.
                os.fsync(of_cv)

    def _open(self, place: ObjectPath) -> "_Reader":
        with _answered(self._root):
            try:
                with self._folder(place) as folder:
                    file = os.open(place.name, _READ_FLAGS, dir_fd=folder)
            except FileNotFoundError:
                raise _not_found() from None
        if not stat.S_ISREG(os.fstat(file).st_mode):
            os.close(file)
            raise _not_found()
        return _Reader(file)

    def _delete(self, place: ObjectPath) -> None:
        with _answered(self._root), suppress(FileNotFoundError), self._folder(place) as folder:
            os.unlink(place.name, dir_fd=folder)
            os.fsync(folder)

    def _identity(self) -> str:
        with _answered(self._root), opened(self._root) as root:
            for _ in range(2):
                with suppress(FileNotFoundError):
                    file = os.open(_IDENTITY, _READ_FLAGS, dir_fd=root)
                    try:
                        return os.read(file, _IDENTITY_BYTES).decode("ascii", "replace")
                    finally:
                        os.close(file)
                aside = f"{UNFINISHED}{secrets.token_hex(8)}"
                write(root, {aside: secrets.token_hex(_IDENTITY_BYTES // 2).encode()})
                # Of two processes that begin at once, one names the folder, and both read that name.
                with suppress(FileExistsError):
                    os.link(aside, _IDENTITY, src_dir_fd=root, dst_dir_fd=root)
                os.unlink(aside, dir_fd=root)
        raise Unavailable(f"The folder {self._root} does not give back what is written to it.")

    def _probe(self) -> None:
        with _answered(self._root), opened(self._root) as root:
            name = f"{UNFINISHED}{secrets.token_hex(8)}"
            write(root, {name: _PROBE})
            file = os.open(name, _READ_FLAGS, dir_fd=root)
            try:
                read = os.read(file, len(_PROBE))
            finally:
                os.close(file)
                os.unlink(name, dir_fd=root)
            if read != _PROBE:
                raise Unavailable(f"The folder {self._root} does not give back what is written to it.")

    def _remove_unfinished(self, older_than_seconds: float) -> int:
        oldest = time.time() - older_than_seconds
        removed = 0
        for pattern in (f"{UNFINISHED}*", f"*/*/{UNFINISHED}*"):
            for file in self._root.glob(pattern):
                with suppress(FileNotFoundError):
                    if file.lstat().st_mtime < oldest:
                        file.unlink()
                        removed += 1
        return removed

    def _owners(self) -> Sequence[Caller]:
        owners = []
        with _answered(self._root):
            for folder in self._root.iterdir():
                with suppress(ValueError):
                    owners.append(Caller(user_id=UUID(folder.name)))
        return owners

    def _files(self, owner: Caller, older_than_seconds: float) -> Sequence[ObjectPath]:
        oldest = time.time() - older_than_seconds
        found = []
        for file in self._root.joinpath(str(owner.user_id)).glob("*/*"):
            with suppress(FileNotFoundError, Forbidden):
                if file.lstat().st_mtime < oldest:
                    found.append(ObjectPath.parse(owner, str(file.relative_to(self._root))))
        return found

    @contextmanager
    def _folder(self, place: ObjectPath) -> Iterator[int]:
        with (
            opened(self._root) as root,
            opened(place.user_id, root) as of_user,
            opened(place.cv_id, of_user) as of_cv,
        ):
            yield of_cv


class _Reader:
    """An open file; closing waits for the thread that reads, whose descriptor must not become another's."""

    def __init__(self, file: int) -> None:
        self._file: int | None = file
        self._lock = threading.Lock()

    def chunk(self) -> bytes:
        with self._lock:
            return b"" if self._file is None else os.read(self._file, DOCUMENT_CHUNK_BYTES)

    def close(self) -> None:
        with self._lock:
            if self._file is not None:
                os.close(self._file)
                self._file = None


@contextmanager
def _answered(root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unavailable(f"The document folder {root} can't be used: {error.strerror}.") from error


def _not_found() -> NotFound:
    return NotFound("There is no such document of yours.", reason=Reason.DOCUMENT_NOT_FOUND)
