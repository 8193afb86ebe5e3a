"""Assistants elsewhere: streamable HTTP, where everybody is somebody and nobody is trusted."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from mcp_clients import CV, INITIALIZE, JOB, Endpoint, http_server, over_http, problem, told

from benchmarks.service_process import EXAMPLES, ServiceProcess, cvtailor

ACCEPT = {"accept": "application/json, text/event-stream"}


@pytest.fixture(scope="module")
def endpoint(service: ServiceProcess) -> Iterator[Endpoint]:
    with http_server(service.data_dir) as one:
        yield one


def post(endpoint: Endpoint, content: bytes | None = None, **headers: str) -> httpx.Response:
    """One request as a browser or a stranger would send it."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = json.dumps(INITIALIZE).encode() if content is None else content
    return httpx.post(
        endpoint.url, content=body, headers={**ACCEPT, "content-type": "application/json", **named},
        trust_env=False, timeout=20,
    )  # fmt: skip


async def test_an_assistant_elsewhere_tailors_a_cv_as_its_user(
    endpoint: Endpoint, service: ServiceProcess
) -> None:
    progress: list[float] = []

    async def note(done: float, total: float | None, message: str | None) -> None:
        progress.append(done)

    async with over_http(endpoint.url, service.token_of("a user by http")) as session:
        result = await session.call_tool(
            "generate_application", {**CV, "job_text": JOB}, progress_callback=note
        )
        run = result.structuredContent or {}
        assert run["state"] == "ready", result.content
        letter = await told(
            session, "fetch_document", application_id=run["application_id"], name="cover-letter.txt"
        )
        listed = await told(session, "list_applications")
    assert letter["text"]
    assert len(progress) > 5
    assert [each["application_id"] for each in listed["applications"]] == [run["application_id"]]


async def test_nothing_of_one_user_reaches_another(endpoint: Endpoint, service: ServiceProcess) -> None:
    async with over_http(endpoint.url, endpoint.token) as session:
        run = await told(session, "generate_application", **CV, job_text=JOB)
    id = run["application_id"]
    async with over_http(endpoint.url, service.token_of("a stranger by http")) as session:
        assert (await told(session, "list_applications"))["applications"] == []
        for tool, more in (
            ("get_application", {}),
            ("watch_application", {}),
            ("cancel_application", {}),
            ("fetch_document", {"name": "cv.pdf"}),
            ("answer_question", {"question_id": "question[0]"}),
        ):
            refused = await problem(session, tool, application_id=id, **more)
            assert refused["reason"] in ("APPLICATION_NOT_FOUND", "QUESTION_NOT_FOUND"), (tool, refused)


@pytest.mark.parametrize(
    ("authorization", "reason"),
    [
        ("", "TOKEN_MISSING"),
        ("Basic YTpi", "TOKEN_MISSING"),
        ("Bearer", "TOKEN_MISSING"),
        ("Bearer not.a.token", "TOKEN_INVALID"),
        ("Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.", "TOKEN_INVALID"),
    ],
)
def test_without_a_valid_token_there_is_no_session(
    endpoint: Endpoint, authorization: str, reason: str
) -> None:
    refused = post(endpoint, **({"authorization": authorization} if authorization else {}))
    assert (refused.status_code, refused.json()["reason"]) == (401, reason)
    assert refused.headers["www-authenticate"].startswith("Bearer ")


def test_a_token_that_was_tampered_with_is_refused(endpoint: Endpoint) -> None:
    head, claims, signature = endpoint.token.split(".")
    forged = f"{head}.{claims}.{signature[::-1]}"
    assert post(endpoint, authorization=f"Bearer {forged}").json()["reason"] == "TOKEN_INVALID"


def test_a_valid_token_opens(endpoint: Endpoint) -> None:
    answer = post(endpoint, authorization=f"Bearer {endpoint.token}")
    assert (answer.status_code, '"serverInfo"' in answer.text) == (200, True)
    assert "mcp-session-id" not in answer.headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "https://evil.example.com"}, 403),
        ({"origin": "http://localhost:6274"}, 403),
        ({"origin": "null"}, 403),
        ({"host": "evil.example.com"}, 421),
        ({"host": "127.0.0.1.evil.example.com"}, 421),
        ({"host": "localhost:1"}, 421),
    ],
)
def test_a_page_of_another_site_cannot_use_the_person_s_server(
    endpoint: Endpoint, headers: dict[str, str], status: int
) -> None:
    refused = post(endpoint, authorization=f"Bearer {endpoint.token}", **headers)
    assert refused.status_code == status


def test_an_oversized_request_is_refused(endpoint: Endpoint) -> None:
    authorization = f"Bearer {endpoint.token}"
    assert post(endpoint, b"x" * (3 << 20), authorization=authorization).status_code == 400
    assert post(endpoint, b"x" * ((3 << 20) + 1), authorization=authorization).status_code == 413
    # Who is nobody is not even listened to.
    assert post(endpoint, b"x" * ((3 << 20) + 1)).status_code == 401


@pytest.mark.parametrize("content", [b"{", b"[" * 100_000, b"[]", b'{"jsonrpc": "2.0"}', b"\xff"])
def test_nonsense_is_refused_and_the_server_lives_on(endpoint: Endpoint, content: bytes) -> None:
    authorization = f"Bearer {endpoint.token}"
    assert post(endpoint, content, authorization=authorization).status_code >= 400
    assert post(endpoint, authorization=authorization).status_code == 200


async def test_nobody_reads_files_of_the_server_s_machine(service: ServiceProcess) -> None:
    with http_server(service.data_dir, "--cv-folder", str(EXAMPLES)) as endpoint:
        async with over_http(endpoint.url, endpoint.token) as session:
            refused = await problem(session, "generate_application", cv_path="engineer/cv.yaml", job_text=JOB)
    assert "reads no files" in refused["message"]


def test_an_address_for_all_needs_a_public_name(service: ServiceProcess, tmp_path: Path) -> None:
    done = cvtailor("mcp", "--http", "--host", "0.0.0.0", "--port", "0", data_dir=tmp_path)  # noqa: S104
    assert (done.returncode, "--public-host" in done.stderr) == (2, True)
    with http_server(
        service.data_dir, "--public-host", "mcp.example.org", "--origin", "https://example.org"
    ) as open:
        authorization = f"Bearer {open.token}"
        for host in ("mcp.example.org", "mcp.example.org:443"):
            named = post(open, authorization=authorization, host=host, origin="https://example.org")
            assert named.status_code == 200
        assert post(open, authorization=authorization, host="mcp.example.org.evil.com").status_code == 421
