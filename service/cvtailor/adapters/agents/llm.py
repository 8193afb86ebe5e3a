"""mcp-agent's augmented LLM, with every provider call journaled.

Importing this module imports mcp-agent, which takes seconds; only ``runtime`` does, and not at start.
"""

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from mcp.types import CallToolRequest, CallToolRequestParams, TextContent
from mcp_agent.agents.agent import Agent
from mcp_agent.workflows.llm.augmented_llm import AugmentedLLM, RequestParams
from pydantic import BaseModel, ValidationError

from cvtailor.adapters.agents.dialogue import (
    AnswerShape,
    Inquiry,
    Replied,
    Said,
    ToolOffer,
    ToolResult,
    ToolsReturned,
    Turn,
)
from cvtailor.adapters.agents.schemas import answer_schema
from cvtailor.domain.errors import ModelAnswerInvalid
from cvtailor.domain.model_calls import AgentName, ModelReply, ToolUse
from cvtailor.domain.ports.agents import ModelCalls

_TOOL_USES_A_REPLY_MAX = 16
_TOOL_RESULT_CHARS_MAX = 20_000
_FAULTS_TOLD_MAX = 5
_PLACE_CHARS_MAX = 60
_FENCE = re.compile(r"\A\s*```(?:json)?\s*(.*?)\s*```\s*\Z", re.DOTALL)
_TRUNCATED = "Your answer was cut off at the length limit. Answer again, with less text, as JSON only."


@dataclass(frozen=True)
class Conversation:
    """How one agent is asked.

    Attributes:
        ask: Reaches the model.
        calls: Journals and counts what ``ask`` brings.
        rounds_max: Replies at most before it has to answer, if it uses tools.
    """

    agent: AgentName
    ask: Callable[[Inquiry], Awaitable[ModelReply]]
    calls: ModelCalls
    rounds_max: int
    temperature: float
    answer_tokens_max: int


class JournaledLlm(AugmentedLLM[Turn, ModelReply]):
    """Lets an mcp-agent ``Agent`` speak, use its functions, and answer in a schema."""

    provider = "cvtailor"

    def __init__(self, agent: Agent, conversation: Conversation) -> None:
        super().__init__(agent=agent, context=agent.context)
        self._conversation = conversation

    async def generate(self, message: Any, request_params: RequestParams | None = None) -> NoReturn:
        """Is not offered: every agent answers in a schema."""
        raise NotImplementedError("ask with generate_structured")

    async def generate_str(self, message: Any, request_params: RequestParams | None = None) -> NoReturn:
        """Is not offered: every agent answers in a schema."""
        raise NotImplementedError("ask with generate_structured")

    async def generate_structured[T: BaseModel](  # type: ignore[override]  # pydantic models only
        self, message: Any, response_model: type[T], request_params: RequestParams | None = None
    ) -> T:
        """Asks until there is an answer; one that does not fit its schema may be corrected once.

        Raises:
            ModelAnswerInvalid: Neither the answer nor its correction fits.
        """
        inquiry, reply = await self._converse(await self._inquiry(str(message), response_model))
        try:
            return _answer(reply, response_model)
        except ValueError as fault:
            inquiry = _correction(inquiry, reply, fault)
        try:
            return _answer(await self._call(inquiry), response_model)
        except ValueError as fault:
            told = f"The {self._conversation.agent} answered twice in a form that cannot be used"
            problem = f"{told}: {_faults(fault)}."
        raise ModelAnswerInvalid(problem)

    async def _inquiry(self, message: str, answer: type[BaseModel]) -> Inquiry:
        tools = (await self.list_tools()).tools
        return Inquiry(
            instruction=str(self.instruction),
            turns=(Said(message),),
            shape=AnswerShape(answer.__name__, answer_schema(answer)),
            tools=tuple(ToolOffer(tool.name, tool.description or "", tool.inputSchema) for tool in tools),
            temperature=self._conversation.temperature,
            answer_tokens_max=self._conversation.answer_tokens_max,
        )

    async def _converse(self, inquiry: Inquiry) -> tuple[Inquiry, ModelReply]:
        """Lets the model use tools until it answers or has had its rounds."""
        for rounds_left in range(self._conversation.rounds_max - 1, -1, -1):
            inquiry = replace(inquiry, tools_closed=rounds_left == 0)
            reply = await self._call(inquiry)
            if not reply.tool_uses or not inquiry.tools:
                break
            inquiry = inquiry.followed_by(Replied(reply), await self._use_tools(reply, inquiry.tools))
        return replace(inquiry, tools_closed=True), reply

    async def _call(self, inquiry: Inquiry) -> ModelReply:
        conversation = self._conversation
        return await conversation.calls.call(conversation.agent, lambda: conversation.ask(inquiry))

    async def _use_tools(self, reply: ModelReply, offered: tuple[ToolOffer, ...]) -> ToolsReturned:
        names = {tool.name for tool in offered}
        results = []
        for number, use in enumerate(reply.tool_uses):
            if use.name not in names:
                text = f"There is no tool {use.name[:40]!r}. There are: {', '.join(sorted(names))}."
            elif number >= _TOOL_USES_A_REPLY_MAX:
                text = f"Not done: at most {_TOOL_USES_A_REPLY_MAX} uses at a time."
            else:
                text = await self._use(use)
            results.append(ToolResult(use.id, text[:_TOOL_RESULT_CHARS_MAX]))
        return ToolsReturned(tuple(results))

    async def _use(self, use: ToolUse) -> str:
        try:
            arguments = json.loads(use.arguments or "{}", strict=False)
        except ValueError:
            return "The arguments are not valid JSON."
        if not isinstance(arguments, dict):
            return "The arguments must be a JSON object."
        params = CallToolRequestParams(name=use.name, arguments=arguments)
        result = await self.call_tool(CallToolRequest(method="tools/call", params=params), use.id)
        return "\n".join(part.text for part in result.content if isinstance(part, TextContent))


def _answer[T: BaseModel](reply: ModelReply, answer: type[T]) -> T:
    """Reads the answer; ``ValueError`` says what is wrong with it."""
    fenced = _FENCE.match(reply.text)
    text = fenced[1] if fenced else reply.text
    # some servers leave line breaks inside strings as they are
    return answer.model_validate(json.loads(text, strict=False))


def _correction(inquiry: Inquiry, reply: ModelReply, fault: ValueError) -> Inquiry:
    if reply.truncated:
        longer = replace(inquiry, answer_tokens_max=2 * inquiry.answer_tokens_max)
        return longer.followed_by(Said(_TRUNCATED))
    said = Said(f"This is not the JSON that was asked for: {_faults(fault)}. Answer again, as JSON only.")
    if not reply.text or reply.tool_uses:
        return inquiry.followed_by(said)
    return inquiry.followed_by(Replied(reply), said)


def _faults(fault: ValueError) -> str:
    """Says what is wrong by place and rule, never by content."""
    if not isinstance(fault, ValidationError):
        return "it is no JSON"
    errors = fault.errors(include_url=False, include_context=False, include_input=False)[:_FAULTS_TOLD_MAX]
    return "; ".join(
        f"{'.'.join(map(str, error['loc']))[:_PLACE_CHARS_MAX] or 'answer'}: {error['type']}"
        for error in errors
    )
