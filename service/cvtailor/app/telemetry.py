"""What this process tells of its work, as settings say: by OTLP, on a port for operators, or not at all."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import structlog

from cvtailor import __version__
from cvtailor.adapters.postgres.fleet import Fleet, fleet
from cvtailor.adapters.postgres.overview import Overview
from cvtailor.adapters.rendering import RendercvTypesetter
from cvtailor.app.parts import secret
from cvtailor.app.roles import Role
from cvtailor.app.storage import Storage
from cvtailor.domain.errors import CvtailorError, InvalidInput, Unavailable
from cvtailor.extras import require_extra
from cvtailor.rpc.health import Health
from cvtailor.settings import Settings
from cvtailor.telemetry import metrics
from cvtailor.telemetry.page import OperatorPage, Readiness
from cvtailor.workflow.durable_runs import QUEUE, DurableRuns

if TYPE_CHECKING:
    from cvtailor.telemetry.export import Collector, Export

_LOOK_SECONDS = 5.0

log = structlog.get_logger(__name__)


def started_export(
    settings: Settings, role: Role, executor_id: str, stack: AsyncExitStack
) -> "Export | None":
    """Begins to collect spans and numbers, if a setting asks for them; ``stack`` ends it.

    Raises:
        InvalidInput: The extra is not installed, or a setting is malformed.
    """
    wanting = {"CVTAILOR_OTLP_ENDPOINT": bool(settings.otlp_endpoint)}
    wanting["CVTAILOR_METRICS_PORT"] = settings.metrics_port is not None
    named = [name for name, wanted in wanting.items() if wanted]
    if not named:
        return None
    require_extra("telemetry", named[0])
    # Imported here: it takes a while, and few have it.
    from cvtailor.telemetry.export import Export

    about = {
        "service.name": "cvtailor",
        "service.version": __version__,
        "service.instance.id": executor_id,
        "cvtailor.role": role.value,
    }
    export = Export(about, _collector(settings), paged=settings.metrics_port is not None)
    export.start()
    stack.push_async_callback(export.close)
    return export


def _collector(settings: Settings) -> "Collector | None":
    from cvtailor.telemetry.export import Collector

    if not settings.otlp_endpoint:
        return None
    url = urlsplit(settings.otlp_endpoint)
    if url.scheme not in {"http", "https"} or not url.hostname or "@" in url.netloc or url.query:
        raise InvalidInput(
            "CVTAILOR_OTLP_ENDPOINT is the base URL of a collector, such as http://127.0.0.1:4318; keys go "
            "into CVTAILOR_OTLP_HEADERS."
        )
    return Collector(
        settings.otlp_endpoint.rstrip("/"), _headers(secret(settings.otlp_headers)), settings.otlp_trace_ratio
    )


def _headers(written: str) -> Mapping[str, str]:
    pairs = [pair.partition("=") for pair in written.split(",") if pair.strip()]
    if not all(name.strip() and equals for name, equals, _ in pairs):
        raise InvalidInput("CVTAILOR_OTLP_HEADERS is NAME=VALUE, several parted by commas.")
    return {name.strip(): value.strip() for name, _, value in pairs}


class FleetWatch:
    """Looks at all runs and processes of the database, at most once in a while however many want to know."""

    def __init__(self, overview: Overview, dead_after_seconds: float) -> None:
        """Takes who is asked, and after how long a silent process counts as dead."""
        self._overview = overview
        self._dead_after_seconds = dead_after_seconds
        self._looking = asyncio.Lock()
        self._found: Fleet | None = None
        self._found_at = float("-inf")

    async def fleet(self) -> Fleet:
        """Returns how they are, some seconds old at most.

        Raises:
            Unavailable: Postgres does not answer.
        """
        now = asyncio.get_running_loop().time
        async with self._looking:
            if self._found is None or now() - self._found_at >= _LOOK_SECONDS:
                self._found = await fleet(self._overview, QUEUE, self._dead_after_seconds)
                self._found_at = now()
        return self._found

    async def check_workers(self) -> None:
        """Raises Unavailable if runs are accepted that nobody does."""
        processes = (await self.fleet()).processes
        if not processes.keys() & {Role.ALL, Role.WORKER}:
            raise Unavailable("No worker is alive: runs are accepted and wait. Start 'cvtailor worker'.")


def show(
    storage: Storage,
    runs: DurableRuns,
    typesetter: RendercvTypesetter,
    health: Health,
    watch: FleetWatch,
    stack: AsyncExitStack,
) -> None:
    """Lets what goes on in this process, and in all of them together, be seen; ``stack`` ends it."""
    metrics.RUNS_HERE.show(lambda: {(): runs.active})
    metrics.EVENTS_LISTENING.show(lambda: {(): float(storage.events.listening)})
    metrics.RENDER_JOBS.show(lambda: {("busy",): typesetter.busy, ("waiting",): typesetter.waiting})
    metrics.RENDER_WORKERS.show(lambda: {(): typesetter.workers})
    stack.callback(asyncio.create_task(_look_forever(watch, health)).cancel)


async def serve_page(settings: Settings, export: "Export", health: Health, stack: AsyncExitStack) -> int:
    """Opens the operators' port, if there is to be one, and returns it, else 0; ``stack`` closes it.

    Raises:
        InvalidInput: The port is taken.
    """
    if settings.metrics_port is None:
        return 0
    page = OperatorPage(
        settings.metrics_host,
        settings.metrics_port,
        metrics=export.page,
        readiness=lambda: _readiness(health),
    )
    port = await page.start()
    stack.push_async_callback(page.close)
    log.info("metrics", address=settings.metrics_host, port=port)
    return port


async def _look_forever(watch: FleetWatch, health: Health) -> None:
    seen: set[str] = set()
    while True:
        for name, message in (await health.failing()).items():
            metrics.DEPENDENCY_UP.tell(float(not message), {"dependency": name})
        try:
            found = await watch.fleet()
        except CvtailorError:
            pass  # the dependency has just been told
        except Exception as error:
            log.error("fleet_not_seen", error=type(error).__name__)  # the next look may see it
        else:
            _tell(found, seen)
        await asyncio.sleep(_LOOK_SECONDS)


def _tell(found: Fleet, seen: set[str]) -> None:
    metrics.RUNS.tell(found.queued, {"state": "queued"})
    metrics.RUNS.tell(found.running, {"state": "running"})
    metrics.QUEUE_AGE_SECONDS.tell(found.oldest_seconds)
    seen.update(found.processes, Role)
    for role in seen:
        metrics.PROCESSES.tell(found.processes.get(role, 0), {"role": role})


async def _readiness(health: Health) -> Readiness:
    report = await health.report()
    status = type(report).Status.Name(report.status).removeprefix("STATUS_").lower()
    failing = {name: message for name, message in (await health.failing()).items() if message}
    return Readiness(status != "not_serving", status, failing)
