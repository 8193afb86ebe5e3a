"""Reads reworded lines as a suspicious recruiter would."""

from collections.abc import Sequence

from pydantic import BaseModel

from cvtailor.adapters.agents.instructions import prompt_of
from cvtailor.adapters.agents.runtime import AgentRuntime
from cvtailor.domain.desk import Desk
from cvtailor.domain.drafts import Remark, WrittenClaim
from cvtailor.domain.model_calls import AgentName
from cvtailor.domain.ports import ModelCalls


class Remarks(BaseModel):
    """What the critic answers."""

    remarks: tuple[Remark, ...]


async def review(
    runtime: AgentRuntime, desk: Desk, written: Sequence[WrittenClaim], calls: ModelCalls
) -> tuple[Remark, ...]:
    """Returns what should not be sent, and why; see ``Agents.review``."""
    prompt = prompt_of(AgentName.CRITIC)
    message = f"Language: {desk.language}\n\n{desk.offer_text}\n\n{desk.written_text(written)}"
    answer = await runtime.ask(prompt.agent, prompt.text, message, Remarks, calls)
    return answer.remarks
