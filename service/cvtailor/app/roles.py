"""What a process does: everything, or half of it."""

from enum import StrEnum


class Role(StrEnum):
    """What a process does; all of one database may differ in it, and come and go."""

    ALL = "all"
    """Answers calls and does runs."""

    API = "api"
    """Answers calls; runs wait for workers."""

    WORKER = "worker"
    """Does runs, and answers health only."""

    @property
    def answers(self) -> bool:
        """Whether calls are answered."""
        return self is not Role.WORKER

    @property
    def works(self) -> bool:
        """Whether runs are done."""
        return self is not Role.API
