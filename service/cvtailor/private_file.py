"""Files that nobody but their owner may read."""

import os
import secrets
import stat
from pathlib import Path


def write_aside(path: Path, content: bytes) -> Path:
    """Writes a file of its own beside ``path``, readable by its owner only, and returns where."""
    aside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return aside


def others_can_read(path: Path) -> bool:
    """Whether anybody but its owner can read or write a file."""
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)
