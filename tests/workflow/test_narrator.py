"""The narrator over a journal and a log in memory; both real ones have their own tests."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from uuid import UUID, uuid4

import pytest
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import CvtailorError, InvalidInput, Reason, Unavailable
from cvtailor.domain.model import DomainModel
from cvtailor.domain.run import EventDraft, LetterWritten, Progress, RunEvent, Step, StepFinished, Warned
from cvtailor.workflow import narrator
from cvtailor.workflow.journal import Json
from cvtailor.workflow.narrator import Narrator, Outcome


class Text(DomainModel):
    text: str


WRITTEN = Outcome[Text](
    lambda made: LetterWritten(subject=made.text, paragraphs=1),
    lambda made: [Warned(step=Step.WRITE_LETTER, code="odd", message=made.text)],
)


class MemoryJournal:
    def __init__(self) -> None:
        self.outcomes: dict[str, Json] = {}

    async def record(self, name: str, work: Callable[[], Awaitable[Json]]) -> Json:
        if name not in self.outcomes:
            self.outcomes[name] = await work()
        return self.outcomes[name]


class MemoryEvents:
    """Keeps drafts by key, as the log does; refuses ``failures`` times first."""

    def __init__(self, failures: int = 0) -> None:
        self.drafts: dict[str, EventDraft] = {}
        self.failures = failures

    async def append(self, caller: Caller, run_id: UUID, drafts: Sequence[EventDraft]) -> None:
        if self.failures:
            self.failures -= 1
            raise Unavailable("Postgres restarts")
        for draft in drafts:
            self.drafts.setdefault(draft.key, draft)

    def follow(self, caller: Caller, run_id: UUID, after_sequence: int) -> AsyncGenerator[RunEvent | None]:
        raise AssertionError("a run does not read its log")


def narrate(events: MemoryEvents, journal: MemoryJournal) -> Narrator:
    return Narrator(Caller(user_id=uuid4()), uuid4(), events, journal)


async def letter(progress: Progress) -> Text:
    await progress("half way", 1, 2)
    return Text(text="Dear reader")


async def tell(run: Narrator) -> Text:
    return await run.step(Step.WRITE_LETTER, Text, letter, WRITTEN)


async def test_a_step_is_told_as_started_progress_warning_finished() -> None:
    events = MemoryEvents()
    run = narrate(events, MemoryJournal())
    assert await tell(run) == Text(text="Dear reader")
    await events.append(run.caller, run.run_id, run.begin(Step.FILE_RECORDS))
    assert list(events.drafts) == [
        "write_letter/started",
        "write_letter/progress/1",
        "write_letter/warning/0",
        "write_letter/finished",
        "file_records/started",
    ]
    percents = [draft.percent for draft in events.drafts.values()]
    assert percents == sorted(percents)


async def test_a_worker_that_takes_over_repeats_neither_work_nor_words() -> None:
    events, journal = MemoryEvents(), MemoryJournal()
    await tell(narrate(events, journal))
    told = dict(events.drafts)

    async def never(progress: Progress) -> Text:
        raise AssertionError("the step is in the journal")

    second = narrate(events, journal)
    assert await second.step(Step.WRITE_LETTER, Text, never, WRITTEN) == Text(text="Dear reader")
    assert events.drafts == told
    finished = second.begin(Step.FILE_RECORDS)[1].payload
    assert isinstance(finished, StepFinished)


async def test_a_verdict_is_journaled_and_raised_again_with_its_reason() -> None:
    journal, attempts = MemoryJournal(), 0

    async def refuse(progress: Progress) -> Text:
        nonlocal attempts
        attempts += 1
        raise InvalidInput("no name", reason=Reason.CV_UNREADABLE, field="cv.name", line=2)

    for _ in range(2):
        with pytest.raises(CvtailorError, match="no name") as caught:
            await narrate(MemoryEvents(), journal).step(Step.READ_CV, Text, refuse, WRITTEN)
        assert (caught.value.reason, caught.value.line) == (Reason.CV_UNREADABLE, 2)
    assert attempts == 1


async def test_a_restart_of_postgres_does_not_lose_an_event(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(narrator, "_APPEND_PAUSES_SECONDS", (0.0, 0.0, 0.0))
    events = MemoryEvents(failures=3)
    await tell(narrate(events, MemoryJournal()))
    assert "write_letter/started" in events.drafts


async def test_a_log_that_stays_away_ends_the_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(narrator, "_APPEND_PAUSES_SECONDS", (0.0,))
    with pytest.raises(Unavailable):
        await tell(narrate(MemoryEvents(failures=9), MemoryJournal()))
