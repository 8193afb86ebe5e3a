"""Runs cancelled while a worker waits for their model."""

import asyncio
import time
from typing import NamedTuple
from uuid import uuid4

from cvtailor.gen.cvtailor.v1 import cv_generator_pb2

from benchmarks.figures import percentile
from benchmarks.scale.cluster import Cluster
from benchmarks.service_process import ServiceProcess, example
from tests.e2e.cancelled_runs import SilentModel

_SECONDS_MAX = 60


class Cancelled(NamedTuple):
    """What cancels took.

    Attributes:
        seconds: From each answer to a cancel until the model saw its call closed.
    """

    seconds: list[float]

    def figures(self) -> dict[str, float]:
        """Returns the figures by name."""
        p50, p99 = (round(percentile(self.seconds, part), 2) for part in (50, 99))
        return {"cancel_p50_s": p50, "cancel_p99_s": p99}


async def cancelled(cluster: Cluster, rounds: int) -> Cancelled:
    """Cancels runs, one after the other, that wait for a model which never answers.

    The run is watched at one process and cancelled at another; both, and the only worker, are started here,
    as a run has agents only if the process that accepts it has a model.
    """
    model, seconds = SilentModel(), list[float]()
    await cluster.work(0)
    async with model.serving() as settings:
        apis = await asyncio.gather(cluster.api(**settings), cluster.api(**settings))
        await cluster.work(1, **settings)
        for _ in range(rounds):
            seconds.append(await _cancel_one(cluster, apis, model))
        await cluster.work(0)
        for api in apis:
            await cluster.stop_api(api)
    return Cancelled(seconds)


async def _cancel_one(cluster: Cluster, apis: list[ServiceProcess], model: SilentModel) -> float:
    model.asked.clear()
    model.closed.clear()
    user_id = uuid4()
    here, there = (cluster.client(api, user_id) for api in apis)
    async with here, there, asyncio.timeout(_SECONDS_MAX):
        events = here.events(example("engineer"))
        begun = await anext(events)
        await model.asked.wait()
        request = cv_generator_pb2.CancelApplicationRequest(application_id=begun.application_id)
        await there.stub.CancelApplication(request, metadata=there.metadata)
        cancelled_at = time.monotonic()
        await model.closed.wait()
    return max(0.0, model.closed_at - cancelled_at)
