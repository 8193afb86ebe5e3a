"""The agents behind the port: each asks a language model."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from cvtailor.adapters.agents import critic, cv_reader, letter_writer, offer_reader, planner, writer
from cvtailor.adapters.agents.instructions import prompt_of
from cvtailor.adapters.agents.runtime import AgentRuntime
from cvtailor.domain.desk import Desk
from cvtailor.domain.drafts import CvDraft, LetterDraft, OfferDraft, Plan, Remark, WrittenClaim
from cvtailor.domain.model_calls import AgentName
from cvtailor.domain.ports import ModelCalls

type OperatorTools = Callable[[], Awaitable[Sequence[Callable[..., Awaitable[str]]]]]


class ModelAgents:
    """Asks a language model for everything (``Agents``).

    Args:
        runtime: Where agents run.
        operator_tools: Returns the operator's tools. The offer reader gets them, and nobody else: it sees
            nothing of the CV, so it can give nothing of it away.
    """

    def __init__(self, runtime: AgentRuntime, operator_tools: OperatorTools | None = None) -> None:
        self._runtime = runtime
        self._operator_tools = operator_tools

    @property
    def prompt_versions(self) -> Mapping[AgentName, str]:
        """See ``Agents.prompt_versions``."""
        return {agent: prompt_of(agent).version for agent in AgentName}

    async def read_offer(self, text: str, calls: ModelCalls) -> OfferDraft:
        """See ``Agents.read_offer``."""
        tools = await self._operator_tools() if self._operator_tools else ()
        return await offer_reader.read_offer(self._runtime, text, calls, tools)

    async def read_cv(self, text: str, calls: ModelCalls) -> CvDraft:
        """See ``Agents.read_cv``."""
        return await cv_reader.read_cv(self._runtime, text, calls)

    async def plan(self, desk: Desk, calls: ModelCalls) -> Plan:
        """See ``Agents.plan``."""
        return await planner.plan(self._runtime, desk, calls)

    async def write(
        self, desk: Desk, plan: Plan, remarks: Sequence[Remark], calls: ModelCalls
    ) -> tuple[WrittenClaim, ...]:
        """See ``Agents.write``."""
        return await writer.write(self._runtime, desk, plan, remarks, calls)

    async def review(
        self, desk: Desk, written: Sequence[WrittenClaim], calls: ModelCalls
    ) -> tuple[Remark, ...]:
        """See ``Agents.review``."""
        return await critic.review(self._runtime, desk, written, calls)

    async def write_letter(self, desk: Desk, remarks: Sequence[Remark], calls: ModelCalls) -> LetterDraft:
        """See ``Agents.write_letter``."""
        return await letter_writer.write_letter(self._runtime, desk, remarks, calls)
