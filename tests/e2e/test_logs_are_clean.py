"""Nothing of a CV, an ad, an answer, a token or a password reaches logs, traces, metrics or health pages."""

import asyncio
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import grpc.aio
import psycopg
import pytest
from cvtailor.adapters.postgres.embedded_server import EmbeddedPostgres, Login
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2, event_pb2
from everywhere import tables_that_say
from folders import home
from waiting import until

from benchmarks.service_process import Client, ServiceProcess
from tests.model_servers import ModelServer, Refuses, always
from tests.telemetry.collectors import Collector, collector, metrics_port, page

LOUD = (sys.executable, str(Path(__file__).with_name("loud_service.py")))
KEY = "sk-quollkeyquoll"
KEY_OF_COLLECTOR = "quollcollector"
WORDS = ("quollcv", "quollad", "quollanswer", "quollerror", "quollmodel", "quolltoken", KEY, KEY_OF_COLLECTOR)
"""No word of ours; each stands in one thing that is nobody else's business."""

CV = """# Ada Quollcvname

ada@quollcv.example

## Experience

### Engineer, Quollcv Works (2019 - present)

- Built quollcv services on PostgreSQL
- Mentored two colleagues
"""
AD = "Python engineer at Quollad Ltd. Requirements: Python and PostgreSQL, quollad, Kubernetes, Terraform."
Request = cv_generator_pb2.GenerateApplicationRequest


@dataclass
class Loud:
    """A service at its loudest, with a collector of what it traces and counts."""

    process: ServiceProcess
    postgres: EmbeddedPostgres
    collector: Collector
    pages: str = ""

    @property
    def said(self) -> str:
        """All that it and its Postgres wrote, but for the token that it prints for its user."""
        log = self.postgres.home / "data" / "server.log"
        printed = self.process.printed.replace(self.process.token, "")
        return printed + Path(self.process.log.name).read_text() + log.read_text()

    @property
    def told(self) -> str:
        """All that the collector got, and the operators' pages that were looked at."""
        return self.pages + b"".join(self.collector.bodies).decode(errors="replace")

    async def look(self) -> None:
        """Reads the operators' pages."""
        port = metrics_port(Path(self.process.log.name))
        for path in ("/metrics", "/readyz", "/healthz"):
            self.pages += (await page(port, path))[1]

    async def settled(self, run_ids: Iterable[str]) -> None:
        """Waits until the collector has the runs' traces."""
        for run_id in run_ids:
            await until(
                lambda run_id=run_id: "run" in {s.name for s in self.collector.of_run(run_id)}  # type: ignore[misc]
            )

    def runs_begun(self) -> set[str]:
        """The runs that its log names."""
        lines = Path(self.process.log.name).read_text().splitlines()
        begun = [json.loads(line) for line in lines if '"run_begun"' in line]
        return {line["run_id"] for line in begun}

    def words_said(self, *secrets: str) -> set[str]:
        """Which of the words, of the databases' passwords, and of a test's own secrets, are among it."""
        passwords = self.postgres.passwords().values()
        said = (self.said + self.told).lower()
        return {word for word in (*WORDS, *passwords, *secrets) if word.lower() in said}


@contextmanager
def loud(monkeypatch: pytest.MonkeyPatch, folder: Path, **settings: str) -> Iterator[Loud]:
    monkeypatch.setattr("benchmarks.service_process.CVTAILOR", LOUD)
    with collector() as got:
        settings |= {"metrics_port": "0", "otlp_endpoint": got.endpoint}
        settings |= {"otlp_headers": f"x-key={KEY_OF_COLLECTOR}", "log_level": "debug", "log_format": "json"}
        process = ServiceProcess(folder, **settings)
        try:
            yield Loud(process, EmbeddedPostgres(folder / "postgres"), got)
        finally:
            process.terminate()


def a_request(cv: str = CV, ad: str = AD, **options: object) -> Request:
    request = Request(request_id=str(uuid4()))
    request.base_cv.file.media_type, request.base_cv.file.content = "text/markdown", cv.encode()
    request.posting.text = ad
    request.options.MergeFrom(cv_generator_pb2.GenerationOptions(**options))
    return request


async def ended(client: Client, request: Request) -> str:
    """Runs, answering what is asked; returns how it ended, or which status refused it."""
    last = ""
    with suppress(grpc.aio.AioRpcError):
        async for event in client.events(request):
            last = event.WhichOneof("event") or last
            if event.HasField("question_asked"):
                await answer(client, event)
    return last


async def answer(client: Client, event: event_pb2.ApplicationEvent) -> None:
    reply = cv_generator_pb2.AnswerQuestionRequest(
        application_id=event.application_id,
        question_id=event.question_asked.question.id,
        text="I ran it for quollanswer",
        entry_id=event.question_asked.question.places[0].entry_id,
    )
    await client.stub.AnswerQuestion(reply, metadata=client.metadata)


BROKEN = Request(request_id=str(uuid4()))
BROKEN.base_cv.rendercv_yaml = "cv:\n  name: [quollcv\n"
BROKEN.posting.text = AD


@pytest.fixture
def quoll(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loud]:
    with home() as folder, loud(monkeypatch, folder) as service:
        yield service


async def test_runs_that_end_well_or_badly_and_refused_calls_leave_no_word(quoll: Loud) -> None:
    async with Client(quoll.process.address, quoll.process.token) as me:
        assert await ended(me, a_request(interactive=True)) == "completed"
        assert await ended(me, BROKEN) in ("", "failed")
        assert await ended(me, a_request(cv="quollcv", ad="quollad")) in ("", "failed")
        again = a_request()
        assert await ended(me, again) == "completed"
        again.posting.text += " quollerror"
        assert await ended(me, again) == ""
    for token in ("quolltoken", quoll.process.token[:-12] + "quolltoken12"):
        async with Client(quoll.process.address, token) as stranger:
            assert await ended(stranger, a_request()) == ""
        for word in ("quollcv", "quollad", "quollanswer"):
            assert tables_that_say(quoll.postgres.dsn(Login.ADMIN), "public", word), word
            async with asyncio.timeout(10):
                while tables_that_say(quoll.postgres.dsn(Login.ADMIN), "dbos", word):  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
    said = quoll.said
    for part in ('"event"', "DEBUG:asyncio"):
        assert part in said, part
    await quoll.settled(quoll.runs_begun())
    await quoll.look()
    for part in (
        "cvtailor_runs_ended_total",
        '"status": "serving"',
        "step file_records",
        "typeset lay_out",
    ):
        assert part in quoll.told, part
    assert {headers.get("x-key") for headers in quoll.collector.headers} == {KEY_OF_COLLECTOR}
    assert quoll.words_said(quoll.process.token, quoll.process.token.rsplit(".", 1)[1]) == set()


async def test_models_that_quote_what_they_were_asked_and_pages_that_are_not_made_leave_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    quotes = always(Refuses(400, f"can't read 'quollmodel quollcv', sent with {KEY}"))
    with ModelServer(quotes) as server, home() as folder:
        model = {"model": "openai:gpt-4.1", "model_api_key": KEY, "model_base_url": server.openai_url}
        impatient = {"render_deadline_seconds": "0.001"}
        with loud(monkeypatch, folder, **model, **impatient) as service:
            async with Client(service.process.address, service.process.token) as me:
                assert await ended(me, a_request()) == "failed"
            assert '"run_failed"' in service.said
            await service.settled(service.runs_begun())
            await service.look()
            assert "error.type" in service.told
            assert "chat " in service.told
            assert service.words_said() == set()


async def test_a_word_that_is_logged_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CVTAILOR_TEST_LEAK", "yes")
    with home() as folder, loud(monkeypatch, folder) as service:
        async with Client(service.process.address, service.process.token) as me:
            assert await ended(me, a_request()) == "completed"
        assert service.words_said() == {"quollcv"}
        service.collector.bodies.append(b"\x0a\x05quollad")
        service.pages += "quollmodel"
        assert service.words_said() == {"quollcv", "quollad", "quollmodel"}
        with psycopg.connect(service.postgres.dsn(Login.ADMIN)) as connection:
            connection.execute("do $$ begin raise log 'quollanswer'; end $$")
        assert service.words_said() == {"quollcv", "quollad", "quollmodel", "quollanswer"}
