"""What every ``Records`` must do with revisions: one at a time, on the newest version, until it is sent."""

import asyncio
from collections.abc import Awaitable
from uuid import UUID, uuid4

import psycopg
import pytest
from builders import a_base_cv, a_caller, a_request, a_tailored_cv, cancelled, completed, failed, some_results
from cvtailor.domain.application import (
    Application,
    ApplicationChange,
    ApplicationStatus,
    RevisionWish,
    TailoringOptions,
    Theme,
    Tone,
)
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import Conflict, CvtailorError, InvalidInput, NotFound, Reason
from cvtailor.domain.ports import AcceptedRun, Records, Results
from cvtailor.domain.revision import Edit, EditKind
from cvtailor.domain.run import RunState
from databases import Database

S = ApplicationStatus
LINE = "experience[0].highlights[0]"
PIN = Edit(kind=EditKind.PIN, target=LINE)


@pytest.fixture
def me() -> Caller:
    return a_caller()


@pytest.fixture
async def ready(records: Records, me: Caller) -> Application:
    run = await records.accept(me, "first", a_request())
    await records.file_results(me, run.run_id, some_results(me, run.run_id), [completed()])
    return await records.get(me, run.application_id)


def results_of(me: Caller, ready: Application, run_id: UUID) -> Results:
    """What a revision leaves: the documents are in the folder of the CV that was there."""
    first = some_results(me, ready.run_id)
    return some_results(me, run_id).model_copy(update={"documents": first.documents, "action_points": ()})


async def revise(
    records: Records, me: Caller, ready: Application, request_id: str = "second", **wish: object
) -> AcceptedRun:
    return await records.accept_revision(me, request_id, RevisionWish(application_id=ready.id, **wish))


async def revised(
    records: Records, me: Caller, ready: Application, request_id: str = "second", **wish: object
) -> Application:
    run = await revise(records, me, ready, request_id, **wish)
    await records.file_results(me, run.run_id, results_of(me, ready, run.run_id), [completed()])
    return await records.get(me, ready.id)


async def refused(attempt: Awaitable[object]) -> Reason:
    with pytest.raises(CvtailorError) as refusal:
        await attempt
    return refusal.value.reason


async def test_a_revision_is_a_further_run_of_the_same_application(
    records: Records, me: Caller, ready: Application
) -> None:
    run = await revise(records, me, ready, edits=(PIN,), feedback="More of Postgres")
    assert (run.application_id, run.created) == (ready.id, True)
    at_work = await records.get(me, ready.id)
    assert (at_work.status, at_work.run_id, at_work.cv_version) == (S.GENERATING, run.run_id, 1)
    assert (at_work.documents, at_work.letter_text) == (ready.documents, ready.letter_text)
    request = await records.request_of(me, run.run_id)
    asked = a_request()
    assert (request.cv, request.posting, request.options) == (asked.cv, asked.posting, asked.options)
    assert request.revision
    assert (request.revision.parent_version, request.revision.version) == (1, 2)
    assert (request.revision.edits, request.revision.feedback) == ((PIN,), "More of Postgres")
    assert request.revision.cv_id == ready.cv_id


async def test_a_filed_revision_is_the_next_version_of_the_same_cv(
    records: Records, me: Caller, ready: Application
) -> None:
    renamed = await records.update(me, ready.id, ApplicationChange(notes="mine"))
    after = await revised(records, me, renamed, feedback="More of Postgres")
    assert (after.status, after.cv_id, after.cv_version) == (S.READY, ready.cv_id, 2)
    assert [(each.version, each.parent_version, each.feedback) for each in after.versions] == [
        (1, 0, ""),
        (2, 1, "More of Postgres"),
    ]
    assert [each.run_id for each in after.versions] == [ready.run_id, after.run_id]
    assert after.action_points == ready.action_points
    assert (after.notes, after.letter_text) == ("mine", ready.letter_text)
    assert [change.to_status for change in after.status_changes] == [
        S.GENERATING,
        S.READY,
        S.GENERATING,
        S.READY,
    ]


async def test_versions_and_their_documents_stay_readable(
    records: Records, me: Caller, ready: Application
) -> None:
    await revised(records, me, ready)
    first, newest = await records.version(me, ready.id, 1), await records.version(me, ready.id)
    assert (first.version, newest.version) == (1, 2)
    assert (first.base, first.tailored) == (a_base_cv(), a_tailored_cv())
    assert first.letter
    assert first.provenance == ready.provenance
    assert await records.documents(me, ready.id, 1) == ready.documents
    assert await records.documents(me, ready.id, 3) == ()
    with pytest.raises(NotFound) as refusal:
        await records.version(me, ready.id, 3)
    assert refusal.value.reason is Reason.DOCUMENT_NOT_FOUND


async def test_options_stay_as_they_were_unless_others_are_chosen(
    records: Records, me: Caller, ready: Application
) -> None:
    chosen = TailoringOptions(theme=Theme.INK, page_limit=2)
    await revised(records, me, ready, options=chosen)
    run = await revise(records, me, ready, "third", options=TailoringOptions(tone=Tone.WARM))
    after = (await records.request_of(me, run.run_id)).options
    assert after == chosen.model_copy(update={"tone": Tone.WARM})


async def test_the_same_request_again_is_the_same_run_even_when_it_is_over(
    records: Records, me: Caller, ready: Application
) -> None:
    run = await revise(records, me, ready, edits=(PIN,))
    assert await revise(records, me, ready, edits=(PIN,)) == run.model_copy(
        update={"created": False, "first": None}
    )
    await records.file_results(me, run.run_id, results_of(me, ready, run.run_id), [completed()])
    assert not (await revise(records, me, ready, edits=(PIN,))).created
    assert await refused(revise(records, me, ready)) is Reason.REQUEST_ID_REUSED


async def test_a_request_id_founds_an_application_or_a_revision_never_both(
    records: Records, me: Caller, ready: Application
) -> None:
    assert await refused(revise(records, me, ready, "first")) is Reason.REQUEST_ID_REUSED
    await revised(records, me, ready)
    assert await refused(records.accept(me, "second", a_request())) is Reason.REQUEST_ID_REUSED
    assert len((await records.list(me, 10, "")).applications) == 1


async def test_of_two_revisions_at_once_one_is_begun(
    records: Records, me: Caller, ready: Application
) -> None:
    rivals = (revise(records, me, ready, f"rival-{number}", parent_version=1) for number in range(6))
    answers = await asyncio.gather(*rivals, return_exceptions=True)
    assert sum(isinstance(answer, AcceptedRun) for answer in answers) == 1
    lost = [answer.reason for answer in answers if isinstance(answer, Conflict)]
    assert lost == [Reason.RUN_IN_PROGRESS] * 5


async def test_a_revision_of_an_older_version_is_stale(
    records: Records, me: Caller, ready: Application
) -> None:
    await revised(records, me, ready, parent_version=1)
    assert await refused(revise(records, me, ready, "third", parent_version=1)) is Reason.REVISION_STALE
    assert await refused(revise(records, me, ready, "third", parent_version=3)) is Reason.REVISION_STALE


@pytest.mark.parametrize("end", [RunState.FAILED, RunState.CANCELLED])
async def test_a_revision_that_comes_to_nothing_leaves_the_version_before(
    records: Records, me: Caller, ready: Application, end: RunState
) -> None:
    run = await revise(records, me, ready)
    last = failed() if end is RunState.FAILED else cancelled()
    assert await records.end_run(me, run.run_id, end, last, "RENDER_TIMEOUT" * (end is RunState.FAILED))
    after = await records.get(me, ready.id)
    assert (after.status, after.cv_version, after.documents) == (S.READY, 1, ready.documents)
    assert (after.claims, after.letter_text, after.failure_reason) == (ready.claims, ready.letter_text, "")
    assert (await revised(records, me, ready, "third")).cv_version == 2


async def test_what_was_sent_is_never_revised(records: Records, me: Caller, ready: Application) -> None:
    sent = await records.update(me, ready.id, ApplicationChange(status=S.SUBMITTED))
    assert await refused(revise(records, me, ready)) is Reason.STATUS_STEP_REFUSED
    assert await records.get(me, ready.id) == sent


async def test_what_is_sent_while_it_is_revised_stays_as_it_was(
    records: Records, me: Caller, ready: Application
) -> None:
    run = await revise(records, me, ready)
    for status in (S.ARCHIVED, S.DRAFT, S.SUBMITTED):
        await records.update(me, ready.id, ApplicationChange(status=status))
    filing = records.file_results(me, run.run_id, results_of(me, ready, run.run_id), [completed()])
    assert await refused(filing) is Reason.STATUS_STEP_REFUSED
    after = await records.get(me, ready.id)
    assert (after.status, after.cv_version, len(after.versions)) == (S.SUBMITTED, 1, 1)


async def test_nothing_of_another_user_is_revised_or_read(
    records: Records, me: Caller, ready: Application
) -> None:
    stranger = a_caller()
    for attempt in (
        revise(records, stranger, ready),
        records.version(stranger, ready.id, 1),
        records.documents(stranger, ready.id, 1),
    ):
        assert await refused(attempt) is Reason.APPLICATION_NOT_FOUND
    assert await records.get(me, ready.id) == ready


async def test_an_edit_of_what_is_not_there_is_refused_with_its_place(
    records: Records, me: Caller, ready: Application
) -> None:
    for target, kind in (("experience[9]", EditKind.HIDE), ("experience[0]", EditKind.REVERT)):
        with pytest.raises(InvalidInput) as refusal:
            await revise(records, me, ready, edits=(PIN, Edit(kind=kind, target=target)))
        assert (refusal.value.reason, refusal.value.field) == (
            Reason.EDIT_TARGET_UNKNOWN,
            "edits[1].target",
        )
    everything = (Edit(kind=EditKind.HIDE, target="experience[0]"),)
    assert await refused(revise(records, me, ready, edits=everything)) is Reason.INVALID_ARGUMENT
    assert await records.get(me, ready.id) == ready


async def test_decisions_and_wishes_add_up(records: Records, me: Caller, ready: Application) -> None:
    await revised(records, me, ready, edits=(PIN,), feedback="Postgres")
    run = await revise(records, me, ready, "third", edits=(Edit(kind=EditKind.REVERT, target=LINE),))
    revision = (await records.request_of(me, run.run_id)).revision
    assert revision
    assert {edit.kind for edit in revision.edits} == {EditKind.PIN, EditKind.REVERT}
    assert (revision.feedback, revision.earlier_feedback) == ("", ("Postgres",))


async def test_an_application_without_a_cv_has_nothing_to_revise(records: Records, me: Caller) -> None:
    run = await records.accept(me, "first", a_request())
    await records.end_run(me, run.run_id, RunState.CANCELLED, cancelled())
    wish = RevisionWish(application_id=run.application_id)
    assert await refused(records.accept_revision(me, str(uuid4()), wish)) is Reason.NOTHING_TO_REVISE


async def test_what_a_version_was_made_of_may_be_gone_by_now(
    records: Records, me: Caller, ready: Application, database: Database
) -> None:
    with psycopg.connect(database.admin) as admin:
        admin.execute("update generation_runs set request = '{}'")
    assert await refused(revise(records, me, ready)) is Reason.NOTHING_TO_REVISE
    assert (await records.get(me, ready.id)).status is S.READY
