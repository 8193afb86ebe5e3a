"""What becomes of a run when the model lies, stumbles, refuses, is down or costs too much."""

import io
from collections.abc import Iterator

import grpc
import grpc.aio
import pypdf
import pytest
from agents_services import AgentsService, agents_service, kinds, model_warnings
from cvtailor.domain.model_calls import AgentName
from cvtailor.gen.cvtailor.v1 import error_reason_pb2, event_pb2

from benchmarks.service_process import Client, ServiceProcess, example
from tests.model_servers import (
    LIES,
    Dialect,
    HangsUp,
    Refuses,
    Says,
    Script,
    UsesTools,
    always,
    by_agent,
    honest_model,
    in_turn,
    lying_model,
    slow_down,
    truncated,
)

LOOKS_FIRST = UsesTools((("lookup_evidence", {"ids": ["experience[0].highlights[0]"]}),))
NONSENSE = Says({"nonsense": True})


@pytest.fixture(scope="module")
def service() -> Iterator[AgentsService]:
    """A service whose model takes a script at a time."""
    with agents_service(honest_model()) as one:
        yield one


@pytest.fixture(scope="module")
def strict() -> Iterator[AgentsService]:
    """A service that does nothing without its model."""
    with agents_service(honest_model(), model_falls_back_to_embedded="false") as one:
        yield one


async def run(service: AgentsService, script: Script) -> list[event_pb2.ApplicationEvent]:
    """Runs the engineer's example with a script."""
    service.model.script = script
    async with Client(service.process.address, service.process.token) as client:
        return await client.run(example("engineer"))


async def everything_written(process: ServiceProcess, application_id: str) -> str:
    """Every word that the person gets, in one string."""
    async with Client(process.address, process.token) as client:
        application = await client.get(application_id)
        pages = pypdf.PdfReader(io.BytesIO(await client.download(application_id, "cv.pdf"))).pages
        report = (await client.download(application_id, "match-report.md")).decode()
    texts = [application.letter_text, application.email_text, report, *(c.text for c in application.claims)]
    return " ".join(" ".join([*texts, *(page.extract_text() for page in pages)]).split())


async def test_what_a_lying_model_writes_reaches_nobody(service: AgentsService) -> None:
    events = await run(service, lying_model())
    assert kinds(events)[-1] == "completed", events[-1]
    assert sum(event.step_progress.rejected for event in events) > 0
    assert sum(event.step_progress.accepted for event in events) == 0
    written = await everything_written(service.process, events[-1].application_id)
    assert not [lie for lie in LIES if lie in written]
    assert not [word for word in ("Initrode", "Atlantis", "4,711", "987", "1973") if word in written]


async def test_lines_that_are_refused_stay_as_the_cv_has_them(service: AgentsService) -> None:
    lied = await run(service, by_agent({AgentName.WRITER: lying_model()}, honest_model()))
    async with Client(service.process.address, service.process.token) as client:
        claims = (await client.get(lied[-1].application_id)).claims
    cv = " ".join(example("engineer").base_cv.rendercv_yaml.split())
    lines = [claim.text for claim in claims if ".highlights[" in claim.id]
    assert lines
    assert all(line in cv for line in lines)


@pytest.mark.parametrize(
    "stumble", [truncated(Says({"requirements": []})), NONSENSE, Says("I'd rather not."), slow_down(0)]
)
async def test_one_stumble_is_mended(service: AgentsService, stumble: Says | Refuses) -> None:
    before = len(service.model.asked)
    events = await run(service, in_turn(stumble, then=honest_model()))
    first, second = service.model.asked[before : before + 2]
    assert first.agent is second.agent
    assert (kinds(events)[-1], model_warnings(events)) == ("completed", set())


async def test_a_model_that_talks_nonsense_is_done_without(service: AgentsService) -> None:
    events = await run(service, always(NONSENSE))
    assert kinds(events)[-1] == "completed"
    assert model_warnings(events) == {"model_answer_invalid"}


async def test_tools_are_used_and_answer_from_this_run(service: AgentsService) -> None:
    before = len(service.model.asked)
    events = await run(
        service, by_agent({AgentName.WRITER: in_turn(LOOKS_FIRST, then=honest_model())}, honest_model())
    )
    assert kinds(events)[-1] == "completed"
    (results,) = {one.tool_results for one in service.model.asked[before:] if one.tool_results}
    assert "K8s" in results[0] or "{n" in results[0]


async def test_a_wait_that_the_provider_asks_for_is_kept(service: AgentsService) -> None:
    before = len(service.model.asked)
    events = await run(service, in_turn(slow_down(1), then=honest_model()))
    assert kinds(events)[-1] == "completed"
    first, second = service.model.asked[before : before + 2]
    assert first.fingerprint == second.fingerprint
    assert second.at - first.at >= 1


async def test_a_run_fails_where_the_operator_wants_models_or_nothing(strict: AgentsService) -> None:
    events = await run(strict, always(Refuses(500)))
    assert events[-1].failed.reason == error_reason_pb2.ERROR_REASON_MODEL_UNAVAILABLE
    assert events[-1].failed.retryable


async def test_a_refused_key_is_said_and_not_tried_again(strict: AgentsService) -> None:
    before = len(strict.model.asked)
    async with Client(strict.process.address, strict.process.token_of("somebody else")) as client:
        strict.model.script = always(Refuses(401))
        first = await client.run(example("engineer"))
        assert first[-1].failed.reason == error_reason_pb2.ERROR_REASON_MODEL_REFUSED
        assert "CVTAILOR_MODEL_API_KEY" in first[-1].failed.message
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await client.run(example("engineer"))
        assert caught.value.code() is grpc.StatusCode.FAILED_PRECONDITION
        assert "CVTAILOR_MODEL_API_KEY" in str(caught.value.details())
        assert len(await client.list()) == 1
    assert len(strict.model.asked) == before + 1


async def test_a_missing_key_is_said_before_anything_is_kept() -> None:
    with agents_service(honest_model(), Dialect.ANTHROPIC, model_api_key="") as keyless:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await run(keyless, honest_model())
        assert caught.value.code() is grpc.StatusCode.FAILED_PRECONDITION
        assert "CVTAILOR_MODEL_API_KEY" in str(caught.value.details())
        async with Client(keyless.process.address, keyless.process.token) as client:
            assert await client.list() == []


async def test_without_a_provider_the_embedded_engine_does_it_all() -> None:
    with agents_service(always(HangsUp())) as down:
        events = await run(down, always(HangsUp()))
        assert kinds(events)[-1] == "completed"
        assert model_warnings(events) == {"model_unavailable"}
        assert not events[-1].completed.HasField("model_use")
        assert await everything_written(down.process, events[-1].application_id)


async def test_a_spent_budget_ends_the_calls_and_not_the_run() -> None:
    with agents_service(honest_model(), model_tokens_per_run_max="3000") as frugal:
        events = await run(frugal, honest_model())
        assert kinds(events)[-1] == "completed"
        assert model_warnings(events) == {"model_budget_spent"}
        use = events[-1].completed.model_use
        assert use.calls == len(frugal.model.asked)
        # The last call began below the limit and ended above it.
        assert use.input_tokens + use.output_tokens >= 3000
