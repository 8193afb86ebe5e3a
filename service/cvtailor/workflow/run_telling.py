"""What is told of runs beside their events: numbers, traces, and their id in each log line."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import UUID

import structlog

from cvtailor.domain.errors import CvtailorError
from cvtailor.domain.run import RunState
from cvtailor.telemetry import metrics, spans

log = structlog.get_logger(__name__)

type AcceptedAt = Callable[[UUID], Awaitable[float | None]]
"""Returns when a run was accepted, seconds since 1970; None: nobody knows."""


class RunTelling:
    """Tells of runs; one a process."""

    def __init__(self, accepted_at: AcceptedAt | None = None) -> None:
        """Takes who knows when runs were accepted; only asked if somebody collects what is told."""
        self._accepted_at = accepted_at

    @asynccontextmanager
    async def performing(self, run_id: UUID) -> AsyncIterator[None]:
        """Makes a run what the work inside is about: its id is in each log line, its trace is current."""
        with structlog.contextvars.bound_contextvars(run_id=str(run_id)), spans.run_trace(run_id):
            log.info("run_begun")
            if metrics.are_read():
                metrics.RUN_WAIT_SECONDS.tell(max(0.0, time.time() - await self._accepted(run_id)))
            yield

    async def ended(self, run_id: UUID, state: RunState, reason: str = "") -> None:
        """Counts a run that has just ended, and tells the root of its trace."""
        log.info("run_ended", run_id=str(run_id), state=state.value, reason=reason or None)
        metrics.RUNS_ENDED.tell(1, {"state": state.value, "reason": reason})
        if not (metrics.are_read() or spans.tracing_is_on()):
            return
        accepted_at = await self._accepted(run_id)
        metrics.RUN_SECONDS.tell(max(0.0, time.time() - accepted_at), {"state": state.value})
        spans.tell_ended_run(run_id, accepted_at, {"state": state.value, "reason": reason or "none"})

    async def _accepted(self, run_id: UUID) -> float:
        try:
            found = await self._accepted_at(run_id) if self._accepted_at else None
        except CvtailorError:
            found = None  # it is for numbers only, and whoever needs Postgres will hear of it
        return time.time() if found is None else found
