"""The journal in DBOS's tables: how a step is written down, and how an ended run's steps go again."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

import structlog
from dbos import DBOS, WorkflowStatus
from dbos._context import get_local_dbos_context
from dbos._error import (  # DBOS exports the package of its errors, not these names.
    DBOSMaxStepRetriesExceeded,
    DBOSWorkflowCancelledError,
    DBOSWorkflowConflictIDError,
)
from dbos._serialization import PortableWorkflowError
from sqlalchemy.exc import SQLAlchemyError

from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import CallerMustRetry, CvtailorError, Unavailable
from cvtailor.domain.ports import RunEvents
from cvtailor.domain.run import EventDraft, RunEvent
from cvtailor.workflow.journal import Json, RunCancelled, RunLost
from cvtailor.workflow.lease import Lease

_STEP_ATTEMPTS = 5
# A run that its owner cancelled has ended before; whose deadline passed while it waited has not.
_GIVEN_UP = ["ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED", "CANCELLED"]
_ENDED = ["SUCCESS", *_GIVEN_UP]
_GIVEN_UP_AT_ONCE, _GIVEN_UP_AT_MOST = 200, 10_000
_FORGOTTEN_AT_ONCE = 200
_WAITING_AT_MOST = 10_000
_PAUSE_SECONDS, _PAUSE_SECONDS_MAX = 0.05, 5.0
_CLOSE_SECONDS = 1.0
_ASK_AGAIN_SECONDS = 0.2
_HAND_OVER_SECONDS = 2.0

log = structlog.get_logger(__name__)


class Claims(Protocol):
    """Knows which execution of a run may go on; ``workflow.claims`` asks Postgres."""

    async def holds(self, run_id: str, token: str | None) -> bool:
        """Says whether the one with this token may."""
        ...

    async def hand_over(self, run_id: str, token: str | None) -> bool:
        """Puts the run back into the queue, if this execution has it."""
        ...


class DbosJournal:
    """The journal of the workflow that is running now.

    DBOS lets nobody write who lost the run. The lease keeps such a worker from beginning what it could not
    write down: a call that is paid for, most of all. It also tells whose fault it is if nothing answers: what
    fails while heartbeats fail is tried again when they arrive, however long that takes.
    """

    def __init__(self, lease: Lease | None = None, claims: Claims | None = None) -> None:
        """Takes the lease of this process, and who says whether a run is its own; without: it always is."""
        self._lease = lease
        self._claims = claims
        # Taken here, in the workflow: a step's context has no token.
        context = get_local_dbos_context()
        self._run_id = context.workflow_id if context else ""
        self._token = context.owner_xid if context else None
        self._sure_in_term: int | None = None

    async def record(
        self, name: str, work: Callable[[], Awaitable[Json]], attempts: int = _STEP_ATTEMPTS
    ) -> Json:
        """See ``Journal.record``."""
        last: CallerMustRetry | None = None
        await self._make_sure()

        async def attempt() -> Json:
            nonlocal last
            try:
                return await self.patiently(work)
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
        # Not so before DBOS's own word of it: the worker that has the run now ends it.
        except DBOSWorkflowConflictIDError as error:
            log.warning("run_lost", run_id=self._run_id)
            raise RunLost from error
        # The second is what the first becomes in the journal, from which a run that goes on reads it.
        except (DBOSMaxStepRetriesExceeded, PortableWorkflowError) as error:
            raise last or Unavailable(f"{name} kept failing; try again later") from error

    async def patiently[T](self, work: Callable[[], Awaitable[T]]) -> T:
        """Does what may be done twice and is not written down; again, if heartbeats fail meanwhile too.

        Raises:
            CvtailorError: What the work raised.
            RunLost: This worker has the run no more.
        """
        while True:
            await self._make_sure()
            try:
                return await work()
            except CallerMustRetry as error:
                if self._lease is None or self._lease.held or self._lease.ended:
                    raise
                log.warning("run_waits", run_id=self._run_id, reason=error.reason.value)

    async def while_here[T](self, work: Coroutine[Any, Any, T]) -> T:
        """See ``Journal.while_here``."""
        if self._lease is None:
            return await work
        waits, goes = asyncio.create_task(work), asyncio.create_task(self._lease.until_ended())
        try:
            await asyncio.wait({waits, goes}, return_when=asyncio.FIRST_COMPLETED)
            if waits.done():
                return waits.result()
        finally:
            waits.cancel()
            goes.cancel()
            await asyncio.wait({waits, goes})
        await self._hand_over()
        raise RunLost from DBOSWorkflowConflictIDError(self._run_id)

    async def _make_sure(self) -> None:
        """Returns once the run is known to be this worker's in the current term of the lease.

        Raises:
            RunLost: It is not, or this process goes: the run is in the queue then.
        """
        if self._lease is None:
            return
        while await self._lease.held_again():
            term = self._lease.term
            if self._sure_in_term == term:
                return
            if await self._is_ours():
                self._sure_in_term = term
        await self._hand_over()
        raise RunLost from DBOSWorkflowConflictIDError(self._run_id)

    async def _is_ours(self) -> bool:
        """Says so if it is; False if nobody knows, after a pause.

        Raises:
            RunLost: It is not.
        """
        if self._claims is None:
            return True
        try:
            if await self._claims.holds(self._run_id, self._token):
                return True
        except (CvtailorError, SQLAlchemyError) as error:
            log.warning("run_in_doubt", run_id=self._run_id, error=type(error).__name__)
            await asyncio.sleep(_ASK_AGAIN_SECONDS)
            return False
        log.warning("run_lost", run_id=self._run_id)
        raise RunLost from DBOSWorkflowConflictIDError(self._run_id)

    async def _hand_over(self) -> None:
        """Does not wait for others to find out that this process has gone."""
        given = False
        if self._claims:
            with suppress(CvtailorError, SQLAlchemyError, TimeoutError):
                async with asyncio.timeout(_HAND_OVER_SECONDS):
                    given = await self._claims.hand_over(self._run_id, self._token)
        log.info("run_handed_over", run_id=self._run_id, at_once=given)


class PatientEvents:
    """The log of events of one run, which waits while Postgres is out of reach (``RunEvents``)."""

    def __init__(self, events: RunEvents, journal: DbosJournal) -> None:
        """Takes the log, and the journal that knows whether the run may go on."""
        self._events = events
        self._journal = journal

    async def append(self, caller: Caller, run_id: UUID, drafts: Sequence[EventDraft]) -> None:
        """See ``RunEvents.append``."""
        await self._journal.patiently(lambda: self._events.append(caller, run_id, drafts))

    def follow(self, caller: Caller, run_id: UUID, after_sequence: int) -> AsyncGenerator[RunEvent | None]:
        """See ``RunEvents.follow``."""
        return self._events.follow(caller, run_id, after_sequence)


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
    """Returns runs that DBOS gave up lately, without our function having ended them.

    Runs that their owners cancelled are among them, and DBOS sorts by when a run was begun, not given up: so
    all of them are looked through, up to a number.
    """
    after = (datetime.now(UTC) - timedelta(seconds=age_seconds_max)).isoformat()
    found: list[WorkflowStatus] = []
    for offset in range(0, _GIVEN_UP_AT_MOST, _GIVEN_UP_AT_ONCE):
        some = await DBOS.list_workflows_async(
            status=_GIVEN_UP,
            completed_after=after,
            limit=_GIVEN_UP_AT_ONCE,
            offset=offset,
            sort_desc=True,
            load_input=False,
        )
        found += some
        if len(some) < _GIVEN_UP_AT_ONCE:
            break
    return found


def is_given_up(run: WorkflowStatus) -> bool:
    """Whether DBOS ended the run, rather than our function."""
    return run.status in _GIVEN_UP
