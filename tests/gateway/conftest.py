from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from gateways import Front, keys_in, page_at, running_front
from recording_backend import RecordingBackend, running_backend

from tests.ports_of_loopback import free_port


@pytest.fixture
async def backend() -> AsyncIterator[RecordingBackend]:
    async with running_backend() as backend:
        yield backend


@pytest.fixture(scope="session")
async def shared_backend() -> AsyncIterator[RecordingBackend]:
    async with running_backend() as backend:
        yield backend


@pytest.fixture(scope="session")
async def shared_front(
    shared_backend: RecordingBackend, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Front]:
    """One gateway for all tests that do not harm it."""
    folder = tmp_path_factory.mktemp("gateway")
    async with running_front(folder, shared_backend.port, origins=("https://other.example",)) as front:
        yield front


@pytest.fixture
async def front(shared_front: Front, shared_backend: RecordingBackend) -> Front:
    """The gateway, before a backend that knows of no call yet."""
    shared_backend.calls.clear()
    shared_backend.failures.clear()
    shared_backend.cancelled.clear()
    shared_backend.go_on.clear()
    return shared_front


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with keys and a page in it."""
    keys_in(tmp_path)
    page_at(tmp_path)
    return tmp_path


@pytest.fixture
def unused_port() -> int:
    """A port that nobody listens on."""
    return free_port()
