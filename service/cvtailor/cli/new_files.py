"""Files that a command makes; what is there already is not replaced unless somebody says so."""

import contextlib
from pathlib import Path

from cvtailor.domain.errors import InvalidInput
from cvtailor.private_file import write_aside


def write_new(path: Path, text: str, *, force: bool = False) -> None:
    """Writes a file that only its owner can read, whole or not at all, and makes the folders above it.

    Raises:
        InvalidInput: It exists and ``force`` is not set, or it can't be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = write_aside(path, text.encode())
        try:
            if force:
                aside.replace(path)
            else:
                # Unlike a rename, a link never replaces what is there.
                path.hardlink_to(aside)
        finally:
            with contextlib.suppress(FileNotFoundError):
                aside.unlink()
    except FileExistsError as error:
        raise InvalidInput(f"{path} exists: name another file, or replace it with --force.") from error
    except OSError as error:
        raise InvalidInput(f"{path} can't be written: {error.strerror}.") from error
