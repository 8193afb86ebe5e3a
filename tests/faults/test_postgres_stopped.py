"""Postgres is stopped under a run that is in a step, and started again."""

import asyncio

import psycopg
from cvtailor.gen.cvtailor.v1 import event_pb2
from fault_world import World, world
from following_client import Person
from state_checker import check

from tests.model_servers import Answer, Asked, ModelServer, honest_model

_AT_CALL = 3
_ENDS_MAX_SECONDS = 90


async def test_a_run_goes_on_when_postgres_is_back_and_ends_once_and_watchers_see_no_gap() -> None:
    person, loop = Person(1), asyncio.get_running_loop()
    calls, honest = 0, honest_model()
    crashed: list[float] = []

    def script(asked: Asked) -> Answer:
        """Takes Postgres down while the step waits for this answer."""
        nonlocal calls
        calls += 1
        if calls == _AT_CALL:
            asyncio.run_coroutine_threadsafe(service.crash_postgres(), loop).result()
            crashed.append(loop.time())
        return honest(asked)

    def prepare(made: World) -> None:
        made.with_model(ModelServer(script))

    async with world(prepare) as service, asyncio.timeout(_ENDS_MAX_SECONDS):
        await service.start_worker("worker")
        request = person.request()
        clients = [service.client(person) for _ in range(3)]
        # The clients see to it that no event is missing, out of order, told twice or told differently.
        told: list[list[event_pb2.ApplicationEvent]] = await asyncio.gather(
            *(client.run(request) for client in clients)
        )
        for client in clients:
            await client.close()
        await service.settle()
        await service.close()
        assert crashed, "Postgres went on"
        assert told[0][-1].WhichOneof("event") == "completed", service.logs()
        assert told[0] == told[1] == told[2]
        accepted = {told[0][0].application_id: person.user_id}
        with psycopg.connect(service.dsn, autocommit=True) as connection:
            assert check(connection, service.documents(), {person.user_id: person.name}, accepted) == []
