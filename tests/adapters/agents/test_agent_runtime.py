"""Agents ask, use tools, answer in a schema; every provider call goes through the journal."""

import asyncio

import pytest
from cvtailor.adapters.agents.runtime import AgentRuntime
from cvtailor.domain.errors import ModelAnswerInvalid
from cvtailor.domain.model_calls import AgentName

from tests.adapters.agents.model_talk import (
    FAMILIES,
    GREETING,
    Greeting,
    Recorder,
    greeting,
    runtime_for,
)
from tests.model_servers import Asked, Dialect, ModelServer, Says, UsesTools, always, in_turn, truncated

both_families = pytest.mark.parametrize("dialect", FAMILIES, ids=str)


def shout(text: str, times: int = 1) -> str:
    """Says it louder."""
    return text.upper() * times


def fail(reason: str) -> str:
    """Never works."""
    raise RuntimeError(reason)


@both_families
async def test_an_answer_comes_back_as_the_type_that_was_asked_for(dialect: Dialect) -> None:
    calls = Recorder()
    with ModelServer(always(Says(GREETING))) as server:
        async with runtime_for(server, dialect) as runtime:
            assert await greeting(runtime, calls) == Greeting(word="hello", times=2)
    (asked,) = server.asked
    assert (asked.dialect, asked.system, asked.message) == (dialect, "Greet politely.", "<data>Ada</data>")
    assert set(asked.answer_schema["required"]) == {"word", "times"}
    (reply,) = calls.replies
    assert reply.model == FAMILIES[dialect]
    assert reply.input_tokens
    assert reply.output_tokens
    assert reply.cost_usd


@both_families
async def test_tools_are_called_and_their_results_go_back_to_the_model(dialect: Dialect) -> None:
    script = in_turn(UsesTools((("shout", {"text": "hi", "times": 2}),)), then=always(Says(GREETING)))
    calls = Recorder()
    with ModelServer(script) as server:
        async with runtime_for(server, dialect) as runtime:
            await greeting(runtime, calls, tools=[shout])
    assert server.asked[0].tools == ("shout",)
    assert server.asked[1].tool_results == ("HIHI",)
    assert len(calls.replies) == len(server.paid) == 2


@both_families
@pytest.mark.parametrize(
    ("use", "told"),
    [
        (("no_such_tool", {}), "There is no tool"),
        (("shout", {"times": "many"}), "Error executing tool"),
        (("fail", {"reason": "broken"}), "broken"),
    ],
    ids=["unknown", "wrong arguments", "raises"],
)
async def test_a_tool_that_cannot_be_used_tells_the_model_why(
    dialect: Dialect, use: tuple[str, dict[str, str]], told: str
) -> None:
    with ModelServer(in_turn(UsesTools((use,)), then=always(Says(GREETING)))) as server:
        async with runtime_for(server, dialect) as runtime:
            await greeting(runtime, tools=[shout, fail])
    assert told in server.asked[1].tool_results[0]


@both_families
async def test_a_model_that_only_uses_tools_is_stopped(dialect: Dialect) -> None:
    endless = always(UsesTools((("shout", {"text": "hi"}),)))
    with ModelServer(endless) as server:
        async with runtime_for(server, dialect) as runtime:
            with pytest.raises(ModelAnswerInvalid):
                await greeting(runtime, tools=[shout], rounds_max=3)
    choices = [asked.body["tool_choice"] for asked in server.asked]
    closed = "none" if dialect is Dialect.OPENAI else {"type": "none"}
    assert [choice == closed for choice in choices] == [False, False, True, True]


async def test_a_provider_without_schema_beside_tools_gets_the_schema_when_the_tools_are_closed() -> None:
    with ModelServer(always(UsesTools((("shout", {"text": "hi"}),)))) as server:
        async with runtime_for(server, model="openai-compatible:small") as runtime:
            with pytest.raises(ModelAnswerInvalid):
                await greeting(runtime, tools=[shout], rounds_max=2)
    first, closed, _ = server.asked
    assert first.tools
    assert "response_format" not in first.body
    assert '"word"' in first.system
    assert not closed.tools
    assert "response_format" in closed.body


@both_families
@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (Says('{"word": "hel'), "it is no JSON"),
        (Says({"word": "hello", "times": "often"}), "times: int_parsing"),
        (Says({"greeting": "hello"}), "word: missing"),
        (Says(""), "it is no JSON"),
    ],
    ids=["no JSON", "wrong type", "wrong schema", "nothing"],
)
async def test_an_answer_of_the_wrong_form_is_corrected_once(
    dialect: Dialect, wrong: Says, told: str
) -> None:
    with ModelServer(in_turn(wrong, then=always(Says(GREETING)))) as server:
        async with runtime_for(server, dialect) as runtime:
            assert await greeting(runtime) == Greeting(word="hello", times=2)
    assert told in server.asked[1].told_since


@both_families
async def test_an_answer_that_was_cut_off_is_asked_for_again_with_more_room(dialect: Dialect) -> None:
    with ModelServer(in_turn(truncated(Says(GREETING)), then=always(Says(GREETING)))) as server:
        async with runtime_for(server, dialect, answer_tokens_max=100) as runtime:
            await greeting(runtime)
    limit = "max_completion_tokens" if dialect is Dialect.OPENAI else "max_tokens"
    assert [asked.body[limit] for asked in server.asked] == [100, 200]
    assert "cut off" in server.asked[1].told_since


@both_families
async def test_two_answers_of_the_wrong_form_are_an_error_that_repeats_none_of_them(dialect: Dialect) -> None:
    with ModelServer(always(Says({"word": "hello", "times": "classified"}))) as server:
        async with runtime_for(server, dialect) as runtime:
            with pytest.raises(ModelAnswerInvalid, match=r"writer.*times: int_parsing") as caught:
                await greeting(runtime)
    assert len(server.asked) == 2
    assert "classified" not in str(caught.value)


async def test_an_answer_in_a_code_fence_or_with_raw_line_breaks_is_read() -> None:
    with ModelServer(always(Says('```json\n{"word": "good\nmorning"}\n```'))) as server:
        async with runtime_for(server) as runtime:
            assert (await greeting(runtime)).word == "good\nmorning"


@both_families
async def test_calls_from_the_journal_lead_to_the_same_requests_and_are_not_made_again(
    dialect: Dialect,
) -> None:
    script = [UsesTools((("shout", {"text": "hi"}),)), Says("no JSON")]
    first, second = Recorder(), Recorder()
    with ModelServer(in_turn(*script, then=always(Says(GREETING)))) as server:
        async with runtime_for(server, dialect) as runtime:
            await greeting(runtime, first, tools=[shout])
            second = Recorder(before=first.replies[:2])
            await greeting(runtime, second, tools=[shout])
    assert len(first.replies) == len(second.replies) == 3
    assert len(server.asked) == 4
    assert server.asked[2].fingerprint == server.asked[3].fingerprint


async def test_readers_ask_the_cheaper_model() -> None:
    with ModelServer(always(Says(GREETING))) as server:
        async with runtime_for(server, reading_model="openai:gpt-4.1-mini") as runtime:
            for agent in AgentName:
                await greeting(runtime, agent=agent)
    asked = {agent: asked.body["model"] for agent, asked in zip(AgentName, server.asked, strict=True)}
    assert {agent for agent, model in asked.items() if model == "gpt-4.1"} == {
        AgentName.WRITER,
        AgentName.LETTER_WRITER,
    }


async def test_questions_at_the_same_time_do_not_mix() -> None:
    def echo(asked: Asked) -> Says:
        return Says({"word": asked.message})

    async def ask(runtime: AgentRuntime, word: str) -> str:
        return (await runtime.ask(AgentName.WRITER, "Echo.", word, Greeting, Recorder())).word

    words = [f"word {n}" for n in range(20)]
    with ModelServer(echo) as server:
        async with runtime_for(server) as runtime:
            assert await asyncio.gather(*(ask(runtime, word) for word in words)) == words


@both_families
async def test_the_check_asks_every_configured_model_once(dialect: Dialect) -> None:
    with ModelServer(always(Says({"ready": True}))) as server:
        more = {"reading_model": FAMILIES[dialect] + "-mini"}
        async with runtime_for(server, dialect, **more) as runtime:
            reply = await runtime.check()
    assert reply.model == FAMILIES[dialect]
    names = [asked.body["model"] for asked in server.asked]
    assert names == [name.partition(":")[2] for name in (FAMILIES[dialect], more["reading_model"])]
