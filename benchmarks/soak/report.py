"""What was measured, as verdicts, figures for programs, rows for people, and charts."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from benchmarks.soak.aftermath import Aftermath
from benchmarks.soak.growth import Verdict, slope
from benchmarks.soak.samples import ROLES, Sample, Samples
from benchmarks.soak.traffic import Traffic
from benchmarks.soak.verdicts import PER_PROCESS, Growth

type Figures = dict[str, object]
type Rows = list[tuple[str, str]]


class Soaked(NamedTuple):
    """All of it.

    Attributes:
        seconds: How long requests came.
        warm_up_seconds: What is younger than that is not judged.
        judged: Whether the soak was long enough for what grows to be told from noise.
        capacity_per_s: Runs a second when clients wait for their turn.
        asked_per_s: How fast requests came.
        faults: How often each befell the service.
        exits: Processes that went by themselves, or not with 0 when they were told to.
    """

    seconds: float
    warm_up_seconds: float
    judged: bool
    capacity_per_s: float
    asked_per_s: float
    faults: Counter[str]
    exits: list[str]
    samples: Samples
    traffic: Traffic
    aftermath: Aftermath

    @property
    def growth(self) -> Growth:
        """How its samples go on."""
        return Growth(self.samples, self.seconds, self.warm_up_seconds)

    def verdicts(self) -> list[Verdict]:
        """Returns one about each quantity."""
        beyond_kb = self.aftermath.store_kb - self.aftermath.documents_kb
        return [
            *self.growth.verdicts(),
            Verdict("store, beyond what documents say", "kB", beyond_kb, 0),
            Verdict("temporary files left in the end", "", self.aftermath.temporary_files, 0),
            Verdict("processes left in the end", "", len(self.aftermath.survivors), 0),
        ]

    def faults_of_ours(self) -> list[str]:
        """Returns what must not be, growth aside."""
        return [*self.traffic.wrong, *self.aftermath.findings, *self.exits]

    @property
    def passed(self) -> bool:
        """Whether nothing is lost or wrong and, in a soak that is judged, nothing grows."""
        sound = not self.aftermath.kept.lost and not self.faults_of_ours()
        return sound and (not self.judged or all(verdict.flat for verdict in self.verdicts()))


def figures(soaked: Soaked) -> Figures:
    """Returns all figures by name."""
    memory, fds, threads = PER_PROCESS
    samples, warm = soaked.samples, soaked.warm_up_seconds
    database, store = (
        slope([samples.over_runs(value, warm)]) or 0.0
        for value in (lambda _, seen: seen.database_kb, lambda sample, _: sample.store_kb)
    )
    postgres_mb = soaked.growth.of_postgres(lambda seen: seen.memory_mb)
    return {
        "seconds": round(soaked.seconds),
        "judged": soaked.judged,
        "capacity_runs_per_s": round(soaked.capacity_per_s, 2),
        "asked_per_s": round(soaked.asked_per_s, 2),
        "runs": soaked.aftermath.kept.runs,
        "ends": dict(soaked.traffic.ends),
        "lost_runs": soaked.aftermath.kept.lost,
        "faults": dict(soaked.faults),
        "hang_ups": soaked.traffic.hang_ups,
        "statuses_got_over": dict(soaked.traffic.errors),
        "wrong": soaked.faults_of_ours(),
        "memory_growth_mb_per_hour": round(soaked.growth.of_service(memory) + postgres_mb, 2),
        "memory_growth_mb_per_hour_by_role": {
            **{role: round(soaked.growth.of_role(memory, role), 2) for role in ROLES},
            "postgres": round(postgres_mb, 2),
        },
        "fds_growth_per_hour": round(soaked.growth.of_service(fds), 2),
        "threads_growth_per_hour": round(soaked.growth.of_service(threads), 2),
        "connections_growth_per_hour": round(soaked.growth.of_postgres(lambda seen: seen.connections), 2),
        "disk_kb_per_run": round(database + store, 1),
        "database_kb_per_run": round(database, 1),
        "store_kb_per_run": round(store, 1),
        "samples": len(samples),
        "samples_undisturbed": sum(not sample.disturbed for sample in samples),
        "verdicts": {
            one.quantity: {"grew": round(one.grew, 2), "bound": one.bound, "flat": one.flat}
            for one in soaked.verdicts()
        },
        "passed": soaked.passed,
    }


def rows(soaked: Soaked, told: Figures) -> Rows:
    """Returns the table."""
    faults = ", ".join(f"{count} × {name}" for name, count in soaked.faults.items())
    statuses = ", ".join(f"{count} {name}" for name, count in soaked.traffic.errors.items())
    return [
        ("capacity, clients that wait for their turn", f"{told['capacity_runs_per_s']} runs/s"),
        (f"requests, for {soaked.seconds:.0f} s", f"{told['asked_per_s']} a second"),
        ("faults", faults or "none"),
        ("runs, and their ends", f"{told['runs']}: {told['ends']}"),
        ("runs lost", str(told["lost_runs"])),
        ("clients that hung up and came back", str(soaked.traffic.hang_ups)),
        ("statuses that clients got over", statuses or "none"),
        ("what is wrong", "\n".join(soaked.faults_of_ours()[:20]) or "nothing"),
        ("memory of all, service and Postgres", f"{told['memory_growth_mb_per_hour']} MB an hour"),
        ("disk, database and store", f"{told['disk_kb_per_run']} kB a run"),
        ("grew over the soak, per process where there are roles; flat up to", ""),
        *((f"  {one.quantity}", _grew(one)) for one in soaked.verdicts()),
        ("judged", "yes" if soaked.judged else "only what is lost or wrong: too short for growth"),
        ("passed", "yes" if soaked.passed else "NO"),
    ]


def _grew(verdict: Verdict) -> str:
    told = f"{verdict.grew:+.1f}, {verdict.bound:g} {verdict.unit}".rstrip()
    return told if verdict.flat else f"{told}: GROWS"


def draw(folder: Path, soaked: Soaked) -> None:
    """Draws the charts; imports what draws only now."""
    from benchmarks import charts

    samples = soaked.samples
    axis = "minutes"
    memory: Mapping[str, list[tuple[float, float]]] = {
        **{role: [(one.seconds / 60, _of(one, role)) for one in samples] for role in ROLES},
        "Postgres, shared buffers aside": [
            (one.seconds / 60, one.postgres.memory_mb) for one in samples if one.postgres
        ],
    }
    charts.lines(folder / "soak-memory.svg", "Memory by role, with faults", (axis, "MB"), memory, dots=False)
    counts = {
        "file descriptors": [
            (one.seconds / 60, float(sum(process.fds for process in one.processes))) for one in samples
        ],
        "threads": [
            (one.seconds / 60, float(sum(process.threads for process in one.processes))) for one in samples
        ],
        "connections": [
            (one.seconds / 60, float(one.postgres.connections)) for one in samples if one.postgres
        ],
    }
    charts.lines(
        folder / "soak-counts.svg", "What all processes hold, with faults", (axis, ""), counts, dots=False
    )
    disk = {
        "store": [(one.postgres.ended_runs, one.store_kb / 1000) for one in samples if one.postgres],
        "database": [
            (one.postgres.ended_runs, one.postgres.database_kb / 1000) for one in samples if one.postgres
        ],
    }
    charts.lines(folder / "soak-disk.svg", "Disk by runs", ("runs", "MB"), disk, dots=False)


def _of(sample: Sample, role: str) -> float:
    return sum(one.memory_mb for one in sample.processes if one.role == role)
