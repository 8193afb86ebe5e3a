"""What is going on, since when, as part of what: spans; nothing at all where nobody collects them."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Protocol, Self
from uuid import UUID

import structlog

type Value = str | int | float | bool
type Attributes = Mapping[str, Value]
"""Facts about the work, by names of the semantic conventions or ``cvtailor.*``; never what a person wrote."""

NONE: Attributes = {}
RUN_ID = "cvtailor.run.id"


class Noted(Protocol):
    """A span that goes on."""

    def note(self, attributes: Attributes) -> None:
        """Adds facts that are known only now."""
        ...


class OpenCall(Noted, Protocol):
    """The span of a call from its first byte to its status; current for what the call's task does."""

    def enter(self) -> None:
        """Makes it the current one, for as long as the task lives."""
        ...

    def end(self, error: str = "") -> None:
        """Ends it.

        Args:
            error: Status of a call that failed by our fault, or empty.
        """
        ...


class Tracing(Protocol):
    """Where spans go; ``otel`` has the real one."""

    def inside(self, name: str, attributes: Attributes) -> AbstractContextManager[Noted]:
        """Returns a span of what is going on; nothing if nothing is."""
        ...

    def of_run(self, run_id: UUID, name: str) -> AbstractContextManager[Noted]:
        """Returns a span of a run's trace; without a name, only makes that trace the current one."""
        ...

    def ended_run(self, run_id: UUID, began_at: float, attributes: Attributes) -> None:
        """Tells the root of a run's trace, once the run has ended.

        Args:
            run_id: The run.
            began_at: When it was accepted, seconds since 1970.
            attributes: How it ended.
        """
        ...

    def call(self, method: str, traceparent: str) -> OpenCall:
        """Begins the span of a call, in the caller's trace if it has one."""
        ...

    def link_run(self, run_id: UUID) -> None:
        """Links the current span to a run's trace."""
        ...

    def trace_id(self) -> str:
        """Returns the current trace's id in hexadecimal, or nothing."""
        ...


class _Nothing:
    """The span of who tells nothing."""

    __slots__ = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Passes every error on."""

    def note(self, attributes: Attributes) -> None:
        """Forgets them."""

    def enter(self) -> None:
        """Does nothing."""

    def end(self, error: str = "") -> None:
        """Does nothing."""


NOTHING = _Nothing()
_tracing: Tracing | None = None


def start(tracing: Tracing | None) -> None:
    """Sends the spans of this process somewhere, or nowhere any more."""
    global _tracing
    _tracing = tracing


def tracing_is_on() -> bool:
    """Whether anybody collects spans."""
    return _tracing is not None


def span(name: str, attributes: Attributes = NONE) -> AbstractContextManager[Noted]:
    """Returns the span of a part of what is going on; work that belongs to nothing has none.

    Its full name has the value of the first attribute behind it: ``step read_cv``.
    """
    return _tracing.inside(name, attributes) if _tracing else NOTHING


def run_trace(run_id: UUID, name: str = "") -> AbstractContextManager[Noted]:
    """Makes a run's trace the current one, in whatever process; with a name, begins a span of it.

    Nothing is stored for that: a trace's id is that of its run, and the id of its root follows from it.
    """
    return _tracing.of_run(run_id, name) if _tracing else NOTHING


def tell_ended_run(run_id: UUID, began_at: float, attributes: Attributes) -> None:
    """Tells the root of a run's trace; for who has just ended the run."""
    if _tracing:
        _tracing.ended_run(run_id, began_at, attributes)


def call_span(method: str, traceparent: str) -> OpenCall:
    """Begins the span of a call; ``traceparent`` is what the caller sent, or empty."""
    return _tracing.call(method, traceparent) if _tracing else NOTHING


def about_run(run_id: UUID) -> None:
    """Says that the call at hand is about a run: in its log lines, and by a link in its span."""
    structlog.contextvars.bind_contextvars(run_id=str(run_id))
    if _tracing:
        _tracing.link_run(run_id)


def trace_id() -> str:
    """Returns the id of the trace that is current, or nothing."""
    return _tracing.trace_id() if _tracing else ""
