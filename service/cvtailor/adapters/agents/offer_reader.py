"""Reads job ads: quotes only."""

from collections.abc import Callable, Sequence
from typing import Any

from cvtailor.adapters.agents.instructions import prompt_of
from cvtailor.adapters.agents.runtime import AgentRuntime
from cvtailor.domain.drafts import OfferDraft
from cvtailor.domain.fence import Fence
from cvtailor.domain.model_calls import AgentName
from cvtailor.domain.ports import ModelCalls


async def read_offer(
    runtime: AgentRuntime, text: str, calls: ModelCalls, tools: Sequence[Callable[..., Any]] = ()
) -> OfferDraft:
    """Returns an ad as quotes; see ``Agents.read_offer``."""
    prompt = prompt_of(AgentName.OFFER_READER)
    message = Fence(text).around("job ad", text)
    return await runtime.ask(prompt.agent, prompt.text, message, OfferDraft, calls, tools)
