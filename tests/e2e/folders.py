"""Data folders of services under test."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def home() -> Iterator[Path]:
    """Yields a data folder that the account of the embedded Postgres may pass through.

    Not one of pytest's: every pytest that starts closes their parent to others.
    """
    folder = Path(tempfile.mkdtemp(prefix="cvtailor-e2e-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
