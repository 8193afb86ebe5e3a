"""Runs on DBOS: started once, journaled in Postgres, stopped on demand, ended exactly once."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import date
from itertools import batched
from uuid import UUID

from dbos import DBOS, DBOSContextSetAuth, SetEnqueueOptions, SetWorkflowID, SetWorkflowTimeout

from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import CvtailorError, Unavailable
from cvtailor.domain.ports import Readings
from cvtailor.workflow import dbos_process
from cvtailor.workflow.dbos_journal import Claims, EndedRuns, forget
from cvtailor.workflow.endings import Endings, Leftovers
from cvtailor.workflow.journal import Json
from cvtailor.workflow.journal_cipher import JournalCipher
from cvtailor.workflow.lease import Lease
from cvtailor.workflow.performing import Performer
from cvtailor.workflow.run_day import begun_on, run_day
from cvtailor.workflow.run_ports import Ports
from cvtailor.workflow.run_telling import RunTelling
from cvtailor.workflow.waiting_line import WaitingLine

WORKFLOW_VERSION = "5"
"""Version of the order and names of the steps; raise it when a run in flight could not be replayed."""

QUEUE = "runs"
REPLAYS = frozenset({WORKFLOW_VERSION})
"""Versions whose runs this build can go on with: it takes the same steps, in order and by name."""

_BEGINNING_SECONDS = 1.0
_FORGOTTEN_AT_ONCE = 500

type _Workflow = Callable[[str, Json, bool, str], Coroutine[object, object, None]]


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
        self._line = line
        self._lease = lease
        self._beginning: set[UUID] = set()
        self._places = asyncio.Semaphore(run_concurrency)
        self._ended = EndedRuns() if journal_retention_hours == 0 else None
        self._telling = telling or RunTelling()
        self._endings = Endings(ports.records, self._telling, run_deadline_seconds)
        self._leftovers = Leftovers(self._endings, journal_retention_hours)
        self._performer = Performer(ports, self._endings, self._telling, lease, claims, self._note_end)
        self._run: _Workflow | None = None

    async def launch(self) -> None:
        """Connects and begins to take runs; must be called on the loop that will do the work.

        Raises:
            Unavailable: Postgres does not answer, or DBOS's tables can't be brought up to date.
        """
        self._run = DBOS.workflow(name="generate_application", max_recovery_attempts=20)(self._workflow())
        dbos_process.prepare()
        try:
            await dbos_process.migrate(self._database_url)
            DBOS(
                config=dbos_process.configured(
                    self._database_url, self._executor_id, WORKFLOW_VERSION, self._cipher
                )
            )
            if not self._works:
                DBOS.listen_queues([])
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
        except CvtailorError:
            raise
        except Exception as error:
            cause = getattr(error, "orig", None) or error  # SQLAlchemy's own names say less
            raise Unavailable(f"the durable engine did not start: {type(cause).__name__}") from error
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
            for run_id in self._performer.active:  # some have told their end and are about to return
                self._ended.note(run_id)
            await self._ended.close()
        await dbos_process.destroy(drain_seconds)
        self._run = None

    @property
    def active(self) -> int:
        """Number of runs in progress in this process."""
        return len(self._performer.active)

    async def start(
        self, caller: Caller, run_id: UUID, behind: int = 0, read: Readings | None = None
    ) -> None:
        """See ``RunQueue.start``: here at once if there is room and nobody waits, else through the queue.

        Whether agents work is settled here, and the day: a worker with other settings, or tomorrow, must take
        the same steps and come to the same.
        """
        assert self._run is not None, "launch first"  # noqa: S101
        arguments = (
            str(run_id),
            caller.model_dump(mode="json"),
            self._ports.models is not None,
            run_day().isoformat(),
        )
        # The owner stands beside the payloads too: a run whose payloads can't be read still gets its end.
        owner = DBOSContextSetAuth(str(caller.user_id), [])
        with owner, SetWorkflowID(str(run_id)), SetWorkflowTimeout(self._run_deadline_seconds):
            try:
                if await self._takes_place(run_id):
                    if read:
                        self._performer.hand(run_id, read)
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
        # Also where it was ended before: whoever did that may have died before it stopped the work.
        if await self._endings.cancel(caller, run_id):
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
        """See ``Leftovers.end_given_up``."""
        await self._leftovers.end_given_up()

    async def end_outdated(self, run_id: UUID, user_id: UUID, version: str) -> None:
        """See ``Leftovers.end_outdated``."""
        await self._leftovers.end_outdated(run_id, user_id, version)

    async def purge_journal(self, at_most: int) -> int:
        """See ``Leftovers.purge_journal``."""
        return await self._leftovers.purge_journal(at_most)

    async def _takes_place(self, run_id: UUID) -> bool:
        """Whether a run may begin here at once; limits that hold for all processes only the queue knows."""
        limited = self._runs_at_once_max or self._runs_per_minute_max
        if limited or not self._works or (self._line and await self._line.count()):
            return False
        if self._lease and self._lease.ended:
            return False
        if len(self._performer.active | self._beginning) >= self._run_concurrency:
            return False
        # DBOS begins it a moment later, or never if it is known; until then others must see the place taken.
        self._beginning.add(run_id)
        asyncio.get_running_loop().call_later(_BEGINNING_SECONDS, self._must_have_begun, run_id)
        return True

    def _must_have_begun(self, run_id: UUID) -> None:
        self._beginning.discard(run_id)
        self._performer.forget(run_id)

    def _workflow(self) -> _Workflow:
        async def generate(run_id: str, owner: Json, with_agents: bool, day: str) -> None:
            # DBOS counts what came from the queue only, and not what began here at once.
            async with self._places, self._telling.performing(UUID(run_id)):
                with begun_on(date.fromisoformat(day)):
                    await self._performer.perform(UUID(run_id), Caller.model_validate(owner), with_agents)

        return generate

    def _note_end(self, run_id: UUID) -> None:
        if self._ended:
            self._ended.note(run_id)
