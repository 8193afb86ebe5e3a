"""What a client saw of one run, and when."""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

from cvtailor.gen.cvtailor.v1 import cv_generator_pb2, event_pb2

from benchmarks.figures import percentile
from benchmarks.service_process import LAST, Client


def delay_ms(event: event_pb2.ApplicationEvent) -> float:
    """Returns how long ago the event happened; both clocks are this machine's."""
    return time.time() * 1000 - event.event_time.ToMilliseconds()


@dataclass
class Told:
    """One run.

    Attributes:
        application_id: Whose it is.
        first_seconds: From the call to the first numbered event.
        begun_seconds: From the call to the first step's start.
        total_seconds: From the call to the last event.
        delays_ms: Of each event, from when it happened to its arrival.
        last: Name of the last event.
    """

    application_id: str = ""
    first_seconds: float = 0
    begun_seconds: float = 0
    total_seconds: float = 0
    delays_ms: list[float] = field(default_factory=list)
    last: str = ""

    @classmethod
    async def of(cls, events: AsyncIterator[event_pb2.ApplicationEvent]) -> Self:
        """Reads to the end."""
        told, began = cls(), time.perf_counter()
        async for event in events:
            if not event.sequence:
                continue
            told.delays_ms.append(delay_ms(event))
            now, what = time.perf_counter() - began, str(event.WhichOneof("event"))
            told.application_id = event.application_id
            told.first_seconds = told.first_seconds or now
            if what == "step_started":
                told.begun_seconds = told.begun_seconds or now
            told.total_seconds, told.last = now, what
        assert told.last in LAST, f"the stream ended after {told.last!r}"
        return told


async def in_turn(
    clients: Sequence[Client], requests: Sequence[cv_generator_pb2.GenerateApplicationRequest]
) -> tuple[list[Told], float]:
    """Lets each client do one request after the other until none is left; returns the seconds too."""
    waiting, done = iter(requests), list[Told]()

    async def work(client: Client) -> None:
        for request in waiting:
            done.append(await Told.of(client.events(request)))

    began = time.perf_counter()
    await asyncio.gather(*map(work, clients))
    return done, time.perf_counter() - began


def p50_p99(values: Sequence[float], digits: int = 1) -> tuple[float, float]:
    """Returns both."""
    return round(percentile(values, 50), digits), round(percentile(values, 99), digits)


def numbered(kind: str, n: int) -> UUID:
    """Returns an id of a thing by its number; the same that ``backlog`` gives in SQL."""
    return UUID(hashlib.md5(f"{kind}{n}".encode(), usedforsecurity=False).hexdigest())
