"""What a provider's failures lead to: waiting, another model, or words for the operator."""

import time

import pytest
from cvtailor.adapters.agents.runtime import AgentRuntime, ModelSettings
from cvtailor.domain.errors import ModelRefused, ModelUnavailable

from tests.adapters.agents.model_talk import (
    FAMILIES,
    GREETING,
    KEY,
    Greeting,
    at_once,
    greeting,
    runtime_for,
)
from tests.model_servers import (
    Answer,
    Dialect,
    Hangs,
    HangsUp,
    ModelServer,
    Refuses,
    Says,
    always,
    in_turn,
    slow_down,
)

both_families = pytest.mark.parametrize("dialect", FAMILIES, ids=str)


@both_families
@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (400, "structured output"),
        (401, "CVTAILOR_MODEL_API_KEY"),
        (402, "Top it up"),
        (403, "what it is allowed to use"),
        (404, "Check CVTAILOR_MODEL and CVTAILOR_MODEL_BASE_URL"),
        (302, "CVTAILOR_MODEL_BASE_URL"),
    ],
)
async def test_a_refusal_says_what_the_operator_should_do_and_is_not_repeated(
    dialect: Dialect, status: int, advice: str
) -> None:
    told = Refuses(status, f"no: {KEY} and the CV of Ada", {"Location": "http://127.0.0.1:9/"})
    with ModelServer(always(told)) as server:
        async with runtime_for(server, dialect) as runtime:
            with pytest.raises(ModelRefused) as caught:
                await greeting(runtime)
    message = str(caught.value)
    assert advice in message
    assert FAMILIES[dialect] in message
    assert str(status) in message
    assert KEY not in message
    assert "Ada" not in message
    assert len(server.asked) == 1


async def test_an_empty_account_is_no_reason_to_wait() -> None:
    with ModelServer(always(Refuses(429, "quota"))) as server:
        # the scripted server names its own code; a real account that is empty has this one
        from cvtailor.adapters.agents.failures import failure_of
        from cvtailor.adapters.agents.providers import Address

        address = Address.of("openai:gpt-4.1", KEY, server.openai_url)
        failure = failure_of(address, 429, {}, {"error": {"code": "insufficient_quota", "message": "x"}})
    assert isinstance(failure, ModelRefused)
    assert "no credit" in failure.message


@both_families
@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 529])
async def test_a_passing_failure_is_tried_again(dialect: Dialect, status: int) -> None:
    with ModelServer(in_turn(at_once(status), at_once(status), then=always(Says(GREETING)))) as server:
        async with runtime_for(server, dialect) as runtime:
            assert await greeting(runtime) == Greeting(word="hello", times=2)
    assert len(server.asked) == 3


@both_families
async def test_the_wait_that_the_provider_asks_for_is_kept(dialect: Dialect) -> None:
    with ModelServer(in_turn(slow_down(0.3), then=always(Says(GREETING)))) as server:
        async with runtime_for(server, dialect) as runtime:
            await runtime.warm_up()
            started = time.monotonic()
            await greeting(runtime)
            assert time.monotonic() - started >= 0.3
    assert len(server.asked) == 2


async def test_a_wait_longer_than_a_run_should_stand_still_is_not_made() -> None:
    with ModelServer(always(slow_down(3600))) as server:
        async with runtime_for(server) as runtime:
            with pytest.raises(ModelUnavailable, match="answered 429"):
                await greeting(runtime)
    assert len(server.asked) == 1


@both_families
async def test_after_the_last_attempt_the_model_is_unavailable(dialect: Dialect) -> None:
    with ModelServer(always(at_once(500))) as server:
        async with runtime_for(server, dialect, attempts=2) as runtime:
            with pytest.raises(ModelUnavailable, match="answered 500") as caught:
                await greeting(runtime)
    assert caught.value.caller_retries
    assert len(server.asked) == 2


@both_families
@pytest.mark.parametrize("answer", [Hangs(), HangsUp()], ids=["hangs", "hangs up"])
async def test_a_model_that_does_not_answer_in_time_is_unavailable(dialect: Dialect, answer: Answer) -> None:
    with ModelServer(always(answer)) as server:
        async with runtime_for(server, dialect, attempts=1, call_timeout_seconds=0.3) as runtime:
            with pytest.raises(ModelUnavailable, match=r"within 0.3 s|cannot be reached"):
                await greeting(runtime)


async def test_an_address_where_nobody_listens_is_unavailable() -> None:
    with ModelServer(always(Says(GREETING))) as server:
        gone = server.openai_url
    runtime = AgentRuntime(ModelSettings("openai:gpt-4.1", api_key=KEY, base_url=gone, attempts=1))
    with pytest.raises(ModelUnavailable, match="cannot be reached"):
        await greeting(runtime)
    await runtime.close()


async def test_a_server_that_speaks_something_else_is_unavailable() -> None:
    with ModelServer(always(Says(GREETING))) as server:
        wrong = f"{server.url}/v1/messages?"  # answers in the other dialect
        async with runtime_for(server, base_url=wrong, attempts=1) as runtime:
            with pytest.raises((ModelUnavailable, ModelRefused)):
                await greeting(runtime)


@both_families
async def test_a_model_without_a_temperature_is_asked_without_one_from_then_on(dialect: Dialect) -> None:
    refuses = Refuses(400, "Unsupported parameter: temperature")
    with ModelServer(in_turn(refuses, then=always(Says(GREETING)))) as server:
        async with runtime_for(server, dialect) as runtime:
            await greeting(runtime)
            await greeting(runtime)
    assert ["temperature" in asked.body for asked in server.asked] == [True, False, False]


@both_families
async def test_the_fallback_model_answers_when_the_first_does_not(dialect: Dialect) -> None:
    other = Dialect.ANTHROPIC if dialect is Dialect.OPENAI else Dialect.OPENAI
    with ModelServer(always(at_once(503))) as first, ModelServer(always(Says(GREETING))) as second:
        url = second.openai_url if other is Dialect.OPENAI else second.url
        fallback = {"fallback_model": FAMILIES[other], "fallback_api_key": "k2", "fallback_base_url": url}
        async with runtime_for(first, dialect, attempts=2, **fallback) as runtime:
            for _ in range(4):
                assert (await greeting(runtime)).word == "hello"
    assert len(second.paid) == 4
    assert len(first.asked) == 5  # then its breaker opens


async def test_a_refused_key_is_told_rather_than_hidden_behind_the_fallback() -> None:
    with ModelServer(always(Refuses(401))) as first, ModelServer(always(Says(GREETING))) as second:
        fallback = {"fallback_model": "ollama:llama", "fallback_base_url": second.openai_url}
        async with runtime_for(first, **fallback) as runtime:
            with pytest.raises(ModelRefused):
                await greeting(runtime)
    assert not second.asked


async def test_the_check_says_what_is_wrong_without_trying_again() -> None:
    with ModelServer(always(at_once(503))) as server:
        async with runtime_for(server) as runtime:
            with pytest.raises(ModelUnavailable, match="status page"):
                await runtime.check()
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (ModelSettings("gpt-4.1"), "names no model"),
        (ModelSettings("openai:"), "names no model"),
        (ModelSettings("openai:gpt-4.1"), "CVTAILOR_MODEL_API_KEY"),
        (ModelSettings("azure:writer", api_key=KEY), "openai.azure.com"),
        (ModelSettings("bedrock:anthropic.claude", api_key=KEY), "bedrock-runtime"),
        (ModelSettings("ollama:x", base_url="ftp://host"), "https://"),
        (ModelSettings("ollama:x", reading_model="openai:gpt-4.1", api_key=KEY), "one provider"),
        (ModelSettings("ollama:x", fallback_model="openai:gpt-4.1", api_key=KEY), "FALLBACK"),
    ],
    ids=lambda value: value.model if isinstance(value, ModelSettings) else "",
)
async def test_settings_that_cannot_work_are_refused_without_a_call(
    settings: ModelSettings, told: str
) -> None:
    runtime = AgentRuntime(settings)
    with pytest.raises(ModelRefused, match=told):
        runtime.validate()
    with pytest.raises(ModelRefused, match=told):
        await greeting(runtime)
