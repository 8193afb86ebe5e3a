"""What may befall a world, in an order that a seed gives."""

import asyncio
import os
import shutil
import signal
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from random import Random

from fault_world import World
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.model_servers import Answer, Asked, HangsUp, Refuses, Says, honest_model, slow_down, truncated
from tests.storage_server import answers, loses_the_answer, resets

type Fault = Callable[[World, Random], Awaitable[None]]

WORKERS = ("first worker", "second worker")
_PROCESSES = (*WORKERS, "api")
_SILENCE_SECONDS = 3.0
"""Longer than the silence after which the others take a process's runs over."""
_OUTAGE_SECONDS = 1.5
_LATE_SECONDS = 1.0


async def kill_a_worker(world: World, random: Random) -> None:
    name = random.choice(WORKERS)
    world.processes[name].send(signal.SIGKILL)
    await world.restart(name)


async def kill_the_api(world: World, _: Random) -> None:
    world.processes["api"].send(signal.SIGKILL)
    await world.restart("api")


async def stop_a_worker_for_a_while(world: World, random: Random) -> None:
    process = world.processes[random.choice(WORKERS)]
    process.send(signal.SIGSTOP)
    await asyncio.sleep(_SILENCE_SECONDS)
    process.send(signal.SIGCONT)


async def tell_a_worker_to_go(world: World, random: Random) -> None:
    name = random.choice(WORKERS)
    assert await world.end(name, signal.SIGTERM) == 0, world.logs()
    await world.start_worker(name)


async def tell_the_api_to_go(world: World, _: Random) -> None:
    assert await world.end("api", signal.SIGTERM) == 0, world.logs()
    await world.start_api()


async def kill_a_typesetter(world: World, random: Random) -> None:
    """It is stopped first, so that it dies with a job in hand."""
    children = world.processes[random.choice(WORKERS)].children()
    for number, pause_seconds in ((signal.SIGSTOP, _OUTAGE_SECONDS), (signal.SIGKILL, 0.0)):
        for pid in children:
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        await asyncio.sleep(pause_seconds)


async def crash_postgres(world: World, _: Random) -> None:
    await world.crash_postgres()


async def break_the_wire_to_postgres(world: World, random: Random) -> None:
    wire = world.wires[random.choice(_PROCESSES)]
    wire.refuses = True
    wire.drop()
    await asyncio.sleep(_OUTAGE_SECONDS)
    wire.refuses = False


async def silence_the_wire_to_postgres(world: World, random: Random) -> None:
    wire = world.wires[random.choice(WORKERS)]
    wire.fall_silent()
    await asyncio.sleep(_SILENCE_SECONDS)
    if random.random() < 0.5:
        wire.drop()
    wire.pass_on()


async def slow_the_wire_to_postgres(world: World, random: Random) -> None:
    wire = world.wires[random.choice(_PROCESSES)]
    wire.delay_seconds = 0.05
    await asyncio.sleep(_OUTAGE_SECONDS)
    wire.delay_seconds = 0.0


async def break_the_wire_to_clients(world: World, _: Random) -> None:
    world.clients.drop()


async def silence_the_wire_to_clients(world: World, _: Random) -> None:
    world.clients.fall_silent()
    await asyncio.sleep(_SILENCE_SECONDS)
    world.clients.pass_on()


async def fail_in_storage(world: World, random: Random) -> None:
    assert world.storage
    faults = [answers(500), answers(503), resets, loses_the_answer]
    world.storage.faults.extend(random.sample(faults, k=len(faults)))


async def slow_down_storage(world: World, _: Random) -> None:
    async def is_late(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(_LATE_SECONDS)
        await app(scope, receive, send)

    assert world.storage
    world.storage.faults.extend([is_late] * 4)


async def fail_in_the_model(world: World, random: Random) -> None:
    assert world.model
    honest = honest_model()
    chosen = Random(random.random())  # noqa: S311

    def faulty(asked: Asked) -> Answer:
        right = honest(asked)
        assert not callable(right)
        return chosen.choice([Refuses(500), HangsUp(), slow_down(), truncated(right), Says("no JSON"), right])

    world.model.script = faulty
    await asyncio.sleep(_OUTAGE_SECONDS)
    world.model.script = honest


async def fill_the_disk(world: World, _: Random) -> None:
    """While the typesetters have to be made anew, and the packages that they read with them."""
    workers = [world.processes[name] for name in WORKERS]
    for worker in workers:
        worker.limit_files(0)
        for pid in worker.children():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    shutil.rmtree(world.folder / "typst", ignore_errors=True)
    await asyncio.sleep(_OUTAGE_SECONDS)
    for worker in workers:
        worker.limit_files(None)


FAULTS: Mapping[str, Fault] = {
    fault.__name__.replace("_", " "): fault
    for fault in (
        kill_a_worker,
        kill_the_api,
        stop_a_worker_for_a_while,
        tell_a_worker_to_go,
        tell_the_api_to_go,
        kill_a_typesetter,
        crash_postgres,
        break_the_wire_to_postgres,
        silence_the_wire_to_postgres,
        slow_the_wire_to_postgres,
        break_the_wire_to_clients,
        silence_the_wire_to_clients,
        fail_in_storage,
        slow_down_storage,
        fail_in_the_model,
        fill_the_disk,
    )
}


def order(random: Random, number: int) -> list[str]:
    """Returns faults by name: each once before any comes again."""
    names: list[str] = []
    while len(names) < number:
        names += random.sample(list(FAULTS), k=len(FAULTS))
    return names[:number]
