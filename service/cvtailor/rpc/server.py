"""The gRPC server: what it serves, on which port, and how it goes away."""

import asyncio

import grpc
import grpc.aio
import structlog
from grpc_health.v1 import health, health_pb2_grpc
from grpc_reflection.v1alpha import reflection, reflection_pb2

from cvtailor.domain.errors import InvalidInput
from cvtailor.gen.cvtailor.v1 import (
    cv_generator_pb2,
    cv_generator_pb2_grpc,
    health_pb2,
    personal_data_pb2,
    personal_data_pb2_grpc,
)
from cvtailor.gen.cvtailor.v1 import health_pb2_grpc as own_health_pb2_grpc
from cvtailor.rpc.cv_generator import CvGenerator
from cvtailor.rpc.health import Health, StandardHealth
from cvtailor.rpc.interceptor import Boundary
from cvtailor.rpc.lifecycle import Lifecycle
from cvtailor.rpc.personal_data import PersonalData
from cvtailor.rpc.tls import TlsFiles, server_credentials

SERVICES = (
    cv_generator_pb2.DESCRIPTOR.services_by_name["CvGenerator"].full_name,
    personal_data_pb2.DESCRIPTOR.services_by_name["PersonalData"].full_name,
    health_pb2.DESCRIPTOR.services_by_name["Health"].full_name,
)
_REFLECTION_V1 = "grpc.reflection.v1.ServerReflection"

MESSAGE_BYTES_MAX = 4 << 20
OPTIONS = (
    # A second process on the same port is a mistake, not a load balancer.
    ("grpc.so_reuseport", 0),
    ("grpc.max_receive_message_length", MESSAGE_BYTES_MAX),
    ("grpc.max_send_message_length", 4 * MESSAGE_BYTES_MAX),
    # Room for a token of 8 KiB beside the other headers; the defaults are 8 and 16 KiB in all.
    ("grpc.max_metadata_size", 16 << 10),
    ("grpc.absolute_max_metadata_size", 32 << 10),
    ("grpc.max_concurrent_streams", 10_000),
    # The defaults drop a fifth of 4,000 simultaneous calls.
    ("grpc.server.max_pending_requests", 20_000),
    ("grpc.server.max_pending_requests_hard_limit", 30_000),
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 20_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.min_recv_ping_interval_without_data_ms", 20_000),
    ("grpc.http2.max_ping_strikes", 2),
)
_LEAVING_SECONDS = 5.0
_UNREAD_SECONDS = 1.0
"""Silence of a client after which a server that stops does not wait for it any more."""

log = structlog.get_logger(__name__)


class RpcServer:
    """Serves the contract, health and reflection on one port."""

    def __init__(
        self,
        address: str,
        *,
        generator: CvGenerator,
        personal_data: PersonalData,
        health: Health,
        boundary: Boundary,
        lifecycle: Lifecycle,
        tls: TlsFiles | None = None,
        reflected: bool = True,
        health_interval_seconds: float = 1.0,
    ) -> None:
        """Takes what is served; nothing happens before ``start``.

        Args:
            address: ``host:port``; port 0 takes a free one.
            generator: The service.
            personal_data: What it holds of a person, to take away or take down.
            health: The service's own health.
            boundary: What every call passes.
            lifecycle: The one that ``generator`` and ``health`` know.
            tls: Without it the port speaks plain text.
            reflected: Whether reflection is served.
            health_interval_seconds: How often the standard health service asks the probes.
        """
        self._address = address
        self._generator = generator
        self._personal_data = personal_data
        self._health = health
        self._boundary = boundary
        self._lifecycle = lifecycle
        self._tls = tls
        self._reflected = reflected
        self._health_interval_seconds = health_interval_seconds
        self._standard_health = StandardHealth(health, lifecycle, SERVICES)
        self._server: grpc.aio.Server | None = None
        self._keeping_in_step: asyncio.Task[None] | None = None

    async def start(self) -> int:
        """Listens, and returns the port.

        Raises:
            InvalidInput: The address is taken or not ours, or a TLS file is not what it should be.
        """
        server = grpc.aio.server(interceptors=[self._boundary], options=OPTIONS)
        cv_generator_pb2_grpc.add_CvGeneratorServicer_to_server(self._generator, server)
        personal_data_pb2_grpc.add_PersonalDataServicer_to_server(self._personal_data, server)
        own_health_pb2_grpc.add_HealthServicer_to_server(self._health, server)
        health_pb2_grpc.add_HealthServicer_to_server(self._standard_health, server)
        if self._reflected:
            _add_reflection(server)
        port = self._listen(server)
        await self._standard_health.refresh()
        await server.start()
        self._server = server
        self._keeping_in_step = asyncio.create_task(
            self._standard_health.keep_in_step(self._health_interval_seconds)
        )
        mutual = bool(self._tls and self._tls.client_ca)
        log.info("serving", address=self._address, port=port, tls=self._tls is not None, mutual_tls=mutual)
        return port

    async def drain(self, grace_seconds: float, lame_duck_seconds: float) -> None:
        """Goes away without losing a call.

        Health says NOT_SERVING; after ``lame_duck_seconds``, in which load balancers turn away, streams
        end UNAVAILABLE with a ``RetryInfo`` and reason SERVER_DRAINING; other calls have
        ``grace_seconds`` to end. Once only such are left whose clients do not read what they are sent,
        these are cut: their status could not reach them anyway.
        """
        if self._server is None:
            return
        log.info("draining", grace_seconds=grace_seconds, lame_duck_seconds=lame_duck_seconds)
        self._lifecycle.leave()
        await self._standard_health.enter_graceful_shutdown()
        await asyncio.sleep(lame_duck_seconds)
        self._lifecycle.drain()
        stopping = asyncio.ensure_future(self._server.stop(grace_seconds))
        while not stopping.done():
            await asyncio.wait({stopping}, timeout=_UNREAD_SECONDS / 4)
            if self._boundary.only_unread(_UNREAD_SECONDS):
                await self._server.stop(None)
        await stopping
        # gRPC does not wait for handlers of calls that it cut, and their transactions need connections.
        await self._boundary.left(_LEAVING_SECONDS)
        if self._keeping_in_step:
            self._keeping_in_step.cancel()
            await asyncio.wait({self._keeping_in_step})
        log.info("drained")

    def _listen(self, server: grpc.aio.Server) -> int:
        try:
            if self._tls is None:
                return server.add_insecure_port(self._address)
            return server.add_secure_port(self._address, server_credentials(self._tls))
        except RuntimeError as error:
            raise InvalidInput(
                f"Can't listen on {self._address}: the port is taken, or the address is not this machine's. "
                "Choose another.",
                field="address",
            ) from error


def _add_reflection(server: grpc.aio.Server) -> None:
    """Adds reflection in both versions; they differ in name only, and the library has but v1alpha."""
    names = (*SERVICES, health.SERVICE_NAME, reflection.SERVICE_NAME, _REFLECTION_V1)
    reflection.enable_server_reflection(names, server)
    servicer = reflection.aio.ReflectionServicer(names)
    handler = grpc.stream_stream_rpc_method_handler(
        servicer.ServerReflectionInfo,
        reflection_pb2.ServerReflectionRequest.FromString,
        reflection_pb2.ServerReflectionResponse.SerializeToString,
    )
    server.add_generic_rpc_handlers(
        (grpc.method_handlers_generic_handler(_REFLECTION_V1, {"ServerReflectionInfo": handler}),)
    )
