import asyncio
from uuid import UUID, uuid4

import grpc
import grpc.aio
import pytest
from cvtailor.domain.application import ApplicationStatus
from cvtailor.domain.limits import DOCUMENT_CHUNK_BYTES
from cvtailor.domain.run import Accepted, Cancelled, Step, StepProgress, StepStarted
from cvtailor.domain.tailored_cv import Claim
from cvtailor.gen.cvtailor.v1 import application_pb2
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2 as pb
from cvtailor.rpc.cv_generator import CvGenerator
from rpc.rpc_samples import ALICE, BOB, POSTING, a_document, a_generation, an_application
from rpc.rpc_serving import serving, token_of
from rpc_answers import refusal
from waiting import until


@pytest.fixture
async def served():
    async with serving() as served:
        yield served


async def events_of(call) -> list:
    return [message.event async for message in call]


async def test_a_generation_streams_its_events_to_the_last(served):
    call = served.stub.GenerateApplication(a_generation(), metadata=token_of())
    events = await events_of(call)
    assert [event.WhichOneof("event") for event in events] == ["accepted", "step_started", "completed"]
    assert [event.sequence for event in events] == [1, 2, 3]
    assert (await call.initial_metadata())["application-id"] == events[0].application_id


async def test_the_same_request_id_attaches_and_another_request_is_refused(served):
    request_id = str(uuid4())
    first = await events_of(
        served.stub.GenerateApplication(a_generation(request_id=request_id), metadata=token_of())
    )
    again = await events_of(
        served.stub.GenerateApplication(a_generation(request_id=request_id.upper()), metadata=token_of())
    )
    assert again == first
    other = a_generation(request_id=request_id, options=pb.GenerationOptions(page_limit=1))
    refused = await refusal(served.stub.GenerateApplication(other, metadata=token_of()))
    assert (refused.code, refused.reason) == (grpc.StatusCode.ALREADY_EXISTS, "REQUEST_ID_REUSED")
    assert refused.fields == ["request_id"]


async def test_the_first_event_does_not_wait_until_the_run_has_started(served):
    served.queue.begins.clear()
    call = served.stub.GenerateApplication(a_generation(), metadata=token_of(), timeout=10)
    first = (await anext(aiter(call))).event
    assert (first.WhichOneof("event"), first.sequence) == ("accepted", 1)
    assert served.queue.started == []
    served.queue.begins.set()
    assert [event.sequence for event in await events_of(call)] == [2, 3]


async def test_a_run_that_can_not_be_started_says_so_after_its_first_event(served):
    served.queue.fails = True
    call = served.stub.GenerateApplication(a_generation(), metadata=token_of(), timeout=10)
    assert (await anext(aiter(call))).event.WhichOneof("event") == "accepted"
    assert (await refusal(call)).code is grpc.StatusCode.UNAVAILABLE


async def test_a_caller_who_leaves_after_the_first_event_leaves_a_started_run(served):
    served.queue.begins.clear()
    call = served.stub.GenerateApplication(a_generation(), metadata=token_of(), timeout=10)
    await anext(aiter(call))
    call.cancel()
    await until(lambda: not served.events.followers)
    served.queue.begins.set()
    await until(lambda: served.queue.started)


async def test_a_run_is_given_what_was_read_of_its_request_and_one_that_was_there_is_not(served):
    request_id = str(uuid4())
    for _ in range(2):
        call = served.stub.GenerateApplication(a_generation(request_id=request_id), metadata=token_of())
        await events_of(call)
    read, none = served.queue.read
    (accepted,) = served.records.accepted.values()
    assert read.request == accepted
    assert none is None


async def test_without_a_request_id_every_request_is_new(served):
    ids = [
        (await events_of(served.stub.GenerateApplication(a_generation(), metadata=token_of())))[
            0
        ].application_id
        for _ in range(2)
    ]
    assert ids[0] != ids[1]


@pytest.mark.parametrize(
    ("base_cv", "field"),
    [
        (pb.BaseCv(rendercv_yaml="broken"), "base_cv.rendercv_yaml"),
        (pb.BaseCv(json_resume="broken"), "base_cv.json_resume"),
        (pb.BaseCv(file=pb.CvFile(content=b"broken", media_type="text/plain")), "base_cv.file.content"),
    ],
)
async def test_a_cv_that_can_not_be_read_is_refused_before_any_row_exists(served, base_cv, field):
    request = pb.GenerateApplicationRequest(base_cv=base_cv, posting=pb.JobPosting(text=POSTING))
    refused = await refusal(served.stub.GenerateApplication(request, metadata=token_of()))
    assert (refused.code, refused.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "CV_UNREADABLE")
    assert refused.fields == [field]
    assert dict(refused.info.metadata) == {"line": "3", "path": "cv.name"}
    assert not served.records.accepted


async def test_a_posting_that_asks_for_nothing_is_refused_before_any_row_exists(served):
    request = a_generation(posting=pb.JobPosting(text="lorem ipsum " * 9))
    refused = await refusal(served.stub.GenerateApplication(request, metadata=token_of()))
    assert (refused.reason, refused.fields) == ("POSTING_UNREADABLE", ["posting.text"])
    assert not served.records.accepted


async def test_what_would_have_to_wait_too_long_is_not_even_read(served):
    served.queue.full = True
    request = a_generation(base_cv=pb.BaseCv(rendercv_yaml="broken"))
    refused = await refusal(served.stub.GenerateApplication(request, metadata=token_of()))
    assert refused.reason == "QUEUE_FULL"


async def test_a_media_type_without_reader_is_refused_with_its_field(served):
    request = a_generation(base_cv=pb.BaseCv(file=pb.CvFile(media_type="image/png")))
    refused = await refusal(served.stub.GenerateApplication(request, metadata=token_of()))
    assert (refused.reason, refused.fields) == ("CV_FORMAT_UNSUPPORTED", ["base_cv.file.media_type"])


async def test_a_caller_who_hangs_up_while_being_accepted_leaves_a_started_run(served):
    served.records.slow = asyncio.Event()
    call = served.stub.GenerateApplication(a_generation(), metadata=token_of(), timeout=0.05)
    assert (await refusal(call)).code is grpc.StatusCode.DEADLINE_EXCEEDED
    served.records.slow.set()
    await until(lambda: served.queue.started)
    assert len(served.records.applications) == 1


async def test_watching_replays_what_came_after_and_follows(served):
    application = served.records.keep(an_application())
    await served.events.tell(application, Accepted(), StepStarted(step=Step.READ_CV))
    request = pb.WatchApplicationRequest(application_id=str(application.id), after_sequence=1)
    call = served.stub.WatchApplication(request, metadata=token_of())
    assert (await call.read()).event.sequence == 2
    await served.events.tell(application, Cancelled())
    assert (await call.read()).event.sequence == 3
    assert await call.read() is grpc.aio.EOF


async def test_watching_after_the_last_event_ends_at_once(served):
    application = served.records.keep(an_application())
    await served.events.tell(application, Accepted(), Cancelled())
    request = pb.WatchApplicationRequest(application_id=str(application.id), after_sequence=2)
    async with asyncio.timeout(1):
        assert await events_of(served.stub.WatchApplication(request, metadata=token_of())) == []


async def test_a_silent_run_sends_heartbeats_that_never_fall_back(served):
    served.events.heartbeat_seconds = 0.02
    application = served.records.keep(an_application())
    await served.events.tell(application, Accepted(), StepStarted(step=Step.READ_CV))
    request = pb.WatchApplicationRequest(application_id=str(application.id), after_sequence=2)
    call = served.stub.WatchApplication(request, metadata=token_of())
    beats = [(await call.read()).event for _ in range(2)]
    call.cancel()
    assert [beat.WhichOneof("event") for beat in beats] == ["heartbeat"] * 2
    assert [(beat.sequence, beat.percent) for beat in beats] == [(0, 20), (0, 20)]
    assert beats[0].application_id == str(application.id)


async def test_a_watcher_who_leaves_stops_being_followed(served):
    application = served.records.keep(an_application())
    await served.events.tell(application, Accepted())
    request = pb.WatchApplicationRequest(application_id=str(application.id))
    call = served.stub.WatchApplication(request, metadata=token_of())
    await call.read()
    assert served.events.followers == 1
    call.cancel()
    await until(lambda: not served.events.followers)


async def test_a_watcher_who_stops_reading_and_leaves_stops_being_followed(served):
    application = served.records.keep(an_application())
    large = StepProgress(step=Step.MATCH, message="x" * 3_000_000)
    await served.events.tell(application, *[large] * 10)
    request = pb.WatchApplicationRequest(application_id=str(application.id))
    call = served.stub.WatchApplication(request, metadata=token_of())
    await call.read()
    # Soon the server is held in sending, and learns of the end as GeneratorExit, not as a cancellation.
    told = 0
    while told < (told := served.events.told):  # noqa: ASYNC110
        await asyncio.sleep(0.1)
    assert 1 < told < 10
    call.cancel()
    await until(lambda: not served.events.followers)


async def test_a_stream_is_closed_with_its_call_even_if_something_still_holds_it(monkeypatch):
    watch, held = CvGenerator.WatchApplication, []

    def holding(*arguments):
        held.append(watch(*arguments))
        return held[-1]

    monkeypatch.setattr(CvGenerator, "WatchApplication", holding)
    async with serving() as served:
        application = served.records.keep(an_application())
        large = StepProgress(step=Step.MATCH, message="x" * 3_000_000)
        await served.events.tell(application, *[large] * 10)
        request = pb.WatchApplicationRequest(application_id=str(application.id))
        call = served.stub.WatchApplication(request, metadata=token_of())
        await call.read()
        call.cancel()
        await until(lambda: not served.events.followers)


async def test_cancelling_returns_the_cancelled_application_and_again_changes_nothing(served):
    application = served.records.keep(an_application(status=ApplicationStatus.GENERATING))
    request = pb.CancelApplicationRequest(application_id=str(application.id))
    for _ in range(2):
        answer = await served.stub.CancelApplication(request, metadata=token_of())
        assert answer.application.status == application_pb2.APPLICATION_STATUS_CANCELLED


async def test_an_application_is_got_with_claims_and_listed_without(served):
    claim = Claim(id="summary[0]", text="Nurse", evidence_ids=("summary[0].text",))
    application = served.records.keep(an_application(claims=(claim,)))
    got = await served.stub.GetApplication(
        pb.GetApplicationRequest(application_id=str(application.id)), metadata=token_of()
    )
    assert got.application.claims[0].text == "Nurse"
    listed = await served.stub.ListApplications(pb.ListApplicationsRequest(), metadata=token_of())
    assert [each.id for each in listed.applications] == [str(application.id)]
    assert not listed.applications[0].claims


async def test_a_list_goes_on_at_the_next_page(served):
    for _ in range(3):
        served.records.keep(an_application())
    request = pb.ListApplicationsRequest(page_size=2)
    first = await served.stub.ListApplications(request, metadata=token_of())
    request.page_token = first.next_page_token
    second = await served.stub.ListApplications(request, metadata=token_of())
    assert (len(first.applications), len(second.applications), second.next_page_token) == (2, 1, "")


@pytest.mark.parametrize(
    ("method", "request_of"),
    [
        ("GetApplication", pb.GetApplicationRequest),
        ("WatchApplication", pb.WatchApplicationRequest),
        ("CancelApplication", pb.CancelApplicationRequest),
        ("UpdateApplication", pb.UpdateApplicationRequest),
        ("CreateDocumentLink", pb.CreateDocumentLinkRequest),
        ("DownloadDocument", pb.DownloadDocumentRequest),
    ],
)
async def test_what_belongs_to_another_is_not_found(served, method, request_of):
    theirs = served.records.keep(an_application(BOB), BOB)
    request = request_of(application_id=str(theirs.id))
    if method in {"DownloadDocument", "CreateDocumentLink"}:
        request.name = "cv.pdf"
    refused = await refusal(getattr(served.stub, method)(request, metadata=token_of(ALICE)))
    assert (refused.code, refused.reason) == (grpc.StatusCode.NOT_FOUND, "APPLICATION_NOT_FOUND")


async def test_a_document_arrives_as_its_description_and_small_chunks(served):
    content = bytes(range(256)) * 600
    application = served.records.keep(an_application(documents=(a_document(path="a/b"),)))
    served.objects.contents["a/b"] = content
    request = pb.DownloadDocumentRequest(application_id=str(application.id), name="cv.pdf")
    parts = [part async for part in served.stub.DownloadDocument(request, metadata=token_of())]
    assert parts[0].document.name == "cv.pdf"
    chunks = [part.chunk for part in parts[1:]]
    assert b"".join(chunks) == content
    assert max(map(len, chunks)) == DOCUMENT_CHUNK_BYTES


async def test_a_document_that_is_not_there_is_not_found(served):
    application = served.records.keep(an_application(documents=(a_document(),)))
    request = pb.DownloadDocumentRequest(application_id=str(application.id), name="letter.txt")
    refused = await refusal(served.stub.DownloadDocument(request, metadata=token_of()))
    assert (refused.code, refused.reason) == (grpc.StatusCode.NOT_FOUND, "DOCUMENT_NOT_FOUND")
    assert refused.fields == ["name"]


@pytest.mark.parametrize("application_id", ["", "x", str(UUID(int=1))[:-1]])
async def test_what_is_no_uuid_is_refused_by_name(served, application_id):
    request = pb.GetApplicationRequest(application_id=application_id)
    refused = await refusal(served.stub.GetApplication(request, metadata=token_of()))
    assert refused.fields == ["application_id"]
