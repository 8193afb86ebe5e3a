import asyncio
import json
from pathlib import Path

import grpc
import pytest
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2 as pb
from cvtailor.gen.cvtailor.v1.cv_generator_pb2_grpc import CvGeneratorStub
from gateways import Front, running_front
from google.rpc.error_details_pb2 import ErrorInfo, RetryInfo
from grpc_health.v1 import health_pb2 as standard_pb
from grpc_health.v1 import health_pb2_grpc as standard
from grpc_web import call, stream
from recording_backend import HANGING, RecordingBackend


@pytest.mark.parametrize("text", [False, True], ids=["binary", "text"])
async def test_a_browser_calls_by_grpc_web(front: Front, text: bool) -> None:
    answer = await call(
        front.http, "ListApplications", pb.ListApplicationsRequest(), front.authorized, text=text
    )

    (message,) = answer.messages
    assert pb.ListApplicationsResponse.FromString(message).applications[0].id == "one"
    assert answer.status == 0


@pytest.mark.parametrize("text", [False, True], ids=["binary", "text"])
async def test_an_event_reaches_a_browser_before_the_next_one_is_made(
    front: Front, shared_backend: RecordingBackend, text: bool
) -> None:
    request = pb.GenerateApplicationRequest()
    async with stream(front.http, "GenerateApplication", request, front.authorized, text=text) as answer:
        sequences = []
        async for message in answer.messages():
            sequences.append(pb.GenerateApplicationResponse.FromString(message).event.sequence)
            shared_backend.go_on.set()

    assert sequences == [1, 2]
    assert answer.trailers["grpc-status"] == "0"


async def test_json_events_arrive_line_by_line(front: Front, shared_backend: RecordingBackend) -> None:
    async with front.http.stream("POST", "/v1/applications", json={}, headers=front.authorized) as answer:
        sequences = []
        async for line in answer.aiter_lines():
            sequences.append(json.loads(line)["event"]["sequence"])
            shared_backend.go_on.set()

    assert sequences == ["1", "2"]
    assert answer.headers["content-type"] == "application/json"


async def test_the_service_is_called_as_json_over_http(front: Front) -> None:
    listed = await front.http.get("/v1/applications", headers=front.authorized)
    one = await front.http.get("/v1/applications/some-id", headers=front.authorized)
    health = await front.http.get("/health")

    assert listed.json() == {"applications": [{"id": "one"}]}
    assert one.json() == {"application": {"id": "some-id"}}
    assert health.json()["status"] == "STATUS_SERVING"


async def test_wrong_json_is_told_as_an_error_of_the_service(front: Front) -> None:
    answer = await front.http.post("/v1/applications", content=b'{"no', headers=front.authorized)

    assert answer.status_code == 400
    assert answer.json()["code"] == grpc.StatusCode.INVALID_ARGUMENT.value[0]
    assert answer.json()["details"][0]["reason"] == "INVALID_ARGUMENT"


async def test_grpc_and_its_health_pass(front: Front) -> None:
    async with grpc.aio.insecure_channel(f"127.0.0.1:{front.gateway.port}") as channel:
        metadata = tuple(front.authorized.items())
        listed = await CvGeneratorStub(channel).ListApplications(
            pb.ListApplicationsRequest(), metadata=metadata
        )
        health = await standard.HealthStub(channel).Check(standard_pb.HealthCheckRequest())

    assert listed.applications[0].id == "one"
    assert health.status == standard_pb.HealthCheckResponse.SERVING


async def test_a_deadline_reaches_the_backend_and_ends_the_call(
    front: Front, shared_backend: RecordingBackend
) -> None:
    headers = {**front.authorized, "grpc-timeout": "300m"}
    answer = await call(
        front.http, "GetApplication", pb.GetApplicationRequest(application_id=HANGING), headers
    )

    assert answer.status == grpc.StatusCode.DEADLINE_EXCEEDED.value[0]
    (call_seen,) = shared_backend.calls
    assert call_seen.seconds_left is not None
    assert call_seen.seconds_left <= 0.3
    await asyncio.wait_for(shared_backend.cancelled.wait(), 5)


async def test_whoever_goes_away_cancels_in_the_backend(
    front: Front, shared_backend: RecordingBackend
) -> None:
    request = pb.GenerateApplicationRequest()
    async with stream(front.http, "GenerateApplication", request, front.authorized) as answer:
        assert await anext(answer.messages())

    await asyncio.wait_for(shared_backend.cancelled.wait(), 5)


async def test_what_may_be_repeated_is_tried_again(front: Front, shared_backend: RecordingBackend) -> None:
    shared_backend.failures["ListApplications"] = 1

    answer = await call(front.http, "ListApplications", pb.ListApplicationsRequest(), front.authorized)

    assert answer.status == 0
    assert shared_backend.attempts("ListApplications") == 2


@pytest.mark.parametrize(
    ("method", "request_"),
    [
        ("CreateDocumentLink", pb.CreateDocumentLinkRequest(application_id="a", name="cv.pdf")),
        ("GenerateApplication", pb.GenerateApplicationRequest()),
        ("WatchApplication", pb.WatchApplicationRequest(application_id="a")),
    ],
)
async def test_what_may_not_be_repeated_is_tried_once(
    front: Front,
    shared_backend: RecordingBackend,
    method: str,
    request_: pb.CreateDocumentLinkRequest | pb.GenerateApplicationRequest,
) -> None:
    shared_backend.failures[method] = 1

    answer = await call(front.http, method, request_, front.authorized)

    assert answer.status == grpc.StatusCode.UNAVAILABLE.value[0]
    assert shared_backend.attempts(method) == 1


async def test_the_gateway_has_no_deadline_of_its_own(front: Front, shared_backend: RecordingBackend) -> None:
    await call(front.http, "ListApplications", pb.ListApplicationsRequest(), front.authorized)

    assert shared_backend.calls[0].seconds_left is None


async def test_callers_cannot_steer_the_gateway_by_its_own_headers(
    front: Front, shared_backend: RecordingBackend
) -> None:
    shared_backend.failures["CreateDocumentLink"] = 1
    asking = {**front.authorized, "x-envoy-retry-grpc-on": "unavailable", "x-envoy-max-retries": "5"}

    answer = await call(front.http, "CreateDocumentLink", pb.CreateDocumentLinkRequest(), asking)

    assert answer.status == grpc.StatusCode.UNAVAILABLE.value[0]
    assert shared_backend.attempts("CreateDocumentLink") == 1


async def test_a_service_that_does_not_answer_is_told_with_a_time_to_come_back(
    home: Path, unused_port: int
) -> None:
    async with running_front(home, unused_port) as front:
        answer = await call(front.http, "ListApplications", pb.ListApplicationsRequest(), front.authorized)

    assert answer.status == grpc.StatusCode.UNAVAILABLE.value[0]
    info, retry = answer.details().details
    assert ErrorInfo.FromString(info.value).reason == "DEPENDENCY_UNAVAILABLE"
    assert RetryInfo.FromString(retry.value).retry_delay.seconds == 1
