"""Plans which lines answer the offer: ids only."""

from cvtailor.adapters.agents.desk_tools import coverage_at, lookup_evidence_at
from cvtailor.adapters.agents.instructions import prompt_of
from cvtailor.adapters.agents.runtime import AgentRuntime
from cvtailor.domain.desk import Desk
from cvtailor.domain.drafts import Plan
from cvtailor.domain.model_calls import AgentName
from cvtailor.domain.ports import ModelCalls


async def plan(runtime: AgentRuntime, desk: Desk, calls: ModelCalls) -> Plan:
    """Returns what to show; see ``Agents.plan``."""
    prompt = prompt_of(AgentName.PLANNER)
    message = f"{desk.offer_text}\n\n{desk.evidence_text}"
    tools = (lookup_evidence_at(desk), coverage_at(desk))
    return await runtime.ask(prompt.agent, prompt.text, message, Plan, calls, tools)
