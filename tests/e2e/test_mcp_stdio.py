"""An assistant on the person's own machine: standard input and output."""

import base64
import hashlib
import io
import json
import signal
import subprocess
from pathlib import Path
from uuid import uuid4

import pypdf
import pytest
from folders import home
from mcp.types import BlobResourceContents, EmbeddedResource
from mcp_clients import CV, INITIALIZE, JOB, KOTLIN_JOB, over_stdio, problem, told

from benchmarks.service_process import CVTAILOR, EXAMPLES, ServiceProcess, environment


async def test_an_assistant_needs_nothing_but_the_command() -> None:
    progress: list[tuple[float, str]] = []

    async def note(done: float, total: float | None, message: str | None) -> None:
        progress.append((done, message or ""))

    with home() as folder:
        async with over_stdio(folder) as session:
            result = await session.call_tool(
                "generate_application", {**CV, "job_text": JOB}, progress_callback=note
            )
            assert not result.isError, result.content
            run = result.structuredContent or {}
            assert (run["state"], run["percent"]) == ("ready", 100)
            application = await told(session, "get_application", application_id=run["application_id"])
    assert [done for done, _ in progress] == sorted({done for done, _ in progress})
    assert progress[0][1] == "accepted"
    assert progress[-1] == (100, "completed")
    assert application["letter_text"]
    lines = [each for each in application["claims"] if not each["claim_id"].startswith(("letter", "email"))]
    assert lines
    assert all(each["evidence_ids"] for each in lines)


async def test_documents_come_as_text_or_as_bytes(service: ServiceProcess) -> None:
    async with over_stdio(service.data_dir, "--cv-folder", str(EXAMPLES)) as session:
        run = await told(session, "generate_application", cv_path="engineer/cv.yaml", job_text=JOB)
        id = run["application_id"]
        letter = await told(session, "fetch_document", application_id=id, name="cover-letter.txt")
        pdf = await session.call_tool("fetch_document", {"application_id": id, "name": "cv.pdf"})
        listed = await told(session, "list_applications", page_size=1, statuses=["ready"])
    assert letter["text"]
    (content,) = pdf.content
    assert isinstance(content, EmbeddedResource)
    assert isinstance(content.resource, BlobResourceContents)
    assert content.resource.mimeType == "application/pdf"
    data = base64.b64decode(content.resource.blob)
    assert hashlib.sha256(data).hexdigest() == (pdf.structuredContent or {})["sha256"]
    assert len(pypdf.PdfReader(io.BytesIO(data)).pages) == run["pages"]
    assert listed["applications"][0]["application_id"] == id


async def test_a_run_that_is_not_waited_for_is_watched_later(service: ServiceProcess) -> None:
    async with over_stdio(service.data_dir) as session:
        begun = await told(session, "generate_application", **CV, job_text=JOB, wait_seconds=0)
        id, last = begun["application_id"], begun["last_sequence"]
        assert begun["state"] == "running"
        assert begun["next_step"].startswith("Call watch_application")
        rest = await told(session, "watch_application", application_id=id, after_sequence=last)
        again = await told(
            session, "watch_application", application_id=id, after_sequence=rest["last_sequence"]
        )
    assert (rest["state"], again["state"]) == ("ready", "ready")
    assert {each["name"] for each in again["documents"]} == {each["name"] for each in rest["documents"]}


async def test_a_question_reaches_the_person_and_the_answer_the_cv(service: ServiceProcess) -> None:
    line = f"Wrote the billing client in Kotlin {uuid4().hex[:4]}"
    async with over_stdio(service.data_dir, "--cv-folder", str(EXAMPLES)) as session:
        asked = await told(
            session, "generate_application", cv_path="engineer/cv.yaml", job_text=KOTLIN_JOB, interactive=True
        )
        if asked["state"] == "ready":
            pytest.fail("an earlier test answered the question for the local user")
        (question,) = asked["questions"]
        assert "Kotlin" in question["requirement"]
        id = asked["application_id"]
        await told(
            session, "answer_question", application_id=id, question_id=question["question_id"], text=line,
            entry_id=question["places"][0]["entry_id"],
        )  # fmt: skip
        run = await told(
            session, "watch_application", application_id=id, after_sequence=asked["last_sequence"]
        )
        application = await told(session, "get_application", application_id=id)
    assert (run["state"], run["gaps"]) == ("ready", [])
    assert line in [claim["text"] for claim in application["claims"]]


async def test_a_run_can_be_cancelled(service: ServiceProcess) -> None:
    async with over_stdio(service.data_dir) as session:
        begun = await told(session, "generate_application", **CV, job_text=JOB, wait_seconds=0)
        id = begun["application_id"]
        assert (await told(session, "cancel_application", application_id=id))["status"] == "cancelled"
        run = await told(session, "watch_application", application_id=id)
    assert (run["state"], run["documents"]) == ("cancelled", [])


INITIALIZED = {"jsonrpc": "2.0", "method": "notifications/initialized"}
LIST = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "list_applications"}}
BROKEN = {"cv_text": '{"basics": ', "cv_format": "json_resume"}
MISTAKES = (
    ("generate_application", {**BROKEN, "job_text": JOB}, "CV_UNREADABLE", "base_cv"),
    ("generate_application", {**CV, "job_text": "short"}, "INVALID_ARGUMENT", "posting"),
    ("generate_application", {"job_text": JOB}, "INVALID_ARGUMENT", "cv_text"),
    ("generate_application", {**CV, "cv_base64": "QQ=="}, "INVALID_ARGUMENT", "cv_text"),
    ("generate_application", {"cv_base64": "%"}, "INVALID_ARGUMENT", "cv_base64"),
    ("generate_application", {"cv_path": "/etc/passwd"}, "INVALID_ARGUMENT", "cv_path"),
    ("generate_application", {**CV, "theme": "gothic"}, "INVALID_ARGUMENT", "theme"),
    ("generate_application", {**CV, "job_url": "https://jobs.example.com"}, "INVALID_ARGUMENT", "job_url"),
    ("get_application", {"application_id": "1"}, "INVALID_ARGUMENT", "application_id"),
    ("list_applications", {"page_token": "x"}, "PAGE_TOKEN_INVALID", "page_token"),
)


async def test_errors_say_what_is_wrong_and_where(service: ServiceProcess) -> None:
    async with over_stdio(service.data_dir, "--cv-folder", str(EXAMPLES)) as session:
        for tool, arguments, reason, where in MISTAKES:
            refused = await problem(session, tool, **arguments)
            assert (refused["reason"], refused["fields"][0]["field"][: len(where)]) == (reason, where), (
                refused
            )
            # What was sent is not repeated: it may be a whole CV.
            assert "basics" not in json.dumps(refused)
        missing = await problem(session, "watch_application", application_id=str(uuid4()))
    assert missing["reason"] == "APPLICATION_NOT_FOUND"


async def test_a_service_that_is_not_there_is_worth_another_try(tmp_path: Path) -> None:
    async with over_stdio(tmp_path, "--server", "127.0.0.1:9", "--token", "x") as session:
        refused = await problem(session, "list_applications")
    assert refused["reason"] == "UNAVAILABLE"
    assert refused["retry_after_seconds"]


@pytest.mark.parametrize(("farewell", "served"), [("close", True), ("signal", False)])
def test_a_client_that_goes_away_or_a_signal_ends_the_process_and_its_postgres(
    farewell: str, served: bool
) -> None:
    with home() as folder:
        process = subprocess.Popen(
            [*CVTAILOR, "mcp"], env=environment(folder), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert process.stdin
        assert process.stdout
        for request in (INITIALIZE, INITIALIZED, LIST)[: 3 if served else 1]:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
            if "id" in request:
                assert "error" not in json.loads(process.stdout.readline())
        if farewell == "close":
            process.stdin.close()
        else:
            process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
        assert (folder / "postgres").exists()
        assert not list(folder.glob("postgres/**/postmaster.pid"))


def test_a_message_without_end_is_not_kept_in_memory() -> None:
    with home() as folder:
        done = subprocess.run(
            [*CVTAILOR, "mcp", "--server", "127.0.0.1:9", "--token", "x"], env=environment(folder),
            input=b'{"x": "' + b"y" * (4 << 20), capture_output=True, check=False, timeout=60,
        )  # fmt: skip
    assert b"mcp_input_too_long" in done.stderr
    assert done.stdout == b""
