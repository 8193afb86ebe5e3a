"""Words that a hyphen breaks at the end of a row, made whole."""

import re
from collections.abc import Sequence
from itertools import pairwise

from cvtailor.adapters.embedded_engine.cv_readers.pdf_rows import Row

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_BROKEN = re.compile(r"(?<![^\W\d_])([^\W\d_]++)-$")
_GOES_ON = re.compile(r"[^\W\d_]+")
_OPEN_HYPHEN = re.compile(r"\w-$")
_ENDING = re.compile(
    r"(?:ings?|[ts]ions?|ations?|ments?|tive|ated|ating|ity|ness|able|ance|ence|ers?|ed|ly|al|ung(?:en)?|lich\w*|keit|heit"
    r"|schaft|ci[oó]n(?:es)?|mente|dades?)\b"
)
_SUSPENDED = frozenset({"und", "oder", "bzw", "and", "or", "y", "o", "e", "et", "ou"})
_PREFIX_WORDS = """
    self well co non on off multi cross full part long short high low end e all half semi mid ex anti follow
"""
_PREFIXES = frozenset(_PREFIX_WORDS.split())
_BROKEN_ROWS_MIN = 4
_END_CHARS = 200  # More than any word has; a line of many rows is long, and looked at for each of them.


class BrokenWords:
    """Joins rows, and makes words whole that a hyphen breaks at the end of a row.

    A hyphen at the end of a row may be the word's own ("on-call") or the typesetter's ("regard-ing"). What
    the document writes elsewhere decides; else the hyphen stays, unless the document is seen to break words.

    Attributes:
        guesses: The words it can't be sure of.
    """

    def __init__(self, rows: Sequence[Row]) -> None:
        self._known = {word.casefold() for row in rows for word in _WORD.findall(row.text)}
        ends = [
            (broken[1], goes_on[0])
            for above, below in pairwise(rows)
            if (broken := _BROKEN.search(above.text)) and (goes_on := _GOES_ON.match(below.text))
        ]
        self._breaks_words = len(ends) >= _BROKEN_ROWS_MIN or any(self._is_broken(*end) for end in ends)
        self.guesses: list[str] = []

    def join(self, above: str, below: str) -> str:
        """Joins two rows of one line."""
        end = above[-_END_CHARS:]
        broken, goes_on = _BROKEN.search(end), _GOES_ON.match(below)
        if not broken or not goes_on:
            is_tight = above.endswith("/") or (_OPEN_HYPHEN.search(end) and below[0].isalnum())
            return above + below if is_tight else f"{above} {below}"
        left, right = broken[1], goes_on[0]
        if right.casefold() in _SUSPENDED:
            return f"{above} {below}"
        if self._is_broken(left, right):
            return above[:-1] + below
        compound = f"{left}-{right}"
        if right[0].isupper() or compound.casefold() in self._known or left.casefold() in _PREFIXES:
            return above + below
        self.guesses.append(left + right if self._breaks_words else compound)
        return above[:-1] + below if self._breaks_words else above + below

    def _is_broken(self, left: str, right: str) -> bool:
        return (left + right).casefold() in self._known or bool(_ENDING.match(right))
