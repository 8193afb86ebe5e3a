"""The official MCP client, and `cvtailor mcp` processes for it to talk to."""

import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult

from benchmarks.service_process import CVTAILOR, EXAMPLES, environment

JOB = (EXAMPLES / "nurse" / "job.txt").read_text()
CV = {"cv_text": (EXAMPLES / "nurse" / "cv.md").read_text(), "cv_format": "markdown"}
KOTLIN_JOB = (
    "Backend Engineer at Initech, Berlin.\n\nRequirements\n"
    "- Python and PostgreSQL in production\n- Kotlin in production\n- Fluent English\n"
)

INITIALIZE = {
    "jsonrpc": "2.0", "id": 1, "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}
    },
}  # fmt: skip


class Endpoint(NamedTuple):
    """An MCP server that listens."""

    url: str
    token: str
    process: subprocess.Popen[str]


@contextmanager
def http_server(data_dir: Path, *options: str, **settings: str) -> Iterator[Endpoint]:
    """`cvtailor mcp --http`, until the end of the test."""
    process = subprocess.Popen(
        [*CVTAILOR, "mcp", "--http", "--port", "0", *options],
        env=environment(data_dir, **settings), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    printed, stdout = "", process.stdout
    assert stdout
    while not (token := re.search(r"eyJ[\w-]+\.[\w-]+\.[\w-]+", printed)):
        line = stdout.readline()
        assert line, process.communicate()[1]
        printed += line
    url = re.search(r"http://\S+/mcp", printed)
    assert url
    try:
        yield Endpoint(url[0], token[0], process)
    finally:
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=30)
        assert process.returncode == 0, told


@asynccontextmanager
async def over_http(url: str, token: str = "", **headers: str) -> AsyncIterator[ClientSession]:
    """A session by streamable HTTP."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if token:
        named["authorization"] = f"Bearer {token}"
    async with (
        httpx.AsyncClient(headers=named, timeout=60, trust_env=False) as client,
        streamable_http_client(url, http_client=client) as (reading, writing, _),
        ClientSession(reading, writing) as session,
    ):
        await session.initialize()
        yield session


@asynccontextmanager
async def over_stdio(data_dir: Path, *options: str, **settings: str) -> AsyncIterator[ClientSession]:
    """A session with a process of its own."""
    command = [*CVTAILOR[1:], "mcp", *options]
    parameters = StdioServerParameters(
        command=sys.executable, args=command, env=environment(data_dir, **settings)
    )
    async with (
        stdio_client(parameters) as (reading, writing),
        ClientSession(reading, writing) as session,
    ):
        await session.initialize()
        yield session


async def told(session: ClientSession, tool: str, **arguments: Any) -> dict[str, Any]:
    """What a tool returns, which must be no error."""
    result = await session.call_tool(tool, arguments)
    assert not result.isError, result.content
    assert result.structuredContent
    return result.structuredContent


async def problem(session: ClientSession, tool: str, **arguments: Any) -> dict[str, Any]:
    """Why a tool refuses, which it must."""
    result: CallToolResult = await session.call_tool(tool, arguments)
    assert result.isError, result.structuredContent
    assert result.structuredContent
    error: dict[str, Any] = result.structuredContent["error"]
    return error
