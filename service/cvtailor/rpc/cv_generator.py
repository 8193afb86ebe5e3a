"""The service itself: each method is wire → domain, a port or two, domain → wire."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import grpc.aio

from cvtailor.domain.application import Application, Document
from cvtailor.domain.closing import closing
from cvtailor.domain.cv_changes import changes, changes_between
from cvtailor.domain.errors import NotFound, Reason
from cvtailor.domain.limits import DOCUMENT_CHUNK_BYTES
from cvtailor.domain.ports import (
    AcceptedRun,
    CvReader,
    ObjectStore,
    OfferReader,
    Records,
    RunEvents,
    RunQueue,
)
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2 as pb
from cvtailor.gen.cvtailor.v1 import event_pb2
from cvtailor.gen.cvtailor.v1.cv_generator_pb2_grpc import CvGeneratorServicer
from cvtailor.rpc.beginning import Beginnings
from cvtailor.rpc.caller import current_caller
from cvtailor.rpc.lifecycle import Lifecycle
from cvtailor.rpc.trial import read_on_trial
from cvtailor.rpc.wire import requests
from cvtailor.rpc.wire.application import wire_application
from cvtailor.rpc.wire.events import heartbeat, wire_event
from cvtailor.rpc.wire.parts import timestamp, wire_document
from cvtailor.rpc.wire.submission import wire_line_change
from cvtailor.telemetry.spans import about_run
from cvtailor.workflow.model_gate import ModelGate

type _Context = grpc.aio.ServicerContext[Any, Any]
type _Events = AsyncGenerator[event_pb2.ApplicationEvent]


class CvGenerator(CvGeneratorServicer):
    """Serves ``cvtailor.v1.CvGenerator``; the boundary has authenticated and validated every request."""

    def __init__(
        self,
        *,
        records: Records,
        events: RunEvents,
        queue: RunQueue,
        objects: ObjectStore,
        cv_reader: CvReader,
        offer_reader: OfferReader,
        lifecycle: Lifecycle,
        model_gate: ModelGate | None = None,
    ) -> None:
        """Takes the ports; ``model_gate`` if there is a model, which reads what ``cv_reader`` can't."""
        self._records = records
        self._events = events
        self._queue = queue
        self._objects = objects
        self._cv_reader = cv_reader
        self._offer_reader = offer_reader
        self._lifecycle = lifecycle
        self._model_gate = model_gate
        self._beginnings = Beginnings(records, queue)

    async def GenerateApplication(  # noqa: N802
        self, request: pb.GenerateApplicationRequest, context: _Context
    ) -> AsyncIterator[pb.GenerateApplicationResponse]:
        """See the contract."""
        self._lifecycle.check()
        if self._model_gate:
            self._model_gate.check()
        asked = requests.application_request(request)
        caller, request_id = current_caller(), _request_id(request)
        # First: reading costs more than all else until the run is accepted.
        await self._beginnings.check_room(caller, request_id)
        read = await read_on_trial(
            request, asked, self._cv_reader, self._offer_reader, with_agents=self._model_gate is not None
        )
        begun = await self._beginnings.begin(
            caller, request_id, self._records.accept(caller, request_id, asked), read
        )
        del request, asked, read  # They hold a CV, and the stream lasts as long as the run.
        async with closing(self._tell(context, *begun)) as events:
            async for event in events:
                yield pb.GenerateApplicationResponse(event=event)

    async def WatchApplication(  # noqa: N802
        self, request: pb.WatchApplicationRequest, context: _Context
    ) -> AsyncIterator[pb.WatchApplicationResponse]:
        """See the contract."""
        application = await self._application(request.application_id)
        application_id, run_id = application.id, application.run_id
        del application  # It may hold a whole CV, and the stream lasts as long as the run.
        about_run(run_id)
        async with closing(self._follow(application_id, run_id, request.after_sequence)) as events:
            async for event in events:
                yield pb.WatchApplicationResponse(event=event)

    async def CancelApplication(  # noqa: N802
        self, request: pb.CancelApplicationRequest, context: _Context
    ) -> pb.CancelApplicationResponse:
        """See the contract."""
        application = await self._application(request.application_id)
        about_run(application.run_id)
        await self._queue.cancel(current_caller(), application.run_id)
        cancelled = await self._application(request.application_id)
        return pb.CancelApplicationResponse(application=wire_application(cancelled, complete=False))

    async def AnswerQuestion(  # noqa: N802
        self, request: pb.AnswerQuestionRequest, context: _Context
    ) -> pb.AnswerQuestionResponse:
        """See the contract."""
        reply = requests.question_answered(request)
        await self._records.answer(current_caller(), requests.canonical_uuid(request.application_id), reply)
        return pb.AnswerQuestionResponse()

    async def GetApplication(  # noqa: N802
        self, request: pb.GetApplicationRequest, context: _Context
    ) -> pb.GetApplicationResponse:
        """See the contract."""
        application = await self._application(request.application_id)
        return pb.GetApplicationResponse(application=wire_application(application, complete=True))

    async def ListApplications(  # noqa: N802
        self, request: pb.ListApplicationsRequest, context: _Context
    ) -> pb.ListApplicationsResponse:
        """See the contract."""
        page = await self._records.list(
            current_caller(), requests.page_size(request), request.page_token, requests.statuses(request)
        )
        return pb.ListApplicationsResponse(
            applications=[wire_application(each, complete=False) for each in page.applications],
            next_page_token=page.next_page_token,
        )

    async def ReviseApplication(  # noqa: N802
        self, request: pb.ReviseApplicationRequest, context: _Context
    ) -> AsyncIterator[pb.ReviseApplicationResponse]:
        """See the contract."""
        self._lifecycle.check()
        wish = requests.revision_wish(request)
        if self._model_gate and wish.feedback:
            self._model_gate.check()
        caller, request_id = current_caller(), _request_id(request)
        await self._beginnings.check_room(caller, request_id)
        begun = await self._beginnings.begin(
            caller, request_id, self._records.accept_revision(caller, request_id, wish)
        )
        async with closing(self._tell(context, *begun)) as events:
            async for event in events:
                yield pb.ReviseApplicationResponse(event=event)

    async def CompareVersions(  # noqa: N802
        self, request: pb.CompareVersionsRequest, context: _Context
    ) -> pb.CompareVersionsResponse:
        """See the contract."""
        caller, application_id = current_caller(), requests.canonical_uuid(request.application_id)
        after = await self._records.version(caller, application_id, request.to_version)
        if request.from_version:
            before = await self._records.version(caller, application_id, request.from_version)
            found = changes_between(before.tailored, after.tailored)
        else:
            found = changes(after.base, after.tailored)
        return pb.CompareVersionsResponse(
            changes=map(wire_line_change, found),
            from_version=request.from_version,
            to_version=after.version,
        )

    async def UpdateApplication(  # noqa: N802
        self, request: pb.UpdateApplicationRequest, context: _Context
    ) -> pb.UpdateApplicationResponse:
        """See the contract."""
        application = await self._records.update(
            current_caller(),
            requests.canonical_uuid(request.application_id),
            requests.application_change(request),
        )
        return pb.UpdateApplicationResponse(application=wire_application(application, complete=True))

    async def CreateDocumentLink(  # noqa: N802
        self, request: pb.CreateDocumentLinkRequest, context: _Context
    ) -> pb.CreateDocumentLinkResponse:
        """See the contract."""
        application = await self._application(request.application_id)
        document = _document(application.documents, request.name)
        lifetime_seconds = requests.link_lifetime_seconds(request)
        # Taken before the link is made: it works a little longer than is told, never shorter.
        expires_at = datetime.now(UTC) + timedelta(seconds=lifetime_seconds)
        url = await self._objects.link(current_caller(), document.path, lifetime_seconds)
        return pb.CreateDocumentLinkResponse(url=url, expire_time=timestamp(expires_at))

    async def DownloadDocument(  # noqa: N802
        self, request: pb.DownloadDocumentRequest, context: _Context
    ) -> AsyncIterator[pb.DownloadDocumentResponse]:
        """See the contract."""
        document = _document(await self._documents(request), request.name)
        yield pb.DownloadDocumentResponse(document=wire_document(document))
        async with closing(self._objects.get(current_caller(), document.path)) as content:
            async for part in content:
                for start in range(0, len(part), DOCUMENT_CHUNK_BYTES):
                    yield pb.DownloadDocumentResponse(chunk=part[start : start + DOCUMENT_CHUNK_BYTES])

    async def _application(self, application_id: str) -> Application:
        return await self._records.get(current_caller(), requests.canonical_uuid(application_id))

    async def _documents(self, request: pb.DownloadDocumentRequest) -> tuple[Document, ...]:
        if not request.version:
            return (await self._application(request.application_id)).documents
        application_id = requests.canonical_uuid(request.application_id)
        return await self._records.documents(current_caller(), application_id, request.version)

    async def _tell(self, context: _Context, accepted: AcceptedRun, starting: asyncio.Task[None]) -> _Events:
        """Yields the events of a run that was just accepted; the first one while it starts."""
        await context.send_initial_metadata((("application-id", str(accepted.application_id)),))
        after_sequence = 0
        if accepted.first:
            yield wire_event(accepted.first)
            after_sequence = accepted.first.sequence
        await asyncio.shield(starting)
        async with closing(self._follow(accepted.application_id, accepted.run_id, after_sequence)) as events:
            async for event in events:
                yield event

    async def _follow(self, application_id: UUID, run_id: UUID, after_sequence: int) -> _Events:
        """Yields the events after a number, and heartbeats while there are none.

        The event at that number is read again, and not sent: heartbeats repeat its progress.
        """
        last = event_pb2.ApplicationEvent(application_id=str(application_id), run_id=str(run_id))
        log = self._events.follow(current_caller(), run_id, max(after_sequence - 1, 0))
        async with closing(self._lifecycle.until_draining(log)) as events:
            async for event in events:
                if event is None:
                    waits = not last.step_index
                    # Instead of the event, which may be large: whoever waits keeps nothing else.
                    last = heartbeat(last, await self._queue.position(run_id) if waits else 0)
                    yield last
                    continue
                last = wire_event(event)
                if event.sequence > after_sequence:
                    yield last


def _request_id(request: pb.GenerateApplicationRequest | pb.ReviseApplicationRequest) -> str:
    return str(requests.canonical_uuid(request.request_id) if request.request_id else uuid4())


def _document(documents: Sequence[Document], name: str) -> Document:
    for document in documents:
        if document.name == name:
            return document
    raise NotFound(
        f"The application has no document {name!r}; GetApplication lists those it has.",
        reason=Reason.DOCUMENT_NOT_FOUND,
        field="name",
    )
