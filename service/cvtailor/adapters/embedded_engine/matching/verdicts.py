"""Answers one requirement, part by part: languages, years, education, skills, and its plain words."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from cvtailor.adapters.embedded_engine.matching.alternatives import alternatives, offers_a_choice
from cvtailor.adapters.embedded_engine.matching.cv_index import CvIndex, CvText
from cvtailor.adapters.embedded_engine.matching.degrees import DEGREE_WORDS, LEVEL_WORDS, levels_in
from cvtailor.adapters.embedded_engine.matching.experience import months_in, period_of, years_words
from cvtailor.adapters.embedded_engine.matching.terms import competences, content_stems, query_of
from cvtailor.adapters.embedded_engine.offers.fields import asks_education, years_in
from cvtailor.adapters.embedded_engine.skills.table import SkillMention, SkillTable
from cvtailor.adapters.embedded_engine.spoken_languages import (
    LANGUAGE_NAMES,
    LEVEL_NAMES,
    LanguageMention,
    find_languages,
)
from cvtailor.adapters.embedded_engine.words import compound_parts, tokens, unmarked
from cvtailor.domain.base_cv import EvidenceId, SectionKind
from cvtailor.domain.job_offer import Requirement
from cvtailor.domain.match_report import MatchStatus, RequirementMatch
from cvtailor.domain.stemming import stem_of

EVIDENCE_MAX = 5
_WORDS_MET = 0.6
_WORDS_PARTLY = 0.3
_COMPETENCE_SHARE = 0.7
_NEAR_BEST = 0.6
_REST_WORDS_MIN = 3
_EITHER = re.compile(r"(?i)\s+/\s+|\s+(?:or|oder|ou|o)\s+")
_YEARS_OF = re.compile(r"(?i)^(?:\w+[\s'’]+){0,3}\d*\+?\s?(?:years|jahre|ans|años)\b")
_IDEALLY = re.compile(
    r"(?i)[\s,;(–-]+(?:ideally|preferably|idealerweise|vorzugsweise|am besten|idéalement|de préférence|"
    r"idealmente|preferiblemente|de preferencia)\b"
)


@dataclass(slots=True)
class Part:
    """The answer to one part of a requirement; ``reason`` completes it in words."""

    status: MatchStatus
    reason: str
    evidence: list[EvidenceId] = field(default_factory=list)


class Judge:
    """Answers requirements from one CV.

    Args:
        index: The CV.
        table: The skill table.
        offer_language: Language of the requirements.
        today: For jobs that last until now.
    """

    def __init__(
        self, index: CvIndex, table: SkillTable, offer_language: str, today: Callable[[], date]
    ) -> None:
        self._index = index
        self._table = table
        self._language = offer_language
        self._today = today()
        self._rules = (self._languages, self._years, self._education, self._skills)

    def answer(self, requirement: Requirement) -> RequirementMatch:
        """Returns how far the CV meets a requirement, by which evidence and why."""
        scores = self._scores(requirement.text)
        parts = [part for rule in self._rules for part in rule(requirement, scores)]
        if not parts:
            parts = [self._words(requirement.text, scores)]
        statuses = {part.status for part in parts}
        if statuses == {MatchStatus.MET}:
            status = MatchStatus.MET
        else:
            status = MatchStatus.UNMET if statuses == {MatchStatus.UNMET} else MatchStatus.PARTLY
        evidence = dict.fromkeys(id for part in parts for id in part.evidence)
        return RequirementMatch(
            requirement_id=requirement.id,
            status=status,
            evidence_ids=tuple(evidence)[:EVIDENCE_MAX],
            reason=" ".join(dict.fromkeys(part.reason for part in parts)),
        )

    def _scores(self, text: str) -> dict[EvidenceId, float]:
        scores = self._index.bm25.scores(query_of(text, self._language, self._table))
        return {cv_text.ids[0]: score for cv_text, score in zip(self._index.texts, scores, strict=True)}

    def _best(self, texts: Sequence[CvText], scores: dict[EvidenceId, float]) -> list[EvidenceId]:
        # A line tells more than a bare fact, and facts only break ties.
        ranked = sorted(texts, key=lambda text: (-scores[text.ids[0]], not text.is_line, text.ids[0]))
        return [id for text in ranked[:EVIDENCE_MAX] for id in text.ids]

    def _languages(self, requirement: Requirement, scores: dict[EvidenceId, float]) -> Iterator[Part]:
        asked = list(
            {mention.code: mention for mention in reversed(find_languages(requirement.text))}.values()
        )[::-1]
        if not asked:
            return
        spoken = self._spoken()
        parts = [self._language_part(mention, spoken) for mention in asked]
        if len(parts) > 1 and offers_a_choice(requirement.text):
            yield min(parts, key=lambda part: _ORDER[part.status])
        else:
            yield from parts

    def _spoken(self) -> dict[str, tuple[int, EvidenceId]]:
        """Returns the languages that the CV lists, with level and evidence."""
        spoken: dict[str, tuple[int, EvidenceId]] = {}
        for text in self._index.texts:
            if not text.section or not text.is_line or text.section.kind not in _LANGUAGE_SECTIONS:
                continue
            for mention in find_languages(text.text):
                if mention.level or text.section.kind is SectionKind.LANGUAGES:
                    spoken.setdefault(mention.code, (mention.level, text.ids[0]))
        return spoken

    def _language_part(self, asked: LanguageMention, spoken: dict[str, tuple[int, EvidenceId]]) -> Part:
        name = LANGUAGE_NAMES.get(asked.code, asked.code)
        if asked.code not in spoken:
            if asked.code == self._index.cv.language:
                return Part(MatchStatus.PARTLY, f"The CV is written in {name} but does not state a level.")
            return Part(MatchStatus.UNMET, f"The CV does not list {name}.")
        level, evidence = spoken[asked.code]
        if level and level < asked.level:
            reason = (
                f"{name} is listed at {LEVEL_NAMES[level]}; the offer asks for {LEVEL_NAMES[asked.level]}."
            )
            return Part(MatchStatus.PARTLY, reason, [evidence])
        if not level and asked.level:
            return Part(MatchStatus.PARTLY, f"{name} is listed without a level.", [evidence])
        return Part(MatchStatus.MET, f"{name} is listed.", [evidence])

    def _years(self, requirement: Requirement, scores: dict[EvidenceId, float]) -> Iterator[Part]:
        asked = max((years.value for years in years_in(requirement.text)), default=0)
        if not asked:
            return
        jobs = [
            (entry, period)
            for section, entry in self._index.cv.entries()
            if section.kind is SectionKind.EXPERIENCE and (period := period_of(entry, self._today))
        ]
        total = months_in(period for _, period in jobs)
        topic = set(content_stems(requirement.text, self._language))
        skills = frozenset(requirement.skills)
        related = [
            (entry, period) for entry, period in jobs if not topic or self._is_about(entry.id, topic, skills)
        ]
        if not related:
            related = [
                (entry, period) for entry, period in jobs if self._is_about(entry.id, topic, frozenset())
            ]
        months = months_in(period for _, period in related)
        evidence = [f"{entry.id}.start_date" for entry, _ in related if entry.start_date][:2]
        found = f"{years_words(months)} in jobs that speak of it, {years_words(total)} in all; {asked} asked."
        if months >= asked * 12:
            yield Part(MatchStatus.MET, f"The dates of the CV give {found}", evidence)
        elif total >= asked * 12 or months * 2 >= asked * 12:
            yield Part(MatchStatus.PARTLY, f"The dates of the CV give {found}", evidence)
        else:
            yield Part(MatchStatus.UNMET, f"The dates of the CV give {found}")

    def _is_about(self, entry_id: str, topic: set[str], skills: frozenset[str]) -> bool:
        texts = [text for text in self._index.texts if text.entry and text.entry.id == entry_id]
        return any(skills & text.skills or (not skills and topic & text.bag.keys()) for text in texts)

    def _education(self, requirement: Requirement, scores: dict[EvidenceId, float]) -> Iterator[Part]:
        asked = levels_in(requirement.text)
        if not asked or not asks_education(requirement.text) or _YEARS_OF.match(requirement.text):
            return
        degrees = [
            text
            for text in self._index.texts
            if text.section and text.section.kind is SectionKind.EDUCATION and not text.is_line
        ]
        level = min(asked)
        held = [
            (max(levels, default=0), text)
            for text in degrees
            if (levels := levels_in(text.text)) or not levels
        ]
        high_enough = [text for found, text in held if found >= level]
        fields = self._field_terms(requirement)
        fitting = [text for text in high_enough if not fields or fields & text.bag.keys()]
        if fitting:
            ids = self._best(fitting, scores)
            yield Part(
                MatchStatus.MET, f"The CV lists {LEVEL_WORDS[level]} or more in a field asked for.", ids
            )
        elif high_enough:
            ids = self._best(high_enough, scores)
            yield Part(
                MatchStatus.PARTLY, f"The CV lists {LEVEL_WORDS[level]} or more, in another field.", ids
            )
        else:
            near = [text for _, text in held if fields & text.bag.keys()]
            status = MatchStatus.PARTLY if near else MatchStatus.UNMET
            yield Part(status, f"The CV does not list {LEVEL_WORDS[level]}.", self._best(near, scores))

    def _field_terms(self, requirement: Requirement) -> set[str]:
        words = (word for word in tokens(requirement.text) if word not in DEGREE_WORDS)
        fields = {stem_of(word, self._language) for word in words} & set(
            content_stems(requirement.text, self._language)
        )
        return fields | {f"skill:{name}" for name in requirement.skills}

    def _skills(self, requirement: Requirement, scores: dict[EvidenceId, float]) -> Iterator[Part]:
        mentions = [
            mention
            for mention in self._table.mentions(requirement.text)
            if mention.name in requirement.skills
        ]
        if not mentions or (asks_education(requirement.text) and levels_in(requirement.text)):
            return  # nothing named, or the field of a degree, answered above
        parts = [self._skill_part(group, scores) for group in alternatives(requirement.text, mentions)]
        if all(part.status is MatchStatus.UNMET for part in parts):
            # Another word for what is asked may still stand in a line.
            nearest = self._words(_IDEALLY.split(requirement.text)[0], scores)
            if nearest.status is MatchStatus.MET:
                missing = " ".join(part.reason for part in parts)
                parts = [Part(MatchStatus.PARTLY, f"{missing} A line comes near it.", nearest.evidence)]
        elif all(part.status is MatchStatus.MET for part in parts) and self._misses_more(
            requirement, mentions
        ):
            parts.append(Part(MatchStatus.PARTLY, "The CV does not speak of the rest of this."))
        yield from parts

    def _skill_part(self, group: frozenset[str], scores: dict[EvidenceId, float]) -> Part:
        texts = [text for text in self._index.texts if text.skills & group]
        if texts:
            held = sorted({name for text in texts for name in text.skills & group})
            verb = "is" if len(held) == 1 else "are"
            return Part(MatchStatus.MET, f"{' and '.join(held)} {verb} in the CV.", self._best(texts, scores))
        missing = f"{' or '.join(sorted(group))} is not in the CV"
        near = frozenset().union(*(self._table.siblings(name) for name in group))
        texts = [text for text in self._index.texts if text.skills & near]
        if texts:
            close = " and ".join(sorted({name for text in texts for name in text.skills & near})[:2])
            return Part(MatchStatus.PARTLY, f"{missing}, but {close} is.", self._best(texts, scores))
        return Part(MatchStatus.UNMET, f"{missing}.")

    def _misses_more(self, requirement: Requirement, mentions: Sequence[SkillMention]) -> bool:
        """Whether a requirement asks for more than the skills it names, and the CV is silent on that."""
        rest = requirement.text
        for mention in reversed(mentions):
            rest = f"{rest[: mention.start]} {rest[mention.end :]}"
        words = set(content_stems(rest, self._language))
        if len(words) < _REST_WORDS_MIN:
            return False
        weight = {word: self._index.bm25.rarity(word) for word in words}
        held = frozenset().union(*(self._held(weight, text) for text in self._index.texts))
        return sum(weight[word] for word in held) < _WORDS_PARTLY * sum(weight.values())

    def _words(self, asked: str, scores: dict[EvidenceId, float]) -> Part:
        """Answers by the words of a requirement; of "assessor / mentor course", either is enough."""
        options = [
            asked,
            *(text for text in _EITHER.split(asked) if len(content_stems(text, self._language)) > 1),
        ]
        return min((self._share(text, scores) for text in options), key=lambda part: _ORDER[part.status])

    def _share(self, text: str, scores: dict[EvidenceId, float]) -> Part:
        """Answers by the share of a text's telling words that one line, or the whole CV, holds."""
        asked = list(dict.fromkeys(content_stems(text, self._language)))
        soft = sorted(competences(unmarked(text)))
        if not asked and not soft:
            return Part(MatchStatus.UNMET, "The CV says nothing that answers this.")
        weight = {word: self._index.bm25.rarity(word) for word in asked}
        mean = sum(weight.values()) / len(weight) if weight else 1.0
        weight |= {f"competence:{name}": mean * _COMPETENCE_SHARE for name in soft}
        total = sum(weight.values())
        held = [self._held(weight, text) for text in self._index.texts]
        everywhere = frozenset().union(*held)
        ranked = sorted(
            zip(self._index.texts, held, strict=True),
            key=lambda pair: (
                -sum(weight[term] for term in pair[1]),
                -scores[pair[0].ids[0]],
                pair[0].ids[0],
            ),
        )
        best = sum(weight[term] for term in ranked[0][1]) / total if ranked else 0.0
        whole = sum(weight[term] for term in everywhere) / total
        enough = _NEAR_BEST * best * total
        evidence = [
            id
            for text, terms in ranked[:3]
            if terms and sum(weight[term] for term in terms) >= enough
            for id in text.ids
        ]
        if best >= _WORDS_MET:
            return Part(MatchStatus.MET, "A line of the CV speaks of the same thing.", evidence)
        if best >= _WORDS_PARTLY or whole >= _WORDS_MET:
            return Part(MatchStatus.PARTLY, "The CV speaks of a part of this.", evidence)
        return Part(MatchStatus.UNMET, "The CV says nothing that answers this.")

    def _held(self, weight: dict[str, float], text: CvText) -> frozenset[str]:
        found = weight.keys() & text.bag.keys()
        if "de" in {self._language, self._index.cv.language}:
            # "Unterrichtserfahrung" speaks of "Unterricht".
            words = [word for word in text.bag if ":" not in word]
            for term in weight.keys() - found:
                if compound_parts(term, words) or any(compound_parts(word, (term,)) for word in words):
                    found = found | {term}
        return frozenset(found)


_ORDER = {MatchStatus.MET: 0, MatchStatus.PARTLY: 1, MatchStatus.UNMET: 2}
_LANGUAGE_SECTIONS = frozenset(
    {SectionKind.LANGUAGES, SectionKind.SKILLS, SectionKind.OTHER, SectionKind.CERTIFICATES}
)
