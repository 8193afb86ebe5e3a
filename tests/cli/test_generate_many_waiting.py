"""A service that has too much to do is asked again when it says so."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from uuid import uuid4

import grpc
import grpc.aio
import pytest
from cvtailor.cli.connection import Target
from cvtailor.cli.exit_codes import ExitCode
from cvtailor.cli.generate_many import AT_ONCE_MAX, generate_many
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2, event_pb2
from cvtailor.gen.cvtailor.v1.cv_generator_pb2_grpc import (
    CvGeneratorServicer,
    add_CvGeneratorServicer_to_server,
)
from google.protobuf.any_pb2 import Any
from google.protobuf.duration_pb2 import Duration
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status
from grpc_status import rpc_status
from rich.console import Console

type Request = cv_generator_pb2.GenerateApplicationRequest


class BusyService(CvGeneratorServicer):
    """Refuses each request a number of times, then answers with the last event of a run."""

    def __init__(self, refusals: int, *, says_when: bool = True, hold_seconds: float = 0) -> None:
        self.crowded = asyncio.Event()
        self.asked: list[str] = []
        self.at_once, self.at_once_most = 0, 0
        self._refusals = refusals
        self._says_when = says_when
        self._hold_seconds = hold_seconds

    async def GenerateApplication(  # noqa: N802
        self, request: Request, context: grpc.aio.ServicerContext
    ) -> AsyncIterator[cv_generator_pb2.GenerateApplicationResponse]:
        self.asked.append(request.request_id)
        self.at_once += 1
        self.at_once_most = max(self.at_once, self.at_once_most)
        if self.at_once > AT_ONCE_MAX:
            self.crowded.set()
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.crowded.wait(), self._hold_seconds)
            if self.asked.count(request.request_id) <= self._refusals:
                status = rpc_status.to_status(self._refusal())
                await context.abort(status.code, status.details, status.trailing_metadata)
            event = event_pb2.ApplicationEvent(application_id=request.request_id, sequence=1)
            event.completed.pages = 1
            yield cv_generator_pb2.GenerateApplicationResponse(event=event)
        finally:
            self.at_once -= 1

    def _refusal(self) -> Status:
        refusal = Status(code=grpc.StatusCode.RESOURCE_EXHAUSTED.value[0], message="too much to do")
        if self._says_when:
            detail = Any()
            detail.Pack(RetryInfo(retry_delay=Duration(nanos=100_000_000)))
            refusal.details.append(detail)
        return refusal


@asynccontextmanager
async def serving(service: BusyService) -> AsyncIterator[Target]:
    server = grpc.aio.server()
    add_CvGeneratorServicer_to_server(service, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        yield Target(server=f"127.0.0.1:{port}", token="any")
    finally:
        await server.stop(0)


async def made(service: BusyService, jobs: int, folder: Path) -> tuple[ExitCode, str]:
    told = io.StringIO()
    requests = [
        (f"{number}.txt", cv_generator_pb2.GenerateApplicationRequest(request_id=str(uuid4())))
        for number in range(jobs)
    ]
    async with serving(service) as target:
        code = await generate_many(requests, target, folder, Console(file=told, width=200), False)
    return code, told.getvalue()


async def test_a_refusal_that_says_when_is_waited_out_with_the_same_request_id(tmp_path: Path) -> None:
    service = BusyService(refusals=2)
    code, told = await made(service, 2, tmp_path)
    assert code is ExitCode.OK, told
    assert sorted(service.asked.count(id) for id in set(service.asked)) == [3, 3]


async def test_a_refusal_that_does_not_say_when_is_told(tmp_path: Path) -> None:
    service = BusyService(refusals=99, says_when=False)
    code, told = await made(service, 2, tmp_path)
    assert (code, told.count("too much to do"), len(service.asked)) == (ExitCode.RETRY_LATER, 2, 2)


async def test_waiting_comes_to_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cvtailor.cli.generate_many.WAITS_MAX", 1)
    service = BusyService(refusals=99)
    code, _ = await made(service, 1, tmp_path)
    assert (code, len(service.asked)) == (ExitCode.RETRY_LATER, 2)


async def test_a_few_are_asked_for_at_a_time(tmp_path: Path) -> None:
    service = BusyService(refusals=0, hold_seconds=0.3)
    code, _ = await made(service, 2 * AT_ONCE_MAX, tmp_path)
    assert (code, service.at_once_most) == (ExitCode.OK, AT_ONCE_MAX)
