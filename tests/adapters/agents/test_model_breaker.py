"""The circuit breaker, on a clock that stands still."""

from cvtailor.adapters.agents.breaker import Breaker


class Clock:
    """Seconds that pass when told to."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_it_opens_after_failures_in_a_row_and_not_before() -> None:
    breaker = Breaker(3, 30, Clock())
    breaker.failed()
    breaker.failed()
    breaker.succeeded()
    breaker.failed()
    breaker.failed()
    assert breaker.admits()
    breaker.failed()
    assert not breaker.admits()


def test_after_the_pause_one_call_may_try_at_a_time() -> None:
    clock = Clock()
    breaker = Breaker(1, 30, clock)
    breaker.failed()
    clock.now += 29.9
    assert not breaker.admits()
    clock.now += 0.1
    assert breaker.admits()
    assert not breaker.admits()


def test_a_trial_that_fails_opens_it_again_and_one_that_succeeds_closes_it() -> None:
    clock = Clock()
    breaker = Breaker(2, 30, clock)
    breaker.failed()
    breaker.failed()
    clock.now += 30
    assert breaker.admits()
    breaker.failed()
    assert not breaker.admits()
    clock.now += 30
    assert breaker.admits()
    breaker.succeeded()
    assert breaker.admits()
    assert breaker.admits()


def test_a_trial_that_is_never_heard_of_again_does_not_keep_it_open_for_good() -> None:
    clock = Clock()
    breaker = Breaker(1, 30, clock)
    breaker.failed()
    clock.now += 30
    assert breaker.admits()
    clock.now += 30
    assert breaker.admits()
