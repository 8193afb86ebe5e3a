"""Streams over a real server and a real Postgres: unread, cut off, moved to another process."""

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import grpc
import grpc.aio
import pytest
import structlog
from builders import a_draft, a_request, cancelled
from cvtailor.adapters.postgres.events import PostgresRunEvents
from cvtailor.adapters.postgres.overview import Overview
from cvtailor.adapters.postgres.records import PostgresRecords
from cvtailor.adapters.postgres.user_session import UserSessions
from cvtailor.domain.caller import Caller
from cvtailor.domain.ports import AcceptedRun
from cvtailor.domain.run import RunEvent, RunState, Step, StepProgress
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2 as pb
from cvtailor.gen.cvtailor.v1.cv_generator_pb2_grpc import CvGeneratorStub
from databases import Database
from rpc.rpc_samples import ALICE, a_document, an_application
from rpc.rpc_serving import Served, serving, token_of
from rpc_answers import Refusal, refusal
from waiting import until

_ME = Caller(user_id=ALICE)
_WORDS = 1_000
# A page is more than HTTP/2's window of 64 KiB, so that whoever does not read holds the sender up.
_WORD = "x" * 4_000


@pytest.fixture
async def run(records: PostgresRecords, events: PostgresRunEvents) -> AcceptedRun:
    """A run at work that has said a lot."""
    run = await records.accept(_ME, "watched", a_request())
    for start in range(0, _WORDS, 500):
        words = [StepProgress(step=Step.MATCH, message=f"{n} {_WORD}") for n in range(start, start + 500)]
        await events.append(_ME, run.run_id, [a_draft(f"word/{word.message[:5]}", word) for word in words])
    return run


@asynccontextmanager
async def watching(served: Served) -> AsyncIterator[Callable[[AcceptedRun, int], grpc.aio.UnaryStreamCall]]:
    """A client that takes no more than HTTP/2's first window before it reads."""
    options = [("grpc.use_local_subchannel_pool", 1), ("grpc.http2.bdp_probe", 0)]
    async with grpc.aio.insecure_channel(f"127.0.0.1:{served.port}", options=options) as channel:
        stub = CvGeneratorStub(channel)

        def watch(run: AcceptedRun, after: int = 0) -> grpc.aio.UnaryStreamCall:
            request = pb.WatchApplicationRequest(application_id=str(run.application_id), after_sequence=after)
            return stub.WatchApplication(request, metadata=token_of())

        yield watch


async def read_to_the_end(call: grpc.aio.UnaryStreamCall) -> tuple[list[int], Refusal | None]:
    """Returns the numbers of the events that arrive, and the error if it ends with one."""
    read: list[int] = []

    async def to_the_end() -> None:
        async for response in call:
            read.extend([response.event.sequence] if response.event.sequence else [])

    try:
        return read, await refusal(to_the_end())
    except AssertionError:
        return read, None


def refused_calls(logs: list[dict[str, object]]) -> int:
    return sum(each.get("reason") == "WATCHER_TOO_SLOW" for each in logs)


async def test_who_does_not_read_is_told_to_resume_and_then_misses_nothing(
    records: PostgresRecords, events: PostgresRunEvents, run: AcceptedRun
) -> None:
    async with (
        serving(records=records, events=events, stream_write_seconds=0.3) as served,
        watching(served) as watch,
    ):
        with structlog.testing.capture_logs() as logs:
            unread = watch(run, 0)
            await until(lambda: refused_calls(logs))
        assert events._feeds == {}  # its place is given up, though its status waits to be read
        await records.end_run(_ME, run.run_id, RunState.CANCELLED, cancelled())
        read, refused = await read_to_the_end(unread)
        rest, ended = await read_to_the_end(watch(run, read[-1]))
    assert refused
    assert (refused.code, refused.reason) == (grpc.StatusCode.UNAVAILABLE, "WATCHER_TOO_SLOW")
    assert refused.retry
    assert refused.retry.retry_delay.ToMilliseconds() == 1000
    assert ended is None
    assert len(read) < _WORDS
    assert read + rest == list(range(1, _WORDS + 3))


async def test_two_hundred_who_do_not_read_hold_a_page_each_at_most_and_the_same_one_if_they_can(
    records: PostgresRecords, events: PostgresRunEvents, run: AcceptedRun
) -> None:
    async with (
        serving(records=records, events=events) as served,
        watching(served) as watch,
        watching(served) as watch_elsewhere,
    ):
        unread = [watch(run, 0) for _ in range(190)] + [watch_elsewhere(run, 90 * n) for n in range(10)]
        for call in unread:
            await call.wait_for_connection()
        await until(lambda: len(held_up(served)) == 200)
        held = sum(isinstance(each, RunEvent) for each in gc.get_objects())
        assert 0 < held <= (10 + 3) * 64
        for call in unread:
            call.cancel()
        await until(lambda: not events._feeds)


def held_up(served: Served) -> list[object]:
    """The calls whose clients have not read for a while."""
    return [call for call in served.server._boundary._open if call.unread_seconds > 0.2]


async def test_an_unread_download_ends_like_an_unread_watch() -> None:
    async with serving(stream_write_seconds=0.3) as served:
        path = f"{ALICE}/x"
        served.objects.contents[path] = b"%PDF" + bytes(8 << 20)
        application = served.records.keep(an_application(documents=(a_document(path=path),)))
        request = pb.DownloadDocumentRequest(application_id=str(application.id), name="cv.pdf")
        with structlog.testing.capture_logs() as logs:
            call = served.stub.DownloadDocument(request, metadata=token_of())
            await until(lambda: refused_calls(logs))
        assert served.objects.readers == 0
        assert (await refusal(call)).reason == "WATCHER_TOO_SLOW"


async def test_who_does_not_read_does_not_hold_the_drain(
    records: PostgresRecords, events: PostgresRunEvents, run: AcceptedRun
) -> None:
    async with serving(records=records, events=events) as served, watching(served) as watch:
        unread, reading = watch(run, 0), asyncio.create_task(read_to_the_end(watch(run, _WORDS)))
        await until(lambda: held_up(served) and len(seats(events, run)) == 2)
        began = time.monotonic()
        await served.server.drain(grace_seconds=20, lame_duck_seconds=0)
        assert time.monotonic() - began < 4
        read, refused = await reading
        assert read == [_WORDS + 1]
        assert refused
        assert refused.reason == "SERVER_DRAINING"
        numbers, refused = await read_to_the_end(unread)
        assert refused
        assert refused.code is grpc.StatusCode.UNAVAILABLE
        assert numbers == list(range(1, len(numbers) + 1))


def seats(events: PostgresRunEvents, run: AcceptedRun) -> set[object]:
    return set().union(*(feed.seats for feed in events._feeds.get(run.run_id, {}).values()))


async def test_watchers_of_a_server_that_drains_go_on_at_another_and_hear_each_event_once(
    records: PostgresRecords,
    events: PostgresRunEvents,
    sessions: UserSessions,
    overview: Overview,
    database: Database,
) -> None:
    run = await records.accept(_ME, "moved", a_request())
    events_there = PostgresRunEvents(sessions, overview, database.service)
    await events_there.start()
    async with AsyncExitStack() as stack:
        here = await stack.enter_async_context(serving(records=records, events=events))
        there = await stack.enter_async_context(serving(records=records, events=events_there))
        watch_here = await stack.enter_async_context(watching(here))
        watch_there = await stack.enter_async_context(watching(there))

        async def follow() -> list[int]:
            heard, refused = await read_to_the_end(watch_here(run, 0))
            assert refused
            assert (refused.reason, bool(refused.retry)) == ("SERVER_DRAINING", True)
            rest, ended = await read_to_the_end(watch_there(run, heard[-1]))
            assert ended is None
            return heard + rest

        following = [asyncio.create_task(follow()) for _ in range(20)]
        await until(lambda: len(seats(events, run)) == 20)
        draining = None
        for n in range(30):
            progress = StepProgress(step=Step.MATCH, message=str(n))
            await events_there.append(_ME, run.run_id, [a_draft(f"word/{n}", progress)])
            if n == 10:
                draining = asyncio.create_task(here.server.drain(grace_seconds=20, lame_duck_seconds=0))
        await records.end_run(_ME, run.run_id, RunState.CANCELLED, cancelled())
        async with asyncio.timeout(5):
            assert draining
            await draining
            heard = await asyncio.gather(*following)
    await events_there.close()
    assert all(each == list(range(1, 33)) for each in heard)


@pytest.mark.parametrize(("after", "told"), [(0, [1, 2]), (1, [2]), (2, []), (2**62, [])])
async def test_an_ended_run_is_replayed_and_the_stream_ends(
    records: PostgresRecords, events: PostgresRunEvents, after: int, told: list[int]
) -> None:
    run = await records.accept(_ME, "ended", a_request())
    await records.end_run(_ME, run.run_id, RunState.CANCELLED, cancelled())
    async with serving(records=records, events=events) as served, watching(served) as watch:
        assert await read_to_the_end(watch(run, after)) == (told, None)
        assert (await refusal(watch(run, -1))).reason == "INVALID_ARGUMENT"
