"""What every ``Records`` must do with the steps an application takes, and with what was sent."""

import asyncio

import pytest
from builders import a_caller, a_letter, a_request, an_email, cancelled, completed, failed, some_results
from cvtailor.domain.application import Application, ApplicationChange, ApplicationStatus
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import Conflict, CvtailorError, NotFound, Reason
from cvtailor.domain.ports import AcceptedRun, Records
from cvtailor.domain.run import RunState

S = ApplicationStatus


@pytest.fixture
def me() -> Caller:
    return a_caller()


@pytest.fixture
async def mine(records: Records, me: Caller) -> AcceptedRun:
    return await records.accept(me, "first", a_request())


@pytest.fixture
async def ready(records: Records, me: Caller, mine: AcceptedRun) -> Application:
    await records.file_results(me, mine.run_id, some_results(me, mine.run_id), [completed()])
    return await records.get(me, mine.application_id)


async def go(records: Records, me: Caller, application: Application, *path: ApplicationStatus) -> Application:
    for status in path:
        application = await records.update(me, application.id, ApplicationChange(status=status))
    return application


def steps(application: Application) -> list[ApplicationStatus]:
    return [change.to_status for change in application.status_changes]


async def test_filed_results_come_back_with_what_made_them(
    records: Records, me: Caller, ready: Application
) -> None:
    assert ready.provenance == some_results(me, ready.run_id).provenance
    assert steps(ready) == [S.GENERATING, S.READY]
    assert ready.status_changes[0].from_status is None
    assert (ready.submission, ready.notes) == (None, "")


async def test_a_list_tells_neither_notes_nor_history(
    records: Records, me: Caller, ready: Application
) -> None:
    change = ApplicationChange(status=S.SUBMITTED, notes="Call them")
    await records.update(me, ready.id, change)
    (listed,) = (await records.list(me, 10, "")).applications
    assert listed.status is S.SUBMITTED
    assert (listed.notes, listed.provenance, listed.submission, listed.status_changes) == ("", None, None, ())


async def test_submitting_keeps_what_went_out(records: Records, me: Caller, ready: Application) -> None:
    sent = (await go(records, me, ready, S.SUBMITTED)).submission
    assert sent
    assert (sent.cv_id, sent.cv_version, sent.documents) == (ready.cv_id, 1, ready.documents)
    assert sent.provenance == ready.provenance
    assert (sent.offer.title, sent.offer.source_url) == ("Backend engineer", "https://example.org/jobs/1")
    assert sent.offer.posting == a_request().posting.text
    assert len(sent.offer.posting_sha256) == 64
    assert [(message.kind, message.body) for message in sent.messages] == [
        ("letter", a_letter().text()),
        ("email", an_email().text()),
    ]


async def test_an_update_returns_what_get_returns(records: Records, me: Caller, ready: Application) -> None:
    updated = await records.update(
        me, ready.id, ApplicationChange(revision=ready.revision, notes="Call\0them")
    )
    assert updated == await records.get(me, ready.id)
    assert (updated.notes, updated.status, updated.revision) == (
        "Call\ufffdthem",
        S.READY,
        ready.revision + 1,
    )


async def test_nothing_to_change_changes_nothing(records: Records, me: Caller, ready: Application) -> None:
    same = ApplicationChange(revision=ready.revision, status=S.READY, notes="")
    for change in (ApplicationChange(), same):
        assert await records.update(me, ready.id, change) == ready


async def test_a_change_whose_answer_was_lost_may_be_asked_for_again(
    records: Records, me: Caller, ready: Application
) -> None:
    change = ApplicationChange(revision=ready.revision, status=S.SUBMITTED)
    first = await records.update(me, ready.id, change)
    assert await records.update(me, ready.id, change) == first


async def test_of_two_changes_to_one_revision_one_wins(
    records: Records, me: Caller, ready: Application
) -> None:
    rivals = [ApplicationChange(revision=ready.revision, notes=notes) for notes in ("mine", "theirs")]
    answers = await asyncio.gather(
        *(records.update(me, ready.id, rival) for rival in rivals), return_exceptions=True
    )
    (won,) = [answer for answer in answers if isinstance(answer, Application)]
    (lost,) = [answer for answer in answers if isinstance(answer, Conflict)]
    assert (lost.reason, lost.metadata) == (Reason.REVISION_STALE, {"revision": str(won.revision)})
    assert (await records.get(me, ready.id)).notes == won.notes


@pytest.mark.parametrize(
    ("path", "to", "possible"),
    [
        ((), S.ACCEPTED, "draft, submitted, withdrawn, archived"),
        ((S.SUBMITTED,), S.READY, "interviewing, offer, rejected, withdrawn, archived"),
        ((S.SUBMITTED,), S.DRAFT, "interviewing, offer, rejected, withdrawn, archived"),
        ((S.SUBMITTED, S.ARCHIVED), S.READY, "submitted"),
        ((S.WITHDRAWN,), S.SUBMITTED, "archived"),
    ],
)
async def test_a_step_that_leads_nowhere_is_refused_with_those_that_are_possible(
    records: Records,
    me: Caller,
    ready: Application,
    path: tuple[ApplicationStatus, ...],
    to: ApplicationStatus,
    possible: str,
) -> None:
    before = await go(records, me, ready, *path)
    with pytest.raises(Conflict) as refusal:
        await records.update(me, ready.id, ApplicationChange(status=to, notes="not kept"))
    assert refusal.value.reason is Reason.STATUS_STEP_REFUSED
    assert refusal.value.message.endswith(f"Possible from here: {possible}.")
    assert await records.get(me, ready.id) == await records.get(me, before.id)
    assert (await records.get(me, ready.id)).notes == ""


async def test_from_the_archive_it_comes_back_as_the_same_submission(
    records: Records, me: Caller, ready: Application
) -> None:
    sent = await go(records, me, ready, S.SUBMITTED)
    back = await go(records, me, ready, S.INTERVIEWING, S.ARCHIVED, S.INTERVIEWING)
    assert back.submission == sent.submission
    assert steps(back)[2:] == [S.SUBMITTED, S.INTERVIEWING, S.ARCHIVED, S.INTERVIEWING]


async def test_another_users_application_is_not_found(records: Records, ready: Application) -> None:
    with pytest.raises(NotFound) as refusal:
        await records.update(a_caller(), ready.id, ApplicationChange(status=S.SUBMITTED))
    assert refusal.value.reason is Reason.APPLICATION_NOT_FOUND


@pytest.mark.parametrize("moved", [S.WITHDRAWN, S.ARCHIVED])
@pytest.mark.parametrize("end", [RunState.SUCCEEDED, RunState.FAILED, RunState.CANCELLED])
async def test_a_run_that_ends_leaves_the_status_its_owner_chose_meanwhile(
    records: Records, me: Caller, mine: AcceptedRun, moved: ApplicationStatus, end: RunState
) -> None:
    await records.update(me, mine.application_id, ApplicationChange(status=moved))
    if end is RunState.SUCCEEDED:
        await records.file_results(me, mine.run_id, some_results(me, mine.run_id), [completed()])
    else:
        last = failed() if end is RunState.FAILED else cancelled()
        assert await records.end_run(me, mine.run_id, end, last)
    left = await records.get(me, mine.application_id)
    assert (left.status, steps(left)) == (moved, [S.GENERATING, moved])
    assert await records.state_of(me, mine.run_id) is end
    assert bool(left.documents) is (end is RunState.SUCCEEDED)


async def test_what_was_archived_before_its_run_ended_comes_back_as_a_draft(
    records: Records, me: Caller, mine: AcceptedRun
) -> None:
    await records.update(me, mine.application_id, ApplicationChange(status=S.ARCHIVED))
    await records.file_results(me, mine.run_id, some_results(me, mine.run_id), [completed()])
    archived = await records.get(me, mine.application_id)
    ready = await go(records, me, archived, S.DRAFT, S.READY)
    assert ready.status is S.READY


async def test_only_the_run_makes_what_it_generates_ready(
    records: Records, me: Caller, mine: AcceptedRun
) -> None:
    with pytest.raises(CvtailorError) as refusal:
        await records.update(me, mine.application_id, ApplicationChange(status=S.READY))
    assert refusal.value.reason is Reason.STATUS_STEP_REFUSED
