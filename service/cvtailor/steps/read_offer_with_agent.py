"""Reads a job ad with the embedded engine, then lets an agent find what it missed."""

from cvtailor.domain.errors import InvalidInput
from cvtailor.domain.grounding import SkillNames
from cvtailor.domain.job_offer import JobOffer, JobPosting
from cvtailor.domain.ports import Agents, ModelCalls, OfferReader
from cvtailor.domain.run import Step
from cvtailor.domain.verification.offers import offer_of
from cvtailor.steps.agent_work import TRANSIENT, WithWarnings, fell_back

READ_CHARS_MAX = 40_000
"""What an agent gets to read of an ad; no ad needs more, and the rest would only cost."""


async def read_offer_with_agent(
    reader: OfferReader,
    agents: Agents,
    posting: JobPosting,
    calls: ModelCalls,
    skill_names: SkillNames = lambda _: (),
    *,
    falls_back: bool = True,
) -> WithWarnings[JobOffer]:
    """Reads an ad.

    Args:
        reader: The embedded engine's.
        agents: Reads too; only what the ad says word for word is taken.
        posting: The ad.
        calls: Makes the paid calls.
        skill_names: Names the skills in a text.
        falls_back: Whether the embedded engine's reading will do if the model fails.

    Raises:
        InvalidInput: It asks for nothing that a person could have (``POSTING_UNREADABLE``).
        ModelRefused: The provider refuses the key, the model or the request.
        ModelUnavailable: Also ``ModelBudgetSpent``, ``ModelAnswerInvalid``: only if it may not fall back.
    """
    embedded = await _embedded(reader, posting)
    try:
        draft = await agents.read_offer(posting.text[:READ_CHARS_MAX], calls)
    except TRANSIENT as error:
        if not falls_back:
            raise
        if isinstance(embedded, InvalidInput):
            raise embedded from error
        return WithWarnings(embedded, (fell_back(Step.READ_OFFER, error),))
    if not isinstance(embedded, InvalidInput):
        return WithWarnings(offer_of(draft, posting, embedded, skill_names) or embedded)
    offer = offer_of(draft, posting, None, skill_names)
    if offer is None:
        raise embedded
    return WithWarnings(offer)


async def _embedded(reader: OfferReader, posting: JobPosting) -> JobOffer | InvalidInput:
    try:
        return await reader.read(posting)
    except InvalidInput as error:
        return error
