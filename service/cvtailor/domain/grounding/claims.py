"""Checks one claim of the CV against the lines it cites."""

import re
from collections.abc import Mapping, Sequence

from cvtailor.domain.base_cv import Evidence, EvidenceId, SectionKind
from cvtailor.domain.grounding.content import SkillNames, check_content, check_terms
from cvtailor.domain.grounding.numbers import check_numbers
from cvtailor.domain.grounding.objection import Objection
from cvtailor.domain.grounding.strength import check_strength
from cvtailor.domain.grounding.words import comparable, words
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
_ITEM = re.compile(r"\s*[,;|·•]\s*")
_SEGMENT = re.compile(r"\s*(?:[|·•,;/]|\s[–—-]\s|\s(?:and|und|et|y|&)\s)\s*")


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
    text: str, cited: Sequence[str], kind: SectionKind, skill_names: SkillNames
) -> Objection | None:
    """Refuses a text that says more, or something else, than the lines it cites."""
    if any(comparable(text) == comparable(line) for line in cited):
        return None
    if kind in _LISTS and any(_items(text) == _items(line) for line in cited):
        return None
    return (
        check_numbers(text, cited)
        or check_terms(text, cited, skill_names)
        or check_strength(text, cited)
        or check_content(text, cited, skill_names)
    )


def check_headline(text: str, cited: Sequence[str], skill_names: SkillNames) -> Objection | None:
    """Refuses a headline unless each part of it stands, word for word, in one cited line.

    A headline may draw on the whole CV, so words may not be put together across lines.
    """
    if any(comparable(text) == comparable(line) for line in cited):
        return None
    for segment in filter(None, _SEGMENT.split(text)):
        wanted = words(segment)
        if not any(_runs_through(wanted, words(line)) for line in cited):
            names = set(skill_names(segment))
            known = {name for line in cited for name in skill_names(line)}
            if len(wanted) <= 2 and names and names <= known:
                continue
            return Objection(RejectionReason.CONTENT_UNSUPPORTED, f"“{segment.strip()}” is in no cited line")
    return None


def _items(text: str) -> list[str]:
    return sorted(filter(None, _ITEM.split(comparable(text))))


def _runs_through(wanted: Sequence[str], line: Sequence[str]) -> bool:
    size = len(wanted)
    return any(tuple(line[at : at + size]) == tuple(wanted) for at in range(len(line) - size + 1))
