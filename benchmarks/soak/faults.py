"""What befalls the service, one thing every so often, in an order that a seed gives."""

import asyncio
import os
import signal
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from random import Random

import psutil
from cvtailor.adapters.postgres.stale_server import server_is_zombie

from benchmarks.scale.cluster import Cluster
from benchmarks.soak.traffic import Traffic
from benchmarks.soak.watch import Watch, postmaster_pid

WORKERS = 2
_SILENCE_SECONDS = 4.0
"""Longer than the silence after which the others take a process's runs over."""
_PAUSE_SECONDS = 1.0


class Scene:
    """What can be broken.

    The API process, the first worker and its typesetters are never killed, and Postgres is not again after a
    third of the time: what leaks slowly must have time to show.
    """

    def __init__(
        self, cluster: Cluster, traffic: Traffic, settings: Mapping[str, str], random: Random
    ) -> None:
        self.cluster = cluster
        self.traffic = traffic
        self.settings = dict(settings)
        self.random = random


type Fault = Callable[[Scene], Awaitable[None]]


async def kill_a_worker(scene: Scene) -> None:
    """As a crash or the kernel out of memory does."""
    await asyncio.to_thread(scene.cluster.workers.pop().kill)
    await scene.cluster.work(WORKERS, **scene.settings)


async def kill_a_typesetter(scene: Scene) -> None:
    """It is stopped first, so that it dies with a job in hand."""
    worker = scene.cluster.workers[-1].process.pid
    children = [child.pid for child in psutil.Process(worker).children(recursive=True)]
    for number, pause_seconds in ((signal.SIGSTOP, _PAUSE_SECONDS), (signal.SIGKILL, 0.0)):
        for pid in children:
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        await asyncio.sleep(pause_seconds)


async def stop_a_worker_for_a_while(scene: Scene) -> None:
    """Others take its runs over; it finds out once it goes on."""
    process = scene.random.choice(scene.cluster.workers).process
    process.send_signal(signal.SIGSTOP)
    await asyncio.sleep(_SILENCE_SECONDS)
    process.send_signal(signal.SIGCONT)


async def crash_postgres(scene: Scene) -> None:
    """As ``pg_ctl restart -m immediate`` does: backends quit, the log is replayed."""
    await asyncio.to_thread(_crash, scene.cluster)


def _crash(cluster: Cluster) -> None:
    data = cluster.server.home / "data"
    os.kill(postmaster_pid(cluster), signal.SIGQUIT)
    while (data / "postmaster.pid").exists() and not server_is_zombie(data):
        time.sleep(0.02)
    cluster.server.stop()
    cluster.server.start()


async def let_clients_hang_up(scene: Scene) -> None:
    """Each after its next event, until a while has passed; they come back, and go on from there."""
    scene.traffic.hang_up(_PAUSE_SECONDS)
    await asyncio.sleep(_PAUSE_SECONDS)


FAULTS: Mapping[str, Fault] = {
    fault.__name__.replace("_", " "): fault
    for fault in (
        kill_a_worker,
        kill_a_typesetter,
        crash_postgres,
        stop_a_worker_for_a_while,
        let_clients_hang_up,
    )
}


async def befall(scene: Scene, watch: Watch, every_seconds: float, until_seconds: float) -> Counter[str]:
    """Lets each fault happen once before any comes again; returns how often each did."""
    began, happened, waiting = time.monotonic(), Counter[str](), list[str]()
    for n in range(1, int(until_seconds / every_seconds) + 1):
        await asyncio.sleep(began + n * every_seconds - time.monotonic())
        waiting = waiting or scene.random.sample(list(FAULTS), k=len(FAULTS))
        name = waiting.pop()
        if FAULTS[name] is crash_postgres and happened[name] and n * every_seconds > until_seconds / 3:
            continue
        with watch.disturbed():
            await FAULTS[name](scene)
        happened[name] += 1
    return happened
