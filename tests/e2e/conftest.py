from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from folders import home

from benchmarks.service_process import Client, ServiceProcess


@pytest.fixture(scope="session")
def service() -> Iterator[ServiceProcess]:
    """One service for all end-to-end tests that do not harm it."""
    with home() as folder:
        process = ServiceProcess(folder)
        yield process
        assert process.terminate() == 0, Path(process.log.name).read_text()


@pytest.fixture
async def client(service: ServiceProcess) -> AsyncIterator[Client]:
    """The local user."""
    async with Client(service.address, service.token) as one:
        yield one
