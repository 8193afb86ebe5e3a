"""Puts the skills that the offer asks for to the front of a row, and adds none."""

import re
from collections.abc import Collection

from cvtailor.adapters.embedded_engine.skills.table import SkillTable

_ITEMS_MIN = 3
_ITEM_WORDS_MAX = 6
_SEPARATORS = (", ", "; ", " · ", " | ", " • ", " / ")
_JOINED = re.compile(r"(?i)^(?:and|und|et|y|or|oder|ou|o|some|etwas|etc)\b|\b(?:and|und|et|y)\s+\S+$")


def reordered(text: str, asked: Collection[str], table: SkillTable) -> str:
    """Returns a row of skills with those asked for first, else in its own order.

    Anything that is not plainly a list, such as a sentence, is returned as it is.
    """
    separator = next((sign for sign in _SEPARATORS if len(_split(text, sign)) >= _ITEMS_MIN), None)
    if separator is None:
        return text
    stop = "." if text.endswith(".") else ""
    items = _split(text.removesuffix("."), separator)
    if any(len(item.split()) > _ITEM_WORDS_MAX or _JOINED.search(item) or ". " in item for item in items):
        return text
    wanted = frozenset(asked)
    return separator.join(sorted(items, key=lambda item: not _answers(item, wanted, table))) + stop


def _answers(item: str, asked: frozenset[str], table: SkillTable) -> bool:
    return bool(asked & table.proven_by(table.names(item)))


def _split(text: str, separator: str) -> list[str]:
    """Splits outside of brackets."""
    items, depth, start = [], 0, 0
    for at, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        if depth <= 0 and text.startswith(separator, at) and at >= start:
            items.append(text[start:at])
            start = at + len(separator)
    items.append(text[start:])
    return items
