"""The service, its gateway and the page, started by one command."""

import asyncio
import json
import tempfile
from collections.abc import AsyncIterable, Iterator
from pathlib import Path

import grpc
import grpc.aio
import httpx
import pytest
from gateways import page_at
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub

from benchmarks.service_process import ServiceProcess, cvtailor, example


@pytest.fixture(scope="module")
def service() -> Iterator[ServiceProcess]:
    with tempfile.TemporaryDirectory(prefix="cvtailor-web-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the account of the embedded Postgres must get through
        process = ServiceProcess(folder, "--web", "--web-port", "0", gateway_page=str(page_at(folder)))
        yield process
        log = Path(process.log.name)
        assert process.terminate() == 0, log.read_text()
        assert "Traceback" not in log.read_text()


@pytest.fixture(scope="module")
def state(service: ServiceProcess) -> dict[str, str]:
    found: dict[str, str] = json.loads((service.data_dir / "server.json").read_text())
    return found


async def test_the_printed_link_opens_the_page_with_a_token_that_the_service_takes(
    service: ServiceProcess, state: dict[str, str]
) -> None:
    assert state["web_link"] in service.printed
    async with httpx.AsyncClient(base_url=state["web"], follow_redirects=True, timeout=30) as browser:
        assert "the page" in (await browser.get(state["web_link"])).text
        token = (await browser.get("/config.json")).json()["devToken"]
        listed = await browser.get("/v1/applications", headers={"authorization": f"Bearer {token}"})

    assert listed.status_code == 200


def test_the_link_is_for_this_user_alone(service: ServiceProcess) -> None:
    assert (service.data_dir / "server.json").stat().st_mode & 0o777 == 0o600


async def test_a_posted_application_streams_json_events_to_its_end(
    service: ServiceProcess, state: dict[str, str]
) -> None:
    request = example("engineer")
    body = {
        "base_cv": {"rendercv_yaml": request.base_cv.rendercv_yaml},
        "posting": {"text": request.posting.text},
    }
    headers = {"authorization": f"Bearer {service.token}"}
    async with httpx.AsyncClient(base_url=state["web"], headers=headers, timeout=60) as http:
        async with http.stream("POST", "/v1/applications", json=body) as answer:
            events = [json.loads(line)["event"] async for line in answer.aiter_lines()]
        found = await http.get(f"/v1/applications/{events[0]['applicationId']}")
        missing = await http.get("/v1/applications/0d9e1b36-8a52-4f0e-9d0b-3f6ab6b0f1c2")
        health = await http.get("/health")

    assert [event["sequence"] for event in events] == [str(n + 1) for n in range(len(events))]
    assert "completed" in events[-1]
    assert found.json()["application"]["status"] == "APPLICATION_STATUS_READY"
    assert missing.status_code == 404
    assert missing.json()["details"][0]["reason"] == "APPLICATION_NOT_FOUND"
    assert health.json()["status"] == "STATUS_SERVING"


def test_a_service_with_tls_of_its_own_is_told_where_tls_belongs(tmp_path: Path) -> None:
    refused = cvtailor("serve", "--web", "--port", "0", data_dir=tmp_path, tls_certificate="c", tls_key="k")

    assert refused.returncode == 2
    assert "CVTAILOR_GATEWAY_TLS_CERTIFICATE" in " ".join(refused.stderr.split())


async def end_of(answers: AsyncIterable[object]) -> None:
    async for _ in answers:
        pass


async def test_streams_are_told_by_the_service_that_it_goes(
    service: ServiceProcess, state: dict[str, str]
) -> None:
    """The last one here: it stops the service."""
    async with grpc.aio.insecure_channel(state["web"].removeprefix("http://").rstrip("/")) as channel:
        watched = HealthStub(channel).Watch(HealthCheckRequest())
        assert (await anext(aiter(watched))).status == HealthCheckResponse.SERVING
        stopping = asyncio.create_task(asyncio.to_thread(service.terminate))
        with pytest.raises(grpc.aio.AioRpcError, match="shutting down") as told:
            await end_of(watched)

    assert told.value.code() == grpc.StatusCode.UNAVAILABLE
    assert await stopping == 0
