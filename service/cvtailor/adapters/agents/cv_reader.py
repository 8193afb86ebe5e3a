"""Reads CVs out of free text: quotes only."""

from cvtailor.adapters.agents.instructions import prompt_of
from cvtailor.adapters.agents.runtime import AgentRuntime
from cvtailor.domain.drafts import CvDraft
from cvtailor.domain.fence import Fence
from cvtailor.domain.model_calls import AgentName
from cvtailor.domain.ports import ModelCalls


async def read_cv(runtime: AgentRuntime, text: str, calls: ModelCalls) -> CvDraft:
    """Returns a CV as quotes; see ``Agents.read_cv``."""
    prompt = prompt_of(AgentName.CV_READER)
    message = Fence(text).around("CV", text)
    return await runtime.ask(prompt.agent, prompt.text, message, CvDraft, calls)
