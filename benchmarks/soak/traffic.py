"""Runs that people ask for whatever happens, and what they were told."""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import Sequence
from uuid import UUID, uuid4

import grpc.aio
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2, event_pb2

from benchmarks.load.requests import Requests
from benchmarks.pipeline.cvs import new_word
from benchmarks.scale.cluster import Cluster
from benchmarks.scale.told import in_turn
from benchmarks.service_process import ServiceProcess
from tests.faults.following_client import FollowingClient

_RUN_SECONDS_MAX = 180
_WARM_RUNS = 4


class Person:
    """A user, whose word stands in everything that is theirs and in nothing else."""

    def __init__(self, cluster: Cluster, api: ServiceProcess) -> None:
        self.user_id: UUID = uuid4()
        self.word = f"Nonesuch{self.user_id.hex[:8]}"
        self.client = FollowingClient(api.address, cluster.token(self.user_id))


class Traffic:
    """The people and their runs.

    Attributes:
        accepted: Applications that somebody was told of, and whose they are.
        ends: How runs ended.
        hang_ups: How often a client left its stream.
        wrong: What must not happen: a log that is told differently twice, a status that helps nobody.
    """

    def __init__(self, cluster: Cluster, api: ServiceProcess, people: int) -> None:
        self.people = [Person(cluster, api) for _ in range(people)]
        self.accepted: dict[str, UUID] = {}
        self.ends: Counter[str] = Counter()
        self.hang_ups = 0
        self.wrong: list[str] = []
        self._cluster, self._api, self._requests = cluster, api, Requests()
        self._hangs_up_until = 0.0

    @property
    def errors(self) -> Counter[str]:
        """What calls ended in and clients got over, by status."""
        return Counter(error.partition(" ")[0] for person in self.people for error in person.client.errors)

    def hang_up(self, seconds: float) -> None:
        """For so long, each client leaves after its next event."""
        self._hangs_up_until = time.monotonic() + seconds

    async def capacity_per_s(self, runs: int, clients: int) -> float:
        """Returns the runs a second of clients that each wait for their turn."""
        person, seconds = self.people[0], 0.0
        async with self._cluster.client(self._api, person.user_id) as asker:
            for count in (_WARM_RUNS, runs):
                done, seconds = await in_turn(
                    [asker] * clients, [self._request(person) for _ in range(count)]
                )
                self.accepted |= {told.application_id: person.user_id for told in done}
                self.ends.update(told.last for told in done)
        return runs / seconds

    async def flow(self, due: Sequence[float]) -> None:
        """Lets people ask when it is time, whatever became of the runs before; returns when all ended."""
        began = time.monotonic()
        async with asyncio.TaskGroup() as runs:
            for moment, person in zip(due, itertools.cycle(self.people), strict=False):
                await asyncio.sleep(began + moment - time.monotonic())
                runs.create_task(self._run(person))

    async def close(self) -> None:
        """Lets all go."""
        for person in self.people:
            await person.client.close()

    async def _run(self, person: Person) -> None:
        request = self._request(person)
        try:
            async with asyncio.timeout(_RUN_SECONDS_MAX):
                events = await person.client.run(request, self._hangs_up)
        except (AssertionError, grpc.aio.AioRpcError, TimeoutError) as error:
            self.wrong.append(f"request {request.request_id}: {type(error).__name__} {error}")
            return
        self._note(person, events)

    def _hangs_up(self) -> bool:
        leaves = time.monotonic() < self._hangs_up_until
        self.hang_ups += leaves
        return leaves

    def _request(self, person: Person) -> cv_generator_pb2.GenerateApplicationRequest:
        return self._requests.with_word(person.word + new_word())

    def _note(self, person: Person, events: Sequence[event_pb2.ApplicationEvent]) -> None:
        self.accepted[events[0].application_id] = person.user_id
        end = str(events[-1].WhichOneof("event"))
        self.ends[end] += 1
        if events[-1].HasField("failed"):
            self.wrong.append(f"run {events[0].run_id} failed: {events[-1].failed.message}")
