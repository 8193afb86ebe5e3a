"""What the load benchmark concludes from its calls."""

import pytest

from benchmarks.load.arrivals import poisson
from benchmarks.load.calls import Call, Served, ends_per_s, recovery_s

QUEUE_FULL = "RESOURCE_EXHAUSTED QUEUE_FULL"


def completed(due: float, seconds: float) -> Call:
    return Call(due, due, due + seconds, "completed", f"application of {due}")


def refused(due: float, seconds: float = 0.01) -> Call:
    return Call(due, due, due + seconds, QUEUE_FULL, retry_after_seconds=10)


def test_the_same_seed_gives_the_same_arrivals_at_about_the_pace_asked_for() -> None:
    arrivals = poisson(5, 400, seed=1)
    assert arrivals == poisson(5, 400, seed=1) != poisson(5, 400, seed=2)
    assert arrivals == sorted(arrivals)
    assert arrivals[-1] < 400
    assert len(arrivals) == pytest.approx(2000, rel=0.05)


def test_a_request_that_is_sent_late_has_waited_since_it_was_due() -> None:
    assert Call(due=1, sent=3, ended=4, end="completed").seconds == 3


def test_goodput_counts_completed_runs_until_the_last_one_has_ended() -> None:
    served = Served(2.0, [completed(0, 1), completed(1, 19), refused(2), refused(3)], seconds=10)
    assert served.goodput_per_s == 2 / 20
    assert served.refused_share == 0.5
    assert served.refusal_ms(99) == pytest.approx(10)
    assert served.latency_s(99) == 19
    assert served.ends() == {"completed": 2, QUEUE_FULL: 2}


def test_nothing_completed_has_no_latency() -> None:
    assert Served(2.0, [refused(0)], seconds=1).latency_s(50) is None


def test_capacity_is_the_pace_at_which_runs_ended() -> None:
    assert ends_per_s([completed(0, 2), completed(0, 2), completed(2, 2), refused(3)]) == 3 / 4
    with pytest.raises(ValueError, match="none of 1 runs was completed"):
        ends_per_s([refused(0)])


def test_recovery_is_when_five_in_a_row_are_served_as_usual() -> None:
    overload = [completed(due, 20) for due in range(10)]
    after = [refused(10), completed(11, 9), completed(12, 6), *(completed(due, 1) for due in range(13, 20))]
    assert recovery_s([*overload, *after], overload_ends=10, bound_seconds=2) == 3


def test_a_refusal_in_between_is_no_recovery() -> None:
    after = [completed(10, 1), completed(11, 1), refused(12), completed(13, 1), completed(14, 1)]
    assert recovery_s(after, overload_ends=10, bound_seconds=2) is None
