"""What survives when a client or the service dies."""

import asyncio
import json
import signal

import pytest
from folders import home

from benchmarks.service_process import CVTAILOR, EXAMPLES, Client, ServiceProcess, environment, example


async def test_a_new_client_goes_on_where_a_killed_one_stopped(
    client: Client, service: ServiceProcess
) -> None:
    engineer = EXAMPLES / "engineer"
    process = await asyncio.create_subprocess_exec(
        *CVTAILOR, "generate", engineer / "cv.yaml", engineer / "job.txt", "--json",
        env=environment(service.data_dir), stdout=asyncio.subprocess.PIPE, cwd=service.data_dir,
    )  # fmt: skip
    assert process.stdout
    seen = [json.loads(await process.stdout.readline()) for _ in range(3)]
    process.send_signal(signal.SIGKILL)
    await process.wait()

    id = seen[0]["applicationId"]
    rest = [event async for event in client.watch(id, after=3) if event.sequence]
    sequences = [int(event["sequence"]) for event in seen] + [event.sequence for event in rest]
    assert sequences == list(range(1, len(sequences) + 1))
    assert rest[-1].WhichOneof("event") == "completed"
    assert [item.id for item in await client.list()].count(id) == 1


@pytest.mark.parametrize("after", [2, 12])
async def test_a_run_outlives_the_service_that_began_it(after: int) -> None:
    request = example("researcher")
    quick = {"worker_beat_seconds": "0.5", "worker_dead_after_seconds": "2"}
    with home() as folder:
        first = ServiceProcess(folder, **quick)
        seen = []
        async with Client(first.address, first.token) as client:
            async for event in client.events(request):
                seen.append(event)
                if event.sequence == after:
                    first.kill()
                    break
        second = ServiceProcess(folder, **quick)
        async with Client(second.address, second.token) as client:
            events = [event async for event in client.watch(seen[0].application_id) if event.sequence]
            assert events[: len(seen)] == seen
            assert [event.sequence for event in events] == list(range(1, len(events) + 1))
            assert events[-1].WhichOneof("event") == "completed", events[-1]
            assert len(await client.list()) == 1
        assert second.terminate() == 0
