"""What a worker left that died at each place once, and another one that went on."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import dying_worker_at
import pytest
from aftermath import Aftermath
from cvtailor.domain.run import run_id_for
from dying_worker_at import PLACES
from fault_world import world
from following_client import Person

_FULL_DISK_SECONDS = 1.0
_AT_ONCE = 8


@pytest.fixture(scope="session")
async def killed_at_each_place() -> AsyncIterator[Aftermath]:
    """The worker that goes on finds the disk full at first."""
    people = [Person(number) for number in range(3)]
    requests = [(people[n % len(people)], people[n % len(people)].request()) for n in range(len(PLACES))]
    runs = [str(run_id_for(person.user_id, request.request_id)) for person, request in requests]
    async with world() as service:
        plan = service.folder / "plan.json"
        plan.write_text(json.dumps(dict(zip(runs, PLACES, strict=True))))
        dying = Path(dying_worker_at.__file__)
        all_at_once = {"run_concurrency": str(len(runs))}
        await service.start_worker("dying", sys.executable, dying, plan, "worker", **all_at_once)
        clients = {person: service.client(person) for person in people}
        following = asyncio.gather(*(clients[person].run(request) for person, request in requests))

        exit_code = await service.end("dying")
        worker = await service.start_worker("next", run_concurrency=str(_AT_ONCE))
        worker.limit_files(0)
        await asyncio.sleep(_FULL_DISK_SECONDS)
        worker.limit_files(None)

        told = await following
        for client in clients.values():
            await client.close()
        await service.settle()
        await service.close()
        yield Aftermath(
            service,
            exit_code,
            {place: str(events[-1].WhichOneof("event")) for place, events in zip(PLACES, told, strict=True)},
            {person.user_id: person.name for person in people},
            {
                events[0].application_id: person.user_id
                for events, (person, _) in zip(told, requests, strict=True)
            },
        )
