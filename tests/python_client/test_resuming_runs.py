"""A run is told once and in order, whatever happens to the connection."""

import asyncio
import gc
from pathlib import Path

import grpc
import pytest
from cutting_line import CuttingLine
from cvtailor.domain.errors import Draining, NotFound, QuotaExceeded
from cvtailor_client import (
    BaseCv,
    CvTailor,
    DeadlineExceeded,
    Patience,
    RunEvents,
    ServiceFixes,
    Unavailable,
)
from cvtailor_client import (
    NotFound as NotFoundHere,
)
from cvtailor_client import (
    QuotaExceeded as QuotaExceededHere,
)
from scripted_service import NEWER_RUN, RUN, ScriptedService, event, heartbeat, last

from benchmarks.service_process import EXAMPLES, ServiceProcess

ENGINEER = EXAMPLES / "engineer"
QUICK = Patience(first_delay_seconds=0.01, delay_seconds_max=0.05)
CV = BaseCv.from_rendercv_yaml("cv:\n  name: Ada\n")


def following(service: ScriptedService, **patience: float) -> CvTailor:
    bounds = {"first_delay_seconds": 0.01, "delay_seconds_max": 0.05, **patience}
    return CvTailor(service.address, "token", patience=Patience(**bounds))  # type: ignore[arg-type]


async def sequences(events: RunEvents) -> list[int]:
    return [event.sequence async for event in events]


async def test_a_line_that_breaks_after_every_event_loses_and_repeats_none(service: ServiceProcess) -> None:
    async with (
        CuttingLine(service.address, answers_before_cut=[0, 0]) as line,
        CvTailor(line.address, service.token, patience=QUICK) as client,
    ):
        events = client.generate(ENGINEER / "cv.yaml", ENGINEER / "job.txt")
        told = [event async for event in events]
        assert line.cuts >= 10
    async with CvTailor(service.address, service.token) as client:
        log = [event async for event in client.watch(events.application_id)]
        begun = [a async for a in client.list() if a.id == events.application_id]
    assert told == log
    assert [event.sequence for event in told] == list(range(1, len(told) + 1))
    assert told[-1].completed is not None
    assert len(begun) == 1


async def test_a_revision_is_told_over_a_line_that_breaks(service: ServiceProcess) -> None:
    async with CvTailor(service.address, service.token) as client:
        made = await client.tailor(ENGINEER / "cv.yaml", ENGINEER / "job.txt")
    async with (
        CuttingLine(service.address, answers_before_cut=[0, 1, 2, 99]) as line,
        CvTailor(line.address, service.token, patience=QUICK) as client,
    ):
        told = [event async for event in client.revise(made.application.id, feedback="more Kubernetes")]
    async with CvTailor(service.address, service.token) as client:
        assert (await client.get(made.application.id)).cv_version == 2
    assert [event.sequence for event in told] == list(range(1, len(told) + 1))


async def test_before_its_first_event_a_run_is_found_by_its_request_then_watched(
    scripted: ScriptedService,
) -> None:
    down = grpc.StatusCode.UNAVAILABLE
    scripted.script.streams = [[down], [event(1), down], [event(2), heartbeat(), down], [last(3)]]
    async with following(scripted) as client:
        assert await sequences(client.generate(CV, "x" * 50)) == [1, 2, 3]
    calls = scripted.script
    assert calls.calls == ["GenerateApplication"] * 2 + ["WatchApplication"] * 2
    assert calls.heard[0][1] == calls.heard[1][1]
    assert [request.after_sequence for _, request in calls.heard[2:]] == [1, 2]


async def test_the_service_says_when_to_come_back(scripted: ScriptedService) -> None:
    drained = Draining("going")
    drained.retry_after_seconds = 0.3
    scripted.script.streams = [[event(1), drained], [last(2)]]
    began = asyncio.get_running_loop().time()
    async with following(scripted) as client:
        assert await sequences(client.generate(CV, "x" * 50)) == [1, 2]
    assert asyncio.get_running_loop().time() - began >= 0.3


async def test_a_wait_beyond_patience_is_told_instead(scripted: ScriptedService) -> None:
    drained = Draining("going")
    drained.retry_after_seconds = 3600
    scripted.script.streams = [[drained]]
    async with following(scripted) as client:
        with pytest.raises(Unavailable) as caught:
            await sequences(client.generate(CV, "x" * 50))
    assert caught.value.retry_after
    assert caught.value.retry_after.total_seconds() == 3600


async def test_failures_in_a_row_are_bounded_and_news_begins_anew(scripted: ScriptedService) -> None:
    down = grpc.StatusCode.UNAVAILABLE
    scripted.script.streams = [[down], [down], [event(1), down], [down], [heartbeat(), down], [down], [down]]
    async with following(scripted, stream_failures_max=2) as client:
        events = client.generate(CV, "x" * 50)
        assert (await anext(events)).sequence == 1
        with pytest.raises(Unavailable):
            await anext(events)
        with pytest.raises(StopAsyncIteration):
            await anext(events)
    assert scripted.script.streams == []


async def test_a_silent_line_is_taken_for_dead(scripted: ScriptedService) -> None:
    scripted.script.streams = [[event(1), asyncio.Event().wait], [last(2)]]
    async with following(scripted, silence_seconds_max=0.1) as client:
        assert await sequences(client.generate(CV, "x" * 50)) == [1, 2]


async def test_a_stream_that_ends_before_its_run_is_watched_on(scripted: ScriptedService) -> None:
    scripted.script.streams = [[event(1)], [event(2)], [last(3)]]
    async with following(scripted) as client:
        assert await sequences(client.generate(CV, "x" * 50)) == [1, 2, 3]


async def test_watching_after_the_last_event_ends_without_one(scripted: ScriptedService) -> None:
    scripted.script.streams = [[]]
    async with following(scripted) as client:
        assert await sequences(client.watch("some application", after_sequence=31)) == []


async def test_a_gap_is_asked_for_again_and_a_hole_is_told(scripted: ScriptedService) -> None:
    scripted.script.streams = [[event(1), event(3)], [event(2), last(3)], [event(1), event(3)], [event(3)]]
    async with following(scripted) as client:
        assert await sequences(client.generate(CV, "x" * 50)) == [1, 2, 3]
        events = client.generate(CV, "x" * 50)
        assert (await anext(events)).sequence == 1
        with pytest.raises(ServiceFixes, match="Event 3 came after event 1"):
            await anext(events)


async def test_a_run_that_was_begun_here_is_told_to_its_end_though_a_newer_one_began(
    scripted: ScriptedService,
) -> None:
    scripted.script.streams = [
        [event(1), grpc.StatusCode.UNAVAILABLE],
        [event(1, NEWER_RUN)],
        [event(1), event(2), last(3)],
    ]
    async with following(scripted) as client:
        events = client.generate(CV, "x" * 50)
        assert [(event.run_id, event.sequence) async for event in events] == [(RUN, 1), (RUN, 2), (RUN, 3)]


async def test_who_only_watches_goes_on_to_the_newer_run(scripted: ScriptedService) -> None:
    scripted.script.streams = [
        [event(1), grpc.StatusCode.UNAVAILABLE],
        [event(2, NEWER_RUN)],
        [event(1, NEWER_RUN), last(2, NEWER_RUN)],
    ]
    async with following(scripted) as client:
        told = [(event.run_id, event.sequence) async for event in client.watch("some application")]
    assert told == [(RUN, 1), (NEWER_RUN, 1), (NEWER_RUN, 2)]


async def test_what_the_caller_must_fix_is_not_tried_again(scripted: ScriptedService) -> None:
    scripted.script.streams = [[NotFound("no such thing")], [QuotaExceeded("too many runs")]]
    async with following(scripted) as client:
        with pytest.raises(NotFoundHere):
            await sequences(client.watch("some application"))
        with pytest.raises(QuotaExceededHere):
            await sequences(client.generate(CV, "x" * 50))
    assert len(scripted.script.heard) == 2


async def test_a_deadline_ends_the_stream(scripted: ScriptedService) -> None:
    scripted.script.streams = [[event(1), asyncio.Event().wait]]
    async with following(scripted) as client:
        events = client.generate(CV, "x" * 50, timeout_seconds=0.2)
        assert (await anext(events)).sequence == 1
        with pytest.raises(DeadlineExceeded):
            await anext(events)


@pytest.mark.parametrize("leave", ["break", "close", "cancel"])
async def test_leaving_ends_the_call(scripted: ScriptedService, leave: str) -> None:
    reached, over = asyncio.Event(), asyncio.Event()

    async def waits() -> None:
        reached.set()
        try:
            await asyncio.Event().wait()
        finally:
            over.set()

    scripted.script.streams = [[event(1), waits]]
    async with following(scripted) as client:
        if leave == "break":
            async for _ in client.generate(CV, "x" * 50):
                break
            gc.collect()
        elif leave == "close":
            async with client.generate(CV, "x" * 50) as events:
                await anext(events)
        else:
            reading = asyncio.create_task(sequences(client.generate(CV, "x" * 50)))
            await reached.wait()
            reading.cancel()
            with pytest.raises(asyncio.CancelledError):
                await reading
        async with asyncio.timeout(5):
            await over.wait()


async def test_closing_the_client_ends_what_another_task_reads(scripted: ScriptedService) -> None:
    reached = asyncio.Event()

    async def waits() -> None:
        reached.set()
        await asyncio.Event().wait()

    scripted.script.streams = [[event(1), waits]]
    async with following(scripted) as client:
        reading = asyncio.create_task(sequences(client.generate(CV, "x" * 50)))
        await reached.wait()
    with pytest.raises(RuntimeError, match="closed meanwhile"):
        await reading


async def test_a_cv_is_read_before_anything_is_sent(tmp_path: Path, scripted: ScriptedService) -> None:
    async with following(scripted) as client:
        with pytest.raises(FileNotFoundError):
            client.generate(tmp_path / "none.yaml", "x" * 50)
    assert scripted.script.heard == []
