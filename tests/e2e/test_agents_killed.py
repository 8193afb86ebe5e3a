"""The process dies at every boundary of a run with agents; nothing that was paid for is paid for again."""

import itertools
from collections.abc import AsyncIterator

import pytest
from folders import home

from benchmarks.agent_crashes import Boundary, CrashingService, KillPoint, boundaries_told
from tests.model_servers import ModelServer, honest_model


@pytest.fixture(scope="module")
async def crashing() -> AsyncIterator[CrashingService]:
    """A service, and the run that those with crashes are compared with."""
    with ModelServer(honest_model()) as model, home() as folder:
        service = CrashingService(folder, model)
        await service.undisturbed()
        yield service
        service.process.terminate()


async def test_a_run_killed_at_each_of_its_calls_makes_no_settled_call_again(
    crashing: CrashingService,
) -> None:
    kinds = itertools.cycle((Boundary.ASKED, Boundary.ANSWERED))
    points = [KillPoint(kind, n) for kind, n in zip(kinds, range(1, crashing.calls + 1), strict=False)]
    crash = await crashing.crash_at(*points)
    assert (crash.ended, crash.repeated, crash.missing) == ("completed", 0, 0)
    # A call that was on its way when the process died may be made once more, and counts once.
    assert crash.in_flight_repeated <= crashing.calls
    assert crash.calls == crashing.calls + crash.in_flight_repeated
    assert crash.usage_calls == crashing.calls


async def test_a_run_killed_at_each_step_makes_no_settled_call_again(crashing: CrashingService) -> None:
    events = await crashing.undisturbed()
    ends = {event.sequence for event in events if event.HasField("step_finished")}
    points = [point for point in boundaries_told(events) if point.number in ends]
    crash = await crashing.crash_at(*points)
    assert (crash.ended, crash.repeated, crash.missing) == ("completed", 0, 0)
    assert crash.in_flight_repeated <= len(points)
    assert crash.usage_calls == crashing.calls
