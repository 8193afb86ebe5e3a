"""Tells a run: does its steps through the journal and appends what happens to the event log."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import CallerMustRetry, CvtailorError, Reason, WeMustFix
from cvtailor.domain.model import DomainModel
from cvtailor.domain.ports import RunEvents
from cvtailor.domain.run import (
    STEPS,
    EventDraft,
    EventPayload,
    Progress,
    Step,
    StepFinished,
    StepProgress,
    StepResult,
    StepStarted,
    Warned,
)
from cvtailor.workflow.journal import Journal, Json

_PERCENT_AFTER: Mapping[Step, int] = {
    Step.READ_CV: 8,
    Step.READ_OFFER: 16,
    Step.MATCH: 28,
    Step.ASK: 32,
    Step.TAILOR: 42,
    Step.WRITE_LETTER: 50,
    Step.CHECK_CLAIMS: 58,
    Step.FIT_PAGES: 78,
    Step.CHECK_AGREEMENT: 80,
    Step.RENDER: 94,
    Step.FILE_RECORDS: 99,
}
"""Progress of the run when a step ends, by the time steps usually take."""

_APPEND_PAUSES_SECONDS = (0.1, 0.3, 1.0, 3.0, 5.0)
"""Long enough for Postgres to restart; telling the same events again changes nothing."""


class Outcome[T: DomainModel](NamedTuple):
    """What a step led to, as it goes to the event log."""

    result: Callable[[T], StepResult]
    warnings: Callable[[T], Iterable[Warned]] = lambda _: ()


class Narrator:
    """One run in progress.

    A worker that takes over after a crash goes through the same calls: steps that are in the journal
    return at once, events that are in the log stay as they are.
    """

    def __init__(self, caller: Caller, run_id: UUID, events: RunEvents, journal: Journal) -> None:
        self.caller = caller
        self.run_id = run_id
        self.current: Step | None = None
        self._events = events
        self._journal = journal
        self._finished: list[EventDraft] = []

    async def step[T: DomainModel](
        self, step: Step, output: type[T], work: Callable[[Progress], Awaitable[T]], outcome: Outcome[T]
    ) -> T:
        """Does one step and tells it.

        Args:
            step: Which.
            output: The type it returns, by which the journal's JSON is read back.
            work: The step itself.
            outcome: What of it goes to the log.

        Raises:
            CvtailorError: What the step raised.
        """
        self.current = step
        # One transaction tells the end of the step before and the start of this one.
        await self._append([*self._finished, self.draft("started", StepStarted(step=step))])
        record = await self.record(step, lambda: self._perform(step, work))
        value = output.model_validate(record["output"])
        duration_ms = int(str(record["duration_ms"]))
        self._finished = [
            *(self.draft(f"warning/{n}", warned) for n, warned in enumerate(outcome.warnings(value))),
            self.finished(step, outcome.result(value), duration_ms),
        ]
        return value

    async def say(self, key: str, payload: EventPayload) -> None:
        """Tells something of the current step at once."""
        await self._append([self.draft(key, payload)])

    def begin(self, step: Step) -> list[EventDraft]:
        """Starts the last step, which tells its own end in the transaction that does it."""
        self.current = step
        pending = [*self._finished, self.draft("started", StepStarted(step=step))]
        self._finished = []
        return pending

    def finished(self, step: Step, result: StepResult, duration_ms: int) -> EventDraft:
        """Returns the event that ends a step."""
        payload = StepFinished(step=step, result=result, duration_ms=duration_ms)
        return self.draft("finished", payload, percent=_PERCENT_AFTER[step])

    def draft(self, key: str, payload: EventPayload, percent: int | None = None) -> EventDraft:
        """Returns an event of the current step, keyed so that telling it twice changes nothing."""
        index = STEPS.index(self.current) + 1 if self.current else 0
        before = _PERCENT_AFTER[STEPS[index - 2]] if index > 1 else 0
        return EventDraft(
            key=f"{self.current.value}/{key}" if self.current else key,
            at=datetime.now(UTC),
            step_index=index,
            percent=before if percent is None else percent,
            payload=payload,
        )

    async def record(self, step: Step, work: Callable[[], Awaitable[Json]]) -> Json:
        """Does work through the journal; an error that trying again can't mend is an outcome too.

        Raises:
            CvtailorError: What the work raised, now or before a crash.
        """

        async def attempt() -> Json:
            try:
                return await work()
            except CvtailorError as error:
                if error.caller_retries:
                    raise
                return {"error": _error_to(error)}

        record = await self._journal.record(step.value, attempt)
        if error := record.get("error"):
            raise _error_from(error)
        return record

    async def _perform[T: DomainModel](self, step: Step, work: Callable[[Progress], Awaitable[T]]) -> Json:
        told = 0

        async def progress(message: str, done: int, total: int) -> None:
            nonlocal told
            told += 1
            payload = StepProgress(step=step, message=message, done=done, total=total)
            await self._append([self.draft(f"progress/{told}", payload)])

        began = time.monotonic()
        value = await work(progress)
        duration_ms = round(1000 * (time.monotonic() - began))
        return {"output": value.model_dump(mode="json"), "duration_ms": duration_ms}

    async def _append(self, drafts: list[EventDraft]) -> None:
        for pause_seconds in _APPEND_PAUSES_SECONDS:
            try:
                return await self._events.append(self.caller, self.run_id, drafts)
            except CallerMustRetry:
                await asyncio.sleep(pause_seconds)
        return await self._events.append(self.caller, self.run_id, drafts)


def _error_to(error: CvtailorError) -> Json:
    return {
        "reason": error.reason.value,
        "message": error.message,
        "field": error.field,
        "line": error.line,
        "metadata": error.metadata,
    }


def _error_from(record: object) -> CvtailorError:
    if not isinstance(record, dict):
        return WeMustFix("the journal holds an error of an unknown shape")
    return CvtailorError(
        record["message"],
        reason=Reason(record["reason"]),
        field=record["field"],
        line=record["line"],
        **record["metadata"],
    )
