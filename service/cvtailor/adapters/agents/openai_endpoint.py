"""Models behind OpenAI's chat completions: OpenAI, Azure, Google, Ollama, llama.cpp, vLLM and others."""

import json
import time
from typing import Any

import openai

from cvtailor.adapters.agents.dialogue import Inquiry, Replied, Said, ToolOffer, Turn
from cvtailor.adapters.agents.prices import cost_usd
from cvtailor.adapters.agents.providers import Address
from cvtailor.adapters.agents.sdk_endpoint import SdkEndpoint, SdkErrors
from cvtailor.adapters.agents.sealed_http import Seal, sealed_client
from cvtailor.domain.model_calls import ModelReply, ToolUse

_NO_KEY = "none"  # the client insists on one


class OpenAiEndpoint(SdkEndpoint):
    """Asks one model; see ``SdkEndpoint``."""

    _errors = SdkErrors(openai.APITimeoutError, openai.APIStatusError, openai.APIError)

    def __init__(self, address: Address, timeout_seconds: float) -> None:
        super().__init__(address, timeout_seconds)
        seal = Seal()
        self._client = openai.AsyncOpenAI(
            api_key=address.key or _NO_KEY,
            base_url=address.base_url,
            max_retries=0,
            timeout=timeout_seconds,
            http_client=sealed_client(seal, timeout_seconds),
        )
        seal.credentials = self._client.auth_headers

    def _request(self, inquiry: Inquiry) -> dict[str, Any]:
        provider = self._address.provider
        shape = inquiry.shape
        instruction = inquiry.instruction
        request: dict[str, Any] = {
            "model": self.model.name,
            provider.tokens_max_name: inquiry.answer_tokens_max,
        }
        if inquiry.temperature is not None and self._takes_temperature:
            request["temperature"] = inquiry.temperature
        offers_tools = bool(inquiry.tools) and (provider.schema_beside_tools or not inquiry.tools_closed)
        if offers_tools:
            request["tools"] = [_offer(tool) for tool in inquiry.tools]
            request["tool_choice"] = "none" if inquiry.tools_closed else "auto"
        if offers_tools and not provider.schema_beside_tools:
            instruction += f"\n\nYour final answer is JSON of this schema: {json.dumps(shape.schema)}"
        else:
            request["response_format"] = {
                "type": "json_schema",
                "json_schema": {"name": shape.name, "schema": shape.schema, "strict": True},
            }
        said = [message for turn in inquiry.turns for message in _messages(turn)]
        request["messages"] = [{"role": "system", "content": instruction}, *said]
        return request

    async def _send(self, request: dict[str, Any]) -> Any:
        return await self._client.chat.completions.create(**request)

    def _reply(self, completion: Any, started: float) -> ModelReply:
        if not getattr(completion, "choices", None):
            raise ValueError("no choices")
        choice, usage = completion.choices[0], completion.usage
        used = (usage.prompt_tokens or 0, usage.completion_tokens or 0) if usage else (0, 0)
        uses = [use for use in choice.message.tool_calls or () if use.type == "function"]
        return ModelReply(
            model=str(self.model),
            text=choice.message.content or "",
            tool_uses=tuple(
                ToolUse(id=use.id, name=use.function.name, arguments=use.function.arguments) for use in uses
            ),
            truncated=choice.finish_reason == "length",
            input_tokens=used[0],
            output_tokens=used[1],
            cost_usd=cost_usd(self.model, *used) if usage else None,
            duration_ms=round((time.perf_counter() - started) * 1000),
        )


def _offer(tool: ToolOffer) -> dict[str, Any]:
    function = {"name": tool.name, "description": tool.description, "parameters": tool.parameters}
    return {"type": "function", "function": function}


def _messages(turn: Turn) -> list[dict[str, Any]]:
    if isinstance(turn, Said):
        return [{"role": "user", "content": turn.text}]
    if isinstance(turn, Replied):
        message: dict[str, Any] = {"role": "assistant", "content": turn.reply.text or None}
        if turn.reply.tool_uses:
            message["tool_calls"] = [
                {"id": u.id, "type": "function", "function": {"name": u.name, "arguments": u.arguments}}
                for u in turn.reply.tool_uses
            ]
        return [message]
    return [{"role": "tool", "tool_call_id": r.use_id, "content": r.text} for r in turn.results]
