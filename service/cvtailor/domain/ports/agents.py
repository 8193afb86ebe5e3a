"""The agents and the journal of their paid calls."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from cvtailor.domain.desk import Desk
from cvtailor.domain.drafts import CvDraft, LetterDraft, OfferDraft, Plan, Remark, WrittenClaim
from cvtailor.domain.model_calls import AgentName, ModelReply


class ModelCalls(Protocol):
    """Makes paid calls, each once: what it brought is written down before it is used."""

    async def call(self, agent: AgentName, ask: Callable[[], Awaitable[ModelReply]]) -> ModelReply:
        """Makes a call, or returns what it brought before a crash.

        Raises:
            ModelRefused: The provider refuses the key, the model or the request; the operator acts.
            ModelUnavailable: It does not answer, even after retries; the embedded engine can go on.
            ModelBudgetSpent: The tokens, the money or the time of this run or user are used up.
        """
        ...


class Agents(Protocol):
    """One method an agent. Each may take several model calls, every one through ``calls``.

    All raise what ``ModelCalls.call`` raises, and ``ModelAnswerInvalid`` if the model's answer does not
    fit its schema twice.
    """

    @property
    def prompt_versions(self) -> Mapping[AgentName, str]:
        """The version of each agent's instruction; another text has another one."""
        ...

    async def read_offer(self, text: str, calls: ModelCalls) -> OfferDraft:
        """Reads a job ad."""
        ...

    async def read_cv(self, text: str, calls: ModelCalls) -> CvDraft:
        """Reads a CV from free text."""
        ...

    async def plan(self, desk: Desk, calls: ModelCalls) -> Plan:
        """Chooses what answers the offer."""
        ...

    async def write(
        self, desk: Desk, plan: Plan, remarks: Sequence[Remark], calls: ModelCalls
    ) -> tuple[WrittenClaim, ...]:
        """Rewrites lines; with ``remarks``, only those that they name."""
        ...

    async def review(
        self, desk: Desk, written: Sequence[WrittenClaim], calls: ModelCalls
    ) -> tuple[Remark, ...]:
        """Finds lines that a recruiter would not believe or not read."""
        ...

    async def write_letter(self, desk: Desk, remarks: Sequence[Remark], calls: ModelCalls) -> LetterDraft:
        """Writes the cover letter."""
        ...
