"""How long someone worked, from the dates of a CV."""

import re
from collections.abc import Iterable
from datetime import date

from cvtailor.domain.base_cv import Entry

_YEAR = re.compile(r"\b(19[5-9]\d|20\d\d)\b")
_MONTHS_OF_A_LONE_YEAR = 12

type Period = tuple[int, int]
"""Half-open range of months, counted from the year 0."""


def period_of(entry: Entry, today: date) -> Period | None:
    """Returns the months an entry covers; None without a readable date, or if it lies in the future."""
    now = today.year * 12 + today.month
    if entry.start_date:
        start = _month(entry.start_date)
        end = _end(entry.end_date, now)
    else:
        years = [int(year) for year in _YEAR.findall(entry.date)]
        if not years:
            return None
        start = min(years) * 12
        end = max(years) * 12 if len(years) > 1 else start + _MONTHS_OF_A_LONE_YEAR
    if start is None or end is None:
        return None
    end = min(end, now)
    return (start, end) if end > start else None


def months_in(periods: Iterable[Period]) -> int:
    """Returns the months that at least one period covers."""
    total, reached = 0, 0
    for start, end in sorted(periods):
        total += max(0, end - max(start, reached))
        reached = max(reached, end)
    return total


def years_words(months: int) -> str:
    """Returns a length of time as a person says it: ``6 years``, ``1 year``, ``8 months``."""
    if months < 12:
        return f"{months} month{'s' * (months != 1)}"
    years = months // 12
    return f"{years} year{'s' * (years != 1)}"


def _month(text: str) -> int | None:
    match = re.match(r"(\d{4})(?:-(\d{2}))?", text)
    if not match:
        return None
    return int(match[1]) * 12 + (int(match[2]) - 1 if match[2] else 0)


def _end(text: str, now: int) -> int | None:
    if not text or text == "present":
        return now
    month = _month(text)
    if month is None:
        return None
    # A month that is named was worked in; a bare year ends when it begins, which is the careful reading.
    return month + 1 if len(text) >= 7 else month
