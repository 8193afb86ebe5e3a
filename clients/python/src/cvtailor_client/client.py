"""The asynchronous client."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import uuid4

from cvtailor_client import v1
from cvtailor_client.attempts import Line
from cvtailor_client.base_cv import SomeCv, SomeJob, as_base_cv, as_job_posting
from cvtailor_client.channel import ChannelOption
from cvtailor_client.connection import Connection
from cvtailor_client.downloads import Download
from cvtailor_client.patience import Patience
from cvtailor_client.results import TailoredApplication, completed, present
from cvtailor_client.run_events import RunEvents
from cvtailor_client.run_progress import RunProgress
from cvtailor_client.target import Target, Tls
from cvtailor_client.tokens import TokenProvider, Tokens


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

    Example:
        As ``python -m asyncio`` takes it, like all examples here; those of methods have ``client`` open.

        >>> import os
        >>> from cvtailor_client import CvTailor
        >>> async with CvTailor("127.0.0.1:50051", os.environ["CVTAILOR_TOKEN"]) as client:
        ...     health = await client.health()
        >>> health.status.name
        'SERVING'
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
        where = Target.parse(target, tls)
        line = Line(Tokens(token), patience or Patience())
        if line.tokens.exist and not allow_plaintext_token:
            where.refuse_readable_token()
        self._connection = Connection(where, line, channel_options)

    async def __aenter__(self) -> Self:
        self._connection.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._connection.close()

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

        Example:
            >>> from pathlib import Path
            >>> from cvtailor_client.v1 import Completed, StepFinished
            >>> async for event in client.generate(Path("cv.yaml"), Path("job.txt")):
            ...     match event.event:
            ...         case StepFinished(step=step):
            ...             print(event.percent, step.name)
            ...         case Completed(gaps=gaps):
            ...             print("not in the CV:", gaps)
            8 READ_CV
            16 READ_OFFER
            ...
            99 FILE_RECORDS
            not in the CV: ['Apache Kafka', 'Go', 'Terraform']
        """
        request = v1.GenerateApplicationRequest(
            request_id=request_id or str(uuid4()),
            base_cv=as_base_cv(cv),
            posting=as_job_posting(job),
            options=options,
        )
        return self._connection.generation(request, timeout_seconds)

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

        Example:
            >>> from pathlib import Path
            >>> from cvtailor_client import GenerationOptions
            >>> from cvtailor_client.v1 import Theme
            >>> options = GenerationOptions(theme=Theme.HARVARD, page_limit=1)
            >>> made = await client.tailor(Path("cv.yaml"), Path("job.txt"), options=options)
            >>> made.application.company, made.completed.pages
            ('Havelgrid GmbH', 1)
            >>> print(made.application.claims[0].evidence_ids)
            ['contact.headline']
        """
        last: v1.ApplicationEvent | None = None
        begun = self.generate(
            cv, job, options=options, request_id=request_id, timeout_seconds=timeout_seconds
        )
        async with begun as events:
            async for last in events:
                if on_event:
                    on_event(last)
        done = completed(last, begun.application_id)
        return TailoredApplication(await self.get(begun.application_id), done)

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

        Example:
            >>> from cvtailor_client.v1 import Edit, EditKind
            >>> [application] = (await client.list_page(page_size=1)).applications
            >>> hide = Edit(kind=EditKind.HIDE, target="experience[0].highlights[4]")
            >>> async with client.revise(application.id, edits=[hide]) as events:
            ...     told = [event async for event in events]
            >>> changes = (await client.compare(application.id, 1, 2)).changes
            >>> [change.before for change in changes if change.evidence_ids == [hide.target]]
            ["Share the on-call rota, one week in five, and wrote 14 of the team's 22 runbooks."]
        """
        request = v1.ReviseApplicationRequest(
            application_id=application_id,
            request_id=request_id or str(uuid4()),
            parent_version=parent_version,
            edits=[*edits],
            feedback=feedback,
            options=options,
        )
        return self._connection.revision(request, timeout_seconds)

    def watch(
        self, application_id: str, *, after_sequence: int = 0, timeout_seconds: float | None = None
    ) -> RunEvents:
        """Tells the newest run of an application, from its first event or from after the one that is given.

        If a newer run begins while the connection is lost, it is told from its first event on; the events'
        ``run_id`` says so.
        """
        progress = RunProgress(application_id, sequence=after_sequence)
        return self._connection.view(progress, timeout_seconds)

    async def get(self, application_id: str, *, timeout_seconds: float | None = None) -> v1.Application:
        """Returns one application with everything of it."""
        request = v1.GetApplicationRequest(application_id=application_id)
        return present(
            (await self._connection.answer(self._calls.get_application, request, timeout_seconds)).application
        )

    async def list(
        self,
        statuses: Sequence[v1.ApplicationStatus] = (),
        *,
        page_size: int = 50,
        timeout_seconds: float | None = None,
    ) -> AsyncIterator[v1.Application]:
        """Yields the applications, newest first, a page at a time; each page has its own deadline.

        Example:
            >>> from cvtailor_client.v1 import ApplicationStatus
            >>> async for application in client.list([ApplicationStatus.READY]):
            ...     print(application.title, "at", application.company)
            Senior Backend Engineer (Python) at Havelgrid GmbH
            ...
        """
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
        return await self._connection.answer(self._calls.list_applications, request, timeout_seconds)

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
        answer = await self._connection.answer(self._calls.update_application, request, timeout_seconds)
        return present(answer.application)

    async def cancel(self, application_id: str, *, timeout_seconds: float | None = None) -> v1.Application:
        """Stops a running application; a no-op once it is finished."""
        request = v1.CancelApplicationRequest(application_id=application_id)
        answer = await self._connection.answer(self._calls.cancel_application, request, timeout_seconds)
        return present(answer.application)

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
        await self._connection.answer(self._calls.answer_question, request, timeout_seconds)

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
        return await self._connection.answer(self._calls.compare_versions, request, timeout_seconds)

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
        return await self._connection.answer(self._calls.create_document_link, request, timeout_seconds)

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

        Example:
            >>> [application] = (await client.list_page(page_size=1)).applications
            >>> print(await client.download_to(application.id, "cv.pdf", "."))
            cv.pdf
        """
        return await self._document(application_id, name, version, timeout_seconds).to_file(Path(path))

    async def export_my_data(self, *, timeout_seconds: float | None = None) -> bytes:
        """Fetches everything the service holds of the caller, as a ZIP archive of at most 256 MiB."""
        return await self._connection.export(timeout_seconds).to_memory()

    async def export_my_data_to(self, path: Path | str, *, timeout_seconds: float | None = None) -> Path:
        """Fetches everything the service holds of the caller to a ZIP file, as ``download_to`` does."""
        return await self._connection.export(timeout_seconds).to_file(Path(path))

    async def delete_my_data(
        self, user_id: str, *, timeout_seconds: float | None = None
    ) -> v1.DeleteMyDataResponse:
        """Deletes everything the service holds of the caller.

        Args:
            user_id: The caller's own, so that nothing is deleted by accident.
            timeout_seconds: Deadline.
        """
        request = v1.DeleteMyDataRequest(confirm_user_id=user_id)
        call = self._connection.personal_data.delete_my_data
        return await self._connection.answer(call, request, timeout_seconds)

    async def health(self, *, timeout_seconds: float | None = None) -> v1.CheckResponse:
        """Returns how the service and each of its dependencies are; needs no token."""
        return await self._connection.health(timeout_seconds)

    @property
    def _calls(self) -> v1.CvGeneratorStub:
        return self._connection.generator

    def _document(
        self, application_id: str, name: str, version: int, timeout_seconds: float | None
    ) -> Download:
        request = v1.DownloadDocumentRequest(application_id=application_id, name=name, version=version)
        return self._connection.document(request, timeout_seconds)
