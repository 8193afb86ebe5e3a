"""The asynchronous client."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self
from uuid import uuid4

import grpc.aio

from cvtailor_client import v1
from cvtailor_client.attempts import Attempt, Line, attempted
from cvtailor_client.base_cv import SomeCv, SomeJob, as_base_cv, as_job_posting
from cvtailor_client.channel import ChannelOption, open_channel
from cvtailor_client.downloads import Download
from cvtailor_client.errors import RunCancelled, ServiceFixes
from cvtailor_client.patience import Patience
from cvtailor_client.refusals import refusal_of_run
from cvtailor_client.run_events import RunCalls, RunEvents
from cvtailor_client.run_progress import RunProgress
from cvtailor_client.target import Target, Tls
from cvtailor_client.tokens import TokenProvider, Tokens


class TailoredApplication(NamedTuple):
    """What a run made.

    Attributes:
        application: With documents, letter, e-mail, action points, and the evidence of every line.
        completed: The run's last event: what the CV covers, and what it lacks.
    """

    application: v1.Application
    completed: v1.Completed


class CvTailor:
    """The service, as one user sees it; an ``async with`` opens the connection and closes it.

    Every method raises ``CvTailorError``; its subclasses say who acts next. A call that is no stream has a
    deadline of ``Patience.call_seconds_max``, unless it gets a ``timeout_seconds`` of its own. A run's stream
    has none, and one that it gets ends the stream only: the run goes on.

    Args:
        target: ``host:port``, ``https://host`` or ``unix:/path``. To other machines with TLS.
        token: The caller's access token, or what gives it before every call; None for ``health`` alone.
        tls: True, False, or how; None: whatever the target says.
        patience: How long to wait, and how often to try.
        allow_plaintext_token: Whether the token may leave this machine without TLS.
        channel_options: Of gRPC, such as ``("grpc.http_proxy", "http://proxy:3128")``.

    Raises:
        ValueError: The target can't be read.
        InsecureTarget: The token would leave this machine in plain text.
    """

    def __init__(
        self,
        target: str,
        token: str | TokenProvider | None = None,
        *,
        tls: Tls | bool | None = None,
        patience: Patience | None = None,
        allow_plaintext_token: bool = False,
        channel_options: Sequence[ChannelOption] = (),
    ) -> None:
        self._target = Target.parse(target, tls)
        self._line = Line(Tokens(token), patience or Patience())
        if self._line.tokens.exist and not allow_plaintext_token:
            self._target.refuse_readable_token()
        self._channel_options = channel_options
        self._channel: grpc.aio.Channel | None = None

    async def __aenter__(self) -> Self:
        if self._channel is not None:
            raise RuntimeError("This client is open already.")
        self._channel = open_channel(self._target, self._line.patience, self._channel_options)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        channel, self._channel = self._channel, None
        if channel is not None:
            await channel.close()

    def generate(
        self,
        cv: SomeCv,
        job: SomeJob,
        *,
        options: v1.GenerationOptions | None = None,
        request_id: str = "",
        timeout_seconds: float | None = None,
    ) -> RunEvents:
        """Starts an application and tells its run, over as many connections as it takes.

        A run that fails is told as its last event, ``failed``.

        Args:
            cv: What the person has: a file, or a ``BaseCv``.
            job: The ad: its text, a file that holds it, or a ``JobPosting`` with its address.
            options: Design, pages, language, tone, and whether to ask.
            request_id: UUID under which the run is begun only once, by whoever asks; empty: a new one.
            timeout_seconds: Deadline of the stream.

        Raises:
            ValueError: The file can't be sent: its format, size or encoding.
            OSError: A file can't be read.
        """
        request = v1.GenerateApplicationRequest(
            request_id=request_id or str(uuid4()),
            base_cv=as_base_cv(cv),
            posting=as_job_posting(job),
            options=options,
        )

        def begin(attempt: Attempt) -> AsyncIterator[v1.GenerateApplicationResponse]:
            return self._generator.generate_application(request, **attempt._asdict())

        calls = RunCalls(self._watch, begin)
        return RunEvents(self._line, calls, RunProgress(), timeout_seconds, request.request_id)

    async def tailor(
        self,
        cv: SomeCv,
        job: SomeJob,
        *,
        options: v1.GenerationOptions | None = None,
        request_id: str = "",
        timeout_seconds: float | None = None,
        on_event: Callable[[v1.ApplicationEvent], object] | None = None,
    ) -> TailoredApplication:
        """Starts an application and waits until it is made; takes what ``generate`` takes.

        Args:
            cv: What the person has.
            job: The ad.
            options: Choices.
            request_id: As in ``generate``.
            timeout_seconds: Deadline of the whole; the run goes on after it.
            on_event: Is told every event.

        Raises:
            CvTailorError: The service refused, or the run failed; of the class of its reason.
            RunCancelled: The run was cancelled.
        """
        last: v1.ApplicationEvent | None = None
        begun = self.generate(
            cv, job, options=options, request_id=request_id, timeout_seconds=timeout_seconds
        )
        async with begun as events:
            async for last in events:
                if on_event:
                    on_event(last)
        id = begun.application_id
        match last and last.event:
            case v1.Completed() as completed:
                return TailoredApplication(await self.get(id), completed)
            case v1.Failed(reason=reason, message=message):
                raise refusal_of_run(reason, message, id)
            case v1.Cancelled():
                raise RunCancelled(f"The run of application {id} was cancelled.", application_id=id)
        raise ServiceFixes(f"The run of application {id} ended with an event that this client doesn't know.")

    def revise(
        self,
        application_id: str,
        *,
        edits: Sequence[v1.Edit] = (),
        feedback: str = "",
        options: v1.GenerationOptions | None = None,
        parent_version: int = 0,
        request_id: str = "",
        timeout_seconds: float | None = None,
    ) -> RunEvents:
        """Makes a new version of an application's CV and tells its run, as ``generate`` does.

        Args:
            application_id: UUID.
            edits: What the person decides about lines.
            feedback: What to emphasise or to change, in the person's words.
            options: Choices from now on; None: as before.
            parent_version: The version that the caller has seen; 0: the newest.
            request_id: As in ``generate``.
            timeout_seconds: Deadline of the stream.
        """
        request = v1.ReviseApplicationRequest(
            application_id=application_id,
            request_id=request_id or str(uuid4()),
            parent_version=parent_version,
            edits=[*edits],
            feedback=feedback,
            options=options,
        )

        def begin(attempt: Attempt) -> AsyncIterator[v1.ReviseApplicationResponse]:
            return self._generator.revise_application(request, **attempt._asdict())

        calls = RunCalls(self._watch, begin)
        progress = RunProgress(application_id)
        return RunEvents(self._line, calls, progress, timeout_seconds, request.request_id)

    def watch(
        self, application_id: str, *, after_sequence: int = 0, timeout_seconds: float | None = None
    ) -> RunEvents:
        """Tells the newest run of an application, from its first event or from after the one that is given.

        If a newer run begins while the connection is lost, it is told from its first event on; the events'
        ``run_id`` says so.
        """
        progress = RunProgress(application_id, sequence=after_sequence)
        return RunEvents(self._line, RunCalls(self._watch), progress, timeout_seconds)

    async def get(self, application_id: str, *, timeout_seconds: float | None = None) -> v1.Application:
        """Returns one application with everything of it."""
        request = v1.GetApplicationRequest(application_id=application_id)
        return _present(
            (await self._call(self._generator.get_application, request, timeout_seconds)).application
        )

    async def list(
        self,
        statuses: Sequence[v1.ApplicationStatus] = (),
        *,
        page_size: int = 50,
        timeout_seconds: float | None = None,
    ) -> AsyncIterator[v1.Application]:
        """Yields the applications, newest first, a page at a time; each page has its own deadline."""
        page_token = ""
        while True:
            page = await self.list_page(
                statuses, page_size=page_size, page_token=page_token, timeout_seconds=timeout_seconds
            )
            for application in page.applications:
                yield application
            page_token = page.next_page_token
            if not page_token:
                return

    async def list_page(
        self,
        statuses: Sequence[v1.ApplicationStatus] = (),
        *,
        page_size: int = 50,
        page_token: str = "",
        timeout_seconds: float | None = None,
    ) -> v1.ListApplicationsResponse:
        """Returns one page of the applications, and the token of the next."""
        request = v1.ListApplicationsRequest(page_size=page_size, page_token=page_token, statuses=[*statuses])
        return await self._call(self._generator.list_applications, request, timeout_seconds)

    async def update(
        self,
        application_id: str,
        *,
        status: v1.ApplicationStatus | None = None,
        notes: str | None = None,
        revision: int = 0,
        timeout_seconds: float | None = None,
    ) -> v1.Application:
        """Changes where an application stands, or its notes; what is None stays.

        Args:
            application_id: UUID.
            status: Where it stands now; SUBMITTED freezes what went out.
            notes: The owner's own words.
            revision: ``Application.revision`` that the caller has seen; if it has moved on, nothing is
                changed. 0: whichever it is.
            timeout_seconds: Deadline.
        """
        request = v1.UpdateApplicationRequest(
            application_id=application_id, revision=revision, status=status, notes=notes
        )
        answer = await self._call(self._generator.update_application, request, timeout_seconds)
        return _present(answer.application)

    async def cancel(self, application_id: str, *, timeout_seconds: float | None = None) -> v1.Application:
        """Stops a running application; a no-op once it is finished."""
        request = v1.CancelApplicationRequest(application_id=application_id)
        answer = await self._call(self._generator.cancel_application, request, timeout_seconds)
        return _present(answer.application)

    async def answer_question(
        self,
        application_id: str,
        question_id: str,
        text: str = "",
        *,
        entry_id: str = "",
        timeout_seconds: float | None = None,
    ) -> None:
        """Answers a question of a running application.

        Args:
            application_id: UUID.
            question_id: ``Question.id``.
            text: What the person did, as it may stand in the CV; empty: there is nothing to tell.
            entry_id: Where: ``Question.Place.entry_id``. Needed with ``text``.
            timeout_seconds: Deadline.
        """
        request = v1.AnswerQuestionRequest(
            application_id=application_id, question_id=question_id, text=text, entry_id=entry_id
        )
        await self._call(self._generator.answer_question, request, timeout_seconds)

    async def compare(
        self,
        application_id: str,
        from_version: int = 0,
        to_version: int = 0,
        *,
        timeout_seconds: float | None = None,
    ) -> v1.CompareVersionsResponse:
        """Compares two versions of an application's CV, line by line; by default base CV and newest."""
        request = v1.CompareVersionsRequest(
            application_id=application_id, from_version=from_version, to_version=to_version
        )
        return await self._call(self._generator.compare_versions, request, timeout_seconds)

    async def link(
        self,
        application_id: str,
        name: str,
        *,
        lifetime: timedelta = timedelta(minutes=5),
        timeout_seconds: float | None = None,
    ) -> v1.CreateDocumentLinkResponse:
        """Makes a URL under which anybody who has it can fetch a document for a while."""
        request = v1.CreateDocumentLinkRequest(
            application_id=application_id, name=name, lifetime_seconds=round(lifetime.total_seconds())
        )
        return await self._call(self._generator.create_document_link, request, timeout_seconds)

    async def download(
        self, application_id: str, name: str, *, version: int = 0, timeout_seconds: float | None = None
    ) -> bytes:
        """Fetches a document, checked against its hash.

        Args:
            application_id: UUID.
            name: ``Document.name``, such as ``cv.pdf``.
            version: Of the CV; 0: the newest.
            timeout_seconds: Deadline of all of it.
        """
        return await self._document(application_id, name, version, timeout_seconds).to_memory()

    async def download_to(
        self,
        application_id: str,
        name: str,
        path: Path | str,
        *,
        version: int = 0,
        timeout_seconds: float | None = None,
    ) -> Path:
        """Fetches a document to a file, which appears only when it is whole, and replaces one that is there.

        Args:
            application_id: UUID.
            name: ``Document.name``.
            path: The file, or a folder that is there.
            version: Of the CV; 0: the newest.
            timeout_seconds: Deadline of all of it.

        Returns:
            Where the file is.
        """
        return await self._document(application_id, name, version, timeout_seconds).to_file(Path(path))

    async def export_my_data(self, *, timeout_seconds: float | None = None) -> bytes:
        """Fetches everything the service holds of the caller, as a ZIP archive of at most 256 MiB."""
        return await self._export(timeout_seconds).to_memory()

    async def export_my_data_to(self, path: Path | str, *, timeout_seconds: float | None = None) -> Path:
        """Fetches everything the service holds of the caller to a ZIP file, as ``download_to`` does."""
        return await self._export(timeout_seconds).to_file(Path(path))

    async def delete_my_data(
        self, user_id: str, *, timeout_seconds: float | None = None
    ) -> v1.DeleteMyDataResponse:
        """Deletes everything the service holds of the caller.

        Args:
            user_id: The caller's own, so that nothing is deleted by accident.
            timeout_seconds: Deadline.
        """
        request = v1.DeleteMyDataRequest(confirm_user_id=user_id)
        stub = v1.PersonalDataStub(self._opened)
        return await self._call(stub.delete_my_data, request, timeout_seconds)

    async def health(self, *, timeout_seconds: float | None = None) -> v1.CheckResponse:
        """Returns how the service and each of its dependencies are; needs no token."""
        line = Line(Tokens(None), self._line.patience)
        stub = v1.HealthStub(self._opened)
        return await self._call(stub.check, v1.CheckRequest(), timeout_seconds, line)

    @property
    def _opened(self) -> grpc.aio.Channel:
        if self._channel is None:
            raise RuntimeError("This client is not open: use `async with CvTailor(…) as client`.")
        return self._channel

    @property
    def _generator(self) -> v1.CvGeneratorStub:
        return v1.CvGeneratorStub(self._opened)

    def _watch(
        self, application_id: str, after_sequence: int, attempt: Attempt
    ) -> AsyncIterator[v1.WatchApplicationResponse]:
        request = v1.WatchApplicationRequest(application_id=application_id, after_sequence=after_sequence)
        return self._generator.watch_application(request, **attempt._asdict())

    def _document(
        self, application_id: str, name: str, version: int, timeout_seconds: float | None
    ) -> Download:
        request = v1.DownloadDocumentRequest(application_id=application_id, name=name, version=version)

        def open_(attempt: Attempt) -> AsyncIterator[v1.DownloadDocumentResponse]:
            return self._generator.download_document(request, **attempt._asdict())

        return Download(self._line, open_, timeout_seconds)

    def _export(self, timeout_seconds: float | None) -> Download:
        def open_(attempt: Attempt) -> AsyncIterator[v1.ExportMyDataResponse]:
            stub = v1.PersonalDataStub(self._opened)
            return stub.export_my_data(v1.ExportMyDataRequest(), **attempt._asdict())

        return Download(self._line, open_, timeout_seconds)

    async def _call[Answer](
        self,
        call: Callable[..., Awaitable[Answer]],
        request: object,
        timeout_seconds: float | None,
        line: Line | None = None,
    ) -> Answer:
        seconds = self._line.patience.call_seconds_max if timeout_seconds is None else timeout_seconds
        return await attempted(
            line or self._line, seconds, lambda attempt: call(request, **attempt._asdict())
        )


def _present(application: v1.Application | None) -> v1.Application:
    if application is None:
        raise ServiceFixes("The answer lacks the application that was asked for.")
    return application
