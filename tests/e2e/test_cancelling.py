"""A run that is cancelled at another process leaves only its row, whenever the cancel comes."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cancelled_runs import SilentModel, cancel, files_in, left_of
from cvtailor.gen.cvtailor.v1 import application_pb2, event_pb2
from folders import home
from roles_apart import roles_apart

from benchmarks.service_process import Client, ServiceProcess, example


@contextmanager
def two_processes(folder: Path, **settings: str) -> Iterator[tuple[ServiceProcess, ServiceProcess]]:
    """One that works and answers, and one that only answers."""
    worker = ServiceProcess(folder, **settings)
    try:
        other = ServiceProcess(folder, "--api-only", **settings)
        try:
            yield worker, other
        finally:
            other.terminate()
    finally:
        worker.terminate()


async def test_a_cancel_at_another_process_closes_the_call_of_a_model_and_leaves_only_the_cancelled_run() -> (
    None
):
    model = SilentModel()
    async with model.serving() as settings, roles_apart(**settings) as apart, asyncio.timeout(60):
        events = apart.here.events(example("engineer"))
        told = [await anext(events)]
        await model.asked.wait()
        cancelled = await cancel(apart.there, told[0].application_id)
        assert cancelled.status == application_pb2.APPLICATION_STATUS_CANCELLED
        told += [event async for event in events if event.sequence]
        await model.closed.wait()
        left = await asyncio.to_thread(left_of, apart.folder, told[0].application_id)
    assert [event.sequence for event in told] == list(range(1, len(told) + 1))
    assert told[-1].WhichOneof("event") == "cancelled"
    assert left == (0, 0, 0, ["cancelled"], 0)


async def test_at_whichever_moment_it_comes_no_file_and_no_row_stays() -> None:
    moments = [(event_pb2.STEP_FIT_PAGES, 0.05)]
    moments += [(event_pb2.STEP_RENDER, seconds) for seconds in (0.0, 0.02, 0.05, 0.1, 0.2)]

    async def cancelled_at(client: Client, step: int, seconds: float) -> tuple[str, str]:
        async for event in client.events(example("engineer")):
            if event.WhichOneof("event") == "step_started" and event.step_started.step == step:
                await asyncio.sleep(seconds)
                await cancel(client, event.application_id)
            last = event
        return last.application_id, str(last.WhichOneof("event"))

    with home() as folder, two_processes(folder) as (_, other):
        async with Client(other.address, other.token) as client:
            ended = await asyncio.gather(*(cancelled_at(client, *moment) for moment in moments))
            assert "cancelled" in dict(ended).values()
            # The worker learns of it within a second, lets the file in hand be written, then removes it.
            async with asyncio.timeout(10):
                while not await asyncio.to_thread(only_filed, folder, ended):  # noqa: ASYNC110 -- files have no event
                    await asyncio.sleep(0.1)


def only_filed(folder: Path, ended: list[tuple[str, str]]) -> bool:
    """Whether what is there is what the runs that were quicker than their cancel filed."""
    rows = {id: left_of(folder, id) for id, _ in ended}
    for id, how in ended:
        if how == "cancelled":
            assert rows[id][:4] == (0, 0, 0, ["cancelled"])
    filed = sum(int(str(row[1])) for row in rows.values())
    return {int(str(row[4])) for row in rows.values()} == {filed} and len(files_in(folder)) == filed
