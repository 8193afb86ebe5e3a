"""Everything that may break does, in random order; nothing is lost, told twice or left behind."""

import asyncio
import os
import sys
import time
from collections import Counter
from random import Random
from uuid import UUID

import psycopg
from cvtailor.gen.cvtailor.v1 import event_pb2
from fault_plan import FAULTS, WORKERS, order
from fault_world import World, world
from following_client import Person
from state_checker import check

from tests.model_servers import ModelServer, honest_model

_LONG = os.environ.get("CVTAILOR_FAULTS") == "long"
_SEED = 1
_FAULTS = 100 if _LONG else len(FAULTS)
_RUNS = 200 if _LONG else 25
_SECONDS_MAX = 3600 if _LONG else 300
_PEOPLE = 3
_HANGS_UP, _CANCELS, _ASKS_TWICE = 0.05, 0.08, 0.2
"""Chances: that a client hangs up after an event, cancels its run, sends its request twice at once."""


class Storm:
    """Runs under way in a world that breaks."""

    def __init__(self, service: World, seed: int) -> None:
        self.people = [Person(number) for number in range(_PEOPLE)]
        self.accepted: dict[str, UUID] = {}
        self.ends: Counter[str] = Counter()
        self.failures: list[str] = []
        self.told: list[str] = []
        self.errors: Counter[str] = Counter()
        self._service = service
        self._random = Random(seed)  # noqa: S311

    async def rage(self) -> None:
        """Lets faults and runs come together; returns when all runs have ended."""
        async with asyncio.TaskGroup() as runs:
            for number, name in enumerate(order(self._random, _FAULTS)):
                for _ in range(_RUNS * number // _FAULTS, _RUNS * (number + 1) // _FAULTS):
                    runs.create_task(self._run(Random(self._random.random())))  # noqa: S311
                await asyncio.sleep(self._random.uniform(0.1, 0.8))
                began = time.monotonic()
                await FAULTS[name](self._service, self._random)
                self.told.append(
                    f"{time.strftime('%T', time.gmtime())} {time.monotonic() - began:5.1f} s  {name}"
                )

    def story(self) -> str:
        """What befell the world, and what came of it."""
        return "\n".join([*self.told, str(self.ends), *self.failures, *map(str, self.errors.most_common())])

    async def _run(self, random: Random) -> None:
        person = random.choice(self.people)
        request = person.request()
        clients = [self._service.client(person) for _ in range(1 + (random.random() < _ASKS_TWICE))]
        cancels_after = random.randint(1, 12) if random.random() < _CANCELS else None

        def hangs_up() -> bool:
            return random.random() < _HANGS_UP

        told = await asyncio.gather(*(client.run(request, hangs_up, cancels_after) for client in clients))
        for client in clients:
            await client.close()
            self.errors.update(client.errors)
        assert all(events == told[0] for events in told), "two clients of one request saw different runs"
        self._note(person, told[0])

    def _note(self, person: Person, events: list[event_pb2.ApplicationEvent]) -> None:
        self.accepted[events[0].application_id] = person.user_id
        self.ends[str(events[-1].WhichOneof("event"))] += 1
        if events[-1].HasField("failed"):
            self.failures.append(events[-1].failed.message)


async def test_nothing_is_lost_whatever_breaks() -> None:
    def prepare(service: World) -> None:
        service.with_storage_server()
        service.with_model(ModelServer(honest_model()))

    async with world(prepare) as service:
        await asyncio.gather(*(service.start_worker(name) for name in WORKERS))
        storm = Storm(service, _SEED)
        try:
            async with asyncio.timeout(_SECONDS_MAX):
                await storm.rage()
                await service.settle()
            await service.close()
            people = {person.user_id: person.name for person in storm.people}
            with psycopg.connect(service.dsn, autocommit=True) as connection:
                assert check(connection, service.documents(), people, storm.accepted) == []
            assert service.leftovers() == []
            assert storm.failures == []
            assert service.storage
            assert not service.storage.faults, "some faults of the store met nobody"
        finally:
            _write(storm.story(), service.logs())


def _write(*texts: str) -> None:
    """What pytest shows of a test that failed."""
    sys.stdout.write("\n".join(texts))
