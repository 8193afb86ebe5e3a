"""What the workflow needs from a durable engine: each step's outcome is written down once."""

from collections.abc import Awaitable, Callable
from typing import Protocol

type Json = dict[str, object]


class RunCancelled(BaseException):
    """The owner cancelled the run, or its deadline passed. Not an ``Exception``: nothing may swallow it."""


class Journal(Protocol):
    """Remembers outcomes of steps across crashes; ``workflow.durable_runs`` has the real one."""

    async def record(self, name: str, work: Callable[[], Awaitable[Json]]) -> Json:
        """Does the work, or returns what it led to if it was done before.

        Args:
            name: Name of the step.
            work: Returns JSON; tried again with growing pauses while it raises ``CallerMustRetry``.

        Raises:
            CallerMustRetry: It kept failing.
            RunCancelled: The run is not wanted any more.
        """
        ...
