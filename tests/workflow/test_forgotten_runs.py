"""Runs that were accepted by a process which died before it could start them."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from cvtailor.domain.errors import Unavailable
from cvtailor.domain.ports import WaitingRun
from cvtailor.workflow import recovery as recovery_module
from cvtailor.workflow.lease import Lease
from cvtailor.workflow.recovery import Recovery
from watching_processes import Watched, a_member


def waiting(count: int, began: datetime, step: timedelta = timedelta(milliseconds=1)) -> list[WaitingRun]:
    return [
        WaitingRun(run_id=uuid4(), user_id=uuid4(), accepted_at=began + n * step, known=False)
        for n in range(count)
    ]


def a_watch(runs: Watched) -> Recovery:
    """One that is asked by hand."""
    return Recovery(
        "",
        runs,  # type: ignore[arg-type]
        runs.unstarted,
        Lease(1),
        a_member("watch"),
        queue="runs",
        beat_seconds=1,
        dead_after_seconds=1,
    )


async def test_runs_that_nobody_started_are_started_however_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recovery_module, "_PAGE", 10)
    runs = Watched(waiting=waiting(35, datetime(2026, 1, 1, tzinfo=UTC)))
    await a_watch(runs)._start_forgotten()
    assert set(runs.started) == {run.run_id for run in runs.waiting}


async def test_those_accepted_at_the_same_moment_are_not_lost_between_pages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recovery_module, "_PAGE", 10)
    began = datetime(2026, 1, 1, tzinfo=UTC)
    same = waiting(5, began + timedelta(seconds=1), timedelta(0))
    runs = Watched(waiting=[*waiting(8, began), *same, *waiting(3, began + timedelta(seconds=2))])
    await a_watch(runs)._start_forgotten()
    assert set(runs.started) == {run.run_id for run in runs.waiting}


async def test_a_run_whose_acceptance_became_visible_late_is_found_by_a_later_look() -> None:
    began = datetime(2026, 1, 1, tzinfo=UTC)
    runs, late = Watched(waiting=waiting(3, began)), waiting(1, began - timedelta(seconds=10))
    watch = a_watch(runs)
    await watch._start_forgotten()
    runs.waiting = [*late, *(run.model_copy(update={"known": True}) for run in runs.waiting)]
    await watch._start_forgotten()
    assert runs.started[-1] == late[0].run_id


async def test_a_look_does_not_begin_with_the_oldest_each_time() -> None:
    began = datetime(2026, 1, 1, tzinfo=UTC)
    runs = Watched(waiting=waiting(3, began, timedelta(minutes=5)))
    watch = a_watch(runs)
    await watch._start_forgotten()
    await watch._start_forgotten()
    assert runs.asked_since == [
        datetime.fromtimestamp(0, UTC),
        began + timedelta(minutes=10) - recovery_module._LATE_COMMIT,
    ]


async def test_one_that_could_not_be_started_is_tried_again() -> None:
    runs = Watched(waiting=waiting(2, datetime(2026, 1, 1, tzinfo=UTC)), refuses=1)
    watch = a_watch(runs)
    with pytest.raises(Unavailable):
        await watch._start_forgotten()
    await watch._start_forgotten()
    assert set(runs.started) == {run.run_id for run in runs.waiting}
