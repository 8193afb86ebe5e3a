"""Whether a quantity grows, told from samples of things that live for different times."""

from collections.abc import Iterable, Sequence
from statistics import fmean
from typing import NamedTuple

type Points = Sequence[tuple[float, float]]
"""What was measured: when, or after how many, and how much."""

SECONDS_PER_HOUR = 3600


class Verdict(NamedTuple):
    """About one quantity.

    Attributes:
        quantity: Its name.
        unit: Of it.
        grew: By how much over the time of the soak, along the line through its samples.
        bound: More than that is not flat.
    """

    quantity: str
    unit: str
    grew: float
    bound: float

    @property
    def flat(self) -> bool:
        """Whether it stays; that it shrinks is no fault."""
        return self.grew <= self.bound


def slope(lifetimes: Iterable[Points]) -> float | None:
    """Returns how steep the lines through the points of each lifetime are, one steepness for all.

    Each lifetime has a height of its own: a process that begins anew with less memory neither hides growth
    nor looks like it. Long lifetimes weigh more, as they tell more.

    Returns:
        What is gained per unit; None if no lifetime has two points.
    """
    along = steepness = 0.0
    for points in lifetimes:
        if len(points) < 2:
            continue
        middle_x, middle_y = fmean(x for x, _ in points), fmean(y for _, y in points)
        along += sum((x - middle_x) ** 2 for x, _ in points)
        steepness += sum((x - middle_x) * (y - middle_y) for x, y in points)
    return steepness / along if along else None


def halves(points: Points) -> tuple[float, float] | None:
    """Returns how steep the first and the second half of the points are; None if they are too few."""
    middle = len(points) // 2
    first, second = slope([points[: middle + 1]]), slope([points[middle:]])
    return None if first is None or second is None else (first, second)
