"""The channel of a client, and what it makes of calls: answers, runs and files."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import grpc.aio

from cvtailor_client import v1
from cvtailor_client.attempts import Attempt, Line, attempted
from cvtailor_client.channel import ChannelOption, open_channel
from cvtailor_client.downloads import Download
from cvtailor_client.run_events import RunCalls, RunEvents
from cvtailor_client.run_progress import RunProgress
from cvtailor_client.target import Target
from cvtailor_client.tokens import Tokens


class Connection:
    """The channel of a client, once it is open, and the calls over it.

    Args:
        target: Where to.
        line: Who calls, and how patiently.
        channel_options: Of gRPC.
    """

    def __init__(self, target: Target, line: Line, channel_options: Sequence[ChannelOption]) -> None:
        self._target = target
        self._line = line
        self._channel_options = channel_options
        self._channel: grpc.aio.Channel | None = None

    def open(self) -> None:
        """Opens the channel.

        Raises:
            RuntimeError: It is open.
            OSError: A certificate can't be read.
        """
        if self._channel is not None:
            raise RuntimeError("This client is open already.")
        self._channel = open_channel(self._target, self._line.patience, self._channel_options)

    async def close(self) -> None:
        """Closes the channel, if it is open."""
        channel, self._channel = self._channel, None
        if channel is not None:
            await channel.close()

    @property
    def generator(self) -> v1.CvGeneratorStub:
        """The calls about applications."""
        return v1.CvGeneratorStub(self._opened)

    @property
    def personal_data(self) -> v1.PersonalDataStub:
        """The calls about all that the service holds of the caller."""
        return v1.PersonalDataStub(self._opened)

    async def answer[Answer](
        self, call: Callable[..., Awaitable[Answer]], request: object, timeout_seconds: float | None
    ) -> Answer:
        """Makes a call that is no stream; its deadline is that of the client, if it has none of its own."""
        return await self._attempted(self._line, call, request, timeout_seconds)

    async def health(self, timeout_seconds: float | None) -> v1.CheckResponse:
        """Asks for the service's health, without a token."""
        nobody = Line(Tokens(None), self._line.patience)
        check = v1.HealthStub(self._opened).check
        return await self._attempted(nobody, check, v1.CheckRequest(), timeout_seconds)

    def generation(self, request: v1.GenerateApplicationRequest, timeout_seconds: float | None) -> RunEvents:
        """Returns the events of a run that begins as they are asked for."""

        def begin(attempt: Attempt) -> AsyncIterator[v1.GenerateApplicationResponse]:
            return self.generator.generate_application(request, **attempt._asdict())

        calls = RunCalls(self._watch, begin)
        return RunEvents(self._line, calls, RunProgress(), timeout_seconds, request.request_id)

    def revision(self, request: v1.ReviseApplicationRequest, timeout_seconds: float | None) -> RunEvents:
        """Returns the events of a run that makes a new version; it begins as they are asked for."""

        def begin(attempt: Attempt) -> AsyncIterator[v1.ReviseApplicationResponse]:
            return self.generator.revise_application(request, **attempt._asdict())

        calls = RunCalls(self._watch, begin)
        progress = RunProgress(request.application_id)
        return RunEvents(self._line, calls, progress, timeout_seconds, request.request_id)

    def view(self, progress: RunProgress, timeout_seconds: float | None) -> RunEvents:
        """Returns the events of a run that somebody began, from after those that were read."""
        return RunEvents(self._line, RunCalls(self._watch), progress, timeout_seconds)

    def document(self, request: v1.DownloadDocumentRequest, timeout_seconds: float | None) -> Download:
        """Returns a document that can be fetched."""

        def begin(attempt: Attempt) -> AsyncIterator[v1.DownloadDocumentResponse]:
            return self.generator.download_document(request, **attempt._asdict())

        return Download(self._line, begin, timeout_seconds)

    def export(self, timeout_seconds: float | None) -> Download:
        """Returns the archive of all that the service holds of the caller."""

        def begin(attempt: Attempt) -> AsyncIterator[v1.ExportMyDataResponse]:
            return self.personal_data.export_my_data(v1.ExportMyDataRequest(), **attempt._asdict())

        return Download(self._line, begin, timeout_seconds)

    @property
    def _opened(self) -> grpc.aio.Channel:
        if self._channel is None:
            raise RuntimeError("This client is not open: use `async with CvTailor(…) as client`.")
        return self._channel

    def _watch(
        self, application_id: str, after_sequence: int, attempt: Attempt
    ) -> AsyncIterator[v1.WatchApplicationResponse]:
        request = v1.WatchApplicationRequest(application_id=application_id, after_sequence=after_sequence)
        return self.generator.watch_application(request, **attempt._asdict())

    async def _attempted[Answer](
        self,
        line: Line,
        call: Callable[..., Awaitable[Answer]],
        request: object,
        timeout_seconds: float | None,
    ) -> Answer:
        seconds = line.patience.call_seconds_max if timeout_seconds is None else timeout_seconds
        return await attempted(line, seconds, lambda attempt: call(request, **attempt._asdict()))
