"""What does runs, or only takes them in: the engine's parts, the durable queue, the watch over the others."""

import socket
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import psycopg

from cvtailor import __version__
from cvtailor.adapters.embedded_engine import (
    EmbeddedCvReader,
    EmbeddedMatcher,
    EmbeddedOfferReader,
    EmbeddedTailor,
    skill_names,
)
from cvtailor.adapters.postgres.fleet import accepted_at
from cvtailor.adapters.rendering import RendercvTypesetter
from cvtailor.app.models import models_for
from cvtailor.app.parts import secret
from cvtailor.app.roles import Role
from cvtailor.app.storage import Storage
from cvtailor.domain.errors import Unavailable
from cvtailor.settings import Settings
from cvtailor.workflow.claims import RunClaims
from cvtailor.workflow.durable_runs import QUEUE, REPLAYS, WORKFLOW_VERSION, DurableRuns
from cvtailor.workflow.journal_cipher import JournalCipher
from cvtailor.workflow.lease import Lease
from cvtailor.workflow.membership import Member, Membership
from cvtailor.workflow.recovery import Recovery
from cvtailor.workflow.run_day import run_day
from cvtailor.workflow.run_ports import Ports
from cvtailor.workflow.run_telling import RunTelling
from cvtailor.workflow.waiting_line import WaitingLine

if TYPE_CHECKING:
    from cvtailor.adapters.agents.runtime import AgentRuntime

_LEASE_PART = 0.8
"""Of the silence after which others take over; what is left is for a step to look at the clock and begin."""


def ports_for(
    settings: Settings, storage: Storage, typesetter: RendercvTypesetter, runtime: "AgentRuntime | None"
) -> Ports:
    """Returns what runs work with."""
    return Ports(
        cv_reader=EmbeddedCvReader(),
        offer_reader=EmbeddedOfferReader(),
        matcher=EmbeddedMatcher(today=run_day),
        tailor=EmbeddedTailor(today=run_day),
        typesetter=typesetter,
        pdf_text=typesetter,
        objects=storage.objects,
        records=storage.records,
        events=storage.events,
        skill_names=skill_names,
        answer_wait_seconds=settings.answer_wait_seconds,
        today=run_day,
        engine=f"embedded engine {__version__}",
        models=models_for(settings, runtime, storage.sessions) if runtime else None,
    )


async def started_runs(
    settings: Settings, role: Role, storage: Storage, ports: Ports, executor_id: str, stack: AsyncExitStack
) -> DurableRuns:
    """Starts the durable engine and the watch over the others; ``stack`` ends them.

    Raises:
        CvtailorError: It does not start, or another process keeps its documents elsewhere.
    """
    lease = Lease(_LEASE_PART * settings.worker_dead_after_seconds)
    member = Member(
        executor_id,
        socket.gethostname(),
        role,
        WORKFLOW_VERSION,
        REPLAYS,
        storage.place,
        settings.model if ports.models else "",
    )
    runs = DurableRuns(
        storage.logins.engine,
        ports,
        executor_id=executor_id,
        run_concurrency=settings.run_concurrency,
        queue_poll_seconds=settings.queue_poll_seconds,
        run_deadline_seconds=settings.run_deadline_seconds + settings.answer_wait_seconds,
        works=role.works,
        runs_at_once_max=settings.model_runs_at_once if ports.models else None,
        runs_per_minute_max=settings.model_runs_per_minute if ports.models else None,
        journal_cipher=JournalCipher(secret(settings.journal_key)),
        journal_retention_hours=settings.journal_retention_hours,
        line=WaitingLine(storage.overview, queue_max=settings.queue_max),
        lease=lease,
        telling=RunTelling(lambda run_id: accepted_at(storage.overview, run_id)),
        claims=RunClaims(storage.overview.ask, QUEUE),
    )
    recovery = Recovery(
        storage.logins.engine,
        runs,
        storage.overview.unstarted,
        lease,
        member,
        queue=QUEUE,
        beat_seconds=settings.worker_beat_seconds,
        dead_after_seconds=settings.worker_dead_after_seconds,
    )
    membership = Membership(
        storage.logins.engine,
        lease,
        member,
        beat_seconds=settings.worker_beat_seconds,
        dead_after_seconds=settings.worker_dead_after_seconds,
    )
    # It comes first and goes last: while runs are begun or end here, nobody may take this process for dead.
    stack.push_async_callback(membership.leave)
    try:
        await membership.join()
    except psycopg.Error as error:
        raise Unavailable(f"Postgres does not answer: {type(error).__name__}") from error
    await runs.launch()
    stack.push_async_callback(runs.close, settings.drain_seconds)
    recovery.start()
    stack.push_async_callback(recovery.close)
    return runs
