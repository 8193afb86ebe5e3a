"""The events of a run, for programs without an event loop."""

from types import TracebackType
from typing import Self

from cvtailor_client import run_events
from cvtailor_client.loop_thread import LoopThread
from cvtailor_client.v1 import ApplicationEvent


class RunEvents:
    """The events of a run, each once and in order; it is read once.

    ``for`` ends after the run's last event. Leaving it ends the call and not the run, at the latest when
    nobody holds this any more; ``with`` says when.

    Attributes:
        request_id: By which the run is found again, also by another process; empty if it is only watched.
    """

    def __init__(self, thread: LoopThread, events: run_events.RunEvents) -> None:
        self._thread = thread
        self._events = events
        self.request_id = events.request_id

    @property
    def application_id(self) -> str:
        """UUID of the application; empty until the first event."""
        return self._events.application_id

    @property
    def run_id(self) -> str:
        """UUID of the run; empty until the first event."""
        return self._events.run_id

    @property
    def sequence(self) -> int:
        """Number of the last event that was told; where ``watch`` goes on."""
        return self._events.sequence

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> ApplicationEvent:
        event = self._thread.run(_next(self._events))
        if event is None:
            raise StopIteration
        return event

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the call; the run goes on."""
        self._thread.run(self._events.aclose())


async def _next(events: run_events.RunEvents) -> ApplicationEvent | None:
    return await anext(events, None)
