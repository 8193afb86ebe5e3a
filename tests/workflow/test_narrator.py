"""The narrator over a journal and a log in memory; both real ones have their own tests."""

import pytest
from cvtailor.domain.errors import InvalidInput, Reason, Unavailable
from cvtailor.domain.model import DomainModel
from cvtailor.domain.run import Progress, Step, StepFinished, Warned
from cvtailor.domain.step_results import LetterWritten
from cvtailor.steps.agent_work import WithWarnings
from cvtailor.workflow import narrator
from cvtailor.workflow.narrator import Narrator
from cvtailor.workflow.work import Composed, Outcome, Recomputed
from workflow_fakes import MemoryEvents, MemoryJournal, narrate


class Text(DomainModel):
    text: str


WRITTEN = Outcome[Text](
    lambda made: LetterWritten(subject=made.text, paragraphs=1),
    lambda made: [Warned(step=Step.WRITE_LETTER, code="odd", message=made.text)],
)


async def letter(progress: Progress) -> Text:
    await progress("half way", 1, 2)
    return Text(text="Dear reader")


async def tell(run: Narrator) -> Text:
    return await run.step(Step.WRITE_LETTER, Text, letter, WRITTEN)


async def test_a_step_is_told_as_started_progress_warning_finished() -> None:
    events = MemoryEvents()
    run = narrate(events, MemoryJournal())
    assert await tell(run) == Text(text="Dear reader")
    await events.append(run.caller, run.run_id, await run.begin(Step.FILE_RECORDS))
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
    finished = (await second.begin(Step.FILE_RECORDS))[1].payload
    assert isinstance(finished, StepFinished)


async def test_what_is_not_journaled_is_tried_again_where_that_can_help(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(narrator, "_PAUSES_SECONDS", (0.0, 0.0))
    answers = [Unavailable("the disk is full"), Unavailable("still"), Text(text="Dear reader")]

    async def patiently_written() -> Text:
        answer = answers.pop(0)
        if isinstance(answer, Unavailable):
            raise answer
        return answer

    journal = MemoryJournal()
    run = narrate(MemoryEvents(), journal)
    assert await run.step(Step.WRITE_LETTER, Text, Recomputed(patiently_written), WRITTEN) == Text(
        text="Dear reader"
    )
    assert not journal.outcomes


async def test_a_verdict_is_journaled_and_raised_again_with_its_reason() -> None:
    journal, attempts = MemoryJournal(), 0

    async def refuse(progress: Progress) -> Text:
        nonlocal attempts
        attempts += 1
        raise InvalidInput("no name", reason=Reason.CV_UNREADABLE, field="cv.name", line=2)

    for _ in range(2):
        with pytest.raises(InvalidInput, match="no name") as caught:
            await narrate(MemoryEvents(), journal).step(Step.READ_CV, Text, refuse, WRITTEN)
        assert (caught.value.reason, caught.value.line) == (Reason.CV_UNREADABLE, 2)
    assert attempts == 1


async def test_a_restart_of_postgres_does_not_lose_an_event(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(narrator, "_PAUSES_SECONDS", (0.0, 0.0, 0.0))
    events = MemoryEvents(failures=3)
    await tell(narrate(events, MemoryJournal()))
    assert "write_letter/started" in events.drafts


async def test_a_log_that_stays_away_ends_the_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(narrator, "_PAUSES_SECONDS", (0.0,))
    with pytest.raises(Unavailable):
        await tell(narrate(MemoryEvents(failures=9), MemoryJournal()))


def composed(journal: MemoryJournal, done: list[str]) -> Composed[Text]:
    """A step of two journaled parts, which says something of its own."""

    async def part(name: str) -> Text:
        done.append(name)
        return Text(text=name)

    async def work() -> WithWarnings[Text]:
        run = narrate(MemoryEvents(), journal)
        parts = [await run.recall(name, Text, lambda name=name: part(name)) for name in ("first", "second")]
        warned = Warned(step=Step.WRITE_LETTER, code="fell_back", message="no model")
        return WithWarnings(value=Text(text=" ".join(each.text for each in parts)), warnings=(warned,))

    return Composed(work)


async def test_a_composed_step_journals_its_parts_and_tells_its_own_warnings_first() -> None:
    events, journal, done = MemoryEvents(), MemoryJournal(), []
    run = narrate(events, journal)
    made = await run.step(Step.WRITE_LETTER, Text, composed(journal, done), WRITTEN)
    assert made == Text(text="first second")
    assert list(journal.outcomes) == ["first", "second", "write_letter"]
    warnings = [draft.payload for draft in await run.begin(Step.FILE_RECORDS) if "warning" in draft.key]
    assert [warned.code for warned in warnings] == ["fell_back", "odd"]


async def test_a_worker_that_takes_over_goes_on_after_the_part_that_was_done() -> None:
    journal, done = MemoryJournal(), []
    journal.outcomes["first"] = {"output": {"text": "before the crash"}}
    run = narrate(MemoryEvents(), journal)
    made = await run.step(Step.WRITE_LETTER, Text, composed(journal, done), WRITTEN)
    assert (made.text, done) == ("before the crash second", ["second"])
