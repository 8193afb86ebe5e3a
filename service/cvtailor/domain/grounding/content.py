"""Named terms and plain words: nothing in a claim that its evidence does not hold."""

from collections.abc import Callable, Collection, Iterable, Sequence

from cvtailor.domain.grounding.notation import NOTATION_WORDS
from cvtailor.domain.grounding.numbers import quantities
from cvtailor.domain.grounding.objection import Objection
from cvtailor.domain.grounding.words import FUNCTION_WORDS, plain, same_word, words
from cvtailor.domain.tailored_cv import RejectionReason

type SkillNames = Callable[[str], Iterable[str]]
"""Returns the canonical names of the skills that a text names; true synonyms have one name."""

_NAME_WORDS_MAX = 4


def check_terms(claim: str, evidence: Sequence[str], skill_names: SkillNames) -> Objection | None:
    """Refuses a skill, tool or certificate that no cited line names."""
    known = {name for line in evidence for name in skill_names(line)}
    known_words = frozenset(word for line in evidence for word in words(line))
    for name in sorted(set(skill_names(claim)) - known):
        if not all(any(same_word(word, other) for other in known_words) for word in words(name)):
            return Objection(RejectionReason.TERM_UNSUPPORTED, f"{name} is in no cited line")
    return None


def check_content(
    claim: str,
    evidence: Sequence[str],
    skill_names: SkillNames,
    allowed: Collection[str] = frozenset(),
) -> Objection | None:
    """Refuses a word that carries meaning and stands in no cited line, in no inflection and by no alias.

    Args:
        claim: The text to check.
        evidence: The cited lines.
        skill_names: For aliases.
        allowed: Further words that need no evidence.
    """
    known = frozenset(word for line in evidence for word in words(line))
    known_names = {name for line in evidence for name in skill_names(line)}
    # "Apache Kafka" is the whole name of the Kafka that the line speaks of.
    known |= {word for name in known_names if not _means_more(name, skill_names) for word in words(name)}
    if quantities(claim):
        known |= NOTATION_WORDS
    said = words(claim)
    for at, word in enumerate(said):
        if word in FUNCTION_WORDS or word in allowed or word in known:
            continue
        if any(same_word(word, other) for other in known) or _is_number(word):
            continue
        if _is_alias(claim, at, skill_names, known_names):
            continue
        reason = (
            RejectionReason.TERM_UNSUPPORTED
            if _looks_named(claim, word)
            else RejectionReason.CONTENT_UNSUPPORTED
        )
        return Objection(reason, f"“{word}” is in no cited line")
    return None


def _means_more(name: str, skill_names: SkillNames) -> bool:
    """Whether a canonical name, read as text, names anything but itself."""
    return set(skill_names(name)) != {name}


def _is_number(word: str) -> bool:
    return bool(quantities(word)) and (word[0].isdigit() or len(quantities(word)) == 1)


def _is_alias(claim: str, at: int, skill_names: SkillNames, known_names: Collection[str]) -> bool:
    """Whether the word belongs to another name of a skill that the evidence names."""
    said = plain(claim).split()
    target = words(claim)[at]
    for start in range(len(said)):
        for size in range(1, _NAME_WORDS_MAX + 1):
            stretch = " ".join(said[start : start + size])
            if target in words(stretch):
                names = set(skill_names(stretch))
                covered = len(words(stretch)) <= _NAME_WORDS_MAX
                if names and covered and names <= set(known_names) and _is_whole_name(stretch, skill_names):
                    return True
    return False


def _is_whole_name(stretch: str, skill_names: SkillNames) -> bool:
    """Whether every word of a stretch is needed for its name, so that nothing rides along."""
    parts = stretch.split()
    names = set(skill_names(stretch))
    if len(parts) == 1:
        return True
    return set(skill_names(" ".join(parts[1:]))) != names and set(skill_names(" ".join(parts[:-1]))) != names


def _looks_named(claim: str, word: str) -> bool:
    """Whether a word is written like a name: a capital or digit beyond the start of the sentence."""
    for index, piece in enumerate(plain(claim).split()):
        if word in words(piece):
            return any(
                character.isupper() or character.isdigit() for character in (piece if index else piece[1:])
            )
    return False
