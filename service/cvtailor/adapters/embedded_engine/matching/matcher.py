"""Compares a CV with an offer."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from cvtailor.adapters.embedded_engine.matching.cv_index import CvIndex
from cvtailor.adapters.embedded_engine.matching.terms import is_named, query_of
from cvtailor.adapters.embedded_engine.matching.verdicts import Judge
from cvtailor.adapters.embedded_engine.skills.table import SkillTable, load_skill_table
from cvtailor.domain.base_cv import BaseCv
from cvtailor.domain.clock import today
from cvtailor.domain.job_offer import JobOffer, Priority
from cvtailor.domain.match_report import (
    MatchReport,
    MatchStatus,
    RankedEvidence,
    RequirementMatch,
)

_MUST_WEIGHT, _NICE_WEIGHT, _TASK_WEIGHT, _TITLE_WEIGHT = 1.0, 0.8, 0.8, 0.5
_DECAY = 0.4
"""Weight of each further ask that a line answers, relative to the one before it."""

_LONE_WORD_SHARE = 0.25
_LONG_ASK_TERMS = 4
"""An ask of so many terms is hardly spoken of by a line that shares a single word with it."""

_HALF_RELEVANT = 4.0
"""Score at which a line counts as half relevant; BM25 scores of good answers lie around 4 to 8."""


class EmbeddedMatcher:
    """Ranks a CV's lines for an offer and answers each requirement; a ``Matcher``.

    BM25 per ask of the offer, over word stems, skills with everything they prove, and general competences.

    Args:
        table: The skill table; the one that ships by default.
        today: The current date, for jobs that last until now.
    """

    def __init__(self, table: SkillTable | None = None, today: Callable[[], date] = today) -> None:
        self._table = table or load_skill_table()
        self._today = today

    async def match(self, cv: BaseCv, offer: JobOffer) -> MatchReport:
        """Ranks the CV's lines for the offer and answers each requirement."""
        return await asyncio.to_thread(self._match, cv, offer)

    def _match(self, cv: BaseCv, offer: JobOffer) -> MatchReport:
        index = CvIndex(cv, self._table)
        judge = Judge(index, self._table, offer.language, self._today)
        matches = tuple(judge.answer(requirement) for requirement in offer.requirements)
        covered = tuple(skill for skill in offer.skills if skill in index.skills)
        return MatchReport(
            matches=matches,
            ranking=self._ranking(index, offer),
            keywords_covered=covered,
            gaps=_gaps(offer, matches, covered),
        )

    def _ranking(self, index: CvIndex, offer: JobOffer) -> tuple[RankedEvidence, ...]:
        asks = [
            *(
                (requirement.text, _MUST_WEIGHT if requirement.priority is Priority.MUST else _NICE_WEIGHT)
                for requirement in offer.requirements
            ),
            *((task, _TASK_WEIGHT) for task in offer.responsibilities),
            (offer.title, _TITLE_WEIGHT),
        ]
        columns = [
            self._column(index, query_of(text, offer.language, self._table), weight) for text, weight in asks
        ]
        ranked = [
            RankedEvidence(evidence_id=text.ids[0], relevance=_relevance([column[at] for column in columns]))
            for at, text in enumerate(index.texts)
            if text.is_line
        ]
        # Equal relevance keeps the order of the CV.
        return tuple(sorted(ranked, key=lambda line: -line.relevance))

    def _column(self, index: CvIndex, query: Mapping[str, float], weight: float) -> list[float]:
        """Returns the score of each text of the CV for one ask."""
        is_long = len(query) >= _LONG_ASK_TERMS
        return [
            weight
            * score
            * (_LONE_WORD_SHARE if is_long and score and _is_lone_word(query, text.bag) else 1.0)
            for text, score in zip(index.texts, index.bm25.scores(query), strict=True)
        ]


def _is_lone_word(query: Mapping[str, float], bag: Mapping[str, float]) -> bool:
    shared = query.keys() & bag.keys()
    return len(shared) == 1 and not any(is_named(term) for term in shared)


def _relevance(scores: Sequence[float]) -> float:
    """Returns 0 to 1 from a line's scores for each ask, the best one counting most."""
    total = sum(score * _DECAY**rank for rank, score in enumerate(sorted(scores, reverse=True)))
    return round(total / (total + _HALF_RELEVANT), 4)


def _gaps(
    offer: JobOffer, matches: tuple[RequirementMatch, ...], covered: tuple[str, ...]
) -> tuple[str, ...]:
    """Returns the skills that the CV lacks, then the unmet must-haves that no such skill stands for."""
    status = {match.requirement_id: match.status for match in matches}
    # Of "SQL or Power BI", the missing half is no gap once the other half answers the requirement.
    settled = {
        skill
        for requirement in offer.requirements
        if status[requirement.id] is MatchStatus.MET
        for skill in requirement.skills
    }
    missing = [skill for skill in offer.skills if skill not in covered and skill not in settled]
    unmet = [
        requirement.text
        for requirement in offer.requirements
        if requirement.priority is Priority.MUST
        and status[requirement.id] is MatchStatus.UNMET
        and not set(requirement.skills) & set(missing)
    ]
    return tuple(dict.fromkeys([*missing, *unmet]))
