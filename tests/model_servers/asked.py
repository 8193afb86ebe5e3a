"""A request as the scripted model sees it, in whichever dialect it came."""

import hashlib
import json
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from cvtailor.domain.model_calls import AgentName


class Dialect(StrEnum):
    """Whose API the request speaks."""

    OPENAI = "openai"
    ANTHROPIC = "anthropic"


# What only this agent's answer has, at any depth of its schema; the first that fits is it.
_TELLING_FIELDS = (
    (AgentName.OFFER_READER, {"quote", "must"}),
    (AgentName.CV_READER, {"sections", "entries"}),
    (AgentName.PLANNER, {"requirement_id"}),
    (AgentName.CRITIC, {"claim_id", "code"}),
    (AgentName.LETTER_WRITER, {"paragraphs"}),
    (AgentName.WRITER, {"claim_id", "text"}),
)

_SCHEMA_IN_WORDS = re.compile(r"schema: (\{.*\})\s*$", re.DOTALL)
_FENCED = re.compile(r"<<<([\w -]+?) (\w{8,})\n(.*?)\n\2 \1>>>", re.DOTALL)


def _fields(schema: object) -> Iterator[str]:
    if isinstance(schema, Mapping):
        properties = schema.get("properties")
        yield from properties if isinstance(properties, Mapping) else ()
        for part in schema.values():
            yield from _fields(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _fields(part)


def _flat(content: object) -> str:
    """The text of a message, whose content is a string or a list of blocks."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "\n".join(_flat(part) for part in content)
    if isinstance(content, Mapping):
        return _flat(content.get("text") or content.get("content") or "")
    return ""


@dataclass(frozen=True)
class Asked:
    """One request.

    Attributes:
        number: One-based, over all requests of the server.
        turn: One-based, over those of the same agent.
        headers: By lower-case name.
        at: When it came, in seconds that only grow.
    """

    number: int
    turn: int
    dialect: Dialect
    headers: Mapping[str, str]
    body: Mapping[str, Any]
    at: float = field(default_factory=time.monotonic)

    @cached_property
    def answer_schema(self) -> Mapping[str, Any]:
        """The JSON schema that the answer must fit; empty if any text will do."""
        wanted = self.body.get("response_format") or self.body.get("output_format") or {}
        wanted = wanted or (self.body.get("output_config") or {}).get("format") or {}
        schema = (wanted.get("json_schema") or wanted).get("schema") or self._tools.get(self.forced_tool)
        if schema is None and (told := _SCHEMA_IN_WORDS.search(self.system)):
            schema = json.loads(told[1])
        return schema or {}

    @cached_property
    def forced_tool(self) -> str:
        """The tool that the answer must come as; empty if none is forced."""
        choice = self.body.get("tool_choice")
        if not isinstance(choice, Mapping):
            return ""
        if choice.get("type") == "any" and len(self._tools) == 1:
            return next(iter(self._tools))
        return str((choice.get("function") or choice).get("name") or "")

    @cached_property
    def _tools(self) -> dict[str, Mapping[str, Any]]:
        offered = [tool.get("function") or tool for tool in self.body.get("tools") or ()]
        return {tool["name"]: tool.get("parameters") or tool.get("input_schema") or {} for tool in offered}

    @cached_property
    def tools(self) -> tuple[str, ...]:
        """Names of the tools it may use, without the one that its answer must come as."""
        return tuple(name for name in self._tools if name != self.forced_tool)

    @cached_property
    def agent(self) -> AgentName | None:
        """Who asks, told by the answer it wants."""
        fields = set(_fields(self.answer_schema))
        return next((agent for agent, telling in _TELLING_FIELDS if telling <= fields), None)

    @cached_property
    def system(self) -> str:
        """The instruction."""
        told = [m for m in self.body.get("messages", ()) if m["role"] in {"system", "developer"}]
        return "\n".join([_flat(self.body.get("system")), *(_flat(m.get("content")) for m in told)]).strip()

    @cached_property
    def message(self) -> str:
        """The first message of the user, which carries the data."""
        return next((_flat(m.get("content")) for m in self.body["messages"] if m["role"] == "user"), "")

    @cached_property
    def data(self) -> dict[str, str]:
        """The fenced texts of others in the first message, by label."""
        return {label: text for label, _, text in _FENCED.findall(self.message)}

    @cached_property
    def told_since(self) -> str:
        """Everything after the first message: tool results, complaints."""
        first = next((i for i, m in enumerate(self.body["messages"]) if m["role"] == "user"), 0)
        return "\n".join(_flat(m.get("content")) for m in self.body["messages"][first + 1 :])

    @cached_property
    def tool_results(self) -> tuple[str, ...]:
        """What the tools it used returned, oldest first."""
        results = [_flat(m.get("content")) for m in self.body["messages"] if m["role"] == "tool"]
        for message in self.body["messages"]:
            blocks = message.get("content")
            if isinstance(blocks, list):
                results += [_flat(block) for block in blocks if block.get("type") == "tool_result"]
        return tuple(results)

    @cached_property
    def fingerprint(self) -> str:
        """The same for two requests that ask the same."""
        return hashlib.sha256(json.dumps(self.body, sort_keys=True).encode()).hexdigest()[:16]
