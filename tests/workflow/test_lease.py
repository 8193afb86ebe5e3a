"""How long a process may begin work after its last heartbeat."""

import asyncio

import pytest
from cvtailor.workflow import lease as lease_module
from cvtailor.workflow.lease import Lease


class Clock:
    """The machine's clock, by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(lease_module, "_now", clock)
    return clock


def test_it_is_not_held_before_the_first_heartbeat(clock: Clock) -> None:
    lease = Lease(2)
    assert not lease.held
    lease.renew(lease.moment())
    assert lease.held


def test_it_lapses_without_heartbeats_and_each_one_prolongs_it(clock: Clock) -> None:
    lease = Lease(2)
    lease.renew(lease.moment())
    clock.now += 1.9
    lease.renew(lease.moment())
    clock.now += 1.9
    assert lease.held
    clock.now += 0.2
    assert not lease.held


def test_it_counts_from_before_the_heartbeat_was_sent(clock: Clock) -> None:
    """Others count from when it arrived, which is later: they never take over before it has lapsed here."""
    lease, sent = Lease(2), clock.now
    clock.now += 1.5
    lease.renew(sent)
    clock.now += 0.6
    assert not lease.held


def test_a_term_lasts_as_long_as_it_never_lapsed(clock: Clock) -> None:
    lease = Lease(2)
    lease.renew(lease.moment())
    first = lease.term
    clock.now += 1.9
    lease.renew(lease.moment())
    assert lease.term == first
    clock.now += 2.1
    lease.renew(lease.moment())
    assert lease.held
    assert lease.term == first + 1
    clock.now += 1.5
    assert lease.term_seconds == 1.5


def test_a_heartbeat_whose_answer_came_too_late_begins_a_term(clock: Clock) -> None:
    """The process was stopped between sending and hearing: meanwhile others may have taken its runs."""
    lease = Lease(2)
    lease.renew(lease.moment())
    clock.now += 1.5
    sent = lease.moment()
    clock.now += 1.0
    lease.renew(sent)
    assert lease.held
    assert lease.term == 2


async def test_whoever_waits_for_it_goes_on_with_the_next_heartbeat(clock: Clock) -> None:
    lease = Lease(2)
    waiting = asyncio.create_task(lease.held_again())
    await asyncio.sleep(0)
    assert not waiting.done()
    lease.renew(lease.moment())
    assert await waiting is True


async def test_its_end_is_for_good_and_who_waits_learns_it(clock: Clock) -> None:
    lease = Lease(2)
    waiting = asyncio.create_task(lease.held_again())
    await asyncio.sleep(0)
    lease.end()
    lease.renew(lease.moment())
    assert await waiting is False
    assert not lease.held
    assert await lease.held_again() is False


def test_the_clock_goes_on_while_the_machine_sleeps(monkeypatch: pytest.MonkeyPatch) -> None:
    """CLOCK_MONOTONIC stands still in a suspended machine, and others take its runs meanwhile."""
    asked: list[int] = []
    monkeypatch.setattr(lease_module.time, "clock_gettime", lambda clock: asked.append(clock) or 1.0)
    assert Lease.moment() == 1.0
    assert asked == [lease_module.time.CLOCK_BOOTTIME]
