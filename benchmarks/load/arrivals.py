"""When requests come that do not wait for each other's answers."""

import random


def poisson(per_second: float, seconds: float, seed: int) -> list[float]:
    """Returns the times of a Poisson process, in seconds from its begin; the same for the same seed."""
    gaps, times, now = random.Random(seed), [], 0.0  # noqa: S311
    while (now := now + gaps.expovariate(per_second)) < seconds:
        times.append(now)
    return times
