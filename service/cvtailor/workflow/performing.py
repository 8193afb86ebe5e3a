"""One run, done by this process and ended whatever happens."""

import traceback
from collections.abc import Callable
from uuid import UUID, uuid4

import structlog

from cvtailor.domain.application import ApplicationRequest
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import CvtailorError, ModelRefused
from cvtailor.domain.ports import Readings
from cvtailor.domain.run import TERMINAL, RunState
from cvtailor.workflow.agent_workbench import AgentWorkbench
from cvtailor.workflow.dbos_journal import Claims, DbosJournal, PatientEvents
from cvtailor.workflow.endings import Endings
from cvtailor.workflow.generate_application import generate_application
from cvtailor.workflow.journal import Json, RunCancelled, RunLost
from cvtailor.workflow.lease import Lease
from cvtailor.workflow.narrator import Narrator, insist
from cvtailor.workflow.read_already import not_reading_again
from cvtailor.workflow.run_ports import Ports
from cvtailor.workflow.run_telling import RunTelling
from cvtailor.workflow.workbench import Workbench

_END_ATTEMPTS = 12

log = structlog.get_logger(__name__)


class _NoModel(ModelRefused):
    """A run that needs agents came to a worker that has none."""


class Performer:
    """Does runs, each in the workflow that calls it.

    Attributes:
        active: The runs that it is at.
    """

    def __init__(
        self,
        ports: Ports,
        endings: Endings,
        telling: RunTelling,
        lease: Lease | None,
        claims: Claims | None,
        note_end: Callable[[UUID], None],
    ) -> None:
        """Prepares.

        Args:
            ports: What runs work with.
            endings: Ends those that fail.
            telling: What is told of runs beside their events.
            lease: How long this process may work; None: for as long as it lives.
            claims: Says whether a run is this process's still.
            note_end: Lets the journal go of what has ended in the records; never of what has not.
        """
        self.active: set[UUID] = set()
        self._read: dict[UUID, Readings] = {}
        self._ports = ports
        self._endings = endings
        self._telling = telling
        self._lease = lease
        self._claims = claims
        self._note_end = note_end

    def hand(self, run_id: UUID, read: Readings) -> None:
        """Keeps a request that was just accepted, and what was read of it, for when its run begins."""
        self._read[run_id] = read

    def forget(self, run_id: UUID) -> None:
        """Keeps it no longer: the run has begun, or will not begin here."""
        self._read.pop(run_id, None)

    async def perform(self, run_id: UUID, owner: Caller, with_agents: bool) -> None:
        """Does a run and ends it, whatever happens; only a worker that lost it leaves it open."""
        self.active.add(run_id)
        read = self._read.pop(run_id, None)
        journal = DbosJournal(self._lease, self._claims)
        run = Narrator(owner, run_id, PatientEvents(self._ports.events, journal), journal)
        try:
            await self._perform_narrated(run, journal, with_agents, read)
            self._note_end(run_id)
        except RunCancelled as error:
            # Cancelling ends the run before it stops the workflow: if it is open, its deadline passed.
            await self._endings.fail(run, self._endings.too_late())
            self._note_end(run_id)
            raise error.__cause__ or error from None
        except RunLost as error:
            raise error.__cause__ or error from None
        finally:
            await run.close()
            self.active.discard(run_id)

    async def _perform_narrated(
        self, run: Narrator, journal: DbosJournal, with_agents: bool, read: Readings | None
    ) -> None:
        records, owner = self._ports.records, run.caller
        try:
            # The journal of an ended run may be gone, and without it the run would be done again.
            if (
                await insist(lambda: journal.patiently(lambda: records.state_of(owner, run.run_id)))
                in TERMINAL
            ):
                return
            request = (
                read.request
                if read
                else await insist(lambda: journal.patiently(lambda: records.request_of(owner, run.run_id)))
            )
            await generate_application(run, self._bench(run, request, with_agents, read))
            await self._telling.ended(run.run_id, RunState.SUCCEEDED)
        except _NoModel as error:
            # Not through the journal, in which another step has this place if a worker had a model before.
            await self._endings.fail(run, error)
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

    def _bench(
        self, run: Narrator, request: ApplicationRequest, with_agents: bool, read: Readings | None
    ) -> Workbench:
        ports = not_reading_again(self._ports, read)
        if not with_agents:
            return Workbench(run.caller, run.run_id, ports, request)
        if ports.models is None:
            raise _NoModel("the run was begun with a model, and none is configured here; generate again")
        return AgentWorkbench(run, ports, ports.models, request)

    async def _record_failure(self, journal: DbosJournal, run: Narrator, error: CvtailorError) -> None:
        async def work() -> Json:
            await self._endings.fail(run, error)
            return {}

        await journal.record("end", work, attempts=_END_ATTEMPTS)
