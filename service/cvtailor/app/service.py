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
from cvtailor.adapters.embedded_engine import (
    EmbeddedCvReader,
    EmbeddedMatcher,
    EmbeddedOfferReader,
    EmbeddedTailor,
    skill_names,
)
from cvtailor.adapters.objects.folder_store import FolderStore
from cvtailor.adapters.objects.supabase_store import SupabaseStore
from cvtailor.adapters.pdf_text.extractors import PdfTextExtractors
from cvtailor.adapters.postgres.accounts import PostgresAccounts
from cvtailor.adapters.postgres.events import PostgresRunEvents
from cvtailor.adapters.postgres.overview import Overview
from cvtailor.adapters.postgres.personal_records import PostgresPersonalRecords
from cvtailor.adapters.postgres.records import PostgresRecords
from cvtailor.adapters.postgres.user_session import UserSessions, service_engine
from cvtailor.app.database import prepared_logins
from cvtailor.app.housekeeping import housekeeping_for
from cvtailor.app.models import models_for, runtime_for
from cvtailor.app.objects import objects_for
from cvtailor.app.parts import secret, tls_files, today, typesetter_for, verifier_for
from cvtailor.domain.errors import CvtailorError
from cvtailor.rpc.admission import Admission, Requirements
from cvtailor.rpc.cv_generator import CvGenerator
from cvtailor.rpc.health import Health
from cvtailor.rpc.interceptor import Boundary
from cvtailor.rpc.lifecycle import Lifecycle
from cvtailor.rpc.personal_data import PersonalData
from cvtailor.rpc.server import RpcServer
from cvtailor.settings import Settings
from cvtailor.workflow.durable_runs import DurableRuns
from cvtailor.workflow.journal_cipher import JournalCipher
from cvtailor.workflow.recovery import Recovery
from cvtailor.workflow.run_ports import Ports
from cvtailor.workflow.warm_up import warm_up

if TYPE_CHECKING:
    from cvtailor.adapters.agents.runtime import AgentRuntime

_OVERVIEW_CONNECTIONS = 2

type Probe = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Service:
    """A service that runs in this process."""

    port: int
    probes: Mapping[str, Probe]


@asynccontextmanager
async def running_service(settings: Settings) -> AsyncIterator[Service]:
    """Starts everything and yields when it serves; drains and stops it all at the end.

    Raises:
        CvtailorError: Something did not start; the message says what to do.
    """
    executor_id = f"{socket.gethostname()}-{os.getpid()}-{uuid4().hex[:8]}"
    # Before anything starts: what the model needs may not be installed.
    runtime = runtime_for(settings)
    async with AsyncExitStack() as stack:
        typesetter = typesetter_for(settings)
        stack.push_async_callback(typesetter.close)
        # The workers import rendercv while Postgres starts.
        warming = asyncio.create_task(typesetter.start())
        stack.callback(warming.cancel)
        logins = await asyncio.to_thread(prepared_logins, settings, stack)
        sessions = UserSessions(service_engine(logins.service, pool_size=settings.database_pool_size))
        stack.push_async_callback(sessions.close)
        records = PostgresRecords(sessions)
        overview = Overview(service_engine(logins.engine, pool_size=_OVERVIEW_CONNECTIONS))
        stack.push_async_callback(overview.close)
        events = PostgresRunEvents(
            sessions,
            overview,
            logins.service,
            heartbeat_seconds=settings.heartbeat_seconds,
            poll_seconds=settings.event_poll_seconds,
        )
        await events.start()
        stack.push_async_callback(events.close)
        objects = objects_for(settings, sessions)
        if isinstance(objects, SupabaseStore):
            stack.push_async_callback(objects.close)
        cv_reader, offer_reader = EmbeddedCvReader(), EmbeddedOfferReader()
        if runtime:
            stack.push_async_callback(runtime.close)
        models = models_for(settings, runtime, sessions) if runtime else None
        ports = Ports(
            cv_reader=cv_reader,
            offer_reader=offer_reader,
            matcher=EmbeddedMatcher(today=today),
            tailor=EmbeddedTailor(today=today),
            typesetter=typesetter,
            pdf_text=PdfTextExtractors(),
            objects=objects,
            records=records,
            events=events,
            skill_names=skill_names,
            answer_wait_seconds=settings.answer_wait_seconds,
            today=today,
            engine=f"embedded engine {__version__}",
            models=models,
        )
        runs = DurableRuns(
            logins.engine,
            ports,
            executor_id=executor_id,
            run_concurrency=settings.run_concurrency,
            queue_poll_seconds=settings.queue_poll_seconds,
            run_deadline_seconds=settings.run_deadline_seconds + settings.answer_wait_seconds,
            runs_at_once_max=settings.model_runs_at_once if models else None,
            runs_per_minute_max=settings.model_runs_per_minute if models else None,
            journal_cipher=JournalCipher(secret(settings.journal_key)),
            journal_retention_hours=settings.journal_retention_hours,
        )
        await runs.launch()
        stack.push_async_callback(runs.close, round(settings.drain_seconds))
        recovery = Recovery(
            logins.engine,
            runs,
            overview.unstarted,
            executor_id=executor_id,
            host=socket.gethostname(),
            beat_seconds=settings.worker_beat_seconds,
            dead_after_seconds=settings.worker_dead_after_seconds,
        )
        await recovery.start()
        stack.push_async_callback(recovery.close)
        housekeeping = housekeeping_for(settings, overview, runs, objects)
        housekeeping.start()
        stack.push_async_callback(housekeeping.close)
        await warming
        probes: dict[str, Probe] = {
            "postgres": records.check,
            "objects": objects.check,
            "typesetter": typesetter.check,
            "runs": runs.check,
        }
        if models:
            probes["model"] = models.gate.probe
        lifecycle = Lifecycle()
        server = RpcServer(
            f"{settings.host}:{settings.port}",
            generator=CvGenerator(
                records=records,
                events=events,
                queue=runs,
                objects=objects,
                cv_reader=cv_reader,
                offer_reader=offer_reader,
                lifecycle=lifecycle,
                model_gate=models.gate if models else None,
            ),
            personal_data=PersonalData(
                records=PostgresPersonalRecords(sessions), queue=runs, objects=objects, today=today
            ),
            health=Health(probes, __version__, lifecycle),
            boundary=Boundary(
                Admission(
                    verifier_for(settings).verify,
                    PostgresAccounts(
                        sessions,
                        makes_accounts=not settings.supabase_url,
                        lifetime_seconds=settings.account_check_seconds,
                    ),
                    Requirements(
                        second_factor=settings.require_second_factor,
                        anonymous_allowed=settings.allow_anonymous,
                    ),
                )
            ),
            lifecycle=lifecycle,
            tls=tls_files(settings),
            reflected=settings.reflection,
        )
        port = await server.start()
        stack.push_async_callback(server.drain, settings.drain_seconds, settings.lame_duck_seconds)
        stack.callback(asyncio.create_task(_warm_up(ports, runtime)).cancel)
        if isinstance(objects, FolderStore):
            stack.callback(asyncio.create_task(_tidy(objects)).cancel)
        yield Service(port, probes)


async def _tidy(objects: FolderStore) -> None:
    """Removes what crashes left, once the service answers: it walks all files, and what fails can wait."""
    with suppress(CvtailorError):
        await objects.remove_unfinished()
        await objects.remove_strays()


async def _warm_up(ports: Ports, runtime: "AgentRuntime | None") -> None:
    """Loads what runs will need, once the service answers; what fails here fails again where it is told."""
    await warm_up(ports)
    if runtime:
        with suppress(CvtailorError):
            await runtime.warm_up()
