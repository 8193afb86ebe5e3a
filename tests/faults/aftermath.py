"""What faults leave, for those who look at it."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from fault_world import World


@dataclass(frozen=True)
class Aftermath:
    """What is left when every process is gone.

    Attributes:
        exit_code: Of the worker that died.
        ends: How the run ended that was hit at a place.
    """

    world: World
    exit_code: int
    ends: Mapping[str, str]
    names: Mapping[UUID, str]
    accepted: Mapping[str, UUID]
