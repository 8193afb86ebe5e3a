"""What the workflow needs from a durable engine: each step's outcome is written down once."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Protocol

from cvtailor.domain.errors import KINDS, CvtailorError, Reason, WeMustFix

type Json = dict[str, object]


class RunCancelled(BaseException):
    """The owner cancelled the run, or its deadline passed. Not an ``Exception``: nothing may swallow it."""


class RunLost(BaseException):
    """Another worker has the run, or is to have it. Not an ``Exception``: nothing may swallow it."""


class Journal(Protocol):
    """Remembers outcomes of steps across crashes; ``workflow.dbos_journal`` has the real one."""

    async def record(self, name: str, work: Callable[[], Awaitable[Json]]) -> Json:
        """Does the work, or returns what it led to if it was done before.

        Args:
            name: Name of the step.
            work: Returns JSON; tried again with growing pauses while it raises ``CallerMustRetry``.

        Raises:
            CallerMustRetry: It kept failing.
            RunCancelled: The run is not wanted any more.
            RunLost: This worker has it no more.
        """
        ...

    async def patiently[T](self, work: Callable[[], Awaitable[T]]) -> T:
        """Does what may be done twice and is not written down, if the run is this worker's.

        Raises:
            CvtailorError: What the work raised.
            RunLost: This worker has the run no more.
        """
        ...

    async def while_here[T](self, work: Coroutine[Any, Any, T]) -> T:
        """Does what takes long only because it waits; broken off as soon as this worker goes.

        Raises:
            RunLost: It goes, and another worker begins the step again.
        """
        ...


def error_to_json(error: CvtailorError) -> Json:
    """Returns an error as a step's outcome."""
    return {
        "kind": type(error).__name__,
        "reason": error.reason.value,
        "message": error.message,
        "field": error.field,
        "line": error.line,
        "metadata": error.metadata,
    }


def error_from_json(record: Any) -> CvtailorError:
    """Returns the error that a step led to, of the class it had."""
    try:
        return KINDS.get(record.get("kind"), CvtailorError)(
            record["message"],
            reason=Reason(record["reason"]),
            field=record["field"],
            line=record["line"],
            **record["metadata"],
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        return WeMustFix("the journal holds an error of an unknown shape")
