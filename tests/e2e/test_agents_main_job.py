"""The main job with agents, over the real service, against a scripted model in both dialects."""

import io
from collections.abc import Iterator

import pypdf
import pytest
from agents_services import KEY, AgentsService, agents_service, kinds, model_warnings
from cvtailor.domain.model_calls import AgentName
from cvtailor.gen.cvtailor.v1 import application_pb2, event_pb2

from benchmarks.service_process import Client, example
from tests.model_servers import Dialect, honest_model

EVERY_AGENT = {
    event_pb2.AGENT_OFFER_READER,
    event_pb2.AGENT_PLANNER,
    event_pb2.AGENT_WRITER,
    event_pb2.AGENT_CRITIC,
    event_pb2.AGENT_LETTER_WRITER,
}


@pytest.fixture(scope="module", params=Dialect)
def service(request: pytest.FixtureRequest) -> Iterator[AgentsService]:
    """A service for each dialect."""
    with agents_service(honest_model(), request.param) as one:
        yield one


@pytest.fixture
async def client(service: AgentsService) -> Client:
    async with Client(service.process.address, service.process.token) as one:
        yield one


@pytest.mark.parametrize("name", ["engineer", "graduate"])
async def test_an_example_becomes_an_application(client: Client, name: str) -> None:
    events = await client.run(example(name))
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    assert [event.percent for event in events] == sorted(event.percent for event in events)
    assert kinds(events)[-1] == "completed", events[-1]
    assert model_warnings(events) == set()
    done = events[-1]
    pdf = pypdf.PdfReader(io.BytesIO(await client.download(done.application_id, "cv.pdf")))
    assert len(pdf.pages) == done.completed.pages
    report = (await client.download(done.application_id, "match-report.md")).decode()
    assert report.startswith("#")
    application = await client.get(done.application_id)
    assert application.status == application_pb2.APPLICATION_STATUS_READY
    lines = [claim for claim in application.claims if not claim.id.startswith(("letter", "email"))]
    assert lines
    assert all(claim.evidence_ids for claim in lines)


async def test_use_is_stored_told_and_what_the_provider_counted(
    client: Client, service: AgentsService
) -> None:
    before = len(service.model.paid)
    events = await client.run(example("engineer"))
    paid = service.model.paid[before:]
    told = events[-1].completed.model_use
    assert (await client.get(events[-1].application_id)).model_use == told
    assert told.calls == len(paid) == len(service.model.asked) - before
    assert told.input_tokens > told.output_tokens > 0
    if paid[0].dialect is Dialect.ANTHROPIC:
        assert told.cost_usd > 0
        assert list(told.models) == ["anthropic:claude-haiku-4-5"]
    else:
        assert not told.HasField("cost_usd")
        assert list(told.models) == ["openai-compatible:scripted"]


async def test_events_say_who_works_in_which_round_and_at_what_expense(client: Client) -> None:
    events = await client.run(example("engineer"))
    progress = [event.step_progress for event in events if event.HasField("step_progress")]
    assert {one.agent for one in progress} >= EVERY_AGENT
    rounds = [one for one in progress if one.agent == event_pb2.AGENT_WRITER]
    assert [(one.done, one.total, "round 1 of 2" in one.message) for one in rounds] == [(0, 2, True)]
    tokens = [one.tokens for one in progress if one.agent]
    assert tokens == sorted(tokens)
    assert tokens[-1] > 0
    assert any(one.accepted for one in progress)
    (plan,) = [one.plan for one in progress if one.HasField("plan")]
    assert plan.answers
    parsed = next(e.sequence for e in events if e.step_finished.HasField("offer_read"))
    planned = next(e.sequence for e in events if e.step_progress.HasField("plan"))
    written = next(e.sequence for e in events if e.step_finished.HasField("tailored"))
    assert parsed < planned < written


async def test_writers_words_reach_the_cv_and_facts_stay_the_cvs(client: Client) -> None:
    events = await client.run(example("engineer"))
    checked = next(
        e.step_finished.claims_checked for e in events if e.step_finished.HasField("claims_checked")
    )
    assert not checked.rejected
    claims = (await client.get(events[-1].application_id)).claims
    source = example("engineer").base_cv.rendercv_yaml
    reworded = [
        claim.text for claim in claims if claim.id.startswith("experience") and claim.text not in source
    ]
    assert reworded


async def test_only_masked_facts_leave_the_house(client: Client, service: AgentsService) -> None:
    before = len(service.model.asked)
    await client.run(example("engineer"))
    asked = service.model.asked[before:]
    keys = {one.headers.get("authorization", one.headers.get("x-api-key", "")) for one in asked}
    assert keys <= {KEY, f"Bearer {KEY}"}
    cv = example("engineer").base_cv.rendercv_yaml
    assert "Kestrel" in cv or "@" in cv
    writing = {AgentName.PLANNER, AgentName.WRITER, AgentName.CRITIC, AgentName.LETTER_WRITER}
    for one in asked:
        if one.agent in writing:
            assert "@example" not in one.message
            assert "company:" not in one.message
        assert not any(line.strip("- ") in one.system for line in cv.splitlines() if len(line) > 40)
