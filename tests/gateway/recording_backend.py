"""A real gRPC server that does as it is told, and writes down what reaches it."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import grpc
import grpc.aio
from cvtailor.gen.cvtailor.v1 import application_pb2, event_pb2, health_pb2
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2 as pb
from cvtailor.gen.cvtailor.v1.cv_generator_pb2_grpc import (
    CvGeneratorServicer,
    add_CvGeneratorServicer_to_server,
)
from cvtailor.gen.cvtailor.v1.health_pb2_grpc import HealthServicer, add_HealthServicer_to_server
from grpc_health.v1 import health_pb2 as standard_pb
from grpc_health.v1 import health_pb2_grpc as standard
from grpc_health.v1._async import HealthServicer as StandardHealth
from grpc_reflection.v1alpha import reflection

type Context = grpc.aio.ServicerContext[Any, Any]

HANGING = "hanging"


class Call(NamedTuple):
    """What reached the backend."""

    method: str
    metadata: dict[str, str]
    seconds_left: float | None


class RecordingBackend(CvGeneratorServicer, HealthServicer):
    """Answers at once, hangs on the application HANGING, and fails as often as it is told to."""

    def __init__(self) -> None:
        self.port = 0
        self.calls: list[Call] = []
        self.failures: Counter[str] = Counter()
        self.cancelled = asyncio.Event()
        self.go_on = asyncio.Event()

    def attempts(self, method: str) -> int:
        return sum(call.method == method for call in self.calls)

    async def _enter(self, method: str, context: Context) -> None:
        metadata = {key: str(value) for key, value in context.invocation_metadata() or ()}
        self.calls.append(Call(method, metadata, context.time_remaining()))
        if self.failures[method]:
            self.failures[method] -= 1
            await context.abort(grpc.StatusCode.UNAVAILABLE, "told to fail")

    async def GenerateApplication(  # noqa: N802
        self, request: pb.GenerateApplicationRequest, context: Context
    ) -> AsyncIterator[pb.GenerateApplicationResponse]:
        await self._enter("GenerateApplication", context)
        try:
            for sequence in (1, 2):
                yield pb.GenerateApplicationResponse(event=event_pb2.ApplicationEvent(sequence=sequence))
                # Whoever has read one event lets the next one go: nothing may hold them back.
                await self.go_on.wait()
        except asyncio.CancelledError:
            self.cancelled.set()
            raise

    async def WatchApplication(  # noqa: N802
        self, request: pb.WatchApplicationRequest, context: Context
    ) -> AsyncIterator[pb.WatchApplicationResponse]:
        await self._enter("WatchApplication", context)
        yield pb.WatchApplicationResponse(
            event=event_pb2.ApplicationEvent(sequence=request.after_sequence + 1)
        )

    async def GetApplication(  # noqa: N802
        self, request: pb.GetApplicationRequest, context: Context
    ) -> pb.GetApplicationResponse:
        await self._enter("GetApplication", context)
        if request.application_id == HANGING:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                self.cancelled.set()
                raise
        return pb.GetApplicationResponse(application=application_pb2.Application(id=request.application_id))

    async def ListApplications(  # noqa: N802
        self, request: pb.ListApplicationsRequest, context: Context
    ) -> pb.ListApplicationsResponse:
        await self._enter("ListApplications", context)
        return pb.ListApplicationsResponse(applications=[application_pb2.Application(id="one")])

    async def CreateDocumentLink(  # noqa: N802
        self, request: pb.CreateDocumentLinkRequest, context: Context
    ) -> pb.CreateDocumentLinkResponse:
        await self._enter("CreateDocumentLink", context)
        return pb.CreateDocumentLinkResponse(url="https://example.org/link")

    async def Check(  # noqa: N802
        self, request: health_pb2.CheckRequest, context: Context
    ) -> health_pb2.CheckResponse:
        return health_pb2.CheckResponse(status=health_pb2.CheckResponse.STATUS_SERVING, version="0")


@asynccontextmanager
async def running_backend(
    credentials: grpc.ServerCredentials | None = None,
) -> AsyncIterator[RecordingBackend]:
    """Runs one on a free port; with reflection, which the gateway must not let through."""
    backend = RecordingBackend()
    server = grpc.aio.server(options=[("grpc.max_receive_message_length", 64 << 20)])
    add_CvGeneratorServicer_to_server(backend, server)
    add_HealthServicer_to_server(backend, server)
    health = StandardHealth()
    await health.set("", standard_pb.HealthCheckResponse.SERVING)
    standard.add_HealthServicer_to_server(health, server)
    reflection.enable_server_reflection(("cvtailor.v1.CvGenerator", reflection.SERVICE_NAME), server)
    address = "127.0.0.1:0"
    backend.port = (
        server.add_secure_port(address, credentials) if credentials else server.add_insecure_port(address)
    )
    await server.start()
    try:
        yield backend
    finally:
        await server.stop(None)
