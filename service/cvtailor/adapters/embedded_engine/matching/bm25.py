"""BM25 over a handful of short texts."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

_SATURATION = 1.2
_LENGTH_WEIGHT = 0.2


class Bm25:
    """Scores texts, given as bags of weighted terms, against queries.

    Args:
        bags: One bag of terms per text; a weight below 1 makes a term count less.
    """

    def __init__(self, bags: Sequence[Mapping[str, float]]) -> None:
        self._bags = bags
        self._lengths = [sum(bag.values()) for bag in bags]
        self._mean_length = (sum(self._lengths) / len(bags) if bags else 0.0) or 1.0
        self._frequency = Counter(term for bag in bags for term in bag)

    def rarity(self, term: str) -> float:
        """Returns how telling a term is: its inverse document frequency."""
        frequency = self._frequency[term]
        return math.log(1 + (len(self._bags) - frequency + 0.5) / (frequency + 0.5))

    def scores(self, query: Mapping[str, float]) -> list[float]:
        """Returns the score of each text for a query of weighted terms."""
        terms = [
            (term, weight * self.rarity(term)) for term, weight in query.items() if term in self._frequency
        ]
        return [self._score(index, terms) for index in range(len(self._bags))]

    def _score(self, index: int, terms: Iterable[tuple[str, float]]) -> float:
        bag = self._bags[index]
        norm = _SATURATION * (1 - _LENGTH_WEIGHT + _LENGTH_WEIGHT * self._lengths[index] / self._mean_length)
        total = 0.0
        for term, weight in terms:
            count = bag.get(term, 0.0)
            if count:
                total += weight * count * (_SATURATION + 1) / (count + norm)
        return total
