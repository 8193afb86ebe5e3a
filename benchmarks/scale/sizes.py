"""How much is measured: all of it, and little of everything."""

from typing import NamedTuple

from benchmarks.scale import queueing


class Size(NamedTuple):
    """How much is measured.

    Attributes:
        workers: Numbers of worker processes, rising.
        runs: Runs with each of them.
        clients: Clients that ask for them, each for one at a time.
        load_runs: Runs by which the load of one is told.
        watchers_of_a_run: Streams that watch each, in the second of two rounds.
        idle_seconds: How long nothing is done, to know what happens anyway.
        kills: Workers killed with a run in hand.
        requests_at_once: Requests that several clients send at once.
        cancels: Runs cancelled while they wait for a model.
        watchers: Numbers of idle watchers, rising.
        told: Events told while they watch.
        told_per_s: How fast.
        told_to_all: Events told to all of as many streams.
        settle_seconds: How long streams are left alone before and while they are weighed.
        pooler_watchers: Idle watchers of a process behind a pooler.
        depths: Lengths of the queue, rising.
        at_depth: What is done at each.
    """

    workers: tuple[int, ...]
    runs: int
    clients: int
    load_runs: int
    watchers_of_a_run: int
    idle_seconds: float
    kills: int
    requests_at_once: int
    cancels: int
    watchers: tuple[int, ...]
    told: int
    told_per_s: float
    told_to_all: int
    settle_seconds: float
    pooler_watchers: int
    depths: tuple[int, ...]
    at_depth: queueing.Limits


FULL = Size(
    workers=(1, 2, 4),
    runs=60,
    clients=8,
    load_runs=20,
    watchers_of_a_run=50,
    idle_seconds=20,
    kills=20,
    requests_at_once=20,
    cancels=50,
    watchers=(1_000, 5_000),
    told=1_000,
    told_per_s=50,
    told_to_all=20,
    settle_seconds=1,
    pooler_watchers=1_000,
    depths=(100, 10_000, 100_000),
    at_depth=queueing.Limits(joining=200, turns=40, look_seconds=6),
)
QUICK = Size(
    workers=(2,),
    runs=6,
    clients=4,
    load_runs=1,
    watchers_of_a_run=5,
    idle_seconds=1,
    kills=1,
    requests_at_once=1,
    cancels=0,
    watchers=(200,),
    told=40,
    told_per_s=50,
    told_to_all=2,
    settle_seconds=0.5,
    pooler_watchers=50,
    depths=(5_000,),
    at_depth=queueing.Limits(joining=16, turns=4, look_seconds=1),
)
