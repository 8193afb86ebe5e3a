"""What every step with agents does alike: it ends well without them, and says so."""

from collections.abc import Mapping
from typing import NamedTuple

from cvtailor.domain.errors import CvtailorError, ModelAnswerInvalid, ModelBudgetSpent, ModelUnavailable
from cvtailor.domain.run import Step, Warned


class WithWarnings[T](NamedTuple):
    """What a step with agents led to, and what the person should know about it."""

    value: T
    warnings: tuple[Warned, ...] = ()


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
