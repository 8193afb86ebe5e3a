"""Anthropic's models, from Anthropic or from Amazon Bedrock."""

import json
import time
from typing import Any

import anthropic

from cvtailor.adapters.agents.dialogue import Inquiry, Replied, Said, Turn
from cvtailor.adapters.agents.prices import cost_usd
from cvtailor.adapters.agents.providers import Address, WireFamily
from cvtailor.adapters.agents.sdk_endpoint import SdkEndpoint, SdkErrors
from cvtailor.adapters.agents.sealed_http import Seal, sealed_client
from cvtailor.domain.model_calls import ModelReply, ToolUse

_CUT_OFF = frozenset({"max_tokens", "model_context_window_exceeded"})


class AnthropicEndpoint(SdkEndpoint):
    """Asks one model; see ``SdkEndpoint``."""

    _errors = SdkErrors(anthropic.APITimeoutError, anthropic.APIStatusError, anthropic.APIError)

    def __init__(self, address: Address, timeout_seconds: float) -> None:
        super().__init__(address, timeout_seconds)
        self._client = _client(address, timeout_seconds, Seal())

    def _request(self, inquiry: Inquiry) -> dict[str, Any]:
        request: dict[str, Any] = {
            "model": self.model.name,
            "max_tokens": inquiry.answer_tokens_max,
            "system": inquiry.instruction,
            "messages": [_message(turn) for turn in inquiry.turns],
            "output_config": {"format": {"type": "json_schema", "schema": inquiry.shape.schema}},
        }
        if inquiry.temperature is not None and self._takes_temperature:
            request["extra_body"] = {"temperature": inquiry.temperature}
        if inquiry.tools:
            request["tools"] = [
                {"name": tool.name, "description": tool.description, "input_schema": tool.parameters}
                for tool in inquiry.tools
            ]
            # past tool uses may only be sent along with the tools themselves
            request["tool_choice"] = {"type": "none" if inquiry.tools_closed else "auto"}
        return request

    async def _send(self, request: dict[str, Any]) -> Any:
        return await self._client.messages.create(**request)

    def _reply(self, message: Any, started: float) -> ModelReply:
        blocks, usage = getattr(message, "content", None), getattr(message, "usage", None)
        if blocks is None or usage is None:
            raise ValueError("no content")
        used = (usage.input_tokens, usage.output_tokens)
        return ModelReply(
            model=str(self.model),
            text="".join(block.text for block in blocks if block.type == "text"),
            tool_uses=tuple(
                ToolUse(id=block.id, name=block.name, arguments=json.dumps(block.input, ensure_ascii=False))
                for block in blocks
                if block.type == "tool_use"
            ),
            truncated=message.stop_reason in _CUT_OFF,
            input_tokens=used[0],
            output_tokens=used[1],
            cost_usd=cost_usd(self.model, *used),
            duration_ms=round((time.perf_counter() - started) * 1000),
        )


def _client(
    address: Address, timeout_seconds: float, seal: Seal
) -> anthropic.AsyncAnthropic | anthropic.AsyncAnthropicBedrock:
    pool = sealed_client(seal, timeout_seconds)
    if address.provider.family is WireFamily.BEDROCK:
        seal.credentials = {"Authorization": f"Bearer {address.key}"}
        return anthropic.AsyncAnthropicBedrock(
            api_key=address.key,
            base_url=address.base_url,
            aws_region="",  # the address has it, and a Bedrock key needs no signing
            max_retries=0,
            timeout=timeout_seconds,
            open_telemetry=False,
            http_client=pool,
        )
    client = anthropic.AsyncAnthropic(
        api_key=address.key,
        base_url=address.base_url,
        max_retries=0,
        timeout=timeout_seconds,
        open_telemetry=False,
        http_client=pool,
    )
    seal.credentials = client.auth_headers
    return client


def _message(turn: Turn) -> dict[str, Any]:
    if isinstance(turn, Said):
        return {"role": "user", "content": turn.text}
    if isinstance(turn, Replied):
        content: list[dict[str, Any]] = [{"type": "text", "text": turn.reply.text}] if turn.reply.text else []
        content += [
            {"type": "tool_use", "id": use.id, "name": use.name, "input": json.loads(use.arguments)}
            for use in turn.reply.tool_uses
        ]
        return {"role": "assistant", "content": content}
    return {
        "role": "user",
        "content": [
            {"type": "tool_result", "tool_use_id": result.use_id, "content": result.text}
            for result in turn.results
        ],
    }
