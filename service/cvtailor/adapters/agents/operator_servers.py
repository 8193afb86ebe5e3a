"""MCP servers that the operator lets agents use: named tools only, bounded in time and size.

A server is started or connected for each call and closed after it. That costs some milliseconds, and
leaves nothing that agents could share, block or keep alive.
"""

import inspect
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Self

import anyio
import httpx
import structlog
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import McpError
from mcp.types import TextContent, Tool
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

from cvtailor.domain.errors import InvalidInput, Unavailable

SERVERS_MAX = 8
ARGUMENTS_CHARS_MAX = 8_000
SETTING = "CVTAILOR_AGENT_MCP_SERVERS"
_NAME = r"^[a-z][a-z0-9_]{0,19}$"
_PAGES_MAX = 10
_TYPES: Mapping[str, Any] = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": bool,
    "array": list[Any],
    "object": dict[str, Any],
}

log = structlog.get_logger(__name__)

type AgentFunction = Callable[..., Awaitable[str]]


class OperatorServer(BaseModel):
    """One server, as the operator describes it.

    Attributes:
        command: Program of a server on standard input and output, with ``args`` and ``env``; of this
            process's environment it gets no more than ``PATH``, ``HOME`` and their like.
        url: Or the address of one that speaks streamable HTTP, with ``headers``.
        tools: The tools that agents may use; others do not exist for them.
        call_seconds: Time for one call, with starting or connecting.
        answer_chars_max: What is longer is cut.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    command: str = Field("", max_length=1024)
    args: tuple[str, ...] = Field((), max_length=64)
    env: dict[str, SecretStr] = {}
    url: str = Field("", max_length=2048, pattern=r"^(https?://\S+)?$")
    headers: dict[str, SecretStr] = {}
    tools: tuple[str, ...] = Field(min_length=1, max_length=32)
    call_seconds: float = Field(20, gt=0, le=120)
    answer_chars_max: int = Field(16_000, ge=1, le=100_000)

    @model_validator(mode="after")
    def _one_transport(self) -> Self:
        if bool(self.command) == bool(self.url):
            raise ValueError("give either 'command' or 'url'")
        if self.headers and self.command:
            raise ValueError("'headers' go with 'url'")
        if self.url and (self.args or self.env):
            raise ValueError("'args' and 'env' go with 'command'")
        return self


@dataclass(frozen=True)
class OperatorTool:
    """A tool that agents may use."""

    server: str
    name: str
    description: str
    parameters: Mapping[str, Any]


def operator_servers(text: str) -> Mapping[str, OperatorServer]:
    """Reads the setting: JSON, from names to servers; empty means none.

    Raises:
        InvalidInput: It is something else; the message names the server and the field.
    """
    if not text.strip():
        return {}
    try:
        described = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"{SETTING} is no JSON: {error}.") from error
    if not isinstance(described, dict) or len(described) > SERVERS_MAX:
        raise InvalidInput(f"{SETTING} must be a JSON object of at most {SERVERS_MAX} servers by name.")
    servers = {}
    for name, server in described.items():
        if not re.fullmatch(_NAME, name):
            raise InvalidInput(f"{SETTING}: the name {name[:40]!r} must be a short word in lower case.")
        try:
            servers[name] = OperatorServer.model_validate(server)
        except ValidationError as error:
            # Without the values: keys may be among them.
            first = error.errors(include_input=False, include_url=False)[0]
            where = ".".join((name, *map(str, first["loc"])))
            raise InvalidInput(f"{SETTING}: {where}: {first['msg']}.") from None
    return servers


class OperatorServers:
    """Lists and calls the tools that the operator allows."""

    def __init__(self, servers: Mapping[str, OperatorServer]) -> None:
        self._servers = servers
        self._known: dict[str, list[OperatorTool]] = {}

    async def tools(self) -> tuple[OperatorTool, ...]:
        """Asks every server for its allowed tools.

        Raises:
            InvalidInput: A server has no tool of an allowed name.
            Unavailable: A server does not answer.
        """
        return tuple([tool for name in self._servers for tool in await self._tools_of(name)])

    async def call(self, server: str, tool: str, arguments: Mapping[str, Any]) -> str:
        """Calls a tool and returns its text, marked as data; what the tool refuses is told in the text.

        Raises:
            InvalidInput: The tool is not allowed, or the arguments are too long.
            Unavailable: The server does not answer in time.
        """
        allowed = self._servers.get(server)
        if allowed is None or tool not in allowed.tools:
            raise InvalidInput(f"The tool {tool[:40]!r} of {server[:40]!r} is not allowed here.")
        if len(json.dumps(arguments)) > ARGUMENTS_CHARS_MAX:
            raise InvalidInput(f"The arguments of {tool} have more than {ARGUMENTS_CHARS_MAX} characters.")
        async with _session(server, allowed) as session:
            result = await session.call_tool(tool, dict(arguments))
        text = "\n".join(part.text for part in result.content if isinstance(part, TextContent))
        outcome = "error" if result.isError else "data"
        return json.dumps({"tool": tool, outcome: text[: allowed.answer_chars_max]}, ensure_ascii=False)

    async def functions(self) -> tuple[AgentFunction, ...]:
        """Returns every allowed tool as a function of an agent, asking each server once.

        A tool whose server does not answer is there too, and says so when it is used: a run that is
        resumed meets the same tools as before the crash.
        """
        found: list[OperatorTool] = []
        for name, server in self._servers.items():
            if name not in self._known:
                try:
                    self._known[name] = await self._tools_of(name)
                except (InvalidInput, Unavailable) as error:
                    log.warning("operator_tools_missing", server=name, why=error.message)
            found += self._known.get(name) or [_silent_tool(name, tool) for tool in server.tools]
        return tuple(self._function(tool) for tool in found)

    async def _tools_of(self, name: str) -> list[OperatorTool]:
        server = self._servers[name]
        async with _session(name, server) as session:
            offered = {tool.name: tool for tool in await _all_tools(session)}
        if missing := [tool for tool in server.tools if tool not in offered]:
            raise InvalidInput(f"{SETTING}: {name} has no tool {missing[0]!r}; it has {sorted(offered)}.")
        return [_operator_tool(name, offered[tool]) for tool in server.tools]

    def _function(self, tool: OperatorTool) -> AgentFunction:
        async def use(**arguments: Any) -> str:
            given = {name: value for name, value in arguments.items() if value is not None}
            try:
                return await self.call(tool.server, tool.name, given)
            except (InvalidInput, Unavailable) as error:
                # The agent goes on without it.
                return json.dumps({"tool": tool.name, "error": error.message})

        use.__name__ = re.sub(r"\W", "_", f"{tool.server}_{tool.name}")[:64]
        use.__doc__ = tool.description
        use.__signature__ = _signature(tool.parameters)  # type: ignore[attr-defined]
        return use


def _operator_tool(server: str, tool: Tool) -> OperatorTool:
    return OperatorTool(server, tool.name, (tool.description or "")[:1_000], tool.inputSchema)


def _silent_tool(server: str, tool: str) -> OperatorTool:
    return OperatorTool(server, tool, "Does not answer at the moment.", {})


async def _all_tools(session: ClientSession) -> Sequence[Tool]:
    found, cursor = [], None
    for _ in range(_PAGES_MAX):
        page = await session.list_tools(cursor)
        found += page.tools
        if not (cursor := page.nextCursor):
            break
    return found


def _signature(schema: Mapping[str, Any]) -> inspect.Signature:
    """Returns the parameters of a JSON schema's properties; the server itself checks what they hold."""
    required = set(schema.get("required", ()))
    parameters = []
    for name, property in schema.get("properties", {}).items():
        if not name.isidentifier():
            continue
        kind = property.get("type") if isinstance(property, dict) else None
        annotation = _TYPES.get(kind, Any) if isinstance(kind, str) else Any
        default = inspect.Parameter.empty if name in required else None
        parameters.append(
            inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                default=default,
                annotation=annotation if name in required else annotation | None,
            )
        )
    return inspect.Signature(parameters, return_annotation=str)


@asynccontextmanager
async def _session(name: str, server: OperatorServer) -> AsyncIterator[ClientSession]:
    """Yields a session that ends, with all it does, after the server's time for a call."""
    try:
        with anyio.fail_after(server.call_seconds):
            async with _streams(server) as (reading, writing), ClientSession(reading, writing) as session:
                await session.initialize()
                yield session
    except TimeoutError as error:
        raise Unavailable(f"The MCP server {name} took longer than {server.call_seconds:g} s.") from error
    except (OSError, McpError, httpx.HTTPError, ExceptionGroup) as error:
        raise Unavailable(f"The MCP server {name} does not answer as one should.") from error


@asynccontextmanager
async def _streams(server: OperatorServer) -> AsyncIterator[tuple[Any, Any]]:
    if server.command:
        env = {name: value.get_secret_value() for name, value in server.env.items()}
        parameters = StdioServerParameters(command=server.command, args=list(server.args), env=env)
        async with stdio_client(parameters) as streams:
            yield streams
        return
    headers = {name: value.get_secret_value() for name, value in server.headers.items()}
    # Neither proxies and netrc of this machine nor redirects: the headers may hold a key.
    async with (
        httpx.AsyncClient(headers=headers, trust_env=False, timeout=server.call_seconds) as client,
        streamable_http_client(server.url, http_client=client) as (reading, writing, _),
    ):
        yield reading, writing
