"""The only wiring: settings → adapters → workflow → rpc."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4

from pydantic import SecretStr
from sqlalchemy import make_url

from cvtailor import __version__
from cvtailor.adapters.auth.jwks import Jwks, jwks_at, jwks_in
from cvtailor.adapters.auth.local_keys import LocalKeys
from cvtailor.adapters.auth.verifier import JwtVerifier
from cvtailor.adapters.embedded_engine import (
    EmbeddedCvReader,
    EmbeddedMatcher,
    EmbeddedOfferReader,
    EmbeddedTailor,
    skill_names,
)
from cvtailor.adapters.objects.folder_store import FolderStore
from cvtailor.adapters.pdf_text.extractors import PdfTextExtractors
from cvtailor.adapters.postgres.embedded_server import EmbeddedPostgres, Login
from cvtailor.adapters.postgres.events import PostgresRunEvents
from cvtailor.adapters.postgres.migrator import check_schema, migrate
from cvtailor.adapters.postgres.model_ledger import PostgresModelLedger
from cvtailor.adapters.postgres.records import PostgresRecords
from cvtailor.adapters.postgres.user_session import UserSessions, service_engine
from cvtailor.adapters.rendering import RendercvTypesetter
from cvtailor.domain.errors import CvtailorError, InvalidInput, ModelRefused
from cvtailor.rpc.admission import Admission
from cvtailor.rpc.cv_generator import CvGenerator
from cvtailor.rpc.health import Health
from cvtailor.rpc.interceptor import Boundary
from cvtailor.rpc.lifecycle import Lifecycle
from cvtailor.rpc.server import RpcServer, TlsFiles
from cvtailor.settings import Settings
from cvtailor.workflow.durable_runs import DurableRuns
from cvtailor.workflow.model_calls import ModelBudget
from cvtailor.workflow.model_gate import ModelGate
from cvtailor.workflow.recovery import Recovery
from cvtailor.workflow.warm_up import warm_up
from cvtailor.workflow.workbench import Models, Ports

if TYPE_CHECKING:
    from cvtailor.adapters.agents.model_agents import OperatorTools
    from cvtailor.adapters.agents.runtime import AgentRuntime

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
    async with AsyncExitStack() as stack:
        typesetter = typesetter_for(settings)
        stack.push_async_callback(typesetter.close)
        # The workers import rendercv while Postgres starts.
        warming = asyncio.create_task(typesetter.start())
        stack.callback(warming.cancel)
        logins = await asyncio.to_thread(_prepared_logins, settings, stack)
        sessions = UserSessions(service_engine(logins.service, pool_size=settings.database_pool_size))
        stack.push_async_callback(sessions.close)
        records = PostgresRecords(sessions)
        events = PostgresRunEvents(
            sessions,
            logins.service,
            heartbeat_seconds=settings.heartbeat_seconds,
            poll_seconds=settings.event_poll_seconds,
        )
        await events.start()
        stack.push_async_callback(events.close)
        objects = FolderStore(settings.data_dir / "objects")
        cv_reader, offer_reader = EmbeddedCvReader(), EmbeddedOfferReader()
        runtime = runtime_for(settings)
        if runtime:
            stack.push_async_callback(runtime.close)
        models = _models_for(settings, runtime, sessions) if runtime else None
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
        )
        await runs.launch()
        stack.push_async_callback(runs.close, round(settings.drain_seconds))
        recovery = Recovery(
            logins.engine,
            runs,
            records.unstarted,
            executor_id=executor_id,
            host=socket.gethostname(),
            beat_seconds=settings.worker_beat_seconds,
            dead_after_seconds=settings.worker_dead_after_seconds,
        )
        await recovery.start()
        stack.push_async_callback(recovery.close)
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
            health=Health(probes, __version__, lifecycle),
            boundary=Boundary(Admission(verifier_for(settings).verify)),
            lifecycle=lifecycle,
            tls=_tls(settings),
            reflected=settings.reflection,
        )
        port = await server.start()
        stack.push_async_callback(server.drain, settings.drain_seconds, settings.lame_duck_seconds)
        stack.callback(asyncio.create_task(_warm_up(ports, runtime)).cancel)
        yield Service(port, probes)


def typesetter_for(settings: Settings) -> RendercvTypesetter:
    """Returns the typesetter, not started."""
    return RendercvTypesetter(
        workers=settings.render_workers,
        render_deadline_seconds=settings.render_deadline_seconds,
        queue_max=settings.render_queue_max,
        renders_per_worker_max=settings.renders_per_worker_max,
        cache_dir=settings.data_dir / "typst",
    )


def runtime_for(settings: Settings) -> "AgentRuntime | None":
    """Returns where agents run, nothing of it started; None if no model is set."""
    if not settings.model:
        return None
    from cvtailor.adapters.agents.runtime import AgentRuntime, ModelSettings

    return AgentRuntime(
        ModelSettings(
            model=settings.model,
            reading_model=settings.model_reading,
            api_key=_secret(settings.model_api_key),
            base_url=settings.model_base_url,
            fallback_model=settings.model_fallback,
            fallback_api_key=_secret(settings.model_fallback_api_key),
            fallback_base_url=settings.model_fallback_base_url,
            call_timeout_seconds=settings.model_call_timeout_seconds,
            answer_tokens_max=settings.model_answer_tokens_max,
        )
    )


def verifier_for(settings: Settings) -> JwtVerifier:
    """Returns the verifier of the project's tokens, or of those of the local development key."""
    jwks = Jwks(jwks_at(settings.jwks_url)) if settings.jwks_url else None
    if settings.local_auth:
        jwks = Jwks(jwks_in(local_keys_for(settings).jwks_path))
    return JwtVerifier(
        jwks,
        issuer=settings.jwt_issuer,
        audience=settings.jwt_audience,
        hs256_secret=_secret(settings.jwt_secret) or None,
    )


def local_keys_for(settings: Settings) -> LocalKeys:
    """Returns the local development keys, made if they are missing."""
    return LocalKeys(settings.data_dir / "auth", settings.jwt_issuer)


def migrate_database(settings: Settings) -> list[str]:
    """Applies the migrations that the database lacks; returns their versions.

    Raises:
        CvtailorError: Postgres does not answer, or a migration failed.
    """
    if settings.embedded:
        server = EmbeddedPostgres(settings.data_dir / "postgres")
        server.start()
        try:
            return migrate(server.dsn(Login.ADMIN), server.passwords())
        finally:
            server.stop()
    if not settings.admin_database_url:
        raise InvalidInput("Set CVTAILOR_ADMIN_DATABASE_URL to the URL of the role that owns the schema.")
    passwords = {
        login.value: make_url(url).password or ""
        for login, url in zip((Login.SERVICE, Login.ENGINE), _logins_of(settings), strict=True)
    }
    return migrate(_secret(settings.admin_database_url), passwords)


def today() -> date:
    """Returns the current date, UTC."""
    return datetime.now(UTC).date()


def _models_for(settings: Settings, runtime: "AgentRuntime", sessions: UserSessions) -> Models:
    """Returns the agents and their limits; with unusable settings, behind a gate that says what to do."""
    from cvtailor.adapters.agents.model_agents import ModelAgents

    refusal = None
    try:
        runtime.validate()
    except ModelRefused as error:
        refusal = error
    return Models(
        agents=ModelAgents(runtime, _operator_tools(settings)),
        ledger=PostgresModelLedger(sessions),
        gate=ModelGate(refusal),
        budget=ModelBudget(
            tokens_per_run_max=settings.model_tokens_per_run_max,
            cost_per_run_max_usd=settings.model_cost_per_run_max_usd,
            cost_per_user_and_day_max_usd=settings.model_cost_per_user_and_day_max_usd,
            seconds_per_run_max=settings.model_run_seconds_max,
        ),
        rounds_max=settings.model_rounds_max,
        falls_back=settings.model_falls_back_to_embedded,
    )


def _operator_tools(settings: Settings) -> "OperatorTools | None":
    """Returns what lists the tools that the operator gives to agents; None if there are none."""
    if not (described := _secret(settings.agent_mcp_servers)):
        return None
    # Imported here: MCP is nothing that a service without it should wait for.
    from cvtailor.adapters.agents.operator_servers import OperatorServers, operator_servers

    return OperatorServers(operator_servers(described)).functions


async def _warm_up(ports: Ports, runtime: "AgentRuntime | None") -> None:
    """Loads what runs will need, once the service answers; what fails here fails again where it is told."""
    await warm_up(ports)
    if runtime:
        with suppress(CvtailorError):
            await runtime.warm_up()


class _Logins(NamedTuple):
    """Connection URIs of the two logins of the service."""

    service: str
    engine: str


def _prepared_logins(settings: Settings, stack: AsyncExitStack) -> _Logins:
    """Makes sure that the database is there and has this build's schema."""
    if settings.embedded:
        server = EmbeddedPostgres(settings.data_dir / "postgres")
        server.start()
        stack.push_async_callback(asyncio.to_thread, server.stop)
        migrate(server.dsn(Login.ADMIN), server.passwords())
        return _Logins(server.dsn(Login.SERVICE), server.dsn(Login.ENGINE))
    logins = _logins_of(settings)
    if missing := check_schema(logins.service):
        raise InvalidInput(f"The database lacks {', '.join(missing)}: run `cvtailor migrate` first.")
    return logins


def _logins_of(settings: Settings) -> _Logins:
    if not settings.engine_database_url:
        raise InvalidInput("CVTAILOR_DATABASE_URL is set, CVTAILOR_ENGINE_DATABASE_URL is not: set both.")
    return _Logins(_secret(settings.database_url), _secret(settings.engine_database_url))


def _secret(value: SecretStr | None) -> str:
    return value.get_secret_value() if value else ""


def _tls(settings: Settings) -> TlsFiles | None:
    if settings.tls_certificate and settings.tls_key:
        return TlsFiles(settings.tls_certificate, settings.tls_key)
    return None
