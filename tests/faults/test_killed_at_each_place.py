"""A worker dies at each boundary of a step and inside each step; another one goes on."""

import signal

import psycopg
from aftermath import Aftermath
from dying_worker_at import PLACES
from state_checker import check


def test_a_run_goes_on_wherever_its_worker_was_killed(killed_at_each_place: Aftermath) -> None:
    assert killed_at_each_place.exit_code == -signal.SIGKILL
    assert killed_at_each_place.ends == dict.fromkeys(PLACES, "completed"), killed_at_each_place.world.logs()


def test_what_is_left_is_what_undisturbed_runs_leave(killed_at_each_place: Aftermath) -> None:
    left = killed_at_each_place
    with psycopg.connect(left.world.dsn, autocommit=True) as connection:
        assert check(connection, left.world.documents(), left.names, left.accepted) == []
    assert left.world.leftovers() == []
