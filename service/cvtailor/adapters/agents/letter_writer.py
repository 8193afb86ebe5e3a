"""Writes the body of the cover letter, in references to evidence."""

from collections.abc import Sequence

from cvtailor.adapters.agents.desk_tools import lookup_evidence_at
from cvtailor.adapters.agents.instructions import prompt_of
from cvtailor.adapters.agents.runtime import AgentRuntime
from cvtailor.domain.desk import Desk
from cvtailor.domain.drafts import LetterDraft, Plan, Remark
from cvtailor.domain.model_calls import AgentName
from cvtailor.domain.ports import ModelCalls


async def write_letter(
    runtime: AgentRuntime, desk: Desk, remarks: Sequence[Remark], calls: ModelCalls
) -> LetterDraft:
    """Returns a letter's body; see ``Agents.write_letter``."""
    prompt = prompt_of(AgentName.LETTER_WRITER)
    parts = [
        f"Language: {desk.language}\nTone: {desk.tone.value}",
        desk.offer_text,
        desk.evidence_text,
        f"What answers what:\n{desk.answers_text(Plan())}",
    ]
    if remarks:
        parts.append("Remarks:\n" + "\n".join(f"{remark.claim_id} {remark.code}" for remark in remarks))
    tools = (lookup_evidence_at(desk),)
    return await runtime.ask(prompt.agent, prompt.text, "\n\n".join(parts), LetterDraft, calls, tools)
