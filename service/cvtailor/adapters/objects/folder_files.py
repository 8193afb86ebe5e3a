"""Files of a folder that is held open: each appears whole or not at all, and never through a link."""

import os
import secrets
import stat
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from itertools import batched
from pathlib import Path

UNFINISHED = ".unfinished-"
"""How the names of files begin that are being written."""

_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_WRITE_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_WRITTEN_TOGETHER = 32
_SYNCED_AT_ONCE = 4


@contextmanager
def opened(folder: str | Path, parent: int | None = None) -> Iterator[int]:
    """Opens a folder, which is no link."""
    descriptor = os.open(folder, _FOLDER_FLAGS, dir_fd=parent)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def made(folder: str, parent: int) -> Iterator[int]:
    """Opens a folder, which this account alone may read; makes it if it isn't there."""
    with suppress(FileExistsError):
        os.mkdir(folder, 0o700, dir_fd=parent)
        os.fsync(parent)
    with opened(folder, parent) as descriptor:
        yield descriptor


def holds(folder: int, name: str, size_bytes: int) -> bool:
    """Whether there is a file of that name and size."""
    try:
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size == size_bytes


def write(folder: int, contents: Mapping[str, bytes]) -> None:
    """Writes files, some at a time; of those, all are on the disk before the first one has its name.

    The names themselves are on the disk once the folder is synced, which is the caller's to do.
    """
    for some in batched(contents.items(), _WRITTEN_TOGETHER):
        with ExitStack() as stack:
            unfinished = {name: _begun(folder, content, stack) for name, content in some}
            _sync([file for _, file in unfinished.values()])
            for name, (aside, _) in unfinished.items():
                os.rename(aside, name, src_dir_fd=folder, dst_dir_fd=folder)


def _begun(folder: int, content: bytes, stack: ExitStack) -> tuple[str, int]:
    """Writes a file aside; the stack closes it, and removes what has no other name by then."""
    aside = f"{UNFINISHED}{secrets.token_hex(8)}"
    file = os.open(aside, _WRITE_FLAGS, 0o600, dir_fd=folder)
    stack.callback(_remove, folder, aside)
    stack.callback(os.close, file)
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(file, rest) :]
    return aside, file


def _sync(files: Sequence[int]) -> None:
    """Returns when files are on the disk; some at once, since a disk takes those that wait together."""
    if len(files) == 1:
        os.fsync(files[0])
        return
    with ThreadPoolExecutor(_SYNCED_AT_ONCE, thread_name_prefix="fsync") as threads:
        for _ in threads.map(os.fsync, files):
            pass


def _remove(folder: int, name: str) -> None:
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=folder)
