"""What is said to a process that only answers reaches the run of one that only works."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from cancelled_runs import cancel, left_of
from cvtailor.adapters.postgres.embedded_server import EmbeddedPostgres, Login
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2, event_pb2
from folders import home
from roles_apart import Apart, roles_apart

from benchmarks.service_process import Client, cvtailor, example

LINE = "Wrote the courier app's API client in Kotlin"
ROLES = (("worker",), ("serve", "--port", "0"), ("serve", "--api-only", "--port", "0"))


@pytest.fixture(scope="module")
async def apart() -> AsyncIterator[Apart]:
    async with roles_apart() as one:
        yield one


def asking_for_kotlin() -> cv_generator_pb2.GenerateApplicationRequest:
    """A request whose run asks, and waits for the answer."""
    request = example("engineer", interactive=True)
    request.posting.text = (
        "Backend Engineer at Initech, Berlin.\n\nRequirements\n"
        "- Python and PostgreSQL in production\n- Kotlin in production\n- Fluent English\n"
    )
    return request


async def answer(client: Client, event: event_pb2.ApplicationEvent) -> None:
    question = event.question_asked.question
    reply = cv_generator_pb2.AnswerQuestionRequest(
        application_id=event.application_id,
        question_id=question.id,
        text=LINE,
        entry_id=question.places[0].entry_id,
    )
    await client.stub.AnswerQuestion(reply, metadata=client.metadata)


async def test_an_answer_given_at_either_process_reaches_the_run_of_the_worker(apart: Apart) -> None:
    for name, number in (("at the same", 0), ("at another", 1)):
        clients = apart.clients_of(f"somebody who answers {name}")
        told: list[event_pb2.ApplicationEvent] = []
        async with clients[0], clients[1], asyncio.timeout(60):
            async for event in clients[0].events(asking_for_kotlin()):
                told += [event] if event.sequence else []
                if event.HasField("question_asked"):
                    await answer(clients[number], event)
            again = [event async for event in clients[1].watch(told[0].application_id) if event.sequence]
            claims = (await clients[1].get(told[0].application_id)).claims
        assert again == told
        assert "question_answered" in [event.WhichOneof("event") for event in told]
        assert told[-1].WhichOneof("event") == "completed", told[-1]
        assert any(claim.text == LINE and claim.evidence_ids[0].endswith(".answers[0]") for claim in claims)


async def test_a_run_that_waits_for_an_answer_is_cancelled_at_either_process(apart: Apart) -> None:
    for cancels in (apart.here, apart.there):
        told: list[event_pb2.ApplicationEvent] = []
        async with asyncio.timeout(60):
            async for event in apart.here.events(asking_for_kotlin()):
                told += [event] if event.sequence else []
                if event.HasField("question_asked"):
                    await cancel(cancels, event.application_id)
        assert told[-1].WhichOneof("event") == "cancelled"
        left = await asyncio.to_thread(left_of, apart.folder, told[0].application_id)
        assert left == (0, 0, 0, ["cancelled"], 0)


@pytest.mark.parametrize("role", ROLES)
async def test_a_process_that_would_keep_its_documents_in_another_folder_does_not_start(
    apart: Apart, role: tuple[str, ...]
) -> None:
    postgres = EmbeddedPostgres(apart.folder / "postgres")
    same_database = {
        "database_url": postgres.dsn(Login.SERVICE),
        "engine_database_url": postgres.dsn(Login.ENGINE),
    }
    with home() as elsewhere:
        refused = await asyncio.to_thread(cvtailor, *role, data_dir=elsewhere, **same_database)
    assert refused.returncode == 2, refused.stderr
    assert "uses this database and keeps documents elsewhere" in refused.stderr
    assert "set CVTAILOR_OBJECTS=supabase for all" in refused.stderr
    assert "Traceback" not in refused.stderr
