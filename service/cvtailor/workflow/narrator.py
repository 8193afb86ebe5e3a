"""Tells a run: does its steps through the journal and appends what happens to the event log."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from pydantic import TypeAdapter

from cvtailor.domain.caller import Caller
from cvtailor.domain.drafts import Plan
from cvtailor.domain.errors import CallerMustRetry, CvtailorError
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
    StepStarted,
    Warned,
)
from cvtailor.domain.step_results import StepResult
from cvtailor.telemetry.metrics import STEP_SECONDS
from cvtailor.telemetry.spans import span
from cvtailor.workflow.journal import Journal, Json, error_from_json, error_to_json
from cvtailor.workflow.outbox import Outbox
from cvtailor.workflow.work import Composed, Outcome, Recomputed, Work

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

_WARNINGS = TypeAdapter(tuple[Warned, ...])

_PAUSES_SECONDS = (0.1, 0.3, 1.0, 3.0, 5.0)
"""Long enough for Postgres to restart; telling the same events again changes nothing."""


class _Done[T: DomainModel](NamedTuple):
    value: T
    duration_ms: int
    warnings: tuple[Warned, ...] = ()


class Narrator:
    """One run in progress.

    A worker that takes over after a crash goes through the same calls: steps that are in the journal
    return at once, events that are in the log stay as they are.
    """

    def __init__(self, caller: Caller, run_id: UUID, events: RunEvents, journal: Journal) -> None:
        self.caller = caller
        self.run_id = run_id
        self.journal = journal
        self.current: Step | None = None
        self._events = events
        self._told = 0
        self._held: list[EventDraft] = []
        self._outbox = Outbox(self._append)

    async def step[T: DomainModel](
        self,
        step: Step,
        output: type[T],
        work: Work[T],
        outcome: Outcome[T],
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
        await self._tell(self.draft("started", StepStarted(step=step)))
        if isinstance(work, Composed):
            # Nothing is paid for in a run whose log can't be written; other work may be done for nothing.
            await self._outbox.emptied()
        done = await self._done(step, output, work)
        warnings = [*done.warnings, *outcome.warnings(done.value)]
        self._held += [
            *(self.draft(f"warning/{n}", warned) for n, warned in enumerate(warnings)),
            self.finished(step, outcome.result(done.value), done.duration_ms),
        ]
        return done.value

    async def say(self, told: Mapping[str, EventPayload]) -> None:
        """Tells things of the current step at once, by key, in one transaction."""
        await self._outbox.put([*self._released(), *(self.draft(key, each) for key, each in told.items())])
        await self._outbox.emptied()

    async def tell_progress(self, progress: StepProgress) -> None:
        """Tells how far the current step is."""
        await self._tell(self._progress_draft(progress))

    async def begin(self, step: Step) -> list[EventDraft]:
        """Starts the last step, which tells its own end in the transaction that does it."""
        await self._outbox.emptied()
        self.current = step
        return [*self._released(), self.draft("started", StepStarted(step=step))]

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

    async def record(self, name: str, work: Callable[[], Awaitable[Json]]) -> Json:
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
                return {"error": error_to_json(error)}
            finally:
                # What was said of it is in the log before it is in the journal: nobody says it again.
                await self._outbox.emptied()

        record = await self.journal.record(name, attempt)
        if error := record.get("error"):
            raise error_from_json(error)
        return record

    async def recall[T: DomainModel](self, name: str, output: type[T], work: Callable[[], Awaitable[T]]) -> T:
        """Does a part of a composed step through the journal.

        Raises:
            CvtailorError: What the work raised, now or before a crash.
        """

        async def attempt() -> Json:
            return {"output": (await work()).model_dump(mode="json")}

        return output.model_validate((await self.record(name, attempt))["output"])

    async def close(self) -> None:
        """Says no more, when the run has ended or is another worker's."""
        await self._outbox.close()

    async def _done[T: DomainModel](
        self,
        step: Step,
        output: type[T],
        work: Work[T],
    ) -> _Done[T]:
        if isinstance(work, Recomputed):
            began = time.monotonic()
            with self.timed_step():
                return _Done(await insist(lambda: self.journal.patiently(work.work)), _ms_since(began))
        if isinstance(work, Composed):
            record = await self._compose(step, work)
        else:
            record = await self.record(step, lambda: self._perform(work))
        return _Done(
            output.model_validate(record["output"]),
            int(str(record["duration_ms"])),
            _WARNINGS.validate_python(record.get("warnings", ())),
        )

    async def _perform[T: DomainModel](self, work: Callable[[Progress], Awaitable[T]]) -> Json:
        self._told = 0
        began = time.monotonic()
        with self.timed_step():
            value = await work(self._progress)
        return {"output": value.model_dump(mode="json"), "duration_ms": _ms_since(began)}

    async def _compose[T: DomainModel](self, step: Step, composed: Composed[T]) -> Json:
        self._told = 0
        began = time.monotonic()
        with self.timed_step():
            made = await composed.work()

        async def result() -> Json:
            return {
                "output": made.value.model_dump(mode="json"),
                "warnings": [warned.model_dump(mode="json") for warned in made.warnings],
                "duration_ms": _ms_since(began),
            }

        return await self.record(step, result)

    async def _progress(
        self,
        message: str,
        done: int,
        total: int,
        *,
        accepted: int = 0,
        rejected: int = 0,
        plan: Plan | None = None,
    ) -> None:
        assert self.current, "only a step has progress"  # noqa: S101
        await self.tell_progress(
            StepProgress(
                step=self.current,
                message=message,
                done=done,
                total=total,
                accepted=accepted,
                rejected=rejected,
                plan=plan,
            )
        )

    @contextmanager
    def timed_step(self) -> Iterator[None]:
        """Tells how long the current step takes; what comes from the journal is not told again."""
        named = {"step": self.current.value if self.current else ""}
        with span("step", named), STEP_SECONDS.timed(named):
            yield

    def _progress_draft(self, progress: StepProgress) -> EventDraft:
        # Counted, so that whoever repeats the step tells the same under the same keys.
        self._told += 1
        return self.draft(f"progress/{self._told}", progress)

    def _released(self) -> list[EventDraft]:
        held, self._held = self._held, []
        return held

    async def _tell(self, draft: EventDraft) -> None:
        await self._outbox.put([*self._released(), draft])

    async def _append(self, drafts: list[EventDraft]) -> None:
        await insist(lambda: self._events.append(self.caller, self.run_id, drafts))


async def insist[T](ask: Callable[[], Awaitable[T]]) -> T:
    """Asks Postgres for what may be asked twice, for as long as it may need to restart.

    Raises:
        CvtailorError: What the last attempt raised, or one that trying again can't mend.
    """
    for pause_seconds in _PAUSES_SECONDS:
        try:
            return await ask()
        except CallerMustRetry:
            await asyncio.sleep(pause_seconds)
    return await ask()


def _ms_since(began: float) -> int:
    return round(1000 * (time.monotonic() - began))
