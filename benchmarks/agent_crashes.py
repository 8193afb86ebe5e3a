"""Kills the service at every boundary of a run with agents, and counts what the provider is asked again.

A call is *settled* as soon as the service makes the next one: its answer is in the journal then. The last
call before a kill may be in flight, its answer lost with the process, and may be made once more for it; no
journal can prevent that. Both are counted, apart: a settled call must never be made again.
"""

import asyncio
import contextlib
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import grpc.aio
from cvtailor.gen.cvtailor.v1 import event_pb2

from benchmarks.service_process import Client, ServiceProcess, example
from tests.model_servers import Answer, Asked, HangsUp, ModelServer, honest_model

# A service that starts and takes over quickly, so that the table does not take an hour.
QUICK_RECOVERY = {"worker_beat_seconds": "0.3", "worker_dead_after_seconds": "1", "render_workers": "1"}
_KILL_SECONDS_MAX = 60


class Boundary(StrEnum):
    """Where the process dies."""

    ASKED = "call on its way"
    ANSWERED = "answer on its way"
    TOLD = "event told"


@dataclass(frozen=True)
class KillPoint:
    """The one-based n-th boundary of its kind."""

    boundary: Boundary
    number: int

    def __str__(self) -> str:
        return f"{self.boundary} {self.number}"


@dataclass(frozen=True)
class Crash:
    """What followed the kills of one run.

    Attributes:
        points: Where it was killed, in this order.
        calls: Requests that the provider got for this run, before and after.
        repeated: Settled calls that were made again.
        in_flight_repeated: Calls that were made again because they were the last before a kill.
        missing: Calls of an undisturbed run that were never made.
        ended: How the run ended.
        usage_calls: Paid calls by the service's own account.
    """

    points: tuple[KillPoint, ...]
    calls: int
    repeated: int
    in_flight_repeated: int
    missing: int
    ended: str
    usage_calls: int


class CrashingService:
    """A service that is killed again and again, over one data folder and one scripted provider."""

    def __init__(self, folder: Path, model: ModelServer, name: str = "engineer") -> None:
        self._folder = folder
        self._model = model
        self._name = name
        self._usual: Counter[str] = Counter()
        self.process = self._start()

    def _start(self) -> ServiceProcess:
        address = {"model": "openai-compatible:scripted", "model_base_url": self._model.openai_url}
        return ServiceProcess(self._folder, log_level="warning", **address, **QUICK_RECOVERY)

    async def undisturbed(self) -> list[event_pb2.ApplicationEvent]:
        """Makes the run that the others are compared with; returns its events."""
        self._model.script, before = honest_model(), len(self._model.asked)
        async with Client(self.process.address, self.process.token) as client:
            events = await client.run(example(self._name))
        self._usual = Counter(asked.fingerprint for asked in self._model.asked[before:])
        return events

    @property
    def calls(self) -> int:
        """Calls of an undisturbed run."""
        return self._usual.total()

    async def crash_at(self, *points: KillPoint) -> Crash:
        """Begins a run, kills the service at each boundary in turn, and lets the run end."""
        began, application_id = len(self._model.asked), ""
        in_flight: Counter[str] = Counter()
        for point in points:
            async with Client(self.process.address, self.process.token) as client:
                application_id = await self._watch_until_killed(client, application_id, point, began)
            in_flight.update(one.fingerprint for one in self._model.asked[began:][-1:])
            self.process = await asyncio.to_thread(self._start)
        async with Client(self.process.address, self.process.token) as client:
            events = [event async for event in client.watch(application_id) if event.sequence]
            usage = (await client.get(application_id)).model_use.calls
        asked = Counter(one.fingerprint for one in self._model.asked[began:])
        excess = asked - self._usual
        return Crash(
            points=points,
            calls=asked.total(),
            repeated=(excess - in_flight).total(),
            in_flight_repeated=(excess & in_flight).total(),
            missing=(self._usual - asked).total(),
            ended=str(events[-1].WhichOneof("event")),
            usage_calls=usage,
        )

    async def _watch_until_killed(
        self, client: Client, application_id: str, point: KillPoint, began: int
    ) -> str:
        """Begins or goes on with a run until the service dies; returns the id of its application."""
        events = client.watch(application_id) if application_id else client.events(example(self._name))
        with self._killed_at(point, began) as dead, contextlib.suppress(grpc.aio.AioRpcError):
            async for event in events:
                application_id = event.application_id
                if point.boundary is Boundary.TOLD and event.sequence == point.number:
                    self._kill(dead)
            died = await asyncio.to_thread(dead.wait, _KILL_SECONDS_MAX)
            assert died, f"the run ended before {point}"
        return application_id

    @contextmanager
    def _killed_at(self, point: KillPoint, began: int) -> Iterator[threading.Event]:
        """Kills at a boundary of the provider; yields what says that the process is dead."""
        dead, honest = threading.Event(), honest_model()

        def reached(asked: Asked) -> bool:
            """Whether a call is the n-th of the run, and is made for the first time."""
            before = {one.fingerprint for one in self._model.asked[began : asked.number - 1]}
            return asked.fingerprint not in before and len(before) == point.number - 1

        def script(asked: Asked) -> Answer:
            if point.boundary is Boundary.ASKED and reached(asked):
                self._kill(dead)
                return HangsUp()
            return honest(asked)

        def after_answer(asked: Asked) -> None:
            if point.boundary is Boundary.ANSWERED and reached(asked):
                self._kill(dead)

        self._model.script, self._model.after_answer = script, after_answer
        try:
            yield dead
        finally:
            self._model.script, self._model.after_answer = honest, lambda _: None

    def _kill(self, dead: threading.Event) -> None:
        self.process.kill()
        dead.set()


def boundaries_told(events: list[event_pb2.ApplicationEvent]) -> list[KillPoint]:
    """The begin and the end of every step of an undisturbed run; its last event is no boundary."""
    told = [e.sequence for e in events[:-1] if e.HasField("step_started") or e.HasField("step_finished")]
    return [KillPoint(Boundary.TOLD, number) for number in told]
