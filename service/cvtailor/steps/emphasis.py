"""What plain rules understand of a person's wish: the words of it that the CV has."""

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from cvtailor.domain.base_cv import BaseCv, EvidenceId
from cvtailor.domain.grounding import SkillNames
from cvtailor.domain.grounding.words import content_words, word_set
from cvtailor.domain.match_report import MatchReport, RankedEvidence
from cvtailor.domain.run import Step, Warned
from cvtailor.domain.stemming import stem_of

LINES_PER_TERM_MAX = 4
_COMMON_SHARE = 1 / 3
"""A word that more of the CV's lines hold than this says nothing about which of them are meant."""

_CLAUSE = re.compile(r"[.;:!?\n]+|,?\s+\b(?:but|aber|sondern|mais|pero)\b\s+", re.IGNORECASE)
_NEGATIONS = word_set(
    """
    not no less fewer without remove drop omit hide shorter never don't avoid skip nicht kein keine keinen
    weniger ohne entferne weg kürzer pas moins sans retire enlève no menos sin quita elimina
    """
)
_ASKING = word_set(
    """
    please emphasise emphasize highlight stress focus show mention bring forward front put make stand out more
    my experience work skills bitte betone betonen hervorheben mehr zeige nenne vorne meine erfahrung souligne
    mettez plus avant expérience destaca más experiencia about all also any each every into line lines much
    new only other some there very well what where über auch alle nur neue sehr tout aussi todo también
    """
)
"""Words that wishes are made of, and lines too, without being about them."""

_WORD_CHARS_MIN = 3


class Emphasis(NamedTuple):
    """What is understood of a wish.

    Attributes:
        terms: Words and skills of it that lines of the CV hold.
        lines: Those lines, the most relevant of each term.
        not_understood: The parts of it that name nothing the CV has, or wish for less of something.
    """

    terms: tuple[str, ...] = ()
    lines: tuple[EvidenceId, ...] = ()
    not_understood: tuple[str, ...] = ()

    def warnings(self) -> Iterator[Warned]:
        """Yields what the person should know."""
        if self.terms:
            said = f"Emphasised, where the CV speaks of it: {', '.join(self.terms)}."
            yield Warned(step=Step.TAILOR, code="feedback_understood", message=said)
        if self.not_understood:
            yield Warned(
                step=Step.TAILOR,
                code="feedback_not_understood",
                message="Plain rules look for words of the CV in a wish, and made nothing of this part; "
                "name what should stand out, or hide, pin and revert lines.",
                quote=" … ".join(self.not_understood)[:500],
            )


def emphasis(cv: BaseCv, report: MatchReport, feedback: str, skill_names: SkillNames) -> Emphasis:
    """Looks for the terms of a wish in the lines of a CV."""
    lines = _Lines(cv, report, skill_names)
    found: dict[str, tuple[EvidenceId, ...]] = {}
    not_understood: list[str] = []
    for clause in filter(None, (part.strip(" ,") for part in _CLAUSE.split(feedback))):
        terms = {} if _NEGATIONS & set(clause.lower().split()) else lines.terms_of(clause)
        found |= terms
        not_understood += [] if terms else [clause]
    return Emphasis(
        terms=tuple(found),
        lines=tuple(dict.fromkeys(id for ids in found.values() for id in ids)),
        not_understood=tuple(not_understood),
    )


class _Lines:
    """The lines of a CV by what they hold."""

    def __init__(self, cv: BaseCv, report: MatchReport, skill_names: SkillNames) -> None:
        self._language = cv.language
        self._skill_names = skill_names
        rank = {line.evidence_id: place for place, line in enumerate(report.ranking)}
        texts = [
            (line.id, f"{entry.title}: {line.text}" if entry.text else line.text)
            for _, entry in cv.entries()
            for line in entry.lines()
        ]
        texts.sort(key=lambda line: rank.get(line[0], len(rank)))
        self._skills = {id: frozenset(skill_names(text)) for id, text in texts}
        self._stems = {id: self._stems_of(text) for id, text in texts}

    def terms_of(self, clause: str) -> dict[str, tuple[EvidenceId, ...]]:
        """Returns the terms of a clause that some lines hold, with the most relevant of those."""
        terms = {skill: self._holding(self._skills, skill) for skill in self._skill_names(clause)}
        named = {stem for skill in terms for stem in self._stems_of(skill)}
        for word in content_words(clause):
            stem = stem_of(word, self._language)
            if len(word) >= _WORD_CHARS_MIN and word not in _ASKING and stem not in named:
                ids = self._holding(self._stems, stem)
                common = len(ids) > max(1, _COMMON_SHARE * len(self._stems))
                terms[word] = () if common else ids
        return {term: tuple(islice(ids, LINES_PER_TERM_MAX)) for term, ids in terms.items() if ids}

    def _stems_of(self, text: str) -> frozenset[str]:
        return frozenset(stem_of(word, self._language) for word in content_words(text))

    def _holding(self, held: Mapping[EvidenceId, frozenset[str]], term: str) -> tuple[EvidenceId, ...]:
        return tuple(id for id, terms in held.items() if term in terms)


def raised(report: MatchReport, ids: Collection[EvidenceId]) -> MatchReport:
    """Returns the report with some lines as relevant as can be."""
    first = tuple(RankedEvidence(evidence_id=id, relevance=1.0) for id in ids)
    rest = tuple(line for line in report.ranking if line.evidence_id not in ids)
    return report.model_copy(update={"ranking": (*first, *rest)})
