"""A folder with nothing in it for each worker: all that a document could read files from."""

import fcntl
import os
import tempfile
from contextlib import suppress
from pathlib import Path

_PREFIX = "typst-root-"
_ATTEMPTS_MAX = 10


def own_empty_folder(parent: Path) -> Path:
    """Makes a folder that is this process's until it ends, however it ends.

    Raises:
        OSError: ``parent`` can't be written to.
    """
    parent.mkdir(parents=True, exist_ok=True)
    sweep(parent)
    for _ in range(_ATTEMPTS_MAX):
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
        with suppress(FileNotFoundError, BlockingIOError):  # One who sweeps has come in between.
            _locked(folder)
            folder.stat()
            return folder
    raise OSError(f"Each folder made in {parent} was gone at once.")


def sweep(parent: Path) -> None:
    """Removes the folders whose processes have ended; theirs can't, for a worker may remove nothing."""
    for folder in parent.glob(f"{_PREFIX}*"):
        with suppress(OSError):  # It is in use, or another process sweeps too.
            lock = _locked(folder)
            try:
                folder.rmdir()
            finally:
                os.close(lock)


def _locked(folder: Path) -> int:
    """Locks a folder for as long as the number that is returned stays open; the kernel closes it at last."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(opened)
        raise
    return opened
