"""Runs on DBOS: started once, journaled in Postgres, stopped on demand, ended exactly once."""

import asyncio
import traceback
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import batched
from uuid import UUID, uuid4

import structlog
from dbos import (
    DBOS,
    DBOSContextSetAuth,
    SetEnqueueOptions,
    SetWorkflowID,
    SetWorkflowTimeout,
    WorkflowStatus,
)

from cvtailor.domain.application import ApplicationRequest
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import CvtailorError, ModelRefused, NotFound, Reason, Unavailable, WeMustFix
from cvtailor.domain.run import TERMINAL, Cancelled, EventDraft, EventPayload, Failed, RunState, Step
from cvtailor.workflow import dbos_process
from cvtailor.workflow.agent_workbench import AgentWorkbench
from cvtailor.workflow.dbos_journal import (
    Claims,
    DbosJournal,
    EndedRuns,
    PatientEvents,
    ended_before,
    forget,
    given_up,
    is_given_up,
)
from cvtailor.workflow.generate_application import generate_application
from cvtailor.workflow.journal import Json, RunCancelled, RunLost
from cvtailor.workflow.journal_cipher import JournalCipher
from cvtailor.workflow.lease import Lease
from cvtailor.workflow.narrator import Narrator
from cvtailor.workflow.run_ports import Ports
from cvtailor.workflow.run_telling import RunTelling
from cvtailor.workflow.waiting_line import WaitingLine
from cvtailor.workflow.workbench import Workbench

WORKFLOW_VERSION = "3"
"""Version of the order and names of the steps; raise it when a run in flight could not be replayed."""

QUEUE = "runs"
REPLAYS = frozenset({WORKFLOW_VERSION})
"""Versions whose runs this build can go on with: it takes the same steps, in order and by name."""

_BEGINNING_SECONDS = 1.0
_END_ATTEMPTS = 12
_FORGOTTEN_AT_ONCE = 500
_GIVEN_UP_LATELY_SECONDS = 86_400
_UNWINDING_SECONDS = 60
"""How long the journal of a run that was cancelled is left to the worker that still has it in hand."""

type _Workflow = Callable[[str, Json, bool], Coroutine[object, object, None]]

log = structlog.get_logger(__name__)


class _NoModel(ModelRefused):
    """A run that needs agents came to a worker that has none."""


class DurableRuns:
    """Starts, runs and cancels runs (``RunQueue``).

    One instance a process: DBOS is a singleton.
    """

    def __init__(
        self,
        database_url: str,
        ports: Ports,
        *,
        executor_id: str,
        run_concurrency: int,
        queue_poll_seconds: float,
        run_deadline_seconds: float,
        works: bool = True,
        runs_at_once_max: int | None = None,
        runs_per_minute_max: int | None = None,
        journal_cipher: JournalCipher | None = None,
        journal_retention_hours: float | None = None,
        line: WaitingLine | None = None,
        lease: Lease | None = None,
        claims: Claims | None = None,
        telling: RunTelling | None = None,
    ) -> None:
        """Takes the settings; nothing is started before ``launch``.

        Args:
            database_url: SQLAlchemy URL of the role that owns DBOS's schema and nothing else.
            ports: What runs work with.
            executor_id: Unique to this process; a run belongs to the executor that started it.
            run_concurrency: Runs at once in this process.
            queue_poll_seconds: How often the queue is asked for runs that others enqueued.
            run_deadline_seconds: A run that takes longer is stopped.
            works: Whether this process takes runs from the queue, or only accepts them.
            runs_at_once_max: Runs at once in all processes together; None is no limit.
            runs_per_minute_max: Runs begun a minute in all processes together; None is no limit.
            journal_cipher: How payloads are journaled; None: as plain JSON.
            journal_retention_hours: How long an ended run stays journaled; 0: it goes at once; None: for
                ever. What is due later goes by ``purge_journal``.
            line: Knows the runs that wait; None: nobody asks.
            lease: How long this process may work; None: for as long as it lives.
            claims: Says whether a run is this process's still, once the lease had lapsed; puts it back.
            telling: What is told of runs beside their events.
        """
        self._database_url = database_url
        self._ports = ports
        self._executor_id = executor_id
        self._run_concurrency = run_concurrency
        self._queue_poll_seconds = queue_poll_seconds
        self._run_deadline_seconds = run_deadline_seconds
        self._works = works
        self._runs_at_once_max = runs_at_once_max
        self._runs_per_minute_max = runs_per_minute_max
        self._cipher = journal_cipher or JournalCipher()
        self._journal_retention_hours = journal_retention_hours
        self._line = line
        self._lease = lease
        self._claims = claims
        self._active: set[UUID] = set()
        self._beginning: set[UUID] = set()
        self._places = asyncio.Semaphore(run_concurrency)
        self._ended = EndedRuns() if journal_retention_hours == 0 else None
        self._telling = telling or RunTelling()
        self._told: set[str] = set()
        self._run: _Workflow | None = None

    async def launch(self) -> None:
        """Connects and begins to take runs; must be called on the loop that will do the work.

        Raises:
            Unavailable: Postgres does not answer.
        """
        self._run = DBOS.workflow(name="generate_application", max_recovery_attempts=20)(self._workflow())
        dbos_process.prepare()
        DBOS(
            config=dbos_process.configured(
                self._database_url, self._executor_id, WORKFLOW_VERSION, self._cipher
            )
        )
        if not self._works:
            DBOS.listen_queues([])
        try:
            # Inside the running loop: DBOS runs queued async workflows on the loop it was launched from.
            DBOS.launch()
            await DBOS.register_queue_async(
                QUEUE,
                worker_concurrency=min(
                    self._run_concurrency, self._runs_at_once_max or self._run_concurrency
                ),
                global_concurrency=self._runs_at_once_max,
                limiter={"limit": self._runs_per_minute_max, "period": 60}
                if self._runs_per_minute_max
                else None,
                polling_interval_sec=self._queue_poll_seconds,
                on_conflict="always_update",
            )
        except Exception as error:
            raise Unavailable(f"the durable engine did not start: {type(error).__name__}") from error
        if self._ended:
            self._ended.start()

    def retire(self) -> None:
        """Takes no runs any more; those in progress go to others as their steps end."""
        if self._lease:
            self._lease.end()
        if self._run:
            dbos_process.stop_taking()

    async def close(self, drain_seconds: float) -> None:
        """Lets each run finish its step; what is left after that time goes on elsewhere."""
        self.retire()
        if self._ended:
            for run_id in self._active:  # some have told their end and are about to return
                self._ended.note(run_id)
            await self._ended.close()
        await dbos_process.destroy(drain_seconds)
        self._run = None

    @property
    def active(self) -> int:
        """Number of runs in progress in this process."""
        return len(self._active)

    async def start(self, caller: Caller, run_id: UUID, behind: int = 0) -> None:
        """See ``RunQueue.start``: here at once if there is room and nobody waits, else through the queue.

        Whether agents work is settled here: a worker with other settings must take the same steps.
        """
        assert self._run is not None, "launch first"  # noqa: S101
        arguments = (str(run_id), caller.model_dump(mode="json"), self._ports.models is not None)
        # The owner stands beside the payloads too: a run whose payloads can't be read still gets its end.
        owner = DBOSContextSetAuth(str(caller.user_id), [])
        with owner, SetWorkflowID(str(run_id)), SetWorkflowTimeout(self._run_deadline_seconds):
            try:
                if await self._takes_place(run_id):
                    await DBOS.start_workflow_async(self._run, *arguments)
                else:
                    with SetEnqueueOptions(priority=behind + 1):
                        await DBOS.enqueue_workflow_async(QUEUE, self._run, *arguments)
                    if self._line:
                        self._line.join(run_id)
            except CvtailorError:
                raise
            except Exception as error:
                raise Unavailable(f"the run could not be started: {type(error).__name__}") from error

    async def check_room(self) -> None:
        """See ``RunQueue.check_room``."""
        if self._line:
            await self._line.check_room()

    async def position(self, run_id: UUID) -> int:
        """See ``RunQueue.position``."""
        return await self._line.position(run_id) if self._line else 0

    async def cancel(self, caller: Caller, run_id: UUID) -> None:
        """See ``RunQueue.cancel``."""
        ended = await self._end(caller, run_id, RunState.CANCELLED, Cancelled())
        # Also where it was ended before: whoever did that may have died before it stopped the work.
        if ended or await self._was_cancelled(caller, run_id):
            try:
                await DBOS.cancel_workflow_async(str(run_id))
            except Exception as error:
                raise Unavailable(f"the run could not be stopped: {type(error).__name__}") from error

    async def forget(self, run_ids: Sequence[UUID]) -> None:
        """See ``RunQueue.forget``; a worker that is still at one of them finds no place for what it did."""
        try:
            for some in batched(run_ids, _FORGOTTEN_AT_ONCE):
                await forget([str(run_id) for run_id in some])
        except Exception as error:
            raise Unavailable(f"the durable engine does not answer: {type(error).__name__}") from error

    async def check(self) -> None:
        """See ``RunQueue.check``."""
        try:
            await DBOS.retrieve_queue_async(QUEUE)
        except Exception as error:
            raise Unavailable(f"the durable engine does not answer: {type(error).__name__}") from error

    def at_work(self) -> Sequence[str]:
        """Returns the runs that this process is at."""
        return dbos_process.at_work()

    async def end_given_up(self) -> None:
        """Ends, in the records, what DBOS gave up: unreadable, dying again and again, too late."""
        for run in await given_up(_GIVEN_UP_LATELY_SECONDS):
            if run.workflow_id not in self._told:
                await self._tell_given_up(run)

    async def purge_journal(self, at_most: int) -> int:
        """Deletes what the journal holds of runs that ended longer ago than it is kept.

        Returns:
            Of how many runs; less than ``at_most`` if none is left.
        """
        if self._journal_retention_hours is None:
            return 0
        age_seconds = max(self._journal_retention_hours * 3600, _UNWINDING_SECONDS)
        due = await ended_before(age_seconds, at_most)
        for run in filter(is_given_up, due):
            await self._tell_given_up(run)
        await forget([run.workflow_id for run in due])
        return len(due)

    async def end_outdated(self, run_id: UUID, user_id: UUID, version: str) -> None:
        """Ends, in records and journal, a run of a version that no worker can go on with."""
        gone = Unavailable(f"version {version} of the service, which began the run, is gone; generate again")
        await self._end(Caller(user_id=user_id), run_id, RunState.FAILED, _failed(None, gone))
        log.error("run_outdated", run_id=str(run_id), version=version)
        await forget([str(run_id)])

    async def _was_cancelled(self, caller: Caller, run_id: UUID) -> bool:
        with suppress(NotFound):
            return await self._ports.records.state_of(caller, run_id) is RunState.CANCELLED
        return False

    async def _takes_place(self, run_id: UUID) -> bool:
        """Whether a run may begin here at once; limits that hold for all processes only the queue knows."""
        limited = self._runs_at_once_max or self._runs_per_minute_max
        if limited or not self._works or (self._line and await self._line.count()):
            return False
        if self._lease and self._lease.ended:
            return False
        if len(self._active | self._beginning) >= self._run_concurrency:
            return False
        # DBOS begins it a moment later, or never if it is known; until then others must see the place taken.
        self._beginning.add(run_id)
        asyncio.get_running_loop().call_later(_BEGINNING_SECONDS, self._beginning.discard, run_id)
        return True

    def _workflow(self) -> _Workflow:
        async def generate(run_id: str, owner: Json, with_agents: bool) -> None:
            # DBOS counts what came from the queue only, and not what began here at once.
            async with self._places, self._telling.performing(UUID(run_id)):
                await self._perform(UUID(run_id), Caller.model_validate(owner), with_agents)

        return generate

    async def _perform(self, run_id: UUID, owner: Caller, with_agents: bool) -> None:
        """Does a run and ends it, whatever happens; only a worker that lost it leaves it open."""
        self._active.add(run_id)
        journal = DbosJournal(self._lease, self._claims)
        run = Narrator(owner, run_id, PatientEvents(self._ports.events, journal), journal)
        try:
            await self._perform_narrated(run, journal, with_agents)
            self._note_end(run_id)
        except RunCancelled as error:
            # Cancelling ends the run before it stops the workflow: if it is open, its deadline passed.
            await self._fail(run, self._too_late())
            self._note_end(run_id)
            raise error.__cause__ or error from None
        except RunLost as error:
            raise error.__cause__ or error from None
        finally:
            self._active.discard(run_id)

    async def _perform_narrated(self, run: Narrator, journal: DbosJournal, with_agents: bool) -> None:
        records, owner = self._ports.records, run.caller
        try:
            # The journal of an ended run may be gone, and without it the run would be done again.
            if await journal.patiently(lambda: records.state_of(owner, run.run_id)) in TERMINAL:
                return
            request = await journal.patiently(lambda: records.request_of(owner, run.run_id))
            await generate_application(run, self._bench(run, request, with_agents))
            await self._telling.ended(run.run_id, RunState.SUCCEEDED)
        except _NoModel as error:
            # Not through the journal, in which another step has this place if a worker had a model before.
            await self._fail(run, error)
        except CvtailorError as error:
            await self._record_failure(journal, run, error)
        except Exception as error:
            incident = uuid4().hex[:12]
            # The text of an unexpected exception may quote the CV: only its type and place are logged.
            frames = "".join(traceback.format_tb(error.__traceback__))
            log.error(
                "run_crashed",
                run_id=str(run.run_id),
                incident=incident,
                error=type(error).__name__,
                at=frames,
            )
            await self._record_failure(journal, run, CvtailorError(f"internal error, incident {incident}"))

    def _bench(self, run: Narrator, request: ApplicationRequest, with_agents: bool) -> Workbench:
        if not with_agents:
            return Workbench(run.caller, run.run_id, self._ports, request)
        if self._ports.models is None:
            raise _NoModel("the run was begun with a model, and none is configured here; generate again")
        return AgentWorkbench(run, self._ports, self._ports.models, request)

    async def _tell_given_up(self, run: WorkflowStatus) -> None:
        error: CvtailorError = WeMustFix("the run kept dying and was given up; generate again")
        if run.status == "CANCELLED":
            error = self._too_late()
        if getattr(run.error, "name", "") == "JournalUnreadable":
            error = WeMustFix(str(run.error))
        if run.authenticated_user:
            owner = Caller(user_id=UUID(run.authenticated_user))
            failed = _failed(None, error)
            # Its records may be gone: its owner deletes what they please.
            with suppress(NotFound):
                if await self._end(owner, UUID(run.workflow_id), RunState.FAILED, failed):
                    log.error("run_given_up", run_id=run.workflow_id, status=run.status)
        self._told.add(run.workflow_id)

    def _note_end(self, run_id: UUID) -> None:
        """Lets the journal go of what has ended in the records; never of what has not."""
        if self._ended:
            self._ended.note(run_id)

    def _too_late(self) -> CvtailorError:
        message = f"the run took longer than {self._run_deadline_seconds:.0f} s and was stopped"
        return Unavailable(message, reason=Reason.RUN_DEADLINE_EXCEEDED)

    async def _record_failure(self, journal: DbosJournal, run: Narrator, error: CvtailorError) -> None:
        async def work() -> Json:
            await self._fail(run, error)
            return {}

        await journal.record("end", work, attempts=_END_ATTEMPTS)

    async def _fail(self, run: Narrator, error: CvtailorError) -> None:
        failed = _failed(run.current, error)
        log.warning("run_failed", run_id=str(run.run_id), step=run.current, reason=error.reason.value)
        await self._end(run.caller, run.run_id, RunState.FAILED, failed)

    async def _end(self, caller: Caller, run_id: UUID, state: RunState, payload: EventPayload) -> bool:
        last = EventDraft(key="end", at=datetime.now(UTC), percent=0, payload=payload)
        reason, message = (payload.reason, payload.message) if isinstance(payload, Failed) else ("", "")
        try:
            ended = await self._ports.records.end_run(caller, run_id, state, last, reason, message)
        except NotFound:
            return False  # its owner has deleted everything meanwhile
        if ended:
            await self._telling.ended(run_id, state, reason)
        return ended


def _failed(step: Step | None, error: CvtailorError) -> Failed:
    return Failed(step=step, reason=error.reason, message=error.message, retryable=error.caller_retries)
