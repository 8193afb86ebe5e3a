"""What a scripted model can do when it is asked."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Says:
    """Answers; a mapping is sent as JSON, in the way the request asks for it."""

    content: str | Mapping[str, Any]
    truncated: bool = False

    @property
    def text(self) -> str:
        """The answer as text."""
        return self.content if isinstance(self.content, str) else json.dumps(self.content, ensure_ascii=False)


@dataclass(frozen=True)
class UsesTools:
    """Asks for tools to be called: ``(name, arguments)``."""

    uses: tuple[tuple[str, Mapping[str, Any]], ...]


@dataclass(frozen=True)
class Refuses:
    """Answers with an HTTP error."""

    status: int
    message: str = "refused by the script"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Hangs:
    """Does not answer for so long; then hangs up. Ends at once when the server stops."""

    seconds: float = 3600


@dataclass(frozen=True)
class HangsUp:
    """Closes the connection without an answer."""


type Answer = Says | UsesTools | Refuses | Hangs | HangsUp


def slow_down(retry_after_seconds: float = 0) -> Refuses:
    """Too many requests, with ``Retry-After``."""
    return Refuses(429, "rate limited by the script", {"Retry-After": f"{retry_after_seconds:g}"})


def truncated(answer: Answer) -> Answer:
    """The same answer, cut in half at the token limit."""
    return Says(answer.text[: len(answer.text) // 2], truncated=True) if isinstance(answer, Says) else answer
