"""Reads the time of an entry out of the words that give it."""

import re
from typing import NamedTuple

from cvtailor.domain.grounding.notation import MONTHS

_MONTH = "|".join(sorted(map(re.escape, MONTHS), key=len, reverse=True))
_POINT = (
    rf"(?:(?P<{{0}}_word>{_MONTH})\.?(?:\s+de)?\s+|(?P<{{0}}_month>0?[1-9]|1[0-2])[./])?(?P<{{0}}_year>(?:19|20)\d\d)"
    r"(?:-(?P<{0}_iso>0[1-9]|1[0-2]))?"
)
_NOW = (
    "present|today|now|current|ongoing|heute|jetzt|aktuell|laufend|"
    "aujourd['’]hui|présent|en cours|actualidad|presente|hoy"
)
_TO = r"\s*(?:[-–—]|to|until|bis|à|au|a|hasta)\s*"
_RANGE = re.compile(
    rf"(?i)(?:from\s+|von\s+|de\s+)?{_POINT.format('start')}{_TO}(?:la\s+)?(?:{_POINT.format('end')}|(?P<now>{_NOW}))"
)


class Period(NamedTuple):
    """The dates of an entry, as ``EntryFacts`` has them."""

    start_date: str = ""
    end_date: str = ""
    date: str = ""


def period_of(text: str) -> Period:
    """Returns beginning and end if a text gives them in order, else the text itself."""
    found = _RANGE.fullmatch(text.strip(" ()"))
    if not found:
        return Period(date=text)
    start, end = _iso(found, "start"), "present" if found["now"] else _iso(found, "end")
    return Period(start, end) if end == "present" or start[:7] <= end[:7] else Period(date=text)


def _iso(found: re.Match[str], point: str) -> str:
    word, month = found[f"{point}_word"], found[f"{point}_month"] or found[f"{point}_iso"]
    number = MONTHS[word.lower()] if word else int(month or 0)
    return f"{found[f'{point}_year']}-{number:02}" if number else found[f"{point}_year"]
