"""Scripts decide every answer; these put small ones together."""

from collections.abc import Callable, Mapping

from cvtailor.domain.model_calls import AgentName

from .answers import Answer
from .asked import Asked

type Script = Callable[[Asked], Answer]


def always(answer: Answer) -> Script:
    """Gives the same answer to everyone."""
    return lambda _: answer


def in_turn(*answers: Answer | Script, then: Script) -> Script:
    """Gives the n-th answer to the n-th request that reaches it, and goes on with another script."""
    left = list(answers)

    def answer(asked: Asked) -> Answer:
        turn = left.pop(0) if left else then
        return turn(asked) if callable(turn) else turn

    return answer


def by_agent(scripts: Mapping[AgentName, Script], otherwise: Script) -> Script:
    """Gives each agent its own script."""
    return lambda asked: scripts.get(asked.agent, otherwise)(asked) if asked.agent else otherwise(asked)
