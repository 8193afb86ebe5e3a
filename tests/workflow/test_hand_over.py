"""A run whose worker goes, was stopped, or lost Postgres for a while: on the real durable engine."""

import asyncio
from contextlib import aclosing

import pytest
from builders import a_request
from cvtailor.domain.errors import Reason
from cvtailor.domain.run import Failed, RunState
from cvtailor.workflow import dbos_journal, narrator
from run_scene import Scene, scene
from structlog.testing import capture_logs

__all__ = ["scene"]

A_MOMENT_SECONDS = 0.4


async def test_nothing_is_begun_without_the_lease_and_what_was_not_taken_over_goes_on(scene: Scene) -> None:
    scene.lapse()
    scene.cvs.opened.set()
    await asyncio.sleep(A_MOMENT_SECONDS)
    assert not scene.offers.reached.is_set()
    scene.renew()
    events = await scene.told()
    assert scene.cvs.times_read == 1
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    assert isinstance(events[-1].payload, Failed)
    assert events[-1].payload.message == "that is no job ad"


async def test_a_run_that_was_taken_over_meanwhile_is_left_alone(scene: Scene) -> None:
    await scene.stop_between_steps()
    scene.lose()
    scene.go_on()
    await scene.until_idle()
    assert not scene.offers.reached.is_set()
    assert scene.steps() == ["read_cv"]
    assert scene.row() == ("PENDING", "another")
    assert await scene.records.state_of(scene.me, scene.run_id) is RunState.RUNNING


async def test_one_that_this_same_process_took_again_is_not_gone_on_with_twice(scene: Scene) -> None:
    """By the executor's id it would be ours; the execution that lost it is another one."""
    await scene.stop_between_steps()
    scene._change("status = 'PENDING', owner_xid = 'another'")
    scene.go_on()
    await scene.until_idle()
    assert not scene.offers.reached.is_set()


async def test_what_a_step_made_of_a_run_that_was_lost_meanwhile_is_not_written(scene: Scene) -> None:
    scene.lapse()
    scene.lose()
    scene.renew()
    scene.cvs.opened.set()
    await scene.until_idle()
    assert scene.steps() == []
    assert not scene.offers.reached.is_set()


async def test_a_process_that_lost_a_run_serves_others(scene: Scene) -> None:
    scene.lapse()
    scene.lose()
    scene.renew()
    scene.cvs.opened.set()
    other = (await scene.records.accept(scene.me, "second", a_request())).run_id
    await scene.runs.start(scene.me, other)
    async with asyncio.timeout(20), aclosing(scene.log.follow(scene.me, other, 0)) as log:
        told = [event async for event in log if event]
    assert isinstance(told[-1].payload, Failed)


async def test_while_nobody_can_say_whose_the_run_is_it_waits(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(narrator, "_PAUSES_SECONDS", ())
    scene.claims.misses = 2
    scene.lapse()
    scene.renew()
    scene.cvs.opened.set()
    events = await scene.told()
    assert scene.claims.misses == 0
    assert isinstance(events[-1].payload, Failed)
    assert events[-1].payload.message == "that is no job ad"
    assert scene.cvs.times_read == 1


async def test_what_fails_because_postgres_is_away_is_tried_until_it_is_back(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long: the pauses of the log and of the steps would end, and the run with them."""
    monkeypatch.setattr(narrator, "_PAUSES_SECONDS", ())
    await scene.stop_between_steps()
    scene.events.away = True
    scene.events.goes_on.set()
    async with asyncio.timeout(10):
        await scene.events.tried.wait()
    await asyncio.sleep(A_MOMENT_SECONDS)
    assert scene.events.refused == 1
    scene.events.away = False
    scene.renew()
    events = await scene.told()
    assert isinstance(events[-1].payload, Failed)
    assert events[-1].payload.message == "that is no job ad"
    assert scene.cvs.times_read == 1


async def test_a_process_that_goes_hands_a_run_over_as_its_step_ends(scene: Scene) -> None:
    scene.runs.retire()
    await asyncio.sleep(A_MOMENT_SECONDS)
    assert scene.row()[0] == "PENDING"
    scene.cvs.opened.set()
    await scene.until_it_is("ENQUEUED", None)
    assert scene.steps() == ["read_cv"]
    assert not scene.offers.reached.is_set()
    assert await scene.records.state_of(scene.me, scene.run_id) is RunState.RUNNING
    await scene.until_idle()


async def test_it_takes_nothing_from_the_queue_any_more(scene: Scene) -> None:
    scene.runs.retire()
    other = (await scene.records.accept(scene.me, "second", a_request())).run_id
    await scene.runs.start(scene.me, other)
    scene.cvs.opened.set()
    await scene.until_idle()
    await asyncio.sleep(A_MOMENT_SECONDS)
    assert await scene.records.state_of(scene.me, other) is RunState.QUEUED


async def test_a_run_whose_deadline_passed_while_nobody_had_it_is_ended(scene: Scene) -> None:
    scene.lapse()
    scene.lose()
    scene.renew()
    scene.cvs.opened.set()
    await scene.until_idle()
    scene._change("status = 'CANCELLED', completed_at = (extract(epoch from now()) * 1000)::bigint")
    await scene.runs.end_given_up()
    last = (await scene.told())[-1].payload
    assert isinstance(last, Failed)
    assert last.reason == Reason.RUN_DEADLINE_EXCEEDED


async def test_it_is_found_behind_many_that_were_cancelled(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dbos_journal, "_GIVEN_UP_AT_ONCE", 2)
    scene.lapse()
    scene.lose()
    scene.renew()
    scene.cvs.opened.set()
    await scene.until_idle()
    scene.offers.opened.clear()
    for request_id in ("second", "third", "fourth"):
        other = (await scene.records.accept(scene.me, request_id, a_request())).run_id
        await scene.runs.start(scene.me, other)
        await scene.runs.cancel(scene.me, other)
    await scene.until_idle()
    scene._change("status = 'CANCELLED', completed_at = (extract(epoch from now()) * 1000)::bigint")
    await scene.runs.end_given_up()
    assert isinstance((await scene.told())[-1].payload, Failed)


async def test_a_run_that_its_owner_cancelled_at_work_is_not_called_failed(scene: Scene) -> None:
    with capture_logs() as logs:
        await scene.runs.cancel(scene.me, scene.run_id)
        scene.cvs.opened.set()
        await scene.until_idle()
    assert await scene.records.state_of(scene.me, scene.run_id) is RunState.CANCELLED
    assert "run_failed" not in [line["event"] for line in logs]


async def test_nothing_of_a_lost_or_cancelled_run_is_printed(
    scene: Scene, capfd: pytest.CaptureFixture[str]
) -> None:
    """DBOS prints tracebacks of executions that nobody waits for; they quote what they failed on."""
    scene.lapse()
    scene.lose()
    scene.renew()
    scene.cvs.opened.set()
    await scene.until_idle()
    other = (await scene.records.accept(scene.me, "second", a_request())).run_id
    scene.offers.opened.clear()
    await scene.runs.start(scene.me, other)
    await scene.offers.reached.wait()
    await scene.runs.cancel(scene.me, other)
    await scene.until_idle()
    scene._change("status = 'CANCELLED', owner_xid = null")
    await asyncio.sleep(1.5)
    printed = capfd.readouterr()
    assert "Traceback" not in printed.err + printed.out
    assert "never retrieved" not in printed.err + printed.out
    assert "durable_engine" not in printed.err + printed.out


async def test_a_run_of_a_version_that_is_gone_ends_and_who_watches_learns_it(scene: Scene) -> None:
    scene.lapse()
    scene.lose()
    scene.renew()
    scene.cvs.opened.set()
    await scene.until_idle()
    watching = asyncio.create_task(scene.told())
    await scene.runs.end_outdated(scene.run_id, scene.me.user_id, "2")
    last = (await watching)[-1].payload
    assert isinstance(last, Failed)
    assert last.retryable
    assert "version 2" in last.message
    assert scene.steps() == []
    assert await scene.records.state_of(scene.me, scene.run_id) is RunState.FAILED
