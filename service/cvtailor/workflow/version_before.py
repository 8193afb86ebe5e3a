"""What a run that makes a further version of a CV goes on from."""

from cvtailor.domain.base_cv import BaseCv
from cvtailor.domain.caller import Caller
from cvtailor.domain.job_offer import JobOffer
from cvtailor.domain.model_calls import AgentName
from cvtailor.domain.ports import KeptVersion, Records
from cvtailor.domain.revision import Revision
from cvtailor.domain.submission import Provenance
from cvtailor.domain.tailored_cv import CoverLetter


class VersionBefore:
    """The version before, read whenever it is asked for: versions never change."""

    def __init__(self, records: Records, owner: Caller, revision: Revision) -> None:
        self._records, self._owner, self._revision = records, owner, revision

    async def base_cv(self) -> BaseCv:
        """Returns the base CV as it was read then, the answers of the person included."""
        return (await self._read()).base

    async def offer(self) -> JobOffer:
        """Returns the offer as it was understood then."""
        return (await self._read()).offer

    async def letter(self) -> CoverLetter | None:
        """Returns its letter if an agent wrote it and it may stay: it is not paid for again.

        What it tells of lines that the new version does not show goes out in CHECK_AGREEMENT.
        """
        if not self._revision.keeps_letter:
            return None
        before = await self._read()
        return before.letter if AgentName.LETTER_WRITER in before.provenance.prompt_versions else None

    async def continued(self, made: Provenance) -> Provenance:
        """Returns what made the new version: also what made the one before, whose wording it keeps."""
        before = (await self._read()).provenance
        prompts = {**before.prompt_versions, **made.prompt_versions}
        if not self._revision.keeps_letter:
            prompts.pop(AgentName.LETTER_WRITER, None)
        models = tuple(dict.fromkeys((*before.models, *made.models)))
        return made.model_copy(update={"models": models, "prompt_versions": prompts})

    async def _read(self) -> KeptVersion:
        revision = self._revision
        return await self._records.version(self._owner, revision.application_id, revision.parent_version)
