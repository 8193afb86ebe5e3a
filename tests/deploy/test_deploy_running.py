"""What compose starts, started here: the image's commands on a plain Postgres, probed as in deployments."""

import asyncio
import shutil
import subprocess
import tempfile
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import grpc
import grpc.aio
import httpx
import psycopg
import pytest
from cvtailor.adapters.auth.local_keys import LocalKeys
from cvtailor.adapters.postgres.embedded_server import EmbeddedPostgres, Login
from deploy_files import DEPLOY, FILLED_IN, PAGE, compose, interpolated, manifest
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub
from waiting import until

from benchmarks.service_process import Client
from tests.ports_of_loopback import free_port

SERVING = HealthCheckResponse.SERVING
HEALTH_CHECK = DEPLOY / "health_check.py"
_SECONDS_MAX = 60.0


@pytest.fixture(scope="module")
def plain_postgres() -> Iterator[tuple[EmbeddedPostgres, str]]:
    """A server with what the compose file asks of one, and its address."""
    folder, port = Path(tempfile.mkdtemp(prefix="cvtailor-deploy-")), free_port()
    folder.chmod(0o711)  # the server of a root user runs as `nobody` and must get through
    settings = {"fsync": "off", "listen_addresses": "127.0.0.1", "port": str(port)}
    server = EmbeddedPostgres(folder / "postgres", settings=settings)
    server.start()
    asked = {
        name: interpolated(value, FILLED_IN)
        for name, value in compose()["services"]["postgres"]["environment"].items()
    }
    user, password, database = (asked[f"POSTGRES_{name}"] for name in ("USER", "PASSWORD", "DB"))
    with psycopg.connect(server.dsn(Login.ADMIN), autocommit=True) as connection:
        connection.execute(f"create role {user} superuser login password '{password}'".encode())
        connection.execute(f"create database {database} owner {user}".encode())
    try:
        yield server, f"127.0.0.1:{port}"
    finally:
        server.stop()
        shutil.rmtree(folder)


def beside(folder: Path, keys: Path) -> Path:
    """A data folder of its own, with the volume of the keys in it."""
    folder.mkdir()
    folder.joinpath("auth").symlink_to(keys)
    return folder


def command_of(container: str) -> list[str]:
    """What a container runs; a later option of the same name wins."""
    return [str(word) for word in compose()["services"][container]["command"]]


def environment_of(container: str, postgres: str, folder: Path) -> dict[str, str]:
    """The variables of a container, but for where Postgres is."""
    given = {
        name: interpolated(value, FILLED_IN).replace("@postgres:5432/", f"@{postgres}/")
        for name, value in compose()["services"][container]["environment"].items()
    }
    return given | {
        "CVTAILOR_DATA_DIR": str(folder),
        "HOME": str(folder),
        "CVTAILOR_LAME_DUCK_SECONDS": "0",
        "CVTAILOR_RENDER_WORKERS": "1",
    }


async def is_healthy(python: Path, address: str) -> bool:
    """What the image's health check says."""
    check = await asyncio.create_subprocess_exec(
        python, HEALTH_CHECK, "--address", address, stderr=subprocess.DEVNULL
    )
    return await check.wait() == 0


def probed_names() -> dict[str, str]:
    """What Kubernetes asks the standard health service for, by probe."""
    (container,) = manifest("Deployment", "cvtailor-service")["spec"]["template"]["spec"]["containers"]
    probes = ("startup", "readiness", "liveness")
    return {probe: container[f"{probe}Probe"]["grpc"].get("service", "") for probe in probes}


@asynccontextmanager
async def started(image: Path, *arguments: str, **environment: str) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(image / "bin" / "cvtailor", *arguments, env=environment)
    try:
        yield process
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 60) == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_compose_migrates_serves_and_tells_how_it_is(image, plain_postgres, tmp_path):
    server, postgres = plain_postgres
    python, address = image / "bin" / "python", f"127.0.0.1:{free_port()}"
    asked = probed_names()
    assert not await is_healthy(python, address)
    migrating = await asyncio.create_subprocess_exec(
        image / "bin" / "cvtailor", "migrate", env=environment_of("migrate", postgres, tmp_path)
    )
    assert await migrating.wait() == 0
    variables = environment_of("service", postgres, tmp_path)
    port, worker = address.rpartition(":")[2], f"127.0.0.1:{free_port()}"
    async with (
        started(image, *command_of("service"), "--host", "127.0.0.1", "--port", port, **variables),
        started(
            image,
            *command_of("worker"),
            "--host",
            "127.0.0.1",
            "--port",
            worker.rpartition(":")[2],
            **environment_of("worker", postgres, tmp_path),
        ),
        grpc.aio.insecure_channel(address) as channel,
        asyncio.timeout(150),  # a build without bytecode starts slowly on a busy machine
    ):
        health = HealthStub(channel)

        async def status(probe: str) -> int:
            return (await health.Check(HealthCheckRequest(service=asked[probe]))).status

        async def serves(probe: str) -> bool:
            return await status(probe) == SERVING

        await channel.channel_ready()
        await until(lambda: is_healthy(python, address), _SECONDS_MAX)
        await until(lambda: is_healthy(python, worker), _SECONDS_MAX)
        assert [await status(probe) for probe in asked] == [SERVING] * len(asked)
        await the_gateway_leads_to(image, address, beside(tmp_path / "gateway", keys=tmp_path / "auth"))

        # No restart mends a database: who balances calls must know of it, who restarts pods must not.
        await asyncio.to_thread(server.stop)
        await until(lambda: is_healthy(python, address), _SECONDS_MAX, expected=False)
        await until(lambda: is_healthy(python, worker), _SECONDS_MAX, expected=False)
        # The names change one after the other.
        await until(lambda: serves("readiness"), _SECONDS_MAX, expected=False)
        assert await status("liveness") == SERVING
        # It is away as the processes are told to go: they end nevertheless.


async def the_gateway_leads_to(image: Path, service: str, folder: Path) -> None:
    """Starts the gateway as compose does; a token of the service's key is good in it."""
    python, address = image / "bin" / "python", f"127.0.0.1:{free_port()}"
    variables = environment_of("gateway", "", folder) | {"CVTAILOR_GATEWAY_BACKENDS": service}
    port = address.rpartition(":")[2]
    async with started(image, "gateway", "--host", "127.0.0.1", "--port", port, **variables):
        await until(lambda: is_healthy(python, address), _SECONDS_MAX)
        async with httpx.AsyncClient() as browser:
            assert (await browser.get(f"http://{address}/")).text == PAGE
        token = LocalKeys(folder / "auth").mint(uuid4(), lifetime_seconds=60)
        async with Client(address, token) as client:
            assert await client.list() == []
