"""Reads the date by which an application must be in."""

import re
from dataclasses import dataclass
from datetime import date

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jänner janvier janv enero ene",
            "february feb februar février févr fevrier febrero",
            "march mar märz mrz mars marzo",
            "april apr avril avr abril abr",
            "may mai mayo",
            "june jun juni juin junio",
            "july jul juli juillet juil julio",
            "august aug août aout agosto ago",
            "september sep sept septembre septiembre",
            "october oct oktober okt octobre octubre",
            "november nov novembre noviembre",
            "december dec dezember dez décembre decembre diciembre dic",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = r"(?P<month>[A-Za-zäéûÀ-ÿ]{3,10})\.?"
_DATES = (
    re.compile(r"\b(?P<year>20\d\d)-(?P<m>\d\d)-(?P<day>\d\d)\b"),
    re.compile(r"\b(?P<day>\d{1,2})[./](?P<m>\d{1,2})[./](?P<year>20\d\d)\b"),
    re.compile(
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|\.)?\s+(?:of\s+|de\s+)?{_MONTH},?\s+(?:de\s+|"
        rf"del\s+)?(?P<year>20\d\d)\b"
    ),
    re.compile(rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>20\d\d)\b"),
)
_CUE = re.compile(
    r"(?i)(?:write to us|send us|get in touch|drop us)\b.{0,80}?\b(?:by|before|until)\b|"
    r"apply\b.{0,80}?\b(?:by|before|until)\b|closing date|closes|deadline|"
    r"applications?\b.{0,60}?\b(?:by|before|until|no later than)\b"
    r"|no later than|\b(?:cv|lines|resume)\b.{0,120}?\bby\b|bewerbungsschluss|bewerbungsfrist|"
    r"bewerb\w*\b.{0,120}?\bbis\b|bis (?:zum|spätestens)|spätestens"
    r"|unterlagen\b.{0,120}?\bbis\b|date limite|avant le|jusqu'au|au plus tard|fecha límite|"
    r"antes del|hasta el|plazo"
)
_CUE_CHARS_MAX = 160


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date and the characters of the text it was read from."""

    date: date
    start: int
    end: int


def find_deadline(text: str) -> FoundDate | None:
    """Returns the first full date that follows words such as "apply by"; a date without a year is none."""
    for cue in _CUE.finditer(text):
        window = text[cue.end() : cue.end() + _CUE_CHARS_MAX].split("\n\n")[0]
        found = [hit for pattern in _DATES if (hit := _first(pattern, window))]
        if found:
            hit = min(found, key=lambda item: item.start)
            if hit.start <= 60:
                return FoundDate(hit.date, hit.start + cue.end(), hit.end + cue.end())
    return None


def _first(pattern: re.Pattern[str], window: str) -> FoundDate | None:
    match = pattern.search(window)
    if not match:
        return None
    groups = match.groupdict()
    month = int(groups["m"]) if groups.get("m") else _MONTHS.get(groups["month"].lower())
    if month is None:
        return None
    day = int(groups["day"])
    if month > 12 >= day:
        month, day = day, month  # an American date
    try:
        return FoundDate(date(int(groups["year"]), month, day), *match.span())
    except ValueError:
        return None
