"""Named terms and plain words: nothing in a claim that its evidence does not hold."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import pairwise

from cvtailor.domain.grounding.abbreviations import abbreviated_words, covered_by_abbreviation, cut_short
from cvtailor.domain.grounding.cited import Cited
from cvtailor.domain.grounding.dates import dated_words
from cvtailor.domain.grounding.german import is_composed
from cvtailor.domain.grounding.lexicon import Lexicon
from cvtailor.domain.grounding.objection import Objection
from cvtailor.domain.grounding.quantities import quantities, western, without_quantities
from cvtailor.domain.grounding.substitution import substituted
from cvtailor.domain.grounding.words import FUNCTION_WORDS, canonical_words, plain, words
from cvtailor.domain.tailored_cv import RejectionReason

type SkillNames = Callable[[str], Iterable[str]]
"""Returns the canonical names of the skills that a text names; true synonyms have one name."""

_NAME_WORDS_MAX = 4
_PART_CHARS_MIN = 3
_BROUGHT_DOWN = re.compile(r"(?i)\b(?:brought|bring|got|took|cut|driven|drove)\b.{1,60}\bdown\b")
_SHOUTED = re.compile(r"\b[A-Z]{2,}\b")
_EVERY = frozenset(
    {"every", "each", "alle", "aller", "jede", "chaque", "cada", "tous", "toutes", "todos", "todas"}
)
_CAUSED_BY_DOING = re.compile(r"\bby \w+ing\b")
_CAUSAL = re.compile(
    r"(?i)\b(?:by \w+ing|through|which|so|that|thanks|because|due|result\w*|durch\w*|dadurch|dank|wodurch|"
    r"sodass|grâce|d'où|permet\w*|ce qui|par|gracias|con lo que|lo que|por|al|mediante)\b"
)


def check_terms(claim: str, cited: Cited, lexicon: Lexicon, skill_names: SkillNames) -> Objection | None:
    """Refuses a skill, tool or certificate that no cited line names."""
    named = set(skill_names(western(claim)))
    if not named:
        return None
    known = {name for line in cited.texts for name in skill_names(line)}
    if named <= known:
        return None
    lines = [canonical_words(line, lexicon) for line in cited.texts]
    known_words = {word for line in lines for word in line} | abbreviated_words(claim, cited, lexicon)
    for name in sorted(named - known):
        if not all(any(lexicon.same(word, other) for other in known_words) for word in words(name)):
            return Objection(RejectionReason.TERM_UNSUPPORTED, f"{name} is in no cited line")
    return None


def check_cause(claim: str, cited: Cited, lexicon: Lexicon) -> Objection | None:
    """Refuses "because of" where the cited lines only say "and then"."""
    said = canonical_words(claim, lexicon)
    caused = next((word for word in said if word in lexicon.cause), "")
    doing = _CAUSED_BY_DOING.search(" ".join(said)) if lexicon.language == "en" else None
    if (caused or doing) and not any(_CAUSAL.search(plain(line)) for line in cited.texts):
        return Objection(
            RejectionReason.CONTENT_UNSUPPORTED, f"“{caused or (doing and doing[0])}” is in no cited line"
        )
    return None


def check_content(
    claim: str,
    cited: Cited,
    lexicon: Lexicon,
    skill_names: SkillNames,
    allowed: Collection[str] = frozenset(),
) -> Objection | None:
    """Refuses a word that carries meaning and stands in no cited line, in no inflection and by no alias.

    Args:
        claim: The text to check; its numbers are the business of ``check_numbers``.
        cited: The evidence.
        lexicon: What words mean in its language.
        skill_names: For aliases.
        allowed: Further words that need no evidence.
    """
    text = without_quantities(claim)
    said = canonical_words(text, lexicon)
    lines = [canonical_words(line, lexicon) for line in cited.texts]
    known_names = {name for line in cited.texts for name in skill_names(line)}
    known = frozenset(word for line in lines for word in line) | dated_words(cited)
    # "Apache Kafka" is the whole name of the Kafka that the line speaks of.
    known |= {word for name in known_names if not _means_more(name, skill_names) for word in words(name)}
    meanings = frozenset(meaning for word in known for meaning in lexicon.meanings(word))
    joined = frozenset(root for line in lines for root in _joined(line, lexicon))
    short = covered_by_abbreviation(said, cited.texts, lines, text, lexicon)
    cut = frozenset(cut_short(text))
    # "BE" is a licence, "be" is not.
    shouted = frozenset() if claim.isupper() else frozenset(map(str.lower, _SHOUTED.findall(plain(claim))))
    new: list[int] = []
    for at, word in enumerate(said):
        if (
            word == "0"
            or (word in FUNCTION_WORDS and word not in shouted)
            or word in lexicon.function
            or _counts_off(said, at)
            or word in allowed
            or word in known
        ):
            continue
        if at in short or not meanings.isdisjoint(lexicon.meanings(word)):
            continue
        if lexicon.strength("role", word) or lexicon.is_light(word) or word in lexicon.cause:
            continue  # ``check_strength`` and ``check_cause`` have seen it
        if (lexicon.current | lexicon.since) & {word}:
            continue  # and ``check_dates`` this
        if _is_turn_of_numbers(word, cited, lexicon):
            continue
        if not joined.isdisjoint(lexicon.roots(word)) or _joins(said, at, known, lexicon):
            continue
        if lexicon.language == "de" and is_composed(word, known, lexicon):
            continue
        if word in cut and any(other.startswith(word) for other in known):
            continue
        if _is_alias(text, word, skill_names, known_names):
            continue
        new.append(at)
    reworded = substituted(said, new, lines, lexicon) if new else frozenset()
    word = next((said[at] for at in new if at not in reworded), "")
    if not word:
        return None
    named = _looks_named(claim, word)
    reason = RejectionReason.TERM_UNSUPPORTED if named else RejectionReason.CONTENT_UNSUPPORTED
    return Objection(reason, f"“{word}” is in no cited line")


def _counts_off(said: Sequence[str], at: int) -> bool:
    """Whether a word only says "every" of a number: every 4 weeks."""
    return said[at] in _EVERY and said[at + 1 : at + 2] == ("0",)


def _is_turn_of_numbers(word: str, cited: Cited, lexicon: Lexicon) -> bool:
    """Whether "cut" or "raise" says no more than the two numbers of a line that somebody brought about."""
    roots = lexicon.roots(word)
    down, up = not roots.isdisjoint(lexicon.less), not roots.isdisjoint(lexicon.more)
    for text in cited.texts if down or up else ():
        ends = [quantity for quantity in quantities(text) if quantity.ranged]
        for low, high in pairwise(ends):
            turned = (down and high.value < low.value) or (up and high.value > low.value)
            if (
                low.unit == high.unit
                and turned
                and (not _happened(text, lexicon) or _CAUSAL.search(plain(text)))
            ):
                return True
        if down and _BROUGHT_DOWN.search(plain(text)):
            return True
        if _happened(text, lexicon) and _CAUSAL.search(plain(text)):
            return True
    return False


def _happened(text: str, lexicon: Lexicon) -> bool:
    return not lexicon.happened.isdisjoint(canonical_words(text, lexicon))


def _joined(line: Sequence[str], lexicon: Lexicon) -> Iterable[str]:
    """Yields the roots of neighbours written as one: "neu gestaltet" holds "Neugestaltung"."""
    for one, other in pairwise(line):
        if len(one) >= _PART_CHARS_MIN and len(other) >= _PART_CHARS_MIN:
            yield from lexicon.roots(one + other)


def _joins(said: Sequence[str], at: int, known: Collection[str], lexicon: Lexicon) -> bool:
    """Whether a word and its neighbour are one word of the evidence, short forms written out."""
    for start in (at - 1, at):
        if start < 0 or start + 1 >= len(said):
            continue
        first, second = said[start], said[start + 1]
        longs = {first, *(long[0] for long in lexicon.abbreviations.get(first, ()) if len(long) == 1)}
        if any(lexicon.same(long + second, word) for long in longs for word in known):
            return True
    return False


def _means_more(name: str, skill_names: SkillNames) -> bool:
    """Whether a canonical name, read as text, names anything but itself."""
    return set(skill_names(name)) != {name}


def _is_alias(claim: str, target: str, skill_names: SkillNames, known_names: Collection[str]) -> bool:
    """Whether the word belongs to another name of a skill that the evidence names."""
    said = plain(claim).split()
    for start in range(len(said)):
        for size in range(1, _NAME_WORDS_MAX + 1):
            stretch = " ".join(said[start : start + size])
            parts = words(stretch)
            if target not in parts or len(parts) > _NAME_WORDS_MAX:
                continue
            names = set(skill_names(stretch))
            if names and names <= set(known_names) and is_whole_name(stretch, skill_names):
                return True
    return False


def is_whole_name(stretch: str, skill_names: SkillNames) -> bool:
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
