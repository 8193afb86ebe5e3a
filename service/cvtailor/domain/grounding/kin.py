"""Words that may take one another's place: wider than synonyms, and so never enough by themselves.

A class of ``*.kin.txt`` holds words and phrases that a strict reader accepts for one another where the one
takes the other's place. ``special > general`` goes one way only: a truck is a vehicle.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from cvtailor.domain.grounding.lexicon import LANGUAGES, Lexicon, lexicon_of
from cvtailor.domain.grounding.words import canonical_words

_PHRASE_WORDS_MAX = 4


class Unit(NamedTuple):
    """A word or phrase in a text.

    Attributes:
        start: Index of its first word.
        end: Index behind its last one.
        replaces: Numbers of the classes whose words it may take the place of.
        gives_way_to: Numbers of the classes whose words may take its place.
    """

    start: int
    end: int
    replaces: frozenset[int]
    gives_way_to: frozenset[int]


class Kin:
    """The classes of one language.

    Args:
        lexicon: Of that language, for the roots of words.
        lines: Classes as they are written.
    """

    def __init__(self, lexicon: Lexicon, lines: Sequence[str]) -> None:
        self._lexicon = lexicon
        self._replaces: dict[str, set[int]] = defaultdict(set)
        self._gives_way: dict[str, set[int]] = defaultdict(set)
        for number, line in enumerate(lines):
            special, _, general = line.partition(">")
            for word in special.split():
                self._enter(word, number, self._gives_way)
            for word in (general or special).split():
                self._enter(word, number, self._replaces)

    def units(self, said: Sequence[str]) -> Iterator[Unit]:
        """Yields the words and phrases of a text that stand in a class, longest phrases first."""
        for size in range(_PHRASE_WORDS_MAX, 0, -1):
            for start in range(len(said) - size + 1):
                keys = self._keys(said[start : start + size])
                replaces = frozenset(number for key in keys for number in self._replaces.get(key, ()))
                gives_way = frozenset(number for key in keys for number in self._gives_way.get(key, ()))
                if replaces or gives_way:
                    yield Unit(start, start + size, replaces, gives_way)

    def akin(self, one: str, other: str) -> bool:
        """Whether one word may take the other's place, either way."""
        first, second = self._classes(one), self._classes(other)
        return not first.isdisjoint(second)

    def _classes(self, word: str) -> set[int]:
        keys = self._keys((word,))
        return {
            number
            for table in (self._replaces, self._gives_way)
            for key in keys
            for number in table.get(key, ())
        }

    def _enter(self, word: str, number: int, table: dict[str, set[int]]) -> None:
        for key in self._keys(canonical_words(word.replace("_", " "), self._lexicon)):
            table[key].add(number)

    def _keys(self, parts: Sequence[str]) -> frozenset[str]:
        """Returns what a word or phrase is found by: the roots of its first word, the rest as it stands."""
        rest = " ".join(parts[1:])
        return frozenset(f"{root} {rest}" for root in self._lexicon.roots(parts[0]))


@lru_cache(maxsize=len(LANGUAGES))
def kin_of(language: str) -> Kin:
    """Returns the classes of a language; English for one that has none."""
    known = language if language in LANGUAGES else "en"
    text = files("cvtailor.domain.grounding.lexicon").joinpath(f"{known}.kin.txt").read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return Kin(lexicon_of(known), lines)
