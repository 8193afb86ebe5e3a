"""A value read from a text, with where it stands."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found[T]:
    """A value and the half-open range of characters of the clean text it was read from."""

    value: T
    start: int
    end: int
