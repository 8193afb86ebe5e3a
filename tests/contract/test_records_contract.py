"""What every ``Records`` and ``RunEvents`` must do; an adapter joins by a fixture of its own."""

import asyncio
from uuid import uuid4

import pytest
from builders import (
    a_caller,
    a_letter,
    a_request,
    a_tailored_cv,
    an_email,
    asked,
    cancelled,
    completed,
    failed,
    reply,
    some_results,
    started,
)
from cvtailor.domain.application import ApplicationStatus
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import Conflict, InvalidInput, NotFound, Reason
from cvtailor.domain.limits import ANSWERS_MAX
from cvtailor.domain.ports import AcceptedRun, Records, RunEvents
from cvtailor.domain.run import (
    Accepted,
    Completed,
    EventDraft,
    QuestionAnswered,
    RunState,
    Step,
    records_filed,
)


@pytest.fixture
def me() -> Caller:
    return a_caller()


@pytest.fixture
async def mine(records: Records, me: Caller) -> AcceptedRun:
    return await records.accept(me, "first", a_request())


async def test_accepting_founds_a_generating_application_and_a_queued_run(
    records: Records, me: Caller, mine: AcceptedRun
) -> None:
    application = await records.get(me, mine.application_id)
    assert mine.created
    assert (application.status, application.run_id) == (ApplicationStatus.GENERATING, mine.run_id)
    assert await records.state_of(me, mine.run_id) is RunState.QUEUED
    assert await records.request_of(me, mine.run_id) == a_request()


async def test_accepting_returns_the_event_that_the_log_begins_with(
    records: Records, events: RunEvents, me: Caller, mine: AcceptedRun
) -> None:
    log = events.follow(me, mine.run_id, 0)
    assert await anext(log) == mine.first
    await log.aclose()


async def test_the_same_request_again_finds_the_same_run(
    records: Records, me: Caller, mine: AcceptedRun
) -> None:
    again = await records.accept(me, "first", a_request())
    assert again == mine.model_copy(update={"created": False, "first": None})


async def test_a_request_id_used_for_another_payload_is_refused(
    records: Records, me: Caller, mine: AcceptedRun
) -> None:
    with pytest.raises(Conflict) as refusal:
        await records.accept(me, "first", a_request("Another ad, for a nurse in Bern, full time."))
    assert refusal.value.reason is Reason.REQUEST_ID_REUSED


async def test_the_same_request_from_many_at_once_founds_one_application(
    records: Records, me: Caller
) -> None:
    answers = await asyncio.gather(*(records.accept(me, "rush", a_request()) for _ in range(12)))
    assert sum(answer.created for answer in answers) == 1
    assert len({answer.application_id for answer in answers}) == 1
    assert len((await records.list(me, 10, "")).applications) == 1


async def test_two_people_may_use_the_same_request_id(records: Records, mine: AcceptedRun) -> None:
    theirs = await records.accept(a_caller(), "first", a_request())
    assert theirs.created
    assert theirs.run_id != mine.run_id


async def test_nothing_of_another_user_is_found(records: Records, mine: AcceptedRun) -> None:
    stranger = a_caller()
    assert (await records.list(stranger, 10, "")).applications == ()
    for question in (
        records.get(stranger, mine.application_id),
        records.state_of(stranger, mine.run_id),
        records.request_of(stranger, mine.run_id),
        records.file_results(stranger, mine.run_id, some_results(stranger, mine.run_id), [completed()]),
        records.end_run(stranger, mine.run_id, RunState.CANCELLED, cancelled()),
    ):
        with pytest.raises(NotFound):
            await question


async def test_filed_results_come_back_whole(records: Records, me: Caller, mine: AcceptedRun) -> None:
    results = some_results(me, mine.run_id)
    filed = await records.file_results(me, mine.run_id, results, [completed()])
    application = await records.get(me, mine.application_id)
    assert filed == records_filed(mine.run_id, 2)
    assert application.status is ApplicationStatus.READY
    assert (application.title, application.company) == ("Backend engineer", "Example AG")
    assert (application.cv_id, application.cv_version) == (filed.cv_id, 1)
    assert application.documents == results.documents
    assert application.action_points == results.action_points
    assert application.letter_text == a_letter().text()
    assert application.email_text == an_email().text()
    assert application.email_subject == an_email().subject
    assert application.claims == (
        *a_tailored_cv().claims(),
        *a_letter().paragraphs,
        *an_email().paragraphs,
    )
    assert await records.state_of(me, mine.run_id) is RunState.SUCCEEDED


async def test_filing_twice_changes_nothing(records: Records, me: Caller, mine: AcceptedRun) -> None:
    results = some_results(me, mine.run_id)
    first = await records.file_results(me, mine.run_id, results, [completed()])
    before = await records.get(me, mine.application_id)
    assert await records.file_results(me, mine.run_id, results, [completed()]) == first
    assert await records.get(me, mine.application_id) == before


async def test_two_workers_that_file_at_once_file_once(
    records: Records, me: Caller, mine: AcceptedRun
) -> None:
    results = some_results(me, mine.run_id)
    filings = (records.file_results(me, mine.run_id, results, [completed()]) for _ in range(6))
    assert len(set(map(str, await asyncio.gather(*filings)))) == 1
    assert len((await records.get(me, mine.application_id)).documents) == 3


async def test_a_cancelled_run_takes_no_results(records: Records, me: Caller, mine: AcceptedRun) -> None:
    assert await records.end_run(me, mine.run_id, RunState.CANCELLED, cancelled())
    with pytest.raises(Conflict) as refusal:
        await records.file_results(me, mine.run_id, some_results(me, mine.run_id), [completed()])
    assert refusal.value.reason is Reason.RUN_ENDED
    assert (await records.get(me, mine.application_id)).status is ApplicationStatus.CANCELLED


async def test_a_failed_run_says_why_and_ends_once(records: Records, me: Caller, mine: AcceptedRun) -> None:
    assert await records.end_run(me, mine.run_id, RunState.FAILED, failed(), "RENDER_TIMEOUT", "too slow")
    assert not await records.end_run(me, mine.run_id, RunState.CANCELLED, cancelled())
    application = await records.get(me, mine.application_id)
    assert application.status is ApplicationStatus.FAILED
    assert (application.failure_reason, application.failure_message) == ("RENDER_TIMEOUT", "too slow")


async def test_pages_are_complete_and_newest_first(records: Records, me: Caller) -> None:
    accepted = [await records.accept(me, f"request {n}", a_request()) for n in range(7)]
    seen, token, pages = [], "", 0
    while pages == 0 or token:
        page = await records.list(me, 3, token)
        seen += [application.id for application in page.applications]
        token, pages = page.next_page_token, pages + 1
        if pages == 1:
            await records.accept(me, "came while paging", a_request())
    assert seen == [run.application_id for run in reversed(accepted)]
    assert pages == 3


async def test_a_list_can_be_of_some_statuses(records: Records, me: Caller, mine: AcceptedRun) -> None:
    other = await records.accept(me, "second", a_request())
    await records.end_run(me, other.run_id, RunState.CANCELLED, cancelled())
    page = await records.list(me, 10, "", [ApplicationStatus.CANCELLED])
    assert [application.id for application in page.applications] == [other.application_id]


@pytest.mark.parametrize("token", ["x", "ü", "bm90IGpzb24", "e30", "A" * 500, "=", "\0"])
async def test_a_page_token_of_another_make_is_refused(records: Records, me: Caller, token: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        await records.list(me, 3, token)
    assert refusal.value.reason is Reason.PAGE_TOKEN_INVALID


async def test_a_page_token_of_another_filter_is_refused(records: Records, me: Caller) -> None:
    for n in range(2):
        await records.accept(me, f"request {n}", a_request())
    token = (await records.list(me, 1, "")).next_page_token
    with pytest.raises(InvalidInput, match="another filter"):
        await records.list(me, 1, token, [ApplicationStatus.READY])


async def test_a_posting_with_characters_postgres_cannot_hold_is_accepted(
    records: Records, me: Caller
) -> None:
    accepted = await records.accept(me, "odd", a_request("NUL \0, a backslash \\u0000 and a heart ♥."))
    request = await records.request_of(me, accepted.run_id)
    assert request.posting.text == "NUL \ufffd, a backslash \\u0000 and a heart ♥."


async def test_the_log_numbers_events_from_the_accepted_one_on(
    records: Records, events: RunEvents, me: Caller, mine: AcceptedRun
) -> None:
    await events.append(me, mine.run_id, [started(Step.READ_CV), started(Step.READ_OFFER, 10)])
    await records.file_results(me, mine.run_id, some_results(me, mine.run_id), [completed()])
    told = [event async for event in events.follow(me, mine.run_id, 0) if event]
    assert [event.sequence for event in told] == [1, 2, 3, 4]
    assert [event.percent for event in told] == [0, 0, 10, 100]
    assert isinstance(told[0].payload, Accepted)
    assert isinstance(told[3].payload, Completed)
    assert {event.application_id for event in told} == {mine.application_id}


async def test_what_was_said_is_not_said_again(
    records: Records, events: RunEvents, me: Caller, mine: AcceptedRun
) -> None:
    first, second = started(Step.READ_CV), started(Step.READ_OFFER)
    await events.append(me, mine.run_id, [first, first])
    await events.append(me, mine.run_id, [first, second])
    await records.end_run(me, mine.run_id, RunState.CANCELLED, cancelled())
    told = [event async for event in events.follow(me, mine.run_id, 1) if event]
    assert [event.payload for event in told] == [first.payload, second.payload, cancelled().payload]


async def test_nothing_is_said_after_the_end(
    records: Records, events: RunEvents, me: Caller, mine: AcceptedRun
) -> None:
    await records.end_run(me, mine.run_id, RunState.CANCELLED, cancelled())
    await events.append(me, mine.run_id, [started()])
    told = [event async for event in events.follow(me, mine.run_id, 0) if event]
    assert [event.sequence for event in told] == [1, 2]
    assert told[-1].is_last


async def test_progress_never_falls(
    records: Records, events: RunEvents, me: Caller, mine: AcceptedRun
) -> None:
    await events.append(me, mine.run_id, [started(Step.MATCH, 40), started(Step.TAILOR, 30)])
    await records.end_run(me, mine.run_id, RunState.FAILED, failed(), "INTERNAL", "")
    told = [event async for event in events.follow(me, mine.run_id, 1) if event]
    assert [event.percent for event in told] == [40, 40, 40]


async def test_the_first_words_set_the_run_going(
    records: Records, events: RunEvents, me: Caller, mine: AcceptedRun
) -> None:
    await events.append(me, mine.run_id, [started()])
    assert await records.state_of(me, mine.run_id) is RunState.RUNNING


async def test_an_end_is_not_appended_like_any_other_event(
    events: RunEvents, me: Caller, mine: AcceptedRun
) -> None:
    with pytest.raises(ValueError, match="written with its end"):
        await events.append(me, mine.run_id, [completed()])


async def test_following_what_is_not_yours_is_refused(events: RunEvents, mine: AcceptedRun) -> None:
    for run_id in (mine.run_id, uuid4()):
        with pytest.raises(NotFound):
            await anext(events.follow(a_caller(), run_id, 0))


async def test_an_answer_is_kept_as_evidence_and_told_once(
    records: Records, events: RunEvents, me: Caller, mine: AcceptedRun
) -> None:
    await events.append(me, mine.run_id, [asked()])
    for _ in range(2):
        await records.answer(me, mine.application_id, reply())
    (kept,) = await records.answers(me)
    assert (kept.requirement, kept.text, kept.organisation, kept.title) == (
        "Kafka",
        "Ran Kafka",
        "Acme",
        "Clerk",
    )
    assert await records.answers(a_caller()) == ()
    log = events.follow(me, mine.run_id, 0)
    told = [(await anext(log)) for _ in range(3)]
    await log.aclose()
    assert [event.payload for event in told if event][-1] == reply()


async def test_of_very_many_answers_the_newest_are_kept_in_mind(
    records: Records, events: RunEvents, me: Caller, mine: AcceptedRun
) -> None:
    numbers = range(ANSWERS_MAX + 1)
    await events.append(me, mine.run_id, [asked(n) for n in numbers])
    for n in numbers:
        answer = reply(f"Answer {n}").model_copy(update={"question_id": f"question[{n}]"})
        await records.answer(me, mine.application_id, answer)
    assert [kept.text for kept in await records.answers(me)] == [f"Answer {n}" for n in numbers[1:]]


async def test_nothing_to_tell_closes_the_question_and_keeps_nothing(
    records: Records, events: RunEvents, me: Caller, mine: AcceptedRun
) -> None:
    await events.append(me, mine.run_id, [asked()])
    await records.answer(me, mine.application_id, reply(text="", entry_id=""))
    assert await records.answers(me) == ()


@pytest.mark.parametrize(
    ("question", "wrong", "reason"),
    [
        (asked(1), reply(), Reason.QUESTION_NOT_FOUND),
        (asked(), reply(entry_id="experience[7]"), Reason.QUESTION_NOT_FOUND),
    ],
)
async def test_an_answer_without_its_question_or_place_is_refused(
    records: Records,
    events: RunEvents,
    me: Caller,
    mine: AcceptedRun,
    question: EventDraft,
    wrong: QuestionAnswered,
    reason: Reason,
) -> None:
    await events.append(me, mine.run_id, [question])
    with pytest.raises(NotFound) as refusal:
        await records.answer(me, mine.application_id, wrong)
    assert refusal.value.reason is reason


async def test_a_closed_question_stays_as_it_was_answered(
    records: Records, events: RunEvents, me: Caller, mine: AcceptedRun
) -> None:
    await events.append(me, mine.run_id, [asked()])
    await records.answer(me, mine.application_id, reply())
    with pytest.raises(Conflict) as refusal:
        await records.answer(me, mine.application_id, reply("Invented Kafka"))
    assert refusal.value.reason is Reason.QUESTION_CLOSED


async def test_an_ended_run_takes_no_answer(
    records: Records, events: RunEvents, me: Caller, mine: AcceptedRun
) -> None:
    await events.append(me, mine.run_id, [asked()])
    await records.end_run(me, mine.run_id, RunState.CANCELLED, cancelled())
    with pytest.raises(Conflict) as refusal:
        await records.answer(me, mine.application_id, reply())
    assert refusal.value.reason is Reason.RUN_ENDED


async def test_a_stranger_answers_nothing(
    records: Records, events: RunEvents, me: Caller, mine: AcceptedRun
) -> None:
    await events.append(me, mine.run_id, [asked()])
    with pytest.raises(NotFound):
        await records.answer(a_caller(), mine.application_id, reply())
