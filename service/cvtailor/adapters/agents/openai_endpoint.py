"""Models behind OpenAI's chat completions: OpenAI, Azure, Google, Ollama, llama.cpp, vLLM and others."""

import json
import time
from http import HTTPStatus
from typing import Any

import openai

from cvtailor.adapters.agents.dialogue import Inquiry, Replied, Said, ToolOffer, Turn
from cvtailor.adapters.agents.failures import TransientFailure, failure_of
from cvtailor.adapters.agents.prices import cost_usd
from cvtailor.adapters.agents.providers import Address, ModelName
from cvtailor.adapters.agents.sealed_http import Seal, sealed_client
from cvtailor.domain.errors import ModelRefused
from cvtailor.domain.model_calls import ModelReply, ToolUse

_NO_KEY = "none"  # the client insists on one


class OpenAiEndpoint:
    """Asks one model; implements ``Endpoint``."""

    def __init__(self, address: Address, timeout_seconds: float) -> None:
        self._address = address
        self._timeout_seconds = timeout_seconds
        self._takes_temperature = True
        seal = Seal()
        self._client = openai.AsyncOpenAI(
            api_key=address.key or _NO_KEY,
            base_url=address.base_url,
            max_retries=0,
            timeout=timeout_seconds,
            http_client=sealed_client(seal, timeout_seconds),
        )
        seal.credentials = self._client.auth_headers

    @property
    def model(self) -> ModelName:
        """Which model."""
        return self._address.model

    async def close(self) -> None:
        """Closes its connections."""
        await self._client.close()

    async def ask(self, inquiry: Inquiry) -> ModelReply:
        """Makes one call; see ``Endpoint.ask``."""
        failure: TransientFailure | ModelRefused
        started = time.perf_counter()
        try:
            completion = await self._client.chat.completions.create(**self._request(inquiry))
            return self._reply(completion, started)
        except openai.APITimeoutError:
            failure = TransientFailure(f"'{self.model}' did not answer within {self._timeout_seconds:g} s")
        except openai.APIStatusError as error:
            if _refuses_temperature(error) and self._takes_temperature:
                self._takes_temperature = False  # reasoning models have none; costs one refused call
                return await self.ask(inquiry)
            failure = failure_of(self._address, error.status_code, error.response.headers, error.body)
        except (openai.APIError, ValueError) as error:
            failure = TransientFailure(f"'{self.model}' cannot be reached ({type(error).__name__})")
        # raised here so that no trace leads to the client's error, which holds the request
        raise failure

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


def _refuses_temperature(error: openai.APIStatusError) -> bool:
    return error.status_code == HTTPStatus.BAD_REQUEST and "temperature" in str(error.body)


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
