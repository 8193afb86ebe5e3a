"""Snowball stems, for the matcher and the guard alike."""

import threading
from functools import lru_cache
from typing import Protocol

from cvtailor.domain.limits import WORDS_REMEMBERED_MAX

_ALGORITHMS = {"en": "english", "de": "german", "fr": "french", "es": "spanish"}

_STEMMING = threading.Lock()
"""A stemmer holds the word it works on: one thread at a time."""


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802


@lru_cache(maxsize=8)
def _stemmer(language: str) -> _Stemmer:
    import snowballstemmer  # late: it loads every language it knows

    stemmer: _Stemmer = snowballstemmer.stemmer(_ALGORITHMS.get(language, "english"))
    return stemmer


@lru_cache(maxsize=WORDS_REMEMBERED_MAX)
def stem_of(word: str, language: str) -> str:
    """Returns the stem of a lower-case word; English rules for a language not known here."""
    with _STEMMING:
        return _stemmer(language).stemWord(word)
