"""Where agents run: one mcp-agent application and one set of connections a process."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from cvtailor.adapters.agents.breaker import Breaker
from cvtailor.adapters.agents.dialogue import AnswerShape, Endpoint, Inquiry, Said
from cvtailor.adapters.agents.providers import Address, WireFamily
from cvtailor.adapters.agents.schemas import answer_schema
from cvtailor.adapters.agents.switchboard import Line, Switchboard
from cvtailor.domain.errors import ModelRefused
from cvtailor.domain.model_calls import AgentName, ModelReply
from cvtailor.domain.ports.agents import ModelCalls

if TYPE_CHECKING:
    from cvtailor.adapters.agents.mcp_app import SealedApp

_READING = frozenset({AgentName.OFFER_READER, AgentName.CV_READER, AgentName.PLANNER, AgentName.CRITIC})
_BREAKER_FAILURES_MAX = 5
_BREAKER_PAUSE_SECONDS = 30.0
_CHECK_TOKENS_MAX = 1024  # models that think before they speak need some


@dataclass(frozen=True)
class ModelSettings:
    """Which models are asked, and how.

    Attributes:
        model: ``provider:name``, see ``providers.PROVIDERS``.
        reading_model: A cheaper one of the same provider for readers, planner and critic, or empty.
        base_url: Where the provider answers; empty for its public address.
        fallback_model: Another ``provider:name``, asked when the first does not answer.
        call_timeout_seconds: For one HTTP call.
        attempts: HTTP calls at most for one answer, of one model.
        answer_tokens_max: Length of one answer; of models that think aloud, with their thoughts.
    """

    model: str
    reading_model: str = ""
    api_key: str = field(default="", repr=False)
    base_url: str = ""
    fallback_model: str = ""
    fallback_api_key: str = field(default="", repr=False)
    fallback_base_url: str = ""
    call_timeout_seconds: float = 60
    attempts: int = 3
    temperature: float = 0.3
    answer_tokens_max: int = 4096


class Ready(BaseModel):
    """What the check asks a model to say."""

    ready: bool


@dataclass
class _Started:
    """What exists once mcp-agent and the providers' clients have been imported."""

    app: "SealedApp"
    llm: ModuleType
    agent_class: Callable[..., Any]
    writing: Switchboard
    reading: Switchboard
    endpoints: list[Endpoint]


class AgentRuntime:
    """Lets agents ask models. Nothing is imported or connected before ``warm_up`` or the first question."""

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        self._starting = asyncio.Lock()
        self._started: _Started | None = None

    def validate(self) -> None:
        """Checks the settings without any call.

        Raises:
            ModelRefused: No call with these settings can succeed; says what to change.
        """
        _addresses(self._settings)

    async def warm_up(self) -> None:
        """Imports mcp-agent in a thread and starts it, so that the first run need not wait for that.

        Raises:
            ModelRefused: The settings are unusable.
        """
        await self._ready()

    async def ask[T: BaseModel](
        self,
        agent: AgentName,
        instruction: str,
        message: str,
        answer: type[T],
        calls: ModelCalls,
        tools: Sequence[Callable[..., Any]] = (),
        rounds_max: int = 4,
    ) -> T:
        """Lets an agent answer.

        Args:
            agent: Who asks.
            instruction: The system prompt; nothing untrusted may be in it.
            message: The data, delimited.
            answer: What the answer has to be.
            calls: Every provider call goes through it, one after the other.
            tools: Functions that the model may call; typed, with docstrings, returning text.
            rounds_max: Provider calls at most while it uses tools.

        Raises:
            ModelRefused: The provider refuses the key, the model or the request.
            ModelUnavailable: No model answers.
            ModelAnswerInvalid: The answer does not fit, nor does its correction.
        """
        started = await self._ready()
        settings, context = self._settings, started.app.context
        mcp_agent = started.agent_class(
            name=agent.value,
            instruction=instruction,
            functions=list(tools),
            context=context,
            initialized=True,  # it has no servers to connect to, and asking mcp-agent to try costs time
        )
        conversation = started.llm.Conversation(
            agent=agent,
            ask=(started.reading if agent in _READING else started.writing).ask,
            calls=calls,
            rounds_max=rounds_max if tools else 1,
            temperature=settings.temperature,
            answer_tokens_max=settings.answer_tokens_max,
        )
        result: T = await started.llm.JournaledLlm(mcp_agent, conversation).generate_structured(
            message, answer
        )
        return result

    async def check(self) -> ModelReply:
        """Asks each configured model one small question and returns the reply of ``settings.model``.

        Raises:
            ModelRefused: The settings, the key or the model is wrong; says what to do.
            ModelUnavailable: A model does not answer.
        """
        started = await self._ready()
        inquiry = Inquiry(
            instruction="You are asked whether you can be reached. Say that you are ready.",
            turns=(Said("Are you ready?"),),
            shape=AnswerShape("Ready", answer_schema(Ready)),
            temperature=self._settings.temperature,
            answer_tokens_max=_CHECK_TOKENS_MAX,
        )
        reply = await started.writing.ask_once(inquiry)
        if started.reading is not started.writing:
            await started.reading.ask_once(inquiry)
        return reply

    async def close(self) -> None:
        """Closes the connections."""
        async with self._starting:
            started, self._started = self._started, None
        for endpoint in started.endpoints if started else ():
            await endpoint.close()

    async def _ready(self) -> _Started:
        if self._started is None:
            async with self._starting:
                if self._started is None:
                    self._started = await self._start()
        return self._started

    async def _start(self) -> _Started:
        writing, reading, fallback = _addresses(self._settings)
        await asyncio.to_thread(
            _import_everything, {a.provider.family for a in (writing, reading, *fallback)}
        )
        from mcp_agent.agents.agent import Agent

        from cvtailor.adapters.agents import llm
        from cvtailor.adapters.agents.mcp_app import started_app

        breakers: dict[tuple[str, str], Breaker] = {}
        endpoints: list[Endpoint] = []

        def line(address: Address) -> Line:
            endpoints.append(_endpoint(address, self._settings.call_timeout_seconds))
            provider = (address.model.provider, address.base_url)
            breaker = breakers.setdefault(provider, Breaker(_BREAKER_FAILURES_MAX, _BREAKER_PAUSE_SECONDS))
            return Line(endpoints[-1], breaker, self._settings.call_timeout_seconds)

        fallback_lines = [line(address) for address in fallback]
        attempts = self._settings.attempts
        writes = Switchboard([line(writing), *fallback_lines], attempts)
        reads = writes if reading == writing else Switchboard([line(reading), *fallback_lines], attempts)
        return _Started(await started_app(), llm, Agent, writes, reads, endpoints)


def _addresses(settings: ModelSettings) -> tuple[Address, Address, tuple[Address, ...]]:
    """Returns where writers, readers and, if there is one, the fallback are asked."""
    writing = Address.of(settings.model, settings.api_key, settings.base_url)
    reading = Address.of(settings.reading_model or settings.model, settings.api_key, settings.base_url)
    if reading.model.provider != writing.model.provider:
        raise ModelRefused(
            f"'{reading.model}' reads and '{writing.model}' writes, but they share one key: "
            "choose two models of one provider."
        )
    if not settings.fallback_model:
        return writing, reading, ()
    fallback = Address.of(
        settings.fallback_model,
        settings.fallback_api_key,
        settings.fallback_base_url,
        "CVTAILOR_MODEL_FALLBACK",
    )
    return writing, reading, (fallback,)


def _import_everything(families: set[WireFamily]) -> None:
    """Imports what takes long; runs in a thread, so that the event loop goes on."""
    from cvtailor.adapters.agents import llm, mcp_app, sealed_http  # noqa: F401

    if WireFamily.OPENAI in families:
        from cvtailor.adapters.agents import openai_endpoint  # noqa: F401
    if families - {WireFamily.OPENAI}:
        from cvtailor.adapters.agents import anthropic_endpoint  # noqa: F401
    sealed_http.hush()


def _endpoint(address: Address, timeout_seconds: float) -> Endpoint:
    if address.provider.family is WireFamily.OPENAI:
        from cvtailor.adapters.agents.openai_endpoint import OpenAiEndpoint

        return OpenAiEndpoint(address, timeout_seconds)
    from cvtailor.adapters.agents.anthropic_endpoint import AnthropicEndpoint

    return AnthropicEndpoint(address, timeout_seconds)
