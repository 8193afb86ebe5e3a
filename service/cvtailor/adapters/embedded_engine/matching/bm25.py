"""BM25 over a handful of short texts."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence

_SATURATION = 1.2
_LENGTH_WEIGHT = 0.2


class Bm25:
    """Scores texts, given as bags of weighted terms, against queries.

    Args:
        bags: One bag of terms per text; a weight below 1 makes a term count less.
    """

    def __init__(self, bags: Sequence[Mapping[str, float]]) -> None:
        lengths = [sum(bag.values()) for bag in bags]
        mean_length = (sum(lengths) / len(bags) if bags else 0.0) or 1.0
        self._norms = [
            _SATURATION * (1 - _LENGTH_WEIGHT + _LENGTH_WEIGHT * length / mean_length) for length in lengths
        ]
        self._places: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for index, bag in enumerate(bags):
            for term, count in bag.items():
                self._places[term].append((index, count))

    def rarity(self, term: str) -> float:
        """Returns how telling a term is: its inverse document frequency."""
        frequency = len(self._places.get(term, ()))
        return math.log(1 + (len(self._norms) - frequency + 0.5) / (frequency + 0.5))

    def scores(self, query: Mapping[str, float]) -> list[float]:
        """Returns the score of each text for a query of weighted terms."""
        totals = [0.0] * len(self._norms)
        for term, asked in query.items():
            weight = asked * self.rarity(term)
            for index, count in self._places.get(term, ()):
                totals[index] += weight * count * (_SATURATION + 1) / (count + self._norms[index])
        return totals
