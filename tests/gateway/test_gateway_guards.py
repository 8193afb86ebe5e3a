import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import grpc
import httpx
import jwt
import pytest
from capturing import captured_log
from cryptography.hazmat.primitives.asymmetric import ec
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2 as pb
from gateways import USER, Front, edge_of, keys_in, running_front
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import ErrorInfo
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from grpc_web import GENERATOR, Answer, call
from recording_backend import RecordingBackend

LIST = pb.ListApplicationsRequest()


def reason(answer: Answer) -> str:
    return ErrorInfo.FromString(answer.details().details[0].value).reason


def forged(front: Front) -> str:
    """A token that is right in all but its key."""
    claims = jwt.decode(front.token, options={"verify_signature": False})
    headers = jwt.get_unverified_header(front.token)
    return jwt.encode(claims, ec.generate_private_key(ec.SECP256R1()), "ES256", {"kid": headers["kid"]})


async def test_a_forged_token_does_not_reach_the_service(
    front: Front, shared_backend: RecordingBackend
) -> None:
    answer = await call(front.http, "ListApplications", LIST, {"authorization": f"Bearer {forged(front)}"})

    assert answer.status == grpc.StatusCode.UNAUTHENTICATED.value[0]
    assert reason(answer) == "TOKEN_INVALID"
    assert shared_backend.calls == []


async def test_a_missing_token_is_told_as_such(front: Front, shared_backend: RecordingBackend) -> None:
    answer = await call(front.http, "ListApplications", LIST)
    as_json = await front.http.get("/v1/applications")

    assert reason(answer) == as_json.json()["details"][0]["reason"] == "TOKEN_MISSING"
    assert as_json.status_code == 401
    assert shared_backend.calls == []


async def test_an_expired_token_is_told_as_such_so_that_clients_refresh_it(tmp_path: Path) -> None:
    keys = keys_in(tmp_path)
    claims = jwt.decode(keys.mint(USER, 60), options={"verify_signature": False})
    header = jwt.get_unverified_header(keys.mint(USER, 60))
    key = (tmp_path / "auth" / "signing-key.pem").read_bytes()
    expired = jwt.encode({**claims, "exp": claims["iat"] - 60}, key, "ES256", {"kid": header["kid"]})
    async with running_front(tmp_path, 1) as front:
        answer = await call(front.http, "ListApplications", LIST, {"authorization": f"Bearer {expired}"})

    assert reason(answer) == "TOKEN_EXPIRED"


async def test_the_service_sees_the_token_and_decides_again(
    front: Front, shared_backend: RecordingBackend
) -> None:
    await call(front.http, "ListApplications", LIST, front.authorized)

    assert shared_backend.calls[0].metadata["authorization"] == f"Bearer {front.token}"


async def test_with_the_legacy_secret_tokens_are_left_to_the_service(
    home: Path, backend: RecordingBackend
) -> None:
    project = {"supabase_url": "https://p.supabase.co", "jwt_secret": "s" * 40}
    async with running_front(home, backend.port, project) as front:
        answer = await call(front.http, "ListApplications", LIST, {"authorization": "Bearer hs256"})

    assert answer.status == 0
    assert backend.calls[0].metadata["authorization"] == "Bearer hs256"


@pytest.mark.parametrize("text", [False, True], ids=["binary", "text"])
async def test_an_oversize_request_is_refused(home: Path, backend: RecordingBackend, text: bool) -> None:
    large = pb.GenerateApplicationRequest(posting=pb.JobPosting(text="x" * 20_000))
    fits = pb.GetApplicationRequest(application_id="x" * 9_000)
    async with running_front(home, backend.port, request_bytes_max=10_000) as front:
        refused = await call(front.http, "GenerateApplication", large, front.authorized, text=text)
        as_json = await front.http.post("/v1/applications", content=b"x" * 20_000, headers=front.authorized)
        taken = await call(front.http, "GetApplication", fits, front.authorized, text=text)

    assert refused.status == grpc.StatusCode.INVALID_ARGUMENT.value[0]
    assert "10000 bytes" in refused.trailers["grpc-message"]
    assert as_json.status_code == 413
    assert taken.status == 0
    assert backend.attempts("GenerateApplication") == 0


async def test_each_client_address_has_a_rate_of_its_own(home: Path, backend: RecordingBackend) -> None:
    async with running_front(
        home, backend.port, requests_per_second=1, requests_burst=3, trusted_hops=1
    ) as front:

        async def status(client: str) -> int:
            return (await front.http.get("/health", headers={"x-forwarded-for": client})).status_code

        assert [await status("192.0.2.1") for _ in range(5)] == [200, 200, 200, 429, 429]
        assert await status("192.0.2.2") == 200
        # Whoever has one IPv6 address has a whole network of them.
        assert [await status(f"2001:db8::{n}") for n in range(1, 6)] == [200, 200, 200, 429, 429]
        as_grpc = await call(
            front.http, "ListApplications", LIST, {**front.authorized, "x-forwarded-for": "192.0.2.1"}
        )
    assert as_grpc.status == grpc.StatusCode.RESOURCE_EXHAUSTED.value[0]
    assert reason(as_grpc) == "QUOTA_EXCEEDED"


async def test_clients_do_not_choose_their_address_by_a_header(home: Path, backend: RecordingBackend) -> None:
    async with running_front(home, backend.port, requests_per_second=1, requests_burst=2) as front:
        answers = [
            await front.http.get("/health", headers={"x-forwarded-for": f"192.0.2.{n}"}) for n in range(4)
        ]

    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]


async def test_reflection_stops_at_the_edge(front: Front, shared_backend: RecordingBackend) -> None:
    async def requests() -> AsyncIterator[Message]:
        yield reflection_pb2.ServerReflectionRequest(list_services="")
        await asyncio.Event().wait()

    async def asked(port: int) -> grpc.StatusCode:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            answers = reflection_pb2_grpc.ServerReflectionStub(channel).ServerReflectionInfo(requests())
            try:
                await anext(aiter(answers))
            except grpc.aio.AioRpcError as error:
                return error.code()
            answers.cancel()
            return grpc.StatusCode.OK

    assert await asked(shared_backend.port) == grpc.StatusCode.OK
    # The edge answers before the request has ended; a client that is still sending may see that as broken.
    refused = {grpc.StatusCode.UNIMPLEMENTED, grpc.StatusCode.INTERNAL}
    assert await asked(front.gateway.port) in refused


@pytest.mark.parametrize("path", ["/stats", "/config_dump", "/ready", "/quitquitquit", "/v1/", "/assets/"])
async def test_what_is_not_of_the_contract_or_the_page_is_not_there(front: Front, path: str) -> None:
    assert (await front.http.get(path, headers=front.authorized)).status_code == 404


async def test_the_administration_is_on_loopback_and_cannot_be_told_to_quit(
    home: Path, backend: RecordingBackend, unused_port: int
) -> None:
    async with (
        running_front(home, backend.port, admin_port=unused_port) as front,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{unused_port}") as admin,
    ):
        assert "http.edge.downstream_rq_total" in (await admin.get("/stats")).text
        assert (await admin.get("/config_dump")).status_code == 403
        assert (await admin.post("/quitquitquit")).status_code == 403
        assert (await front.http.get("/health")).status_code == 200


async def test_a_page_of_a_wrong_origin_may_not_call(front: Front, shared_backend: RecordingBackend) -> None:
    def preflight(origin: str) -> dict[str, str]:
        return {"origin": origin, "access-control-request-method": "POST"}

    path = f"{GENERATOR}ListApplications"
    right = await front.http.options(path, headers=preflight("https://other.example"))
    wrong = await front.http.options(path, headers=preflight("https://other.example.evil.example"))
    called = await call(
        front.http, "ListApplications", LIST, {**front.authorized, "origin": "https://evil.example"}
    )

    assert right.headers["access-control-allow-origin"] == "https://other.example"
    assert "authorization" in right.headers["access-control-allow-headers"]
    for answer in (wrong, called.http):
        assert not [name for name in answer.headers if name.startswith("access-control")]
    assert shared_backend.attempts("ListApplications") == 1  # a call without preflight is no browser's


async def test_pages_of_an_allowed_origin_can_read_refusals(front: Front) -> None:
    answer = await call(front.http, "ListApplications", LIST, {"origin": "https://other.example"})

    assert answer.http.headers["access-control-allow-origin"] == "https://other.example"
    assert "grpc-status-details-bin" in answer.http.headers["access-control-expose-headers"]


async def test_no_foreign_name_leads_here(front: Front) -> None:
    for name in ("rebound.example", f"rebound.example:{front.gateway.port}"):
        assert (await front.http.get("/", headers={"host": name})).status_code == 404
    for name in ("localhost", f"127.0.0.1:{front.gateway.port}"):
        assert (await front.http.get("/", headers={"host": name})).status_code == 200


async def test_the_access_log_names_the_call_and_no_secret(home: Path, backend: RecordingBackend) -> None:
    with captured_log() as log:
        async with running_front(home, backend.port) as front:
            await front.http.get("/v1/applications?page_token=hidden-page", headers=front.authorized)
            await front.http.get("/open?key=hidden-key", headers={"referer": "https://a/?hidden-referer"})
            await front.http.get("/health", headers={"cookie": "hidden-cookie=1"})

    requests = [line for line in log if line["event"] == "request"]
    assert [(line["method"], line["path"], line["status"]) for line in requests] == [
        ("GET", "/v1/applications", 200),
        ("GET", "/open", 303),
        ("GET", "/health", 200),
    ]
    assert "hidden" not in json.dumps(log)
    assert front.token not in json.dumps(log)


def test_every_way_to_the_service_but_health_needs_a_token(home: Path) -> None:
    from cvtailor.gateway.routes import BACKEND, route_configuration

    (host,) = route_configuration(edge_of(home))["virtual_hosts"]
    unguarded = {
        next(iter(route["match"].values()))
        for route in host["routes"]
        if route.get("route", {}).get("cluster") == BACKEND
        and "envoy.filters.http.jwt_authn" not in route["typed_per_filter_config"]
    }

    assert unguarded == {"/cvtailor.v1.Health/Check", "/grpc.health.v1.Health/"}
