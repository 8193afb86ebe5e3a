"""The blocking client: the asynchronous one, on an event loop in a thread of its own."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from cvtailor_client import client as asynchronous
from cvtailor_client import v1
from cvtailor_client.base_cv import SomeCv, SomeJob
from cvtailor_client.blocking_events import RunEvents
from cvtailor_client.channel import ChannelOption
from cvtailor_client.loop_thread import LoopThread
from cvtailor_client.patience import Patience
from cvtailor_client.results import TailoredApplication
from cvtailor_client.target import Tls
from cvtailor_client.tokens import TokenProvider

__all__ = ["CvTailor", "RunEvents"]


class CvTailor:
    """The service, as one user sees it; a ``with`` opens the connection and closes it.

    It takes what ``cvtailor_client.CvTailor`` takes, does what that does, and may be used from several
    threads. Closing it ends what other threads wait for, with a RuntimeError.

    Example:
        >>> import os
        >>> from pathlib import Path
        >>> from cvtailor_client.sync import CvTailor
        >>> with CvTailor("127.0.0.1:50051", os.environ["CVTAILOR_TOKEN"]) as client:
        ...     made = client.tailor(Path("cv.yaml"), Path("job.txt"))
        ...     pdf = client.download(made.application.id, "cv.pdf")
        >>> made.completed.gaps, pdf[:4]
        (['Apache Kafka', 'Go', 'Terraform'], b'%PDF')
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
        self._client = asynchronous.CvTailor(
            target,
            token,
            tls=tls,
            patience=patience,
            allow_plaintext_token=allow_plaintext_token,
            channel_options=channel_options,
        )
        self._thread: LoopThread | None = None

    def __enter__(self) -> Self:
        if self._thread is not None:
            raise RuntimeError("This client is open already.")
        self._thread = LoopThread()
        try:
            self._thread.run(self._client.__aenter__())
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.close(self._client.__aexit__(kind, error, trace))

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

        Example:
            >>> import os
            >>> from pathlib import Path
            >>> from cvtailor_client.sync import CvTailor
            >>> with CvTailor("127.0.0.1:50051", os.environ["CVTAILOR_TOKEN"]) as client:
            ...     *_, last = client.generate(Path("cv.yaml"), Path("job.txt"))
            >>> last.percent, last.completed.pages
            (100, 1)
        """
        return RunEvents(
            self._opened,
            self._client.generate(
                cv, job, options=options, request_id=request_id, timeout_seconds=timeout_seconds
            ),
        )

    def tailor(
        self,
        cv: SomeCv,
        job: SomeJob,
        *,
        options: v1.GenerationOptions | None = None,
        request_id: str = "",
        timeout_seconds: float | None = None,
        on_event: Callable[[v1.ApplicationEvent], object] | None = None,
    ) -> TailoredApplication:
        """Starts an application and waits until it is made; ``on_event`` is called in another thread."""
        return self._opened.run(
            self._client.tailor(
                cv,
                job,
                options=options,
                request_id=request_id,
                timeout_seconds=timeout_seconds,
                on_event=on_event,
            )
        )

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
        """Makes a new version of an application's CV and tells its run."""
        return RunEvents(
            self._opened,
            self._client.revise(
                application_id,
                edits=edits,
                feedback=feedback,
                options=options,
                parent_version=parent_version,
                request_id=request_id,
                timeout_seconds=timeout_seconds,
            ),
        )

    def watch(
        self, application_id: str, *, after_sequence: int = 0, timeout_seconds: float | None = None
    ) -> RunEvents:
        """Tells the newest run of an application."""
        return RunEvents(
            self._opened,
            self._client.watch(
                application_id, after_sequence=after_sequence, timeout_seconds=timeout_seconds
            ),
        )

    def get(self, application_id: str, *, timeout_seconds: float | None = None) -> v1.Application:
        """Returns one application with everything of it."""
        return self._opened.run(self._client.get(application_id, timeout_seconds=timeout_seconds))

    def list(
        self,
        statuses: Sequence[v1.ApplicationStatus] = (),
        *,
        page_size: int = 50,
        timeout_seconds: float | None = None,
    ) -> Iterator[v1.Application]:
        """Yields the applications, newest first, a page at a time."""
        page_token = ""
        while True:
            page = self.list_page(
                statuses, page_size=page_size, page_token=page_token, timeout_seconds=timeout_seconds
            )
            yield from page.applications
            page_token = page.next_page_token
            if not page_token:
                return

    def list_page(
        self,
        statuses: Sequence[v1.ApplicationStatus] = (),
        *,
        page_size: int = 50,
        page_token: str = "",
        timeout_seconds: float | None = None,
    ) -> v1.ListApplicationsResponse:
        """Returns one page of the applications, and the token of the next."""
        return self._opened.run(
            self._client.list_page(
                statuses, page_size=page_size, page_token=page_token, timeout_seconds=timeout_seconds
            )
        )

    def update(
        self,
        application_id: str,
        *,
        status: v1.ApplicationStatus | None = None,
        notes: str | None = None,
        revision: int = 0,
        timeout_seconds: float | None = None,
    ) -> v1.Application:
        """Changes where an application stands, or its notes; what is None stays."""
        return self._opened.run(
            self._client.update(
                application_id,
                status=status,
                notes=notes,
                revision=revision,
                timeout_seconds=timeout_seconds,
            )
        )

    def cancel(self, application_id: str, *, timeout_seconds: float | None = None) -> v1.Application:
        """Stops a running application; a no-op once it is finished."""
        return self._opened.run(self._client.cancel(application_id, timeout_seconds=timeout_seconds))

    def answer_question(
        self,
        application_id: str,
        question_id: str,
        text: str = "",
        *,
        entry_id: str = "",
        timeout_seconds: float | None = None,
    ) -> None:
        """Answers a question of a running application."""
        self._opened.run(
            self._client.answer_question(
                application_id, question_id, text, entry_id=entry_id, timeout_seconds=timeout_seconds
            )
        )

    def compare(
        self,
        application_id: str,
        from_version: int = 0,
        to_version: int = 0,
        *,
        timeout_seconds: float | None = None,
    ) -> v1.CompareVersionsResponse:
        """Compares two versions of an application's CV, line by line; by default base CV and newest."""
        return self._opened.run(
            self._client.compare(application_id, from_version, to_version, timeout_seconds=timeout_seconds)
        )

    def link(
        self,
        application_id: str,
        name: str,
        *,
        lifetime: timedelta = timedelta(minutes=5),
        timeout_seconds: float | None = None,
    ) -> v1.CreateDocumentLinkResponse:
        """Makes a URL under which anybody who has it can fetch a document for a while."""
        return self._opened.run(
            self._client.link(application_id, name, lifetime=lifetime, timeout_seconds=timeout_seconds)
        )

    def download(
        self, application_id: str, name: str, *, version: int = 0, timeout_seconds: float | None = None
    ) -> bytes:
        """Fetches a document, checked against its hash."""
        return self._opened.run(
            self._client.download(application_id, name, version=version, timeout_seconds=timeout_seconds)
        )

    def download_to(
        self,
        application_id: str,
        name: str,
        path: Path | str,
        *,
        version: int = 0,
        timeout_seconds: float | None = None,
    ) -> Path:
        """Fetches a document to a file, which appears only when it is whole."""
        return self._opened.run(
            self._client.download_to(
                application_id, name, path, version=version, timeout_seconds=timeout_seconds
            )
        )

    def export_my_data(self, *, timeout_seconds: float | None = None) -> bytes:
        """Fetches everything the service holds of the caller, as a ZIP archive of at most 256 MiB."""
        return self._opened.run(self._client.export_my_data(timeout_seconds=timeout_seconds))

    def export_my_data_to(self, path: Path | str, *, timeout_seconds: float | None = None) -> Path:
        """Fetches everything the service holds of the caller to a ZIP file."""
        return self._opened.run(self._client.export_my_data_to(path, timeout_seconds=timeout_seconds))

    def delete_my_data(
        self, user_id: str, *, timeout_seconds: float | None = None
    ) -> v1.DeleteMyDataResponse:
        """Deletes everything the service holds of the caller, whose own id confirms it."""
        return self._opened.run(self._client.delete_my_data(user_id, timeout_seconds=timeout_seconds))

    def health(self, *, timeout_seconds: float | None = None) -> v1.CheckResponse:
        """Returns how the service and each of its dependencies are; needs no token."""
        return self._opened.run(self._client.health(timeout_seconds=timeout_seconds))

    @property
    def _opened(self) -> LoopThread:
        if self._thread is None:
            raise RuntimeError("This client is not open: use `with CvTailor(…) as client`.")
        return self._thread
