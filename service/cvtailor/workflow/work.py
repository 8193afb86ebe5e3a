"""What a step of a run is made of: its work, and what of its outcome is told."""

from collections.abc import Awaitable, Callable, Iterable
from typing import NamedTuple

from cvtailor.domain.model import DomainModel
from cvtailor.domain.run import Progress, Warned
from cvtailor.domain.step_results import StepResult
from cvtailor.steps.agent_work import WithWarnings


class Outcome[T: DomainModel](NamedTuple):
    """What a step led to, as it goes to the event log."""

    result: Callable[[T], StepResult]
    warnings: Callable[[T], Iterable[Warned]] = lambda _: ()


class Composed[T: DomainModel](NamedTuple):
    """Work made of calls that are journaled each, so it runs in the workflow itself.

    It is done again by whoever takes the run over; all that it does between the calls must come out
    the same.
    """

    work: Callable[[], Awaitable[WithWarnings[T]]]


class Recomputed[T: DomainModel](NamedTuple):
    """Work that costs little, asks nothing and comes out the same wherever it is done: not journaled.

    Whoever takes the run over does it again, from what is journaled before it.
    """

    work: Callable[[], Awaitable[T]]


type Work[T: DomainModel] = Callable[[Progress], Awaitable[T]] | Composed[T] | Recomputed[T]
"""A step: journaled as a whole, by its calls, or not at all."""
