"""Follows a run over as many connections as it takes."""

from collections.abc import AsyncIterator, Callable
from types import TracebackType
from typing import NamedTuple, Self

from cvtailor_client.attempts import Attempt, Attempts, Line
from cvtailor_client.errors import CvTailorError
from cvtailor_client.live_stream import LiveStream, lost
from cvtailor_client.run_progress import OtherRun, RunProgress
from cvtailor_client.v1 import (
    ApplicationEvent,
    GenerateApplicationResponse,
    ReviseApplicationResponse,
    WatchApplicationResponse,
)

type Answer = GenerateApplicationResponse | ReviseApplicationResponse | WatchApplicationResponse


class RunCalls(NamedTuple):
    """The calls that tell the events of a run.

    Attributes:
        watch: Tells the events after a number, of the application's newest run.
        begin: Begins the run, or finds it again by its request id; None if it is only watched.
    """

    watch: Callable[[str, int, Attempt], AsyncIterator[Answer]]
    begin: Callable[[Attempt], AsyncIterator[Answer]] | None = None


class RunEvents:
    """The events of a run, each once and in order; it is read once.

    ``async for`` ends after the run's last event. Leaving it ends the call and not the run, at the latest
    when nobody holds this any more; ``async with`` says when.

    Attributes:
        request_id: By which the run is found again, also by another process; empty if it is only watched.
    """

    def __init__(
        self,
        line: Line,
        calls: RunCalls,
        progress: RunProgress,
        timeout_seconds: float | None,
        request_id: str = "",
    ) -> None:
        self.request_id = request_id
        self._line = line
        self._calls = calls
        self._progress = progress
        self._timeout_seconds = timeout_seconds
        self._attempts: Attempts | None = None
        self._stream: LiveStream[Answer] | None = None
        self._over = False
        # Nothing but its request finds a run that was begun here, until its first event names it.
        self._by_request = calls.begin is not None
        # Whether the application has a newer run, so that watching it would tell of that one.
        self._superseded = False
        self._watched_from: int | None = None

    @property
    def application_id(self) -> str:
        """UUID of the application; empty until the first event."""
        return self._progress.application_id

    @property
    def run_id(self) -> str:
        """UUID of the run; empty until the first event."""
        return self._progress.run_id

    @property
    def sequence(self) -> int:
        """Number of the last event that was told; where ``watch`` goes on."""
        return self._progress.sequence

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> ApplicationEvent:
        """Returns the next event.

        Raises:
            CvTailorError: The service refuses, or is away for longer than the client's patience.
        """
        if not self._over:
            try:
                if event := await self._next():
                    return event
            except BaseException:
                await self.aclose()
                raise
            await self.aclose()
        raise StopAsyncIteration

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Ends the call; the run goes on."""
        self._over = True
        await self._hang_up()

    async def _next(self) -> ApplicationEvent | None:
        attempts = self._attempts = self._attempts or Attempts(
            self._line, self._line.patience.stream_failures_max, self._timeout_seconds
        )
        while not self._progress.ended:
            try:
                stream = self._stream = self._stream or self._open(await attempts.begin())
                message = await stream.next()
                if message is None:
                    if self._watched_from == self._progress.sequence:
                        # A watch that ended well without any news: there are no more events.
                        return None
                    raise lost("The stream ended before the run did.")
                if message.event and (event := self._read(message.event, attempts)):
                    return event
            except OtherRun as other:
                await self._hang_up()
                self._leave(other)
            except CvTailorError as error:
                await self._hang_up()
                # Too many of the caller's runs are a thing to tell them, not to wait for.
                await attempts.after(error, waits_for_quota=not self._by_request)
        return None

    def _open(self, attempt: Attempt) -> LiveStream[Answer]:
        silence_seconds = self._line.patience.silence_seconds_max
        if self._calls.begin and self._by_request:
            self._watched_from = None
            return LiveStream(self._calls.begin(attempt), silence_seconds)
        self._watched_from = self._progress.sequence
        told = self._calls.watch(self._progress.application_id, self._progress.sequence, attempt)
        return LiveStream(told, silence_seconds)

    def _read(self, message: ApplicationEvent, attempts: Attempts) -> ApplicationEvent | None:
        # What was read before is no progress: a line that is cut after it would be tried for ever.
        if self._progress.is_news(message):
            attempts.heard()
        event = self._progress.read(message)
        self._by_request = self._by_request and (self._superseded or not self._progress.application_id)
        return event

    def _leave(self, other: OtherRun) -> None:
        """Goes back to the run that was begun here, which only its request finds; or on to the newer one."""
        if self._calls.begin is None:
            self._progress.restart(other.run_id)
        elif self._superseded:
            raise other
        else:
            self._superseded = self._by_request = True

    async def _hang_up(self) -> None:
        stream, self._stream = self._stream, None
        if stream:
            await stream.close()
