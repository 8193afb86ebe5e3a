"""Guards the tests and every process they start, and fails the test that tried."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from . import loopback_guard

_HERE = str(Path(__file__).parent)


@pytest.fixture(scope="session")
def loopback_attempts() -> Iterator[Path]:
    """The file of attempts to leave this machine."""
    with (
        tempfile.NamedTemporaryFile(prefix="loopback-attempts-") as file,
        pytest.MonkeyPatch.context() as patch,
    ):
        Path(file.name).chmod(0o666)  # children may run as others
        patch.setenv(loopback_guard.ATTEMPTS, file.name)
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (_HERE, os.environ.get("PYTHONPATH")))))
        loopback_guard.install()
        yield Path(file.name)


@pytest.fixture(autouse=True)
def loopback_only(loopback_attempts: Path) -> Iterator[None]:
    """Fails a test during which anything tried to reach another machine."""
    before = loopback_attempts.stat().st_size
    yield
    attempts = loopback_attempts.read_text()[before:]
    if attempts:
        pytest.fail(f"reached for another machine: {attempts}", pytrace=False)
