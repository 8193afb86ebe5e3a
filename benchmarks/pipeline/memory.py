"""Memory of all processes of a service, each page of it counted once, and how it grows."""

import statistics
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import psutil

from benchmarks.service_process import ServiceProcess

_WARM_UP_SHARE = 0.2


class Sample(NamedTuple):
    """Proportional set sizes after so many runs, in MB (10^6 bytes)."""

    runs: int
    service_mb: float
    postgres_mb: float


def sample(service: ServiceProcess, runs: int) -> Sample:
    """Measures the service with its typesetters, and its Postgres."""
    postgres = set().union(
        *(_tree(int(file.read_text().split("\n", 1)[0])) for file in _pid_files(service.data_dir))
    )
    own = _tree(service.process.pid) - postgres
    return Sample(runs, _pss_mb(own), _pss_mb(postgres))


def growth_mb_per_1000_runs(runs: Sequence[int], megabytes: Sequence[float]) -> float:
    """Returns the slope of the line through the samples after the first fifth of the runs."""
    warm = [(x, y) for x, y in zip(runs, megabytes, strict=True) if x >= _WARM_UP_SHARE * runs[-1]]
    return 1000 * statistics.linear_regression(*zip(*warm, strict=True)).slope


def _pid_files(data_dir: Path) -> list[Path]:
    return list(data_dir.glob("**/postmaster.pid"))


def _tree(pid: int) -> set[int]:
    return {pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))}


def _pss_mb(pids: set[int]) -> float:
    total = 0
    for pid in pids:
        # Postgres' own helpers come and go.
        with suppress(psutil.NoSuchProcess):
            total += psutil.Process(pid).memory_full_info().pss
    return total / 1e6
