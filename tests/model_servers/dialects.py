"""Answers on the wire of each provider."""

import json
from http import HTTPStatus
from typing import Any

from .answers import Refuses, Says, UsesTools
from .asked import Asked, Dialect

_CHARACTERS_A_TOKEN = 4
_OPENAI_ERRORS = {401: "invalid_api_key", 404: "model_not_found", 429: "rate_limit_exceeded"}
_ANTHROPIC_ERRORS = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    429: "rate_limit_error",
    529: "overloaded_error",
}


def tokens_of(text: str) -> int:
    """About as many tokens as a model would count."""
    return max(1, len(text) // _CHARACTERS_A_TOKEN)


def answered(asked: Asked, answer: Says | UsesTools) -> dict[str, Any]:
    """The body of a successful answer."""
    uses = answer.uses if isinstance(answer, UsesTools) else ()
    text = answer.text if isinstance(answer, Says) else ""
    cut = isinstance(answer, Says) and answer.truncated
    if asked.forced_tool and isinstance(answer, Says) and not isinstance(answer.content, str):
        uses, text = ((asked.forced_tool, answer.content),), ""
    calls = [(f"call_{asked.number}_{i}", name, arguments) for i, (name, arguments) in enumerate(uses)]
    used = tokens_of(json.dumps(asked.body)), tokens_of(text + json.dumps(uses))
    if asked.dialect is Dialect.ANTHROPIC:
        return _anthropic(asked, text, calls, cut, used)
    return _openai(asked, text, calls, cut, used)


def _openai(
    asked: Asked, text: str, calls: list[tuple[str, str, Any]], cut: bool, used: tuple[int, int]
) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": text or None, "refusal": None}
    if calls:
        message["tool_calls"] = [
            {"id": id, "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}
            for id, name, arguments in calls
        ]
    finish = "length" if cut else "tool_calls" if calls else "stop"
    return {
        "id": f"chatcmpl-{asked.number}",
        "object": "chat.completion",
        "created": 1_790_000_000,
        "model": asked.body.get("model", ""),
        "choices": [{"index": 0, "message": message, "finish_reason": finish, "logprobs": None}],
        "usage": {"prompt_tokens": used[0], "completion_tokens": used[1], "total_tokens": sum(used)},
    }


def _anthropic(
    asked: Asked, text: str, calls: list[tuple[str, str, Any]], cut: bool, used: tuple[int, int]
) -> dict[str, Any]:
    content: list[dict[str, Any]] = [{"type": "text", "text": text}] if text else []
    content += [
        {"type": "tool_use", "id": id, "name": name, "input": arguments} for id, name, arguments in calls
    ]
    return {
        "id": f"msg_{asked.number}",
        "type": "message",
        "role": "assistant",
        "model": asked.body.get("model", ""),
        "content": content,
        "stop_reason": "max_tokens" if cut else "tool_use" if calls else "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": used[0], "output_tokens": used[1]},
    }


def refused(dialect: Dialect, answer: Refuses) -> dict[str, Any]:
    """The body of an error."""
    if dialect is Dialect.ANTHROPIC:
        kind = _ANTHROPIC_ERRORS.get(answer.status, "api_error")
        return {"type": "error", "error": {"type": kind, "message": answer.message}, "request_id": "req_1"}
    code = _OPENAI_ERRORS.get(answer.status, HTTPStatus(answer.status).phrase)
    return {"error": {"message": answer.message, "type": code, "param": None, "code": code}}
