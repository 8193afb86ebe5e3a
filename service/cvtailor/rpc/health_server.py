"""The port of a process that only works: it answers who asks how it is, and nobody else."""

import asyncio

import grpc.aio
from grpc_health.v1 import health_pb2_grpc

from cvtailor.domain.errors import InvalidInput
from cvtailor.gen.cvtailor.v1 import health_pb2
from cvtailor.gen.cvtailor.v1 import health_pb2_grpc as own_health_pb2_grpc
from cvtailor.rpc.health import Health, StandardHealth
from cvtailor.rpc.lifecycle import Lifecycle

_SERVICE = health_pb2.DESCRIPTOR.services_by_name["Health"].full_name
_OPTIONS = (("grpc.so_reuseport", 0), ("grpc.max_concurrent_streams", 100))
_INTERVAL_SECONDS = 1.0


class HealthServer:
    """Serves both health services in plain text, for probes inside a deployment."""

    def __init__(self, address: str, health: Health, lifecycle: Lifecycle) -> None:
        """Takes ``host:port``; port 0 takes a free one. Nothing happens before ``start``."""
        self._address = address
        self._health = health
        self._lifecycle = lifecycle
        self._standard_health = StandardHealth(health, lifecycle, (_SERVICE,))
        self._server: grpc.aio.Server | None = None
        self._keeping_in_step: asyncio.Task[None] | None = None

    async def start(self) -> int:
        """Listens, and returns the port.

        Raises:
            InvalidInput: The address is taken or not ours.
        """
        server = grpc.aio.server(options=_OPTIONS)
        own_health_pb2_grpc.add_HealthServicer_to_server(self._health, server)
        health_pb2_grpc.add_HealthServicer_to_server(self._standard_health, server)
        try:
            port = server.add_insecure_port(self._address)
        except RuntimeError as error:
            raise InvalidInput(
                f"Can't listen on {self._address}: the port is taken, or the address is not this machine's. "
                "Choose another.",
                field="address",
            ) from error
        await self._standard_health.refresh()
        await server.start()
        self._server = server
        self._keeping_in_step = asyncio.create_task(self._standard_health.keep_in_step(_INTERVAL_SECONDS))
        return port

    async def stop(self) -> None:
        """Stops; until then, who asks hears that the process goes."""
        self._lifecycle.drain()
        if self._keeping_in_step:
            self._keeping_in_step.cancel()
            await asyncio.wait({self._keeping_in_step})
        if self._server:
            await self._server.stop(0)
