"""The day on which a run began: whoever goes on with it on another day makes the same of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date

from cvtailor.domain.clock import today

_day: ContextVar[date | None] = ContextVar("run_day", default=None)


def run_day() -> date:
    """Returns the day on which the run in hand began, UTC; today where no run is in hand."""
    return _day.get() or today()


@contextmanager
def begun_on(day: date) -> Iterator[None]:
    """Makes it the day of what is done inside."""
    token = _day.set(day)
    try:
        yield
    finally:
        _day.reset(token)
