"""Checks one claim of the CV against the lines it cites."""

import re
from collections.abc import Mapping, Sequence

from cvtailor.domain.base_cv import Evidence, EvidenceId, SectionKind
from cvtailor.domain.grounding.causes import check_cause
from cvtailor.domain.grounding.cited import ITEM_BREAK, Cited
from cvtailor.domain.grounding.content import (
    SkillNames,
    check_content,
    check_terms,
    is_whole_name,
)
from cvtailor.domain.grounding.dates import check_dates, without_known_months
from cvtailor.domain.grounding.lexicon import Lexicon
from cvtailor.domain.grounding.notation import MONTHS
from cvtailor.domain.grounding.numbers import check_numbers
from cvtailor.domain.grounding.objection import Objection
from cvtailor.domain.grounding.others import check_others
from cvtailor.domain.grounding.passive import check_doer
from cvtailor.domain.grounding.positions import check_position
from cvtailor.domain.grounding.strength import check_strength, dropped_from_item, dropped_from_title
from cvtailor.domain.grounding.words import FUNCTION_WORDS, comparable, words
from cvtailor.domain.tailored_cv import Claim, RejectionReason

_LISTS = frozenset(
    {
        SectionKind.SKILLS,
        SectionKind.LANGUAGES,
        SectionKind.INTERESTS,
        SectionKind.CERTIFICATES,
        SectionKind.OTHER,
    }
)
_SEGMENT = re.compile(r"\s*(?:[|·•,;:()]|\s/\s|\s[–—-]\s|\s(?:and|und|et|y|&)\s)\s*")
_JOINT = re.compile(r"(?i)\s+(?:at|in|with|for|@|bei|mit|am|im|chez|avec|à|au|en|con|por)\s+")


def check_sources(
    claim: Claim, evidence: Mapping[EvidenceId, Evidence], entry_id: str | None = None
) -> Objection | None:
    """Refuses a claim without evidence, with evidence that does not exist, or with that of another entry.

    Args:
        claim: What is claimed.
        evidence: Everything the base CV says.
        entry_id: The entry that all evidence must belong to; None for headline, summary and letter.
    """
    if not claim.evidence_ids:
        return Objection(RejectionReason.NO_EVIDENCE, "it cites nothing")
    unknown = [id for id in claim.evidence_ids if id not in evidence]
    if unknown:
        return Objection(RejectionReason.UNKNOWN_EVIDENCE, f"the base CV has no {unknown[0]}")
    if entry_id is not None:
        foreign = [id for id in claim.evidence_ids if evidence[id].entry_id != entry_id]
        if foreign:
            return Objection(RejectionReason.FOREIGN_EVIDENCE, f"{foreign[0]} is not of {entry_id}")
    return None


def check_line(
    text: str, cited: Cited, kind: SectionKind, lexicon: Lexicon, skill_names: SkillNames
) -> Objection | None:
    """Refuses a text that says more, or something else, than the lines it cites."""
    if cited.says(text):
        return None
    if kind in _LISTS and any(_items(text) == _items(line) for line in cited.texts):
        return None
    return check_telling(text, cited, lexicon, skill_names)


def check_telling(
    text: str,
    cited: Cited,
    lexicon: Lexicon,
    skill_names: SkillNames,
    allowed: frozenset[str] = frozenset(),
) -> Objection | None:
    """Puts a text that is not a quotation through every rule; a date as the CV writes it needs none."""
    for date in cited.date_texts:
        text = text.replace(date, " ") if "-" in date else text
    text = without_known_months(text, cited)
    return (
        check_dates(text, cited, lexicon)
        or check_numbers(text, cited, lexicon)
        or check_terms(text, cited, lexicon, skill_names)
        or check_strength(text, cited, lexicon)
        or check_position(text, cited, lexicon)
        or check_doer(text, cited, lexicon)
        or check_others(text, cited, lexicon)
        or check_cause(text, cited, lexicon)
        or check_content(text, cited, lexicon, skill_names, allowed)
    )


def check_headline(text: str, cited: Cited, lexicon: Lexicon, skill_names: SkillNames) -> Objection | None:
    """Refuses a headline unless each part of it stands, word for word, in one cited line.

    A headline may draw on the whole CV, so words may not be put together across lines.
    """
    if cited.says(text):
        return None
    for segment in filter(None, _SEGMENT.split(text)):
        if _is_time(segment, lexicon) and not check_telling(segment, cited, lexicon, skill_names):
            continue
        pieces = [segment] if _stands(segment, cited, lexicon, skill_names) else _JOINT.split(segment)
        lost = next((piece for piece in pieces if not _stands(piece, cited, lexicon, skill_names)), None)
        if lost is not None:
            return Objection(RejectionReason.CONTENT_UNSUPPORTED, f"“{lost.strip()}” is in no cited line")
    wanted = words(text)
    for title in cited.titles:
        dropped = dropped_from_title(wanted, title, lexicon)
        if dropped:
            return Objection(RejectionReason.STRENGTH_INFLATED, f"the cited title says “{dropped}”")
    for item in cited.items():
        dropped = dropped_from_item(wanted, item, lexicon)
        if dropped:
            return Objection(RejectionReason.STRENGTH_INFLATED, f"the cited line says “{dropped}”")
    return None


def _is_time(segment: str, lexicon: Lexicon) -> bool:
    """Whether a part of a headline only says when: "since Jan 2020"."""
    telling = [word for word in words(segment) if word not in FUNCTION_WORDS]
    said = lexicon.since | lexicon.current | MONTHS.keys()
    return any(word.isdigit() for word in telling) and all(word.isdigit() or word in said for word in telling)


def _stands(segment: str, cited: Cited, lexicon: Lexicon, skill_names: SkillNames) -> bool:
    """Whether a part of a headline is in one cited line, or is another name of one of its skills."""
    wanted = words(segment)
    if any(_runs_through(wanted, words(line)) for line in cited.texts):
        return True
    names = set(skill_names(segment))
    known = {name for line in cited.texts for name in skill_names(line)}
    if len(wanted) <= 2 and names and names <= known and is_whole_name(segment, skill_names):
        return True
    return any(not check_telling(segment, one, lexicon, skill_names) for one in cited.each())


def _items(text: str) -> list[str]:
    return sorted(filter(None, ITEM_BREAK.split(comparable(text))))


def _runs_through(wanted: Sequence[str], line: Sequence[str]) -> bool:
    size = len(wanted)
    return any(tuple(line[at : at + size]) == tuple(wanted) for at in range(len(line) - size + 1))
