"""Builders for tests that let agents ask a scripted model."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from cvtailor.adapters.agents.runtime import AgentRuntime, ModelSettings
from cvtailor.domain.model_calls import AgentName, ModelReply
from pydantic import BaseModel, ConfigDict

from tests.model_servers import Dialect, ModelServer, Refuses

KEY = "sk-Zk3v9-very-secret"
FAMILIES = {Dialect.OPENAI: "openai:gpt-4.1", Dialect.ANTHROPIC: "anthropic:claude-sonnet-5-5"}


class Greeting(BaseModel):
    """An answer with something that can be wrong in it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    word: str
    times: int = 1


GREETING = {"word": "hello", "times": 2}


class Recorder:
    """Calls that are made and kept; those in ``before`` come back instead of being made."""

    def __init__(self, before: list[ModelReply] | None = None) -> None:
        self.replies: list[ModelReply] = []
        self._before = list(before or ())

    async def call(self, agent: AgentName, ask: Callable[[], Awaitable[ModelReply]]) -> ModelReply:
        """Makes or repeats a call."""
        self.replies.append(self._before.pop(0) if self._before else await ask())
        return self.replies[-1]


def settings_for(server: ModelServer, dialect: Dialect = Dialect.OPENAI, **changes: Any) -> ModelSettings:
    """Settings that lead to the server."""
    url = server.openai_url if dialect is Dialect.OPENAI else server.url
    plain = {"model": FAMILIES[dialect], "api_key": KEY, "base_url": url, "call_timeout_seconds": 5}
    return ModelSettings(**{**plain, **changes})


@asynccontextmanager
async def runtime_for(
    server: ModelServer, dialect: Dialect = Dialect.OPENAI, **changes: Any
) -> AsyncIterator[AgentRuntime]:
    """A runtime that asks the server; closed afterwards."""
    runtime = AgentRuntime(settings_for(server, dialect, **changes))
    try:
        yield runtime
    finally:
        await runtime.close()


async def greeting(runtime: AgentRuntime, calls: Recorder | None = None, **more: Any) -> Greeting:
    """Lets the writer ask for a greeting."""
    agent = more.pop("agent", AgentName.WRITER)
    return await runtime.ask(
        agent, "Greet politely.", "<data>Ada</data>", Greeting, calls or Recorder(), **more
    )


def at_once(status: int) -> Refuses:
    """An error whose sender wants to be asked again without any wait."""
    return Refuses(status, headers={"Retry-After": "0"})
