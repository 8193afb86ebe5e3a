"""A real ``cvtailor serve`` in a process of its own, and clients of it."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Self
from uuid import uuid4

import grpc.aio
from cvtailor.gen.cvtailor.v1 import application_pb2, cv_generator_pb2, event_pb2
from cvtailor.gen.cvtailor.v1.cv_generator_pb2_grpc import CvGeneratorStub

EXAMPLES = Path(__file__).parents[1] / "examples"
CVTAILOR = (sys.executable, "-c", "from cvtailor.cli.main import main; main()")
LAST = ("completed", "failed", "cancelled")


def environment(data_dir: Path, **settings: str) -> dict[str, str]:
    """The environment of a service or a command that keeps its things in a folder."""
    names = {f"CVTAILOR_{name.upper()}": value for name, value in settings.items()}
    return {**os.environ, "CVTAILOR_DATA_DIR": str(data_dir), **names}


def cvtailor(*arguments: str | Path, data_dir: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end."""
    return subprocess.run(
        [*CVTAILOR, *map(str, arguments)],
        env=environment(data_dir, **settings),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


class ServiceProcess:
    """Starts the service and waits until it says that it serves."""

    def __init__(self, data_dir: Path, *options: str, **settings: str) -> None:
        self.data_dir = data_dir
        self.log = (data_dir / f"serve-{uuid4().hex[:6]}.log").open("w+")
        self.process = subprocess.Popen(
            [*CVTAILOR, "serve", "--port", "0", *options],
            env=environment(data_dir, **settings),
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        self.printed = ""
        assert self.process.stdout
        for line in self.process.stdout:
            self.printed += line
            if line.startswith("grpcurl"):
                break
        else:
            raise AssertionError(f"the service did not start:\n{Path(self.log.name).read_text()}")
        self.address = self._printed(r"(127\.0\.0\.1:\d+)")
        self.token = self._printed(r"(eyJ[\w-]+\.[\w-]+\.[\w-]+)")

    def _printed(self, pattern: str) -> str:
        found = re.search(pattern, self.printed)
        assert found, self.printed
        return found[1]

    def token_of(self, user: str) -> str:
        """A token of another user of the same service."""
        return cvtailor("token", "--user", user, data_dir=self.data_dir).stdout.strip()

    def kill(self) -> None:
        """Ends it at once, as a crash would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=10)

    def terminate(self) -> int:
        """Asks it to stop and returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)


class Client:
    """A typed client of the service, as one user."""

    def __init__(self, address: str, token: str) -> None:
        self.channel = grpc.aio.insecure_channel(
            address, options=[("grpc.max_receive_message_length", 16 << 20)]
        )
        self.stub = CvGeneratorStub(self.channel)
        self.metadata = (("authorization", f"Bearer {token}"),)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.channel.close()

    async def events(
        self, request: cv_generator_pb2.GenerateApplicationRequest
    ) -> AsyncIterator[event_pb2.ApplicationEvent]:
        """Starts a run and yields its events."""
        async for answer in self.stub.GenerateApplication(request, metadata=self.metadata):
            yield answer.event

    async def watch(self, application_id: str, after: int = 0) -> AsyncIterator[event_pb2.ApplicationEvent]:
        """Reattaches to a run."""
        request = cv_generator_pb2.WatchApplicationRequest(
            application_id=application_id, after_sequence=after
        )
        async for answer in self.stub.WatchApplication(request, metadata=self.metadata):
            yield answer.event

    async def run(
        self, request: cv_generator_pb2.GenerateApplicationRequest
    ) -> list[event_pb2.ApplicationEvent]:
        """Runs to the end; returns the logged events."""
        return [event async for event in self.events(request) if event.sequence]

    async def get(self, application_id: str) -> application_pb2.Application:
        """Fetches an application."""
        request = cv_generator_pb2.GetApplicationRequest(application_id=application_id)
        return (await self.stub.GetApplication(request, metadata=self.metadata)).application

    async def list(self) -> list[application_pb2.Application]:
        """Lists the newest applications."""
        request = cv_generator_pb2.ListApplicationsRequest(page_size=200)
        return list((await self.stub.ListApplications(request, metadata=self.metadata)).applications)

    async def download(self, application_id: str, name: str) -> bytes:
        """Fetches a document."""
        request = cv_generator_pb2.DownloadDocumentRequest(application_id=application_id, name=name)
        return b"".join(
            [part.chunk async for part in self.stub.DownloadDocument(request, metadata=self.metadata)]
        )


def example(name: str, **options: object) -> cv_generator_pb2.GenerateApplicationRequest:
    """The request for one of the examples."""
    folder = EXAMPLES / name
    (path,) = folder.glob("cv.*")
    cv = cv_generator_pb2.BaseCv()
    if path.suffix == ".yaml":
        cv.rendercv_yaml = path.read_text()
    elif path.suffix == ".json":
        cv.json_resume = path.read_text()
    else:
        media_type = "text/markdown" if path.suffix == ".md" else "text/plain"
        cv.file.CopyFrom(cv_generator_pb2.CvFile(content=path.read_bytes(), media_type=media_type))
    return cv_generator_pb2.GenerateApplicationRequest(
        request_id=str(uuid4()),
        base_cv=cv,
        posting=cv_generator_pb2.JobPosting(text=(folder / "job.txt").read_text()),
        options=cv_generator_pb2.GenerationOptions(**options),
    )
