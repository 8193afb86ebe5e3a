"""The real server over Postgres and the real readers, and calls to it with whatever bytes."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import NamedTuple
from uuid import UUID, uuid4

import grpc
import grpc.aio
from builders import a_request, asked, completed, some_results
from cvtailor.adapters.embedded_engine import EmbeddedCvReader, EmbeddedOfferReader
from cvtailor.adapters.postgres.events import PostgresRunEvents
from cvtailor.adapters.postgres.personal_records import PostgresPersonalRecords
from cvtailor.adapters.postgres.records import PostgresRecords
from cvtailor.domain.caller import Caller
from cvtailor.domain.ports import Readings
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2 as pb
from cvtailor.gen.cvtailor.v1 import health_pb2, personal_data_pb2
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from rpc.rpc_samples import ALICE, a_generation
from rpc.rpc_serving import Served, serving, token_of

REQUEST_BYTES_MAX = 1 << 20
CLEAN = frozenset(
    {
        grpc.StatusCode.OK,
        grpc.StatusCode.INVALID_ARGUMENT,
        grpc.StatusCode.NOT_FOUND,
        grpc.StatusCode.FAILED_PRECONDITION,
        grpc.StatusCode.ABORTED,
        grpc.StatusCode.ALREADY_EXISTS,
        grpc.StatusCode.OUT_OF_RANGE,
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        grpc.StatusCode.PERMISSION_DENIED,
    }
)
"""What a call with whatever bytes may end with."""

SECONDS_MAX = 30.0
"""Of the clock, after which a call hangs; ``bounds`` says how much of the processor it may take."""

_CV = b"# Ada Byron\n\n## Skills\n\n- Nursing, three years on a ward\n"
_SERVICES = (
    pb.DESCRIPTOR.services_by_name["CvGenerator"],
    personal_data_pb2.DESCRIPTOR.services_by_name["PersonalData"],
    health_pb2.DESCRIPTOR.services_by_name["Health"],
)
_ENDLESS = frozenset({"GenerateApplication", "ReviseApplication", "WatchApplication"})
METHODS = {method.name: method for service in _SERVICES for method in service.methods}


_ASKED_OF_QUEUES = ("start", "cancel", "check_room", "forget", "position")


class IdleQueue:
    """Takes runs and does none: what is looked for here is before and after them."""

    async def start(
        self, caller: Caller, run_id: UUID, behind: int = 0, read: Readings | None = None
    ) -> None: ...
    async def cancel(self, caller: Caller, run_id: UUID) -> None: ...
    async def check_room(self) -> None: ...
    async def forget(self, run_ids: Sequence[UUID]) -> None: ...

    async def position(self, run_id: UUID) -> int:
        return 0


class LinkingStore:
    """Makes a link to anything."""

    async def link(self, owner: Caller, path: str, lifetime_seconds: int) -> str:
        return "https://store.example/x"


class Hostile(NamedTuple):
    """A service to be attacked, and ids of two applications."""

    served: Served
    ready: str
    waiting: str


@asynccontextmanager
async def hostile_service(
    records: PostgresRecords, personal: PostgresPersonalRecords, events: PostgresRunEvents
) -> AsyncIterator[Hostile]:
    """Serves ALICE, who has an application that is ready, and one that waits for an answer."""
    caller = Caller(user_id=ALICE)
    waiting = await records.accept(caller, str(uuid4()), a_request())
    await events.append(caller, waiting.run_id, [asked()])
    run = await records.accept(caller, str(uuid4()), a_request())
    await records.file_results(caller, run.run_id, some_results(caller, run.run_id), [completed()])
    async with serving(records=records, personal=personal, events=events) as served:
        for document in (await records.get(caller, run.application_id)).documents:
            await served.objects.put(caller, document.path, b"%PDF-", document.media_type)
        reads_and_does_nothing(served)
        yield Hostile(served, str(run.application_id), str(waiting.application_id))


def reads_and_does_nothing(served: Served) -> None:
    """Gives a server the real readers, links to anything, and a queue that takes runs and leaves them."""
    served.objects.link = LinkingStore().link
    vars(served.queue).update({name: getattr(IdleQueue(), name) for name in _ASKED_OF_QUEUES})
    served.generator._cv_reader = EmbeddedCvReader()
    served.generator._offer_reader = EmbeddedOfferReader()


def whole_requests(hostile: Hostile) -> dict[str, list[bytes]]:
    """Requests of each method that are served, to begin from."""
    id, request_id = hostile.ready, str(uuid4())
    edit = pb.Edit(kind=pb.Edit.KIND_HIDE, target="experience[0].highlights[0]")
    cv = pb.BaseCv(file=pb.CvFile(content=_CV, media_type="text/markdown"))
    options = pb.GenerationOptions(page_limit=1, keep_sections=["skills"], language_code="en")
    requests: dict[str, list[Message]] = {
        "GenerateApplication": [a_generation(request_id=request_id, base_cv=cv, options=options)],
        "WatchApplication": [pb.WatchApplicationRequest(application_id=id)],
        "CancelApplication": [pb.CancelApplicationRequest(application_id=id)],
        "AnswerQuestion": [
            pb.AnswerQuestionRequest(
                application_id=hostile.waiting,
                question_id="question[0]",
                text="Yes.",
                entry_id="experience[0]",
            )
        ],
        "GetApplication": [pb.GetApplicationRequest(application_id=id)],
        "ListApplications": [pb.ListApplicationsRequest(page_size=1, statuses=[2])],
        "ReviseApplication": [
            pb.ReviseApplicationRequest(application_id=id, parent_version=1, edits=[edit], feedback="More.")
        ],
        "CompareVersions": [pb.CompareVersionsRequest(application_id=id, to_version=1)],
        "UpdateApplication": [pb.UpdateApplicationRequest(application_id=id, revision=1, notes="Called.")],
        "CreateDocumentLink": [pb.CreateDocumentLinkRequest(application_id=id, name="cv.pdf")],
        "DeleteMyData": [personal_data_pb2.DeleteMyDataRequest(confirm_user_id=str(ALICE))],
        "DownloadDocument": [pb.DownloadDocumentRequest(application_id=id, name="cv.pdf", version=1)],
    }
    return {
        name: [request.SerializeToString() for request in requests.get(name, [])] or [b""] for name in METHODS
    }


async def status_of(served: Served, method: MethodDescriptor, content: bytes) -> grpc.StatusCode:
    """Calls a method with bytes for a message; of a stream that follows a run the first event is taken."""
    path = f"/{method.containing_service.full_name}/{method.name}"
    opened = served.channel.unary_stream if method.server_streaming else served.channel.unary_unary
    call = opened(path)(content, metadata=token_of(), timeout=SECONDS_MAX)
    try:
        if method.server_streaming:
            async for _ in call:
                if method.name in _ENDLESS:
                    call.cancel()
                    break
        else:
            await call
    except grpc.aio.AioRpcError as error:
        return error.code()
    except asyncio.CancelledError:
        return grpc.StatusCode.CANCELLED
    return grpc.StatusCode.OK
