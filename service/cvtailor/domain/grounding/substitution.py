"""New words that took the place of words of the evidence, each of which gives way once."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from cvtailor.domain.grounding.kin import Unit, kin_of
from cvtailor.domain.grounding.lexicon import Lexicon
from cvtailor.domain.grounding.words import FUNCTION_WORDS


class _Lost(NamedTuple):
    """A word or phrase of a cited line that the claim no longer has."""

    line: int
    unit: Unit

    def overlaps(self, other: "_Lost") -> bool:
        return (
            self.line == other.line and self.unit.start < other.unit.end and other.unit.start < self.unit.end
        )


def substituted(
    said: Sequence[str], new: Collection[int], lines: Sequence[Sequence[str]], lexicon: Lexicon
) -> frozenset[int]:
    """Returns the places of new words that stand where the evidence has a kindred word.

    A class of kindred words is wide, so the claim must have lost the word that gave way: what is added
    beside it is no rewording.

    Args:
        said: Words of the claim.
        new: Places of those that the evidence does not hold.
        lines: Words of each cited line.
        lexicon: Of the claim's language.
    """
    kin = kin_of(lexicon.language)
    told = [(n, unit) for n, line in enumerate(lines) for unit in kin.units(line)]
    covered: set[int] = set()
    spent: list[_Lost] = []
    for unit in kin.units(said):
        places = set(range(unit.start, unit.end))
        if places & covered or not places & set(new) or any(lexicon.names_leader(said[at]) for at in places):
            continue
        # A word of the phrase itself keeps nothing: "each day" stands for "daily" as a whole.
        kept = _meant([word for at, word in enumerate(said) if at not in places | set(new)], lexicon)
        for item in (_Lost(n, other) for n, other in told):
            if (
                not unit.replaces.isdisjoint(item.unit.gives_way_to)
                and not any(item.overlaps(other) for other in spent)
                and _is_lost(lines[item.line][item.unit.start : item.unit.end], kept, lexicon)
            ):
                spent.append(item)
                covered |= places
                break
    return frozenset(covered)


def _is_lost(unit: Sequence[str], kept: frozenset[str | int], lexicon: Lexicon) -> bool:
    """Whether a claim has left away a telling word of a phrase."""
    return any(_meant([word], lexicon) and kept.isdisjoint(lexicon.meanings(word)) for word in unit)


def _meant(words: Sequence[str], lexicon: Lexicon) -> frozenset[str | int]:
    """Returns what the telling words of a text may mean."""
    return frozenset(
        meaning
        for word in words
        if word not in FUNCTION_WORDS and word not in lexicon.function
        for meaning in lexicon.meanings(word)
    )
