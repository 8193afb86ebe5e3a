"""Several processes of one service on this machine, and ways to hurt them."""

import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self
from uuid import uuid4

import grpc
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2, event_pb2

from benchmarks.service_process import CVTAILOR, LAST, Client, ServiceProcess, environment
from tests.model_servers import ModelServer

# A busy machine must not make a living process look dead.
QUICK = {"worker_beat_seconds": "0.3", "worker_dead_after_seconds": "5", "render_workers": "1"}

CUT_OFF = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.INTERNAL}
"""What a client hears if the process that served it has gone: by itself, or through Envoy in mid-stream."""

_NEXT_VERSION = """
import cvtailor.workflow.durable_runs as runs
runs.REPLAYS = frozenset({runs.WORKFLOW_VERSION, str(int(runs.WORKFLOW_VERSION) + 1)})
runs.WORKFLOW_VERSION = str(int(runs.WORKFLOW_VERSION) + 1)
from cvtailor.cli.main import main
main()
"""
NEXT_VERSION = (sys.executable, "-c", _NEXT_VERSION)
"""The program as a release would be that takes the same steps under the next version."""


class WorkerProcess:
    """A ``cvtailor worker``, started and at work."""

    def __init__(self, data_dir: Path, program: tuple[str, ...] = CVTAILOR, **settings: str) -> None:
        self.log = data_dir / f"worker-{uuid4().hex[:6]}.log"
        self.process = subprocess.Popen(
            [*program, "worker", "--port", "0"],
            env=environment(data_dir, **settings),
            stdout=subprocess.PIPE,
            stderr=self.log.open("w"),
            text=True,
        )
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert "works" in line, self.log.read_text()
        found = re.search(r"(127\.0\.0\.1:\d+)", line)
        assert found, line
        self.health_address = found[1]

    @property
    def begun(self) -> int:
        """How many runs it has begun or gone on with."""
        return self.log.read_text().count("run_begun")

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def end(self, asked: bool = False) -> int:
        """Asks it to stop, unless it was asked already, and returns its exit code."""
        if not asked and self.process.poll() is None:
            self.signal(signal.SIGCONT)
            self.signal(signal.SIGTERM)
        return self.process.wait(timeout=60)


class Cluster:
    """Two processes that answer, two that work, over one data folder and one scripted model."""

    def __init__(self, folder: Path, model: ModelServer) -> None:
        self.folder, self.model = folder, model
        address = {"model": "openai-compatible:scripted", "model_base_url": model.openai_url}
        self._settings = {**QUICK, **address}
        # The first one makes the database.
        first = ServiceProcess(folder, "--api-only", **self._settings)
        with ThreadPoolExecutor() as starting:
            second = starting.submit(ServiceProcess, folder, "--api-only", **self._settings)
            workers = [starting.submit(self.start_worker) for _ in range(2)]
        self.apis = [first, second.result()]
        self.workers = [worker.result() for worker in workers]
        self.token = first.token

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self.workers:
            worker.end()
        for api in self.apis:
            if api.process.poll() is None:
                api.terminate()

    def start_worker(self, program: tuple[str, ...] = CVTAILOR) -> WorkerProcess:
        return WorkerProcess(self.folder, program, **self._settings)

    def client(self, number: int = 0) -> Client:
        return Client(self.apis[number].address, self.token)

    def at_work(self, before: dict[WorkerProcess, int]) -> WorkerProcess:
        """The worker that has begun a run since."""
        (found,) = (worker for worker in self.workers if worker.begun > before.get(worker, 0))
        return found

    def begun(self) -> dict[WorkerProcess, int]:
        return {worker: worker.begun for worker in self.workers}

    @property
    def documents(self) -> list[Path]:
        """The stored files."""
        return [path for path in (self.folder / "objects").rglob("*.*") if not path.name.startswith(".")]


async def resumed(
    client: Client, request: cv_generator_pb2.GenerateApplicationRequest
) -> list[event_pb2.ApplicationEvent]:
    """A run's events, by a client that comes back whenever it is told to, or cut off."""
    seen: list[event_pb2.ApplicationEvent] = []
    while not (seen and seen[-1].WhichOneof("event") in LAST):
        stream = (
            client.watch(seen[-1].application_id, after=seen[-1].sequence) if seen else client.events(request)
        )
        try:
            async for event in stream:
                if event.sequence:
                    seen.append(event)  # noqa: PERF401  # what was seen before an error counts
        except grpc.aio.AioRpcError as error:
            if error.code() not in CUT_OFF:
                raise
    return seen
