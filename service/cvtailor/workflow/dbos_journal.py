"""The journal in DBOS's tables: how a step is written down, and how an ended run's steps go again."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog
from dbos import DBOS, WorkflowStatus
from dbos._error import (  # DBOS exports the package of its errors, not these two names.
    DBOSMaxStepRetriesExceeded,
    DBOSWorkflowCancelledError,
)
from dbos._serialization import PortableWorkflowError

from cvtailor.domain.errors import CallerMustRetry, Unavailable
from cvtailor.workflow.journal import Json, RunCancelled

_STEP_ATTEMPTS = 5
_GIVEN_UP = ["ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
_ENDED = ["SUCCESS", "CANCELLED", *_GIVEN_UP]
_GIVEN_UP_AT_MOST = 100
_FORGOTTEN_AT_ONCE = 200
_WAITING_AT_MOST = 10_000
_PAUSE_SECONDS, _PAUSE_SECONDS_MAX = 0.05, 5.0
_CLOSE_SECONDS = 1.0

log = structlog.get_logger(__name__)


class DbosJournal:
    """The journal of the workflow that is running now."""

    async def record(
        self, name: str, work: Callable[[], Awaitable[Json]], attempts: int = _STEP_ATTEMPTS
    ) -> Json:
        """See ``Journal.record``."""
        last: CallerMustRetry | None = None

        async def attempt() -> Json:
            nonlocal last
            try:
                return await work()
            except CallerMustRetry as error:
                last = error
                raise

        try:
            return await DBOS.run_step_async(
                {
                    "name": name,
                    "retries_allowed": True,
                    "max_attempts": attempts,
                    "interval_seconds": 0.2,
                    "backoff_rate": 2.0,
                    "should_retry": lambda error: isinstance(error, CallerMustRetry),
                    "preemptible": True,
                },
                attempt,
            )
        except DBOSWorkflowCancelledError as error:
            raise RunCancelled from error
        # The second is what the first becomes in the journal, from which a run that goes on reads it.
        except (DBOSMaxStepRetriesExceeded, PortableWorkflowError) as error:
            raise last or Unavailable(f"{name} kept failing; try again later") from error


class EndedRuns:
    """Takes the journals of ended runs away, as soon as DBOS has written their ends down.

    That is after our function has returned, so it is waited for, for many runs at once. What this misses,
    because the process dies or Postgres is away for long, housekeeping finds.
    """

    def __init__(self) -> None:
        self._waiting: set[str] = set()
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Starts."""
        self._task = asyncio.create_task(self._forget_forever())

    def note(self, run_id: UUID) -> None:
        """Notes that a run has ended, or will in a moment."""
        if len(self._waiting) < _WAITING_AT_MOST:
            self._waiting.add(str(run_id))
            self._news.set()

    async def close(self) -> None:
        """Stops, after a last look at the runs that have just ended."""
        if self._task is None:
            return
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        with suppress(Exception):
            async with asyncio.timeout(_CLOSE_SECONDS):
                while self._waiting:
                    await self._forget()
                    await asyncio.sleep(_PAUSE_SECONDS)

    async def _forget_forever(self) -> None:
        pause_seconds = _PAUSE_SECONDS
        while True:
            await self._news.wait()
            await asyncio.sleep(pause_seconds)
            before = len(self._waiting)
            try:
                await self._forget()
            except Exception as error:
                log.warning("journal_not_purged", error=type(error).__name__)
            progress = len(self._waiting) < before
            pause_seconds = _PAUSE_SECONDS if progress else min(2 * pause_seconds, _PAUSE_SECONDS_MAX)
            if not self._waiting:
                self._news.clear()

    async def _forget(self) -> None:
        asked = list(self._waiting)[:_FORGOTTEN_AT_ONCE]
        found = await DBOS.list_workflows_async(workflow_ids=asked, load_input=False, load_output=False)
        await forget([run.workflow_id for run in found if run.status in _ENDED])
        self._waiting -= set(asked) - {run.workflow_id for run in found if run.status not in _ENDED}


async def forget(run_ids: Sequence[str]) -> None:
    """Deletes the journals of runs, everything that DBOS keeps of them; unknown ones are fine."""
    if run_ids:
        await DBOS.delete_workflows_async(list(run_ids))


async def ended_before(age_seconds: float, at_most: int) -> list[WorkflowStatus]:
    """Returns runs that ended longer ago than that and are in the journal still."""
    before = datetime.now(UTC) - timedelta(seconds=age_seconds)
    return await DBOS.list_workflows_async(
        status=_ENDED, completed_before=before.isoformat(), limit=at_most, load_input=False
    )


async def given_up(age_seconds_max: float) -> list[WorkflowStatus]:
    """Returns runs that DBOS gave up lately, without our function having ended them."""
    after = datetime.now(UTC) - timedelta(seconds=age_seconds_max)
    return await DBOS.list_workflows_async(
        status=_GIVEN_UP,
        completed_after=after.isoformat(),
        limit=_GIVEN_UP_AT_MOST,
        sort_desc=True,
        load_input=False,
    )


def is_given_up(run: WorkflowStatus) -> bool:
    """Whether DBOS ended the run, rather than our function."""
    return run.status in _GIVEN_UP
