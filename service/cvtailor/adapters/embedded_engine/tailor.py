"""The tailor of the embedded engine."""

import asyncio
from collections.abc import Callable
from datetime import date

from cvtailor.adapters.embedded_engine.skills.table import SkillTable, load_skill_table
from cvtailor.adapters.embedded_engine.writing.actions import actions_for
from cvtailor.adapters.embedded_engine.writing.email import write_email
from cvtailor.adapters.embedded_engine.writing.letter import write_letter
from cvtailor.adapters.embedded_engine.writing.sentences import Sentences
from cvtailor.adapters.embedded_engine.writing.tailor import CvTailor
from cvtailor.domain.application import ActionPoint, TailoringOptions
from cvtailor.domain.base_cv import BaseCv
from cvtailor.domain.job_offer import JobOffer
from cvtailor.domain.match_report import MatchReport
from cvtailor.domain.ports import TailoredDraft
from cvtailor.domain.tailored_cv import CoverLetter, EmailDraft, TailoredCv


class EmbeddedTailor:
    """Tailors with the person's own lines only; a ``Tailor``.

    Args:
        today: The current date, for recency and due dates.
        table: The skill table; the one that ships by default.
    """

    def __init__(self, today: Callable[[], date], table: SkillTable | None = None) -> None:
        self._today = today
        self._table = table or load_skill_table()

    async def tailor(
        self, cv: BaseCv, offer: JobOffer, report: MatchReport, options: TailoringOptions
    ) -> TailoredDraft:
        """Chooses and orders the CV for the offer; every line is one of the base CV, word for word.

        The items of a skills row may change places. No job and no degree is left out.
        """
        tailor = CvTailor(cv, offer, report, options, self._table, self._today)
        return await asyncio.to_thread(tailor.draft)

    async def write_letter(
        self,
        cv: BaseCv,
        offer: JobOffer,
        report: MatchReport,
        draft: TailoredCv,
        options: TailoringOptions,
    ) -> CoverLetter:
        """Writes the cover letter from lines of the base CV, by default in the language of the offer."""
        say = Sentences(cv, offer, report, draft, options, self._table)
        return await asyncio.to_thread(write_letter, say)

    async def write_email(
        self,
        cv: BaseCv,
        offer: JobOffer,
        report: MatchReport,
        draft: TailoredCv,
        options: TailoringOptions,
    ) -> EmailDraft:
        """Writes the e-mail from one line of the base CV, by default in the language of the offer."""
        say = Sentences(cv, offer, report, draft, options, self._table)
        return await asyncio.to_thread(write_email, say)

    async def suggest_actions(
        self, cv: BaseCv, offer: JobOffer, report: MatchReport
    ) -> tuple[ActionPoint, ...]:
        """Suggests what the person should do next, the most pressing first."""
        return actions_for(cv, offer, report, self._today)
