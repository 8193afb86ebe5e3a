"""Health, told twice: in words by our own service, in one word by ``grpc.health.v1``."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

import grpc
import grpc.aio
import structlog
from google.protobuf.duration_pb2 import Duration
from grpc_health.v1 import health_pb2 as standard_pb
from grpc_health.v1._async import HealthServicer as StandardHealthServicer

from cvtailor.domain.errors import CvtailorError, Draining
from cvtailor.gen.cvtailor.v1 import health_pb2 as pb
from cvtailor.gen.cvtailor.v1.health_pb2_grpc import HealthServicer
from cvtailor.rpc.errors import MESSAGE_BYTES_MAX, cut
from cvtailor.rpc.lifecycle import Lifecycle

type Probe = Callable[[], Awaitable[None]]
"""Returns if the dependency works, else raises."""

POSTGRES = "postgres"
"""The dependency without which nothing is accepted."""

LIVENESS = "liveness"
"""Name under which the standard service says whether this process is alive, whatever it depends on."""

_Status = pb.CheckResponse
_Standard = standard_pb.HealthCheckResponse

log = structlog.get_logger(__name__)


class Health(HealthServicer):
    """Serves ``cvtailor.v1.Health`` from probes that run at most once per ``cache_seconds``."""

    def __init__(
        self,
        probes: Mapping[str, Probe],
        version: str,
        lifecycle: Lifecycle,
        *,
        probe_timeout_seconds: float = 2.0,
        cache_seconds: float = 1.0,
    ) -> None:
        """Takes the probes by dependency; ``postgres`` decides whether anything is accepted."""
        self._probes = probes
        self._version = version
        self._lifecycle = lifecycle
        self._probe_timeout_seconds = probe_timeout_seconds
        self._cache_seconds = cache_seconds
        self._began = time.monotonic()
        self._probing = asyncio.Lock()
        self._probed: dict[str, pb.CheckResponse.Dependency] = {}
        self._probed_at = float("-inf")

    async def Check(  # noqa: N802
        self, request: pb.CheckRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> pb.CheckResponse:
        """See the contract."""
        return await self.report()

    async def report(self) -> pb.CheckResponse:
        """Returns how the service and each dependency are, at most ``cache_seconds`` old."""
        async with self._probing:
            if time.monotonic() - self._probed_at >= self._cache_seconds:
                found = await asyncio.gather(*map(self._probe, self._probes.values()))
                self._probed = dict(zip(self._probes, found, strict=True))
                self._probed_at = time.monotonic()
        return pb.CheckResponse(
            status=self._overall(),
            version=self._version,
            uptime=_duration(time.monotonic() - self._began),
            dependencies=self._probed,
        )

    async def failing(self) -> Mapping[str, str]:
        """Returns what is wrong with each dependency, in words; nothing where nothing is."""
        report = await self.report()
        return {
            name: "" if found.status == _Status.STATUS_SERVING else found.message or "It does not answer."
            for name, found in report.dependencies.items()
        }

    def _overall(self) -> pb.CheckResponse.Status.ValueType:
        failing = {name for name, found in self._probed.items() if found.status != _Status.STATUS_SERVING}
        if POSTGRES in failing or self._lifecycle.leaving:
            return _Status.STATUS_NOT_SERVING
        return _Status.STATUS_DEGRADED if failing else _Status.STATUS_SERVING

    async def _probe(self, probe: Probe) -> pb.CheckResponse.Dependency:
        began = time.monotonic()
        status, message = _Status.STATUS_NOT_SERVING, ""
        try:
            async with asyncio.timeout(self._probe_timeout_seconds):
                await probe()
            status = _Status.STATUS_SERVING
        except CvtailorError as error:
            message = cut(error.message, MESSAGE_BYTES_MAX)
        except TimeoutError:
            message = f"It did not answer within {self._probe_timeout_seconds:g} s."
        except Exception as error:
            # Anyone may read this answer, and the text of a driver's exception may hold a password.
            message = "It does not answer; the server's log says more."
            log.warning("probe_failed", error=type(error).__name__)
        return pb.CheckResponse.Dependency(
            status=status, message=message, latency=_duration(time.monotonic() - began)
        )


class StandardHealth(StandardHealthServicer):
    """Serves ``grpc.health.v1.Health``, kept in step with ``Health``."""

    def __init__(self, health: Health, lifecycle: Lifecycle, services: Iterable[str]) -> None:
        """Takes the full names of the services to answer for; "" and ``LIVENESS`` always are among them."""
        super().__init__()
        self._health = health
        self._lifecycle = lifecycle
        self._services = ("", *services)

    async def refresh(self) -> None:
        """Sets the status of every service to what the probes say."""
        await self.set(LIVENESS, _Standard.SERVING)
        report = await self._health.report()
        serving = report.status != _Status.STATUS_NOT_SERVING
        for service in self._services:
            await self.set(service, _Standard.SERVING if serving else _Standard.NOT_SERVING)

    async def keep_in_step(self, interval_seconds: float) -> None:
        """Refreshes for ever; the interval is how long a load balancer may be misled."""
        while True:
            await self.refresh()
            await asyncio.sleep(interval_seconds)

    async def Watch(  # noqa: N802
        self,
        request: standard_pb.HealthCheckRequest,
        context: grpc.aio.ServicerContext[Any, Any],
    ) -> None:
        """Tells each change of a service's status, until the server drains.

        An open Watch never ends by itself and would hold the server's stop for its whole grace.
        """
        try:
            async with self._lifecycle.interruptible():
                await super().Watch(request, context)
        except Draining as error:
            await context.abort(grpc.StatusCode.UNAVAILABLE, error.message)


def _duration(seconds: float) -> Duration:
    duration = Duration()
    duration.FromNanoseconds(round(seconds * 1e9))
    return duration
