"""What may grow, by how much, and whether it does."""

from collections.abc import Callable, Iterable
from statistics import fmean
from typing import NamedTuple

from benchmarks.soak.growth import SECONDS_PER_HOUR, Points, Verdict, halves, slope
from benchmarks.soak.samples import ROLES, PostgresSeen, ProcessSeen, Sample, Samples

_DATABASE = "database, second half's kB a run over the first's"


class PerProcess(NamedTuple):
    """A quantity that each process of the service has.

    Attributes:
        name: Of it.
        unit: Of it.
        value: Reads it.
        bound: By how much a process may grow over the soak and still count as flat.
    """

    name: str
    unit: str
    value: Callable[[ProcessSeen], float]
    bound: float


class OfAll(NamedTuple):
    """A quantity of the whole; else as ``PerProcess``."""

    name: str
    unit: str
    value: Callable[[Sample], float]
    bound: float


PER_PROCESS = (
    PerProcess("memory", "MB", lambda one: one.memory_mb, 16),
    PerProcess("file descriptors", "", lambda one: one.fds, 3),
    PerProcess("threads", "", lambda one: one.threads, 3),
)
OF_ALL = (
    OfAll("processes", "", lambda one: len(one.processes), 0.5),
    OfAll("temporary files", "", lambda one: one.temporary_files, 1),
)
_POSTGRES_MB_MAX, _CONNECTIONS_MAX, _DATABASE_PERCENT_MAX = 32, 4, 25


class Growth(NamedTuple):
    """How a soak's samples go on.

    Attributes:
        samples: All of them.
        seconds: How long the soak was.
        warm_up_seconds: What is younger than that is not judged.
    """

    samples: Samples
    seconds: float
    warm_up_seconds: float

    def per_hour(self, lifetimes: Iterable[Points]) -> float:
        """Returns what is gained in an hour; 0 if too little was seen."""
        return SECONDS_PER_HOUR * (slope(lifetimes) or 0.0)

    def of_role(self, quantity: PerProcess, role: str) -> float:
        """Returns what one process of a role gains in an hour."""
        return self.per_hour(self.samples.lifetimes(role, quantity.value, self.warm_up_seconds))

    def of_postgres(self, value: Callable[[PostgresSeen], float]) -> float:
        """Returns what the server gains in an hour."""
        return self.per_hour(self.samples.postgres_lifetimes(value, self.warm_up_seconds))

    def of_service(self, quantity: PerProcess) -> float:
        """Returns what all processes of the service together gain in an hour."""
        return sum(self.of_role(quantity, role) * self._mean_number(role) for role in ROLES)

    def _mean_number(self, role: str) -> float:
        return fmean(sum(one.role == role for one in sample.processes) for sample in self.samples)

    def verdicts(self) -> list[Verdict]:
        """Returns one about each quantity."""
        of_soak = self.seconds / SECONDS_PER_HOUR
        found = [
            Verdict(f"{one.name}, {role}", one.unit, of_soak * self.of_role(one, role), one.bound)
            for one in PER_PROCESS
            for role in ROLES
        ]
        found += [
            Verdict(one.name, one.unit, of_soak * self.per_hour([self._whole(one)]), one.bound)
            for one in OF_ALL
        ]
        postgres_mb = of_soak * self.of_postgres(lambda seen: seen.memory_mb)
        connections = of_soak * self.of_postgres(lambda seen: seen.connections)
        return [
            *found,
            Verdict("memory of Postgres, shared buffers aside", "MB", postgres_mb, _POSTGRES_MB_MAX),
            Verdict("connections to Postgres", "", connections, _CONNECTIONS_MAX),
            Verdict(_DATABASE, "%", self._database_percent(), _DATABASE_PERCENT_MAX),
        ]

    def _whole(self, quantity: OfAll) -> Points:
        return self.samples.over_time(quantity.value, self.warm_up_seconds)

    def _database_percent(self) -> float:
        points = self.samples.over_runs(lambda _, seen: seen.database_kb, self.warm_up_seconds)
        if not (both := halves(points)) or both[0] <= 0:
            return 0.0
        return 100 * (both[1] / both[0] - 1)
