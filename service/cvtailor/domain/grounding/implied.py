"""New words that say no more than those beside them: "booking system", "provided training"."""

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import chain

from cvtailor.domain.grounding.cited import Cited
from cvtailor.domain.grounding.lexicon import Lexicon
from cvtailor.domain.grounding.rates import rates
from cvtailor.domain.grounding.words import FUNCTION_WORDS, words

_EVERY = frozenset(
    {"every", "each", "alle", "aller", "jede", "jeden", "jedes", "jeder", "chaque", "cada", "tous", "toutes"}
    | {"todos", "todas", "per", "daily", "weekly", "monthly", "yearly", "nightly"}
)
_AGENT_SUFFIXES = {
    "en": (("er", ""), ("er", "e"), ("ers", ""), ("ers", "e"), ("or", "e"), ("ors", "e"), ("or", "")),
    "de": (("er", "en"), ("erin", "en")),
    "fr": (
        ("eur", "er"),
        ("euse", "er"),
        ("eur", "ion"),
        ("rice", "ion"),
        ("cteur", "ire"),
        ("ctrice", "ire"),
    ),
    "es": (("dor", "r"), ("dora", "r"), ("tor", "cir"), ("tora", "cir"), ("tor", "ción"), ("tora", "ción")),
}
_OF = {
    "en": frozenset({"of"}),
    "de": frozenset({"von", "des", "der", "eines", "einer"}),
    "fr": frozenset({"de", "du", "des", "un", "une"}),
    "es": frozenset({"de", "del"}),
}
_AND = frozenset({"and", "und", "et", "y", "e"})
_DOUBLED = re.compile(r"([bdgmnprt])\1$")
_AGENT_CHARS_MIN = 5
_PART_CHARS_MIN = 3


def implied(
    said: Sequence[str],
    new: Collection[int],
    lines: Sequence[Sequence[str]],
    cited: Cited,
    lexicon: Lexicon,
) -> Iterator[int]:
    """Yields the places of new words that only repeat what the words of the evidence say.

    Args:
        said: Words of the claim.
        new: Places of those that the evidence does not hold.
        lines: Words of each cited line.
        cited: The evidence; whose title is "Driver" drives.
        lexicon: Of the claim's language.
    """
    known = frozenset(chain.from_iterable(lines))
    titles = frozenset(chain.from_iterable(map(words, cited.titles)))
    for at in new:
        word = said[at]
        if (
            (word in lexicon.generic and _stands_by_known(said, at, new, lexicon))
            or (lexicon.gives(word) and not any(map(lexicon.takes, known)))
            or (lexicon.makes(word) and not _is_joined(said, at) and _keeps_all(said, lines, lexicon))
            or _tells_rate(said, at, cited.texts)
            or (lexicon.language == "en" and _is_compound(word, known, lexicon))
            or any(_is_agent(title, {word}, lexicon) for title in titles)
            or (_is_agent(word, known, lexicon) and _has_object(said, at, new, lexicon))
        ):
            yield at


def _stands_by_known(said: Sequence[str], at: int, new: Collection[int], lexicon: Lexicon) -> bool:
    """Whether the nearest telling word before or behind a general noun is one of the evidence."""
    before = next((n for n in range(at - 1, -1, -1) if _tells(said[n], lexicon)), at)
    behind = next((n for n in range(at + 1, len(said)) if _tells(said[n], lexicon)), at)
    return any(n != at and n not in new for n in (before, behind))


def _tells(word: str, lexicon: Lexicon) -> bool:
    return word not in FUNCTION_WORDS and word not in lexicon.function


def _is_joined(said: Sequence[str], at: int) -> bool:
    """Whether a verb is one of two: "prepared and sold"."""
    return not _AND.isdisjoint((*said[at + 1 : at + 2], *said[max(0, at - 1) : at]))


def _keeps_all(said: Sequence[str], lines: Sequence[Sequence[str]], lexicon: Lexicon) -> bool:
    """Whether a claim has every telling word of a line, so that its verb took the place of no other."""
    kept = frozenset(chain.from_iterable(map(lexicon.meanings, said)))
    return any(
        all(not kept.isdisjoint(lexicon.meanings(word)) for word in line if _tells(word, lexicon))
        for line in lines
        if any(_tells(word, lexicon) for word in line)
    )


def _is_compound(word: str, known: Collection[str], lexicon: Lexicon) -> bool:
    """Whether an English word is written together from two of the evidence: "shipboard", "bricklaying"."""
    return any(
        _holds(word[:at], known, lexicon)
        and (word[at:] in lexicon.generic | lexicon.function or _holds(word[at:], known, lexicon))
        for at in range(_PART_CHARS_MIN, len(word) - _PART_CHARS_MIN + 1)
    )


def _holds(part: str, known: Collection[str], lexicon: Lexicon) -> bool:
    return any(
        lexicon.same(part, other) or _is_agent(part, {other}, lexicon)
        for other in known
        if len(other) >= _PART_CHARS_MIN
    )


def _tells_rate(said: Sequence[str], at: int, texts: Sequence[str]) -> bool:
    """Whether a word says "each" of a period that the evidence counts by: "each morning" for "a morning"."""
    if said[at] not in _EVERY:
        return False
    told = set(rates(" ".join(said[at : at + 2])))
    return bool(told) and told <= set(chain.from_iterable(map(rates, texts)))


def _is_agent(word: str, known: Collection[str], lexicon: Lexicon) -> bool:
    """Whether a word names who does what the evidence says was done; the names of trades are titles."""
    if len(word) < _AGENT_CHARS_MIN or word in lexicon.trades:
        return False
    verbs = {
        form
        for suffix, ending in _AGENT_SUFFIXES[lexicon.language]
        if word.endswith(suffix)
        for form in _verb_forms(word.removesuffix(suffix), ending)
    }
    return any(lexicon.same(verb, other) for verb in verbs for other in known)


def _verb_forms(stem: str, ending: str) -> tuple[str, str]:
    """Returns the verbs of an agent, with and without the doubled letter of "planner"."""
    return stem + ending, _DOUBLED.sub(r"\1", stem) + ending


def _has_object(said: Sequence[str], at: int, new: Collection[int], lexicon: Lexicon) -> bool:
    """Whether an agent is told with what he acts on: "supervisor of one student", "forum moderator"."""
    if at + 1 < len(said) and said[at + 1] in _OF[lexicon.language]:
        return True
    before = at - 1
    return lexicon.language == "en" and before >= 0 and before not in new and _tells(said[before], lexicon)
