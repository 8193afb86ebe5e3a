"""A server of grpcio that speaks the contract, and answers as a test tells it to."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any, Self

import grpc
import grpc.aio
from cvtailor.domain.errors import CvtailorError
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2 as pb
from cvtailor.gen.cvtailor.v1 import event_pb2, health_pb2
from cvtailor.gen.cvtailor.v1.cv_generator_pb2_grpc import (
    CvGeneratorServicer,
    add_CvGeneratorServicer_to_server,
)
from cvtailor.gen.cvtailor.v1.health_pb2_grpc import HealthServicer, add_HealthServicer_to_server
from cvtailor.rpc.errors import wire_status
from grpc_status import rpc_status

APPLICATION, RUN, NEWER_RUN = (f"00000000-0000-4000-8000-00000000000{n}" for n in (1, 2, 3))

type Said = event_pb2.ApplicationEvent | Exception | grpc.StatusCode | Callable[[], Any]


@dataclass
class Script:
    """What it says and what it heard.

    Attributes:
        streams: For each stream that is opened, in order, what it says: events, an error to end with, or
            something to await.
        answers: The same for each GetApplication.
        heard: Name and request of each call.
        tokens: The `authorization` of each call.
        ended: How many streams have ended, whoever ended them.
    """

    streams: list[list[Said]] = field(default_factory=list)
    answers: list[Said] = field(default_factory=list)
    heard: list[tuple[str, Any]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    ended: int = 0

    @property
    def calls(self) -> list[str]:
        """Names of the calls, in order."""
        return [name for name, _ in self.heard]


def event(sequence: int, run: str = RUN, **what: Any) -> event_pb2.ApplicationEvent:
    """An event of the run; `accepted` unless it says something else."""
    told = what or {"accepted": event_pb2.Accepted()}
    return event_pb2.ApplicationEvent(application_id=APPLICATION, run_id=run, sequence=sequence, **told)


def last(sequence: int, run: str = RUN) -> event_pb2.ApplicationEvent:
    """The end of a run."""
    return event(sequence, run, completed=event_pb2.Completed(pages=1))


def heartbeat() -> event_pb2.ApplicationEvent:
    """A sign of life."""
    return event(0, heartbeat=event_pb2.Heartbeat())


class ScriptedService(CvGeneratorServicer, HealthServicer):
    """The server; `address` is where it listens."""

    def __init__(
        self, script: Script, credentials: grpc.ServerCredentials | None = None, host: str = "127.0.0.1"
    ) -> None:
        self.script = script
        self._credentials = credentials
        self._host = host

    async def __aenter__(self) -> Self:
        self._server = grpc.aio.server()
        add_CvGeneratorServicer_to_server(self, self._server)
        add_HealthServicer_to_server(self, self._server)
        at = f"{self._host}:0"
        if self._credentials:
            port = self._server.add_secure_port(at, self._credentials)
        else:
            port = self._server.add_insecure_port(at)
        self.address = f"{self._host}:{port}"
        await self._server.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.stop(0)

    async def GenerateApplication(self, request: Any, context: Any) -> AsyncIterator[Any]:  # noqa: N802
        async for told in self._stream("GenerateApplication", request, context):
            yield pb.GenerateApplicationResponse(event=told)

    async def ReviseApplication(self, request: Any, context: Any) -> AsyncIterator[Any]:  # noqa: N802
        async for told in self._stream("ReviseApplication", request, context):
            yield pb.ReviseApplicationResponse(event=told)

    async def WatchApplication(self, request: Any, context: Any) -> AsyncIterator[Any]:  # noqa: N802
        async for told in self._stream("WatchApplication", request, context):
            yield pb.WatchApplicationResponse(event=told)

    async def GetApplication(self, request: Any, context: Any) -> Any:  # noqa: N802
        self._hear("GetApplication", request, context)
        if self.script.answers:
            await self._do(self.script.answers.pop(0), context)
        return pb.GetApplicationResponse(application={"id": request.application_id})

    async def UpdateApplication(self, request: Any, context: Any) -> Any:  # noqa: N802
        self._hear("UpdateApplication", request, context)
        await self._do(self.script.answers.pop(0), context)

    async def Check(self, request: Any, context: Any) -> Any:  # noqa: N802
        self._hear("Check", request, context)
        return health_pb2.CheckResponse(version="scripted")

    async def _stream(self, name: str, request: Any, context: Any) -> AsyncIterator[Any]:
        self._hear(name, request, context)
        try:
            for said in self.script.streams.pop(0):
                if isinstance(said, event_pb2.ApplicationEvent):
                    yield said
                else:
                    await self._do(said, context)
        finally:
            self.script.ended += 1

    def _hear(self, name: str, request: Any, context: Any) -> None:
        self.script.heard.append((name, request))
        self.script.tokens.append(dict(context.invocation_metadata()).get("authorization", ""))

    async def _do(self, said: Said, context: Any) -> None:
        if isinstance(said, CvtailorError):
            await context.abort_with_status(rpc_status.to_status(wire_status(said)))
        if isinstance(said, grpc.StatusCode):
            await context.abort(said, "scripted")
        if callable(said):
            await said()
