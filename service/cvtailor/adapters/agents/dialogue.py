"""What is said to a model and what it is offered, before any provider's wire format."""

from dataclasses import dataclass, replace
from typing import Any, Protocol

from cvtailor.adapters.agents.providers import ModelName
from cvtailor.domain.model_calls import ModelReply


@dataclass(frozen=True)
class Said:
    """What the service says to the model."""

    text: str


@dataclass(frozen=True)
class Replied:
    """What the model said before, as the journal keeps it."""

    reply: ModelReply


@dataclass(frozen=True)
class ToolResult:
    """What a tool returned, under the id of the use that asked for it."""

    use_id: str
    text: str


@dataclass(frozen=True)
class ToolsReturned:
    """The results of all tools that one reply wanted, in its order."""

    results: tuple[ToolResult, ...]


type Turn = Said | Replied | ToolsReturned


@dataclass(frozen=True)
class ToolOffer:
    """A tool that the model may use; ``parameters`` is a JSON schema."""

    name: str
    description: str
    parameters: dict[str, Any]


@dataclass(frozen=True)
class AnswerShape:
    """The JSON that the answer has to be."""

    name: str
    schema: dict[str, Any]


@dataclass(frozen=True)
class Inquiry:
    """One request to a model, in full: providers keep no state between calls.

    Attributes:
        tools_closed: The tools have been used enough; now it has to answer.
        temperature: None leaves it to the model.
    """

    instruction: str
    turns: tuple[Turn, ...]
    shape: AnswerShape
    tools: tuple[ToolOffer, ...] = ()
    tools_closed: bool = False
    temperature: float | None = None
    answer_tokens_max: int = 4096

    def followed_by(self, *turns: Turn) -> "Inquiry":
        """Returns the inquiry with more said."""
        return replace(self, turns=(*self.turns, *turns))


class Endpoint(Protocol):
    """A model that can be asked."""

    @property
    def model(self) -> ModelName:
        """Which one."""
        ...

    async def ask(self, inquiry: Inquiry) -> ModelReply:
        """Makes one HTTP call.

        Raises:
            ModelRefused: The provider refuses the key, the model or the request.
            TransientFailure: It does not answer now.
        """
        ...

    async def close(self) -> None:
        """Closes its connections."""
        ...
