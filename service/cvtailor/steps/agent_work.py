"""What every step with agents does alike: it ends well without them, and says so."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from cvtailor.domain.errors import CvtailorError, ModelAnswerInvalid, ModelBudgetSpent, ModelUnavailable
from cvtailor.domain.grounding import SkillNames
from cvtailor.domain.ports import Agents, ModelCalls, Tailor
from cvtailor.domain.run import Progress, Step, Warned


class WithWarnings[T](NamedTuple):
    """What a step with agents led to, and what the person should know about it."""

    value: T
    warnings: tuple[Warned, ...] = ()


@dataclass(frozen=True)
class Crew:
    """Who writes with agents, and within what.

    Attributes:
        tailor: The embedded engine's; its work is what the agents start from.
        agents: Plan, write and review.
        skill_names: Names the skills in a text.
        calls: Makes the paid calls.
        say: Told of each round.
        rounds_max: How often the writer may try.
        falls_back: Whether what is there when the model fails will do.
    """

    tailor: Tailor
    agents: Agents
    skill_names: SkillNames
    calls: ModelCalls
    say: Progress
    rounds_max: int = 2
    falls_back: bool = True


_CODES: Mapping[type[CvtailorError], str] = {
    ModelUnavailable: "model_unavailable",
    ModelBudgetSpent: "model_budget_spent",
    ModelAnswerInvalid: "model_answer_invalid",
}

TRANSIENT = tuple(_CODES)
"""Errors after which the embedded engine goes on; a refused key or model is for the operator to put right."""


def fell_back(step: Step, error: CvtailorError) -> Warned:
    """Returns the warning that the embedded engine's result stands in for the agents', and why."""
    return Warned(
        step=step,
        code=_CODES[type(error)],
        message=f"The language model did not finish this step ({error.message}); plain rules did.",
    )
