"""What the soak takes for growth, and what it does not."""

from math import sin

import pytest

from benchmarks.soak.growth import Verdict, halves, slope
from benchmarks.soak.samples import API, WORKER, PostgresSeen, ProcessSeen, Sample, Samples
from benchmarks.soak.verdicts import Growth


def lifetime(begins: int, height: float, per_second: float = 0.0) -> list[tuple[float, float]]:
    return [(begins + n, height + per_second * n + sin(n)) for n in range(0, 600, 5)]


def test_a_leak_is_seen_across_processes_that_begin_anew() -> None:
    leaking = [lifetime(600 * n, height=100, per_second=0.01) for n in range(3)]
    assert slope(leaking) == pytest.approx(0.01, rel=0.05)


def test_processes_of_different_heights_do_not_look_like_growth() -> None:
    steady = [lifetime(600 * n, height=100 + 50 * n) for n in range(3)]
    assert slope(steady) == pytest.approx(0, abs=0.0005)


def test_a_long_life_outweighs_a_short_one() -> None:
    short_and_steep = [(0.0, 0.0), (5.0, 5.0)]
    assert slope([lifetime(0, height=100), short_and_steep]) == pytest.approx(0, abs=0.001)


def test_too_few_points_say_nothing() -> None:
    assert slope([[(0, 1)], []]) is None
    assert halves([(0, 1)]) is None


def test_the_second_half_is_told_from_the_first() -> None:
    first, second = halves([(0, 0), (1, 1), (2, 2), (3, 5), (4, 8)]) or (0, 0)
    assert (first, second) == (1, 3)


def test_what_grows_beyond_its_bound_is_not_flat_and_what_shrinks_is() -> None:
    assert not Verdict("memory", "MB", grew=17, bound=16).flat
    assert Verdict("memory", "MB", grew=-40, bound=16).flat


def sample(seconds: float, *, worker_mb: float, fds: int = 40, disturbed: bool = False) -> Sample:
    processes = (
        ProcessSeen(API, 1, seconds, memory_mb=150, fds=30, threads=20),
        ProcessSeen(WORKER, 2, seconds, worker_mb, fds, threads=20),
    )
    postgres = PostgresSeen(3, seconds, memory_mb=50, connections=12, database_kb=seconds, ended_runs=1)
    return Sample(seconds, disturbed, processes, postgres, store_kb=0, temporary_files=0)


def grown(samples: list[Sample]) -> set[str]:
    growth = Growth(Samples(samples), seconds=1800, warm_up_seconds=120)
    return {verdict.quantity for verdict in growth.verdicts() if not verdict.flat}


def test_a_worker_that_leaks_is_named() -> None:
    leaks = [sample(n, worker_mb=200 + n / 60, fds=40 + n // 300) for n in range(0, 1800, 5)]
    assert grown(leaks) == {"memory, worker", "file descriptors, worker"}


def test_what_a_new_process_takes_and_what_a_fault_disturbs_is_not_judged() -> None:
    warming = [sample(n, worker_mb=2.0 * n) for n in range(0, 120, 5)]
    steady = [sample(n, worker_mb=240) for n in range(120, 1800, 5)]
    broken = [sample(n, worker_mb=9000, fds=9000, disturbed=True) for n in range(1700, 1800, 10)]
    assert grown([*warming, *steady, *broken]) == set()
