import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from cvtailor.gateway.edge import edge_for
from cvtailor.gateway.settings import GatewaySettings
from cvtailor.gateway.supervision import Gateway, running_gateway
from cvtailor.settings import Settings

from benchmarks.service_process import ServiceProcess

JSDOM_ORIGIN = "http://localhost:3000"
"""Where the pages of the simulated browser come from."""


@pytest.fixture(scope="session")
def service() -> Iterator[ServiceProcess]:
    """A real service, with its own database and keys."""
    with tempfile.TemporaryDirectory(prefix="cvtailor-web-", ignore_cleanup_errors=True) as folder:
        process = ServiceProcess(Path(folder))
        yield process
        assert process.terminate() == 0, Path(process.log.name).read_text()


@pytest.fixture(scope="session")
async def gateway(service: ServiceProcess) -> AsyncIterator[Gateway]:
    """A real gateway before it, which checks tokens and answers another origin."""
    settings = Settings(data_dir=service.data_dir)
    knobs = GatewaySettings(
        port=0,
        backends=(service.address,),
        origins=(JSDOM_ORIGIN,),
        requests_per_second=None,
        access_log=False,
    )
    edge = edge_for(settings, knobs, service.data_dir / "auth" / "jwks.json")
    async with running_gateway(edge) as one:
        yield one
