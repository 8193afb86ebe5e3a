"""The end of a run in the records: written once, whoever finds it due."""

from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID

import structlog
from dbos import WorkflowStatus

from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import CvtailorError, NotFound, Reason, Unavailable, WeMustFix
from cvtailor.domain.ports import Records
from cvtailor.domain.run import Cancelled, EventDraft, EventPayload, Failed, RunState, Step
from cvtailor.workflow.dbos_journal import ended_before, forget, given_up, is_given_up
from cvtailor.workflow.narrator import Narrator
from cvtailor.workflow.run_telling import RunTelling

_GIVEN_UP_LATELY_SECONDS = 86_400
_UNWINDING_SECONDS = 60
"""How long the journal of a run that was cancelled is left to the worker that still has it in hand."""

log = structlog.get_logger(__name__)


class Endings:
    """Ends runs that did not end by themselves: failed, cancelled, too late."""

    def __init__(self, records: Records, telling: RunTelling, run_deadline_seconds: float) -> None:
        """Takes the records, what is told beside them, and the time that a run may take."""
        self._records = records
        self._telling = telling
        self._run_deadline_seconds = run_deadline_seconds

    async def fail(self, run: Narrator, error: CvtailorError) -> None:
        """Ends a run as failed in the step that it is at."""
        if await self.fail_unperformed(run.caller, run.run_id, error, run.current):
            log.warning("run_failed", run_id=str(run.run_id), step=run.current, reason=error.reason.value)

    async def fail_unperformed(
        self, caller: Caller, run_id: UUID, error: CvtailorError, step: Step | None = None
    ) -> bool:
        """Ends one as failed that nobody performs; returns whether it was open."""
        failed = Failed(step=step, reason=error.reason, message=error.message, retryable=error.caller_retries)
        return await self._end(caller, run_id, RunState.FAILED, failed, failed.reason, failed.message)

    async def cancel(self, caller: Caller, run_id: UUID) -> bool:
        """Ends one as cancelled; returns whether it is, now or since somebody else did it."""
        if await self._end(caller, run_id, RunState.CANCELLED, Cancelled()):
            return True
        with suppress(NotFound):
            return await self._records.state_of(caller, run_id) is RunState.CANCELLED
        return False

    def too_late(self) -> CvtailorError:
        """Returns what a run fails with whose deadline passed."""
        message = f"the run took longer than {self._run_deadline_seconds:.0f} s and was stopped"
        return Unavailable(message, reason=Reason.RUN_DEADLINE_EXCEEDED)

    async def _end(
        self,
        caller: Caller,
        run_id: UUID,
        state: RunState,
        payload: EventPayload,
        reason: str = "",
        message: str = "",
    ) -> bool:
        last = EventDraft(key="end", at=datetime.now(UTC), percent=0, payload=payload)
        try:
            ended = await self._records.end_run(caller, run_id, state, last, reason, message)
        except NotFound:
            return False  # its owner has deleted everything meanwhile
        if ended:
            await self._telling.ended(run_id, state, reason)
        return ended


class Leftovers:
    """Runs that nobody performs any more: given up, outdated, ended long ago."""

    def __init__(self, endings: Endings, journal_retention_hours: float | None) -> None:
        """Takes how runs are ended, and how long an ended one stays journaled; None: for ever."""
        self._endings = endings
        self._journal_retention_hours = journal_retention_hours
        self._told: set[str] = set()

    async def end_given_up(self) -> None:
        """Ends, in the records, what DBOS gave up: unreadable, dying again and again, too late."""
        found = await given_up(_GIVEN_UP_LATELY_SECONDS)
        self._told &= {run.workflow_id for run in found}
        for run in found:
            if run.workflow_id not in self._told:
                await self._tell_given_up(run)

    async def end_outdated(self, run_id: UUID, user_id: UUID, version: str) -> None:
        """Ends, in records and journal, a run of a version that no worker can go on with."""
        gone = Unavailable(f"version {version} of the service, which began the run, is gone; generate again")
        await self._endings.fail_unperformed(Caller(user_id=user_id), run_id, gone)
        log.error("run_outdated", run_id=str(run_id), version=version)
        await forget([str(run_id)])

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

    async def _tell_given_up(self, run: WorkflowStatus) -> None:
        error: CvtailorError = WeMustFix("the run kept dying and was given up; generate again")
        if run.status == "CANCELLED":
            error = self._endings.too_late()
        if getattr(run.error, "name", "") == "JournalUnreadable":
            error = WeMustFix(str(run.error))
        if run.authenticated_user:
            owner = Caller(user_id=UUID(run.authenticated_user))
            if await self._endings.fail_unperformed(owner, UUID(run.workflow_id), error):
                log.error("run_given_up", run_id=run.workflow_id, status=run.status)
        self._told.add(run.workflow_id)
