"""Named terms and plain words: nothing in a claim that its evidence does not hold."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cached_property
from itertools import pairwise

from cvtailor.domain.grounding.abbreviations import abbreviated_words, covered_by_abbreviation, cut_short
from cvtailor.domain.grounding.causes import is_turn_of_numbers
from cvtailor.domain.grounding.cited import Cited
from cvtailor.domain.grounding.dates import dated_words
from cvtailor.domain.grounding.german import is_composed
from cvtailor.domain.grounding.implied import implied
from cvtailor.domain.grounding.lexicon import Lexicon
from cvtailor.domain.grounding.objection import Objection
from cvtailor.domain.grounding.quantities import western, without_quantities
from cvtailor.domain.grounding.substitution import substituted
from cvtailor.domain.grounding.words import FUNCTION_WORDS, canonical_words, plain, words
from cvtailor.domain.tailored_cv import RejectionReason

type SkillNames = Callable[[str], Iterable[str]]
"""Returns the canonical names of the skills that a text names; true synonyms have one name."""

_NAME_WORDS_MAX = 4
_PART_CHARS_MIN = 3
_SHOUTED = re.compile(r"\b[A-Z]{2,}\b")
_EVERY = frozenset(
    {"every", "each", "alle", "aller", "jede", "chaque", "cada", "tous", "toutes", "todos", "todas"}
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
    known = _Known(claim, text, said, lines, cited, lexicon, skill_names)
    new = [at for at, word in enumerate(said) if word not in allowed and not known.holds(at)]
    if not new:
        return None
    reworded = substituted(said, new, lines, lexicon) | frozenset(implied(said, new, lines, cited, lexicon))
    word = next((said[at] for at in new if at not in reworded), "")
    if not word:
        return None
    named = _looks_named(claim, word)
    reason = RejectionReason.TERM_UNSUPPORTED if named else RejectionReason.CONTENT_UNSUPPORTED
    return Objection(reason, f"“{word}” is in no cited line")


class _Known:
    """What the evidence holds of a claim, word by word.

    Args:
        claim: The text as it is written.
        text: The same without its numbers.
        said: Its words.
        lines: Words of each cited line.
        cited: The evidence.
        lexicon: What words mean in its language.
        skill_names: For aliases.
    """

    def __init__(
        self,
        claim: str,
        text: str,
        said: Sequence[str],
        lines: Sequence[Sequence[str]],
        cited: Cited,
        lexicon: Lexicon,
        skill_names: SkillNames,
    ) -> None:
        self._text, self._said, self._lines = text, said, lines
        self._cited, self._lexicon, self._skill_names = cited, lexicon, skill_names
        self._names = {name for line in cited.texts for name in skill_names(line)}
        words_told = frozenset(word for line in lines for word in line) | dated_words(cited)
        # "Apache Kafka" is the whole name of the Kafka that the line speaks of.
        whole = (name for name in self._names if not _means_more(name, skill_names))
        self._words = words_told | {word for name in whole for word in words(name)}
        self._cut = frozenset(cut_short(text))
        # "BE" is a licence, "be" is not.
        shouted = () if claim.isupper() else _SHOUTED.findall(plain(claim))
        self._shouted = frozenset(map(str.lower, shouted))

    @cached_property
    def _meanings(self) -> frozenset[str | int]:
        return frozenset(meaning for word in self._words for meaning in self._lexicon.meanings(word))

    @cached_property
    def _joined(self) -> frozenset[str]:
        return frozenset(root for line in self._lines for root in _joined(line, self._lexicon))

    @cached_property
    def _short(self) -> frozenset[int]:
        return covered_by_abbreviation(self._said, self._cited.texts, self._lines, self._text, self._lexicon)

    def holds(self, at: int) -> bool:
        """Whether a word of the claim says nothing, or stands in the evidence in some form."""
        word = self._said[at]
        return (
            self._says_nothing(at)
            or word in self._words
            or not self._meanings.isdisjoint(self._lexicon.meanings(word))
            or self._is_seen_to(word)
            or at in self._short
            or self._is_written_otherwise(at)
            or _is_alias(self._text, word, self._skill_names, self._names)
        )

    def _says_nothing(self, at: int) -> bool:
        word = self._said[at]
        return (
            word == "0"
            or (word in FUNCTION_WORDS and word not in self._shouted)
            or word in self._lexicon.function
            or _counts_off(self._said, at)
        )

    def _is_seen_to(self, word: str) -> bool:
        """Whether ``check_strength``, ``check_cause`` or ``check_dates`` has judged a word."""
        lexicon = self._lexicon
        return (
            bool(lexicon.strength("role", word) and not _attempted(word, self._words, lexicon))
            or (lexicon.is_light(word) and _carries(self._said, self._lines, lexicon))
            or word in lexicon.cause | lexicon.current | lexicon.since
            or is_turn_of_numbers(word, self._cited, lexicon)
        )

    def _is_written_otherwise(self, at: int) -> bool:
        """Whether a word is one of the evidence, in one piece or two, or cut short."""
        word, lexicon = self._said[at], self._lexicon
        return (
            not self._joined.isdisjoint(lexicon.roots(word))
            or _joins(self._said, at, self._words, lexicon)
            or (lexicon.language == "de" and is_composed(word, self._words, lexicon))
            or (word in self._cut and any(other.startswith(word) for other in self._words))
        )


def _carries(said: Sequence[str], lines: Sequence[Sequence[str]], lexicon: Lexicon) -> bool:
    """Whether "conducted" stands for the verb that an English line begins with, and for no other."""
    if lexicon.language != "en":
        return True
    verbs = [next((word for word in line if word not in FUNCTION_WORDS), "") for line in lines]
    return any(
        lexicon.is_light(verb)
        or lexicon.strength("role", verb)
        or any(lexicon.same(verb, word) for word in said)
        for verb in verbs
    )


def _attempted(word: str, known: Collection[str], lexicon: Lexicon) -> bool:
    """Whether a word tells of an attempt where the evidence takes nothing back."""
    return lexicon.attempts(word) and all(lexicon.strength("role", other) != 1 for other in known)


def _counts_off(said: Sequence[str], at: int) -> bool:
    """Whether a word only says "every" of a number: every 4 weeks."""
    return said[at] in _EVERY and said[at + 1 : at + 2] == ("0",)


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
