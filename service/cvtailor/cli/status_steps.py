"""Names of statuses on the command line, and where an application may go from each."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Literal, get_args


class StatusName(StrEnum):
    """Where an application may stand."""

    GENERATING = "generating"
    FAILED = "failed"
    CANCELLED = "cancelled"
    DRAFT = "draft"
    READY = "ready"
    SUBMITTED = "submitted"
    INTERVIEWING = "interviewing"
    OFFER = "offer"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    ARCHIVED = "archived"


PersonsStatusName = Literal[
    "draft",
    "ready",
    "submitted",
    "interviewing",
    "offer",
    "accepted",
    "rejected",
    "withdrawn",
    "archived",
]

PERSONS_STATUSES: tuple[str, ...] = get_args(PersonsStatusName)

STEPS: Mapping[str, tuple[str, ...]] = {
    "generating": ("withdrawn", "archived"),
    "failed": ("draft", "archived"),
    "cancelled": ("draft", "archived"),
    "draft": ("ready", "submitted", "withdrawn", "archived"),
    "ready": ("submitted", "draft", "withdrawn", "archived"),
    "submitted": ("interviewing", "offer", "rejected", "withdrawn", "archived"),
    "interviewing": ("offer", "rejected", "withdrawn", "archived"),
    "offer": ("accepted", "rejected", "withdrawn", "archived"),
    "accepted": ("withdrawn", "archived"),
    "rejected": ("interviewing", "archived"),
    "withdrawn": ("archived",),
}
"""What a person may ask for. The database decides; this is what help and completion tell."""


def steps_from(status: str, came_from: str) -> Sequence[str]:
    """Returns where an application may go.

    Args:
        status: Where it stands.
        came_from: Where it stood before; the way out of the archive leads there.
    """
    if status != "archived":
        return STEPS.get(status, ())
    return ("draft",) if came_from in ("", "generating", "failed", "cancelled") else (came_from,)
