"""Agents reach the tools that the operator names, and nothing else."""

import asyncio
import json
import socket
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from cvtailor.adapters.agents.operator_servers import OperatorServers, operator_servers
from cvtailor.domain.errors import InvalidInput, Unavailable
from mcp.server.fastmcp.tools import Tool
from tiny_mcp_server import tiny

TINY = {"command": sys.executable, "args": [str(Path(__file__).with_name("tiny_mcp_server.py"))]}


def servers(**described: Any) -> OperatorServers:
    return OperatorServers(operator_servers(json.dumps(described)))


def said(answer: str) -> str:
    return str(json.loads(answer)["data"])


@pytest.fixture
async def url() -> AsyncIterator[str]:
    """Where the same server speaks HTTP."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(tiny.streamable_http_app(), log_config=None, ws="none", http="h11")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server._serve(sockets=[listening]))
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/mcp"
        server.should_exit = True
        await serving


def test_no_setting_means_no_servers() -> None:
    assert operator_servers("") == operator_servers(" {} ") == {}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ('["jobs"]', "JSON object"),
        ('{"Jobs!": {"command": "x", "tools": ["a"]}}', "short word"),
        ('{"jobs": {"command": "x"}}', "jobs.tools: Field required"),
        ('{"jobs": {"command": "x", "tools": []}}', "jobs.tools"),
        ('{"jobs": {"tools": ["a"]}}', "either 'command' or 'url'"),
        ('{"jobs": {"command": "x", "url": "http://y", "tools": ["a"]}}', "either 'command' or 'url'"),
        ('{"jobs": {"url": "file:///x", "tools": ["a"]}}', "jobs.url"),
        ('{"jobs": {"command": "x", "headers": {"a": "b"}, "tools": ["a"]}}', "'headers' go with 'url'"),
        ('{"jobs": {"url": "http://y", "env": {"a": "b"}, "tools": ["a"]}}', "go with 'command'"),
        ('{"jobs": {"command": "x", "tools": ["a"], "call_seconds": 9999}}', "jobs.call_seconds"),
        ('{"jobs": {"command": "x", "tools": ["a"], "toools": 1}}', "jobs.toools"),
        (json.dumps({f"s{n}": {"command": "x", "tools": ["a"]} for n in range(9)}), "at most 8"),
    ],
)
def test_a_setting_that_is_wrong_is_refused_by_name_and_field(text: str, why: str) -> None:
    with pytest.raises(InvalidInput, match=why):
        operator_servers(text)


def test_a_refusal_does_not_repeat_what_may_be_a_key() -> None:
    with pytest.raises(InvalidInput) as caught:
        operator_servers('{"jobs": {"command": "x", "tools": "sk-very-secret", "env": {"KEY": 5}}}')
    assert "secret" not in str(caught.value)
    kept = operator_servers('{"jobs": {"url": "http://y", "tools": ["a"], "headers": {"k": "sk-secret"}}}')
    assert "sk-secret" not in repr(kept)


async def test_only_the_named_tools_exist() -> None:
    tools = await servers(pay={**TINY, "tools": ["salary"]}).tools()
    assert [(tool.server, tool.name) for tool in tools] == [("pay", "salary")]


async def test_a_tool_that_is_not_named_cannot_be_called() -> None:
    for server, tool in (("pay", "delete_everything"), ("other", "salary")):
        with pytest.raises(InvalidInput, match="not allowed"):
            await servers(pay={**TINY, "tools": ["salary"]}).call(server, tool, {})


async def test_a_named_tool_that_does_not_exist_is_told_to_the_operator() -> None:
    with pytest.raises(InvalidInput, match="has no tool 'pay_rise'"):
        await servers(pay={**TINY, "tools": ["pay_rise"]}).tools()


async def test_an_agent_gets_functions_with_names_types_and_words() -> None:
    (function,) = await servers(pay={**TINY, "tools": ["salary"]}).functions()
    offered = Tool.from_function(function)
    assert (offered.name, offered.description) == ("pay_salary", "Tells what a role pays.")
    assert offered.parameters["required"] == ["role", "years"]
    assert offered.parameters["properties"]["years"]["type"] == "integer"
    answer = await offered.run({"role": "nurse", "years": 5})
    assert said(answer) == "A nurse with 5 years earns well in Bern."


async def test_a_server_sees_nothing_of_our_environment_but_what_it_is_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CVTAILOR_MODEL_API_KEY", "sk-secret")
    given = servers(pay={**TINY, "tools": ["environment"], "env": {"PAY_KEY": "k"}})
    seen = said(await given.call("pay", "environment", {}))
    assert "PAY_KEY" in seen
    assert "CVTAILOR" not in seen


async def test_answers_are_cut_and_failures_are_told() -> None:
    tiny_one = servers(pay={**TINY, "tools": ["endless", "broken"], "answer_chars_max": 100})
    assert len(said(await tiny_one.call("pay", "endless", {}))) == 100
    assert "no such role" in json.loads(await tiny_one.call("pay", "broken", {}))["error"]


async def test_a_server_that_is_stuck_or_missing_or_no_server_is_left() -> None:
    stuck, began = servers(pay={**TINY, "tools": ["stuck"], "call_seconds": 3}), time.monotonic()
    with pytest.raises(Unavailable, match="longer than 3 s"):
        await stuck.call("pay", "stuck", {})
    assert time.monotonic() - began < 9
    for command in ("/no/such/program", "true"):
        with pytest.raises(Unavailable):
            await servers(pay={"command": command, "tools": ["salary"], "call_seconds": 3}).tools()


async def test_an_agent_goes_on_without_a_server_that_fails() -> None:
    stuck = servers(pay={**TINY, "tools": ["stuck"], "call_seconds": 3})
    (function,) = await stuck.functions()
    assert "longer than 3 s" in json.loads(await function())["error"]


async def test_the_tools_of_a_server_that_is_down_are_there_and_say_so() -> None:
    down = servers(pay={"command": "/no/such/program", "tools": ["salary", "bonus"]})
    functions = await down.functions()
    assert [function.__name__ for function in functions] == ["pay_salary", "pay_bonus"]
    assert "does not answer" in json.loads(await functions[0]())["error"]


async def test_arguments_are_bounded() -> None:
    with pytest.raises(InvalidInput, match="8000"):
        await servers(pay={**TINY, "tools": ["salary"]}).call("pay", "salary", {"role": "x" * 9000})


async def test_a_server_by_http_is_used_in_the_same_way(url: str) -> None:
    pay = servers(pay={"url": url, "tools": ["salary"], "headers": {"authorization": "Bearer k"}})
    (function,) = await pay.functions()
    assert "earns well" in said(await function(role="nurse", years=5))
