import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from cvtailor_client import CvTailor
from scripted_service import Script, ScriptedService

from benchmarks.service_process import ServiceProcess


@pytest.fixture(scope="session")
def service() -> Iterator[ServiceProcess]:
    """A real service, with its own database and keys."""
    folder = Path(tempfile.mkdtemp(prefix="cvtailor-client-"))
    folder.chmod(0o711)  # the embedded Postgres of a root user runs as `nobody` and must get through
    process = ServiceProcess(folder)
    yield process
    assert process.terminate() == 0, Path(process.log.name).read_text()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def client(service: ServiceProcess) -> AsyncIterator[CvTailor]:
    """The local user's client of it."""
    async with CvTailor(service.address, service.token) as one:
        yield one


@pytest.fixture
async def scripted() -> AsyncIterator[ScriptedService]:
    """A server of grpcio that answers as it is told."""
    async with ScriptedService(Script()) as one:
        yield one
