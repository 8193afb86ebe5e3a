import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import grpc
import pytest
import uvicorn
from certificates import Authority
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2 as pb
from cvtailor.gen.cvtailor.v1.cv_generator_pb2_grpc import CvGeneratorStub
from gateways import keys_in, running_front
from grpc_web import call
from recording_backend import RecordingBackend, running_backend
from starlette.applications import Starlette
from starlette.responses import FileResponse
from starlette.routing import Route

from tests.ports_of_loopback import free_port


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


async def test_browsers_speak_http_2_over_tls(
    home: Path, backend: RecordingBackend, authority: Authority
) -> None:
    certificate, key = authority.issue("gateway")
    trust = ssl.create_default_context(cafile=str(authority.ca))
    async with running_front(
        home, backend.port, verify=trust, tls_certificate=certificate, tls_key=key
    ) as front:
        page = await front.http.get("/")
        listed = await call(front.http, "ListApplications", pb.ListApplicationsRequest(), front.authorized)
        credentials = grpc.ssl_channel_credentials(authority.ca.read_bytes())
        async with grpc.aio.secure_channel(f"localhost:{front.gateway.port}", credentials) as channel:
            answer = await CvGeneratorStub(channel).ListApplications(
                pb.ListApplicationsRequest(), metadata=tuple(front.authorized.items())
            )

    assert page.http_version == "HTTP/2"
    assert front.gateway.url.startswith("https://")
    assert listed.status == 0
    assert answer.applications[0].id == "one"
    # It would bind every other server of this machine.
    assert "strict-transport-security" not in page.headers


async def test_a_public_gateway_tells_browsers_to_stay_with_tls(
    home: Path, backend: RecordingBackend, authority: Authority
) -> None:
    certificate, key = authority.issue("gateway")
    trust = ssl.create_default_context(cafile=str(authority.ca))
    async with running_front(
        home,
        backend.port,
        verify=trust,
        tls_certificate=certificate,
        tls_key=key,
        host="0.0.0.0",  # noqa: S104
    ) as front:
        page = await front.http.get("/")

    assert page.headers["strict-transport-security"] == "max-age=31536000"


async def test_backends_are_called_by_tls_if_their_authority_is_given(
    home: Path, authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> None:
    certificate, key = authority.issue("backend")
    credentials = grpc.ssl_server_credentials([(key.read_bytes(), certificate.read_bytes())])
    stranger = Authority(tmp_path_factory.mktemp("stranger"))
    statuses = []
    async with running_backend(credentials) as backend:
        for ca in (authority.ca, stranger.ca):
            async with running_front(home, backend.port, backend_ca=ca) as front:
                request = pb.ListApplicationsRequest()
                statuses.append(
                    (await call(front.http, "ListApplications", request, front.authorized)).status
                )

    assert statuses == [0, grpc.StatusCode.UNAVAILABLE.value[0]]


async def test_backends_that_ask_for_a_certificate_are_shown_the_gateways(
    home: Path, authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> None:
    certificate, key = authority.issue("backend")
    credentials = grpc.ssl_server_credentials(
        [(key.read_bytes(), certificate.read_bytes())], authority.ca.read_bytes(), require_client_auth=True
    )
    stranger = Authority(tmp_path_factory.mktemp("stranger"))
    shown: list[dict[str, Path]] = [
        dict(zip(("backend_certificate", "backend_key"), one.issue("gateway"), strict=True))
        for one in (authority, stranger)
    ]
    statuses = []
    async with running_backend(credentials) as backend:
        for pair in (*shown, {}):
            async with running_front(home, backend.port, backend_ca=authority.ca, **pair) as front:
                request = pb.ListApplicationsRequest()
                answer = await call(front.http, "ListApplications", request, front.authorized)
                statuses.append(answer.status)

    assert statuses == [0, *[grpc.StatusCode.UNAVAILABLE.value[0]] * 2]


async def test_tokens_are_checked_with_the_keys_of_a_project(
    home: Path, backend: RecordingBackend, authority: Authority
) -> None:
    keys = keys_in(home)
    async with project(keys.jwks_path, authority) as url:
        service = {"jwks_url": url, "jwt_issuer": "cvtailor-local"}
        async with running_front(home, backend.port, service, jwks_ca=authority.ca) as front:
            request = pb.ListApplicationsRequest()
            right = await call(front.http, "ListApplications", request, front.authorized)
            head, _, signature = front.token.rpartition(".")
            broken = {"authorization": f"Bearer {head}.{signature[::-1]}"}
            wrong = await call(front.http, "ListApplications", request, broken)

    assert right.status == 0
    assert wrong.status == grpc.StatusCode.UNAUTHENTICATED.value[0]
    assert backend.attempts("ListApplications") == 1


@asynccontextmanager
async def project(jwks: Path, authority: Authority) -> AsyncIterator[str]:
    """Serves a JWKS by https."""
    certificate, key = authority.issue("project")
    port = free_port()
    served = Starlette(routes=[Route("/keys", lambda request: FileResponse(jwks))])
    server = uvicorn.Server(
        uvicorn.Config(
            served,
            port=port,
            ssl_certfile=certificate,
            ssl_keyfile=str(key),
            log_level="error",
            lifespan="off",
        )
    )
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  # it has no event for it
        await asyncio.sleep(0.01)
    try:
        yield f"https://localhost:{port}/keys"
    finally:
        server.should_exit = True
        await serving


async def test_a_project_that_does_not_answer_is_no_fault_of_the_token(
    home: Path, backend: RecordingBackend, unused_port: int
) -> None:
    service = {"jwks_url": f"http://127.0.0.1:{unused_port}/keys", "jwt_issuer": "cvtailor-local"}
    async with running_front(home, backend.port, service) as front:
        answer = await call(front.http, "ListApplications", pb.ListApplicationsRequest(), front.authorized)
        as_json = await front.http.get("/v1/applications", headers=front.authorized)

    assert answer.status == grpc.StatusCode.UNAVAILABLE.value[0]
    assert as_json.status_code == 503
    assert as_json.json()["details"][0]["reason"] == "DEPENDENCY_UNAVAILABLE"
