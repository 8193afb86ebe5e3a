"""Rewords lines of the CV, in references to evidence."""

from collections.abc import Sequence

from pydantic import BaseModel

from cvtailor.adapters.agents.desk_tools import check_claims_at, lookup_evidence_at
from cvtailor.adapters.agents.instructions import prompt_of
from cvtailor.adapters.agents.runtime import AgentRuntime
from cvtailor.domain.desk import Desk
from cvtailor.domain.drafts import Plan, Remark, WrittenClaim
from cvtailor.domain.model_calls import AgentName
from cvtailor.domain.ports import ModelCalls


class WrittenClaims(BaseModel):
    """What the writer answers."""

    claims: tuple[WrittenClaim, ...]


async def write(
    runtime: AgentRuntime, desk: Desk, plan: Plan, remarks: Sequence[Remark], calls: ModelCalls
) -> tuple[WrittenClaim, ...]:
    """Returns reworded lines; see ``Agents.write``."""
    prompt = prompt_of(AgentName.WRITER)
    parts = [
        f"Language: {desk.language}",
        desk.offer_text,
        f"What answers what:\n{desk.answers_text(plan)}",
        desk.lines_to_write(plan, remarks),
        f"What each line rests on:\n{desk.sources_text()}",
    ]
    if desk.wish_text:
        parts.append(desk.wish_text)
    if remarks:
        said = "\n".join(f"{remark.claim_id} {remark.code}" for remark in remarks)
        parts.append(f"Remarks:\n{said}")
    tools = (lookup_evidence_at(desk), check_claims_at(desk))
    answer = await runtime.ask(prompt.agent, prompt.text, "\n\n".join(parts), WrittenClaims, calls, tools)
    return answer.claims
