"""Calls of a language model: what was asked for, what came back, what it cost."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Self

from pydantic import Field

from cvtailor.domain.model import DomainModel

USD_DIGITS = 6
"""Prices are kept to a millionth of a dollar."""


class AgentName(StrEnum):
    """The agents; each does one thing."""

    OFFER_READER = "offer_reader"
    CV_READER = "cv_reader"
    PLANNER = "planner"
    WRITER = "writer"
    CRITIC = "critic"
    LETTER_WRITER = "letter_writer"


class ToolUse(DomainModel):
    """A tool that the model wants to be called, with its arguments as JSON text."""

    id: str
    name: str
    arguments: str


class ModelReply(DomainModel):
    """What one paid call brought.

    Attributes:
        model: Which model answered, ``provider:name``.
        text: What it wrote; JSON where a schema was asked for.
        tool_uses: Tools that it wants called before it goes on.
        truncated: It stopped at its token limit.
        cost_usd: By the price table; None if the model is not in it.
    """

    model: str
    text: str = ""
    tool_uses: tuple[ToolUse, ...] = ()
    truncated: bool = False
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = None
    duration_ms: int = 0


class ModelCall(DomainModel):
    """A paid call as it is kept: no text, only what it was for and what it took.

    Attributes:
        ordinal: One-based, within the run.
    """

    ordinal: int
    agent: AgentName
    model: str
    input_tokens: int
    output_tokens: int
    cost_usd: float | None = None
    duration_ms: int


class ModelUse(DomainModel):
    """What calls took together; ``cost_usd`` is None as soon as one has no known price."""

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = 0.0
    models: tuple[str, ...] = Field(default=())

    @classmethod
    def of(cls, calls: Iterable[ModelCall]) -> Self:
        """Sums calls up."""
        made = tuple(calls)
        costs = [call.cost_usd for call in made]
        return cls(
            calls=len(made),
            input_tokens=sum(call.input_tokens for call in made),
            output_tokens=sum(call.output_tokens for call in made),
            cost_usd=None if None in costs else round(sum(cost or 0 for cost in costs), USD_DIGITS),
            models=tuple(dict.fromkeys(call.model for call in made)),
        )

    @property
    def tokens(self) -> int:
        """Tokens in both directions."""
        return self.input_tokens + self.output_tokens
