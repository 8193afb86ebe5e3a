"""What was seen of the service, of Postgres and of the disk, and how it went on over time."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import NamedTuple

from benchmarks.soak.growth import Points

API, WORKER, TYPESETTER = "api", "worker", "typesetter"
ROLES = (API, WORKER, TYPESETTER)


class ProcessSeen(NamedTuple):
    """One process of the service, at one moment.

    Attributes:
        role: What it does.
        pid: Its number.
        age_seconds: Since it began.
        memory_mb: What it has for itself alone (USS), in 10^6 bytes: what it shares grows and shrinks with
            the lives of others.
        fds: Open file descriptors.
        threads: Threads.
    """

    role: str
    pid: int
    age_seconds: float
    memory_mb: float
    fds: int
    threads: int


class PostgresSeen(NamedTuple):
    """The database, at one moment.

    Attributes:
        pid: Of the server's first process.
        age_seconds: Since that began.
        memory_mb: What its processes have each for itself; shared buffers fill up and are not counted.
        connections: Of clients, without the one that asks.
        database_kb: On disk, without WAL.
        ended_runs: Runs so far.
    """

    pid: int
    age_seconds: float
    memory_mb: float
    connections: int
    database_kb: float
    ended_runs: int


class Sample(NamedTuple):
    """All of it at one moment.

    Attributes:
        seconds: Since the soak began.
        disturbed: A fault is under way, or was a moment ago.
        processes: Of the service.
        postgres: None while it does not answer.
        store_kb: Files of the store.
        temporary_files: Beside them, and among them half-written ones that nobody writes.
    """

    seconds: float
    disturbed: bool
    processes: tuple[ProcessSeen, ...]
    postgres: PostgresSeen | None
    store_kb: float
    temporary_files: int


class Samples(list[Sample]):
    """Those of a soak, in their order."""

    def lifetimes(
        self, role: str, value: Callable[[ProcessSeen], float], warm_up_seconds: float
    ) -> list[Points]:
        """Returns a quantity of each process of a role over time, from when it was warm."""
        found = defaultdict(list)
        for sample in self._calm():
            for process in sample.processes:
                if process.role == role and process.age_seconds >= warm_up_seconds:
                    found[process.pid].append((sample.seconds, value(process)))
        return list(found.values())

    def postgres_lifetimes(
        self, value: Callable[[PostgresSeen], float], warm_up_seconds: float
    ) -> list[Points]:
        """Returns a quantity of each server over time; it is another one after a crash."""
        found = defaultdict(list)
        for sample in self._calm():
            if sample.postgres and sample.postgres.age_seconds >= warm_up_seconds:
                found[sample.postgres.pid].append((sample.seconds, value(sample.postgres)))
        return list(found.values())

    def over_time(self, value: Callable[[Sample], float], warm_up_seconds: float) -> Points:
        """Returns a quantity of the whole over time."""
        return [(one.seconds, value(one)) for one in self._calm() if one.seconds >= warm_up_seconds]

    def over_runs(self, value: Callable[[Sample, PostgresSeen], float], warm_up_seconds: float) -> Points:
        """Returns a quantity by how many runs have ended."""
        return [
            (one.postgres.ended_runs, value(one, one.postgres))
            for one in self
            if one.postgres and one.seconds >= warm_up_seconds
        ]

    def _calm(self) -> Iterator[Sample]:
        return (sample for sample in self if not sample.disturbed)
