"""The service that runs in this process: every part made, started and stopped in order."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from cvtailor import __version__
from cvtailor.adapters.objects.folder_store import FolderStore
from cvtailor.adapters.postgres.accounts import PostgresAccounts
from cvtailor.adapters.postgres.personal_records import PostgresPersonalRecords
from cvtailor.adapters.rendering import RendercvTypesetter
from cvtailor.app.engine import ports_for, started_runs
from cvtailor.app.housekeeping import housekeeping_for
from cvtailor.app.models import runtime_for
from cvtailor.app.parts import tls_files, typesetter_for, verifier_for
from cvtailor.app.roles import Role
from cvtailor.app.storage import Storage, opened_storage, tidy
from cvtailor.app.telemetry import FleetWatch, serve_page, show, started_export
from cvtailor.domain.clock import today
from cvtailor.domain.errors import CvtailorError
from cvtailor.rpc.admission import Admission, Requirements
from cvtailor.rpc.cv_generator import CvGenerator
from cvtailor.rpc.health import Health
from cvtailor.rpc.health_server import HealthServer
from cvtailor.rpc.interceptor import Boundary
from cvtailor.rpc.lifecycle import Lifecycle
from cvtailor.rpc.personal_data import PersonalData
from cvtailor.rpc.server import RpcServer
from cvtailor.settings import Settings
from cvtailor.workflow.durable_runs import DurableRuns
from cvtailor.workflow.run_ports import Ports
from cvtailor.workflow.warm_up import warm_up

if TYPE_CHECKING:
    from cvtailor.adapters.agents.runtime import AgentRuntime

type Probe = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Service:
    """A service that runs in this process.

    Attributes:
        port: Where it answers, or where one that only works tells how it is; 0 is nowhere.
        probes: What it depends on, by name.
        metrics_port: Where operators look; 0 if there is no such port.
    """

    port: int
    probes: Mapping[str, Probe]
    metrics_port: int = 0


@asynccontextmanager
async def running_service(
    settings: Settings, role: Role = Role.ALL, *, health_port: int | None = None
) -> AsyncIterator[Service]:
    """Starts everything and yields when it serves; drains and stops it all at the end.

    Args:
        settings: Of this process.
        role: What it does.
        health_port: Where a process that only works tells how it is; 0 takes a free one, None is nowhere.

    Raises:
        CvtailorError: Something did not start; the message says what to do.
    """
    executor_id = f"{socket.gethostname()}-{os.getpid()}-{uuid4().hex[:8]}"
    # Before anything starts: what the model needs may not be installed.
    runtime = runtime_for(settings)
    async with AsyncExitStack() as stack:
        export = started_export(settings, role, executor_id, stack)
        typesetter = typesetter_for(settings)
        if role.works:
            stack.push_async_callback(typesetter.close)
            # The workers import rendercv while Postgres starts.
            warming = asyncio.create_task(typesetter.start())
            stack.callback(warming.cancel)
        storage = await opened_storage(settings, stack)
        if runtime:
            stack.push_async_callback(runtime.close)
        # Closed once runs have ended: until then, whoever looks sees that this process goes.
        looks = await stack.enter_async_context(AsyncExitStack())
        ports = ports_for(settings, storage, typesetter, runtime)
        runs = await started_runs(settings, role, storage, ports, executor_id, stack)
        housekeeping = housekeeping_for(settings, storage.overview, runs, storage.objects)
        housekeeping.start()
        stack.push_async_callback(housekeeping.close)
        if role.works:
            await warming
        probes = _probes(storage, ports, runs, typesetter if role.works else None)
        watch = FleetWatch(storage.overview, settings.worker_dead_after_seconds)
        if not role.works:
            probes["workers"] = watch.check_workers
        lifecycle = Lifecycle()
        health = Health(probes, __version__, lifecycle)
        metrics_port = 0
        if export:
            show(storage, runs, typesetter, health, watch, looks)
            metrics_port = await serve_page(settings, export, health, looks)
        port = 0
        if role.answers:
            server = _server(settings, storage, ports, runs, health, lifecycle)
            port = await server.start()
            stack.push_async_callback(server.drain, settings.drain_seconds, settings.lame_duck_seconds)
        elif health_port is not None:
            told = HealthServer(f"{settings.host}:{health_port}", health, lifecycle)
            port = await told.start()
            looks.push_async_callback(told.stop)
        # First of all, so that others begin to take over while calls end here.
        stack.callback(runs.retire)
        stack.callback(lifecycle.leave)
        stack.callback(asyncio.create_task(_warm_up(ports, runtime, role)).cancel)
        if isinstance(storage.objects, FolderStore):
            stack.callback(asyncio.create_task(tidy(storage.objects)).cancel)
        yield Service(port, probes, metrics_port)


def _probes(
    storage: Storage, ports: Ports, runs: DurableRuns, typesetter: RendercvTypesetter | None
) -> dict[str, Probe]:
    probes: dict[str, Probe] = {
        "postgres": storage.records.check,
        "objects": storage.objects.check,
        "runs": runs.check,
    }
    if typesetter:
        probes["typesetter"] = typesetter.check
    if ports.models:
        probes["model"] = ports.models.gate.probe
    return probes


def _server(
    settings: Settings,
    storage: Storage,
    ports: Ports,
    runs: DurableRuns,
    health: Health,
    lifecycle: Lifecycle,
) -> RpcServer:
    accounts = PostgresAccounts(
        storage.sessions,
        makes_accounts=not settings.supabase_url,
        lifetime_seconds=settings.account_check_seconds,
    )
    requirements = Requirements(
        second_factor=settings.require_second_factor, anonymous_allowed=settings.allow_anonymous
    )
    return RpcServer(
        f"{settings.host}:{settings.port}",
        generator=CvGenerator(
            records=storage.records,
            events=storage.events,
            queue=runs,
            objects=storage.objects,
            cv_reader=ports.cv_reader,
            offer_reader=ports.offer_reader,
            lifecycle=lifecycle,
            model_gate=ports.models.gate if ports.models else None,
        ),
        personal_data=PersonalData(
            records=PostgresPersonalRecords(storage.sessions),
            queue=runs,
            objects=storage.objects,
            today=today,
        ),
        health=health,
        boundary=Boundary(
            Admission(verifier_for(settings).verify, accounts, requirements),
            stream_write_seconds=settings.stream_write_seconds,
        ),
        lifecycle=lifecycle,
        tls=tls_files(settings),
        reflected=settings.reflection,
    )


async def _warm_up(ports: Ports, runtime: "AgentRuntime | None", role: Role) -> None:
    """Loads what runs will need, once the service answers; what fails here fails again where it is told."""
    await warm_up(ports, works=role.works)
    if runtime and role.works:
        with suppress(CvtailorError):
            await runtime.warm_up()
