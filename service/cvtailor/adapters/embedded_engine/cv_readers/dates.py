"""Dates as people write them in seven languages, read into ISO; what can't be read stays as typed."""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from cvtailor.domain.limits import LINES_REMEMBERED_MAX

_MONTH_NAMES = (
    "january jan januar jänner jän janvier janv enero ene gennaio gen januari janeiro",
    "february feb febr februar feber février fév févr fevrier febrero febbraio februari fevereiro fev",
    "march mar märz mär mrz maerz mars marzo maart mrt março",
    "april apr avril avr abril abr aprile",
    "may mai mayo maggio mag mei maio",
    "june jun juni juin junio giugno giu junho",
    "july jul juli juillet juil julio luglio lug julho",
    "august aug août aoû aout agosto ago augustus",
    "september sept sep septembre septiembre setiembre settembre set setembro",
    "october oct oktober okt octobre octubre ottobre ott outubro out",
    "november nov novembre noviembre novembro",
    "december dec dezember dez décembre déc decembre diciembre dic dicembre december dezembro",
)
_MONTH_NUMBER = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}
MONTH_WORDS = frozenset(_MONTH_NUMBER)

_PRESENT = """
    present|the present|current|currently|now|today|to date|date|ongoing|heute|aktuell|jetzt|laufend|
    gegenwart|gegenwärtig|derzeit|zurzeit|aujourd'hui|aujourd’hui|présent|présente|actuel|actuellement|
    ce jour|en cours|maintenant|
    actualidad|la actualidad|presente|el presente|actual|actualmente|hoy|oggi|attuale|in corso|heden|nu|atual|
    atualmente|o presente
"""
PRESENT_WORDS = frozenset(" ".join(word.split()) for word in _PRESENT.split("|"))


def _any_of(words: frozenset[str]) -> str:
    """A pattern of words, by their first letters: a text is compared with few of them."""
    rests: dict[str, list[str]] = {}
    for word in sorted(words, key=len, reverse=True):
        rests.setdefault(word[0], []).append(re.escape(word[1:]))
    branches = "|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in rests.items())
    return f"(?=[{''.join(rests)}])(?:{branches})"


_YEAR = r"(?:19\d{2}|20[0-3]\d)"
_MONTH = rf"(?:{_any_of(MONTH_WORDS)})\b\.?"
_DATE = (
    rf"(?:{_YEAR}-\d{{2}}-\d{{2}}|{_YEAR}-\d{{2}}(?!\d)|\d{{1,2}}[./]\s?\d{{1,2}}[./]\s?{_YEAR}|\d{{1,2}}[./-]{_YEAR}"
    rf"|(?:(?:1er|\d{{1,2}})\.?\s+(?:de\s+)?)?{_MONTH}(?:\s+\d{{1,2}},)?,?\s*(?:del?\s+)?{_YEAR}|{_YEAR}(?![./]\d))"
)
_TO = r"(?:–|—|-|−|‐|‒|to|until|till|through|bis|jusqu['’]à|jusqu['’]en|à|au|en|a|al|hasta|fino a|tot|até)"
_UNTIL_TODAY = rf"(?:{_any_of(PRESENT_WORDS)})\b\.?"
# What can't begin a date is passed over at once; most of a line is that.
_FIRST = "".join(sorted({word[0] for word in MONTH_WORDS} | set("fvdsa")))
_BEGIN = rf"(?<![\w./-])(?=[\d{_FIRST}])"
_END = r"(?![\w/]|[.-]\d)"
_RANGE = re.compile(
    rf"{_BEGIN}(?:(?:from|von|vom|de|du|desde|depuis|dal|da|van)\s+)?(?P<start>{_DATE}|{_MONTH})"
    rf"\s*{_TO}\s*(?:l['’]|la\s+|el\s+)?(?P<end>{_DATE}|{_UNTIL_TODAY}){_END}",
    re.IGNORECASE,
)
_SINCE = re.compile(
    rf"{_BEGIN}(?:since|seit|depuis|desde|ab|dal|sinds)\s+(?:le\s+)?(?P<start>{_DATE}){_END}"
    rf"|{_BEGIN}(?P<dangling>{_DATE})\s*[–—-]\s*(?=$|[\])|])",
    re.IGNORECASE,
)
_SEASON = (
    "spring|summer|autumn|fall|winter|frühjahr|frühling|sommer|herbst|sommersemester|wintersemester|ws|ss|wise|sose|"
    "printemps|été|automne|hiver|primavera|verano|otoño|invierno|q[1-4]|since|seit|depuis|desde"
)
_FREE_DATE = rf"(?:(?:{_SEASON})\.?\s*)?{_YEAR}(?:\s*[/–-]\s*(?:{_YEAR}|\d{{2}}))?"
_SINGLE = rf"(?:{_DATE}(?!\s*[/–-]\s*\d)|{_FREE_DATE})"
# A lone date is one only at an edge of the line: "Windows 2000 migration" holds none.
_LONE = re.compile(
    rf"^\(?(?P<whole>{_SINGLE})\)?$|^\(?(?P<first>{_SINGLE})\)?(?=\s*[|:·•–—\t]|\s{{2,}}|\s[^\W\d]|,\s)"
    rf"|(?:^|[|,·•–—(\[\t]\s*|(?<!\s)\s{{2,}}|\s-\s+)(?P<last>{_SINGLE})[)\]]?$",
    re.IGNORECASE,
)
_PARTS = re.compile(
    rf"^(?:(?P<y1>{_YEAR})(?:-(?P<m1>\d{{2}})(?:-(?P<d1>\d{{2}}))?)?"
    rf"|(?:(?P<d2>\d{{1,2}})[./]\s?)?(?P<m2>\d{{1,2}})[./-]\s?(?P<y2>{_YEAR})"
    rf"|(?:(?P<d3>\d{{1,2}})(?:er)?\.?\s+(?:de\s+)?)?(?P<m3>[^\W\d]+)\.?(?:\s+(?P<d4>\d{{1,2}}),)?,?\s*(?:del?\s+)?"
    rf"(?P<y3>{_YEAR}))$",
    re.IGNORECASE,
)
_ANY_YEAR = re.compile(_YEAR)
_WORD = re.compile(r"[^\W\d_]+")
_TEXT_CHARS_MAX = 400


@dataclass(frozen=True, slots=True)
class Period:
    """When something was; either ``start`` (and ``end``) in ISO, or ``date``.

    Attributes:
        date: A single date, in ISO if it could be read, else as typed.
        span: Where in the text it stands.
    """

    start: str = ""
    end: str = ""
    date: str = ""
    span: tuple[int, int] = (0, 0)


def iso(text: str) -> str:
    """Reads one date into ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``; empty if it is none."""
    found = _PARTS.match(text.strip())
    if not found:
        return ""
    year = found["y1"] or found["y2"] or found["y3"]
    month = found["m1"] or found["m2"] or str(_MONTH_NUMBER.get((found["m3"] or "").casefold(), ""))
    day = found["d1"] or found["d2"] or found["d3"] or found["d4"]
    if not month:
        return "" if found["m3"] else year
    try:
        real = date(int(year), int(month), int(day or 1))
    except ValueError:
        return ""
    return real.isoformat() if day else f"{real:%Y-%m}"


def is_in_order(start: str, end: str) -> bool:
    """Whether an ISO date is not after another, as far as both are exact; ``present`` comes last."""
    if not start or end in ("", "present"):
        return True
    return start[: len(end)] <= end[: len(start)]


def is_present(text: str) -> bool:
    """Whether a text says "until today" in any of the languages."""
    return text.strip(" .").casefold() in PRESENT_WORDS


@lru_cache(maxsize=LINES_REMEMBERED_MAX)
def find_period(text: str) -> Period | None:
    """Finds when an entry was in the line that heads it.

    Returns:
        The last range in the text, else an open beginning ("since 2020"), else a date at an edge of the
        text; None if there is none, or the text is too long to head anything.
    """
    if len(text) > _TEXT_CHARS_MAX or not _can_hold_a_date(text):
        return None
    ranges = list(_RANGE.finditer(text))
    if ranges:
        return _range(ranges[-1])
    if since := _SINCE.search(text):
        start = iso(since["start"] or since["dangling"])
        if start:
            return Period(start=start, end="present", span=since.span())
    if lone := _LONE.search(text):
        name = lone.lastgroup or "whole"
        return Period(date=iso(lone[name]) or lone[name], span=lone.span(name))
    return None


def _can_hold_a_date(text: str) -> bool:
    """Whether there is a year or a month in a text, which is found out sooner than a date."""
    return bool(_ANY_YEAR.search(text)) or not MONTH_WORDS.isdisjoint(_WORD.findall(text.casefold()))


def _range(found: re.Match[str]) -> Period:
    start, end = iso(found["start"]), iso(found["end"])
    if not end and is_present(found["end"]):
        end = "present"
    if not start and end not in ("", "present"):
        # "Jan – Mar 2020": the month alone takes the year of the other end.
        start = iso(f"{found['start']} {end[:4]}")
    if not start or not end or not is_in_order(start, end):
        return Period(date=found[0].strip(), span=found.span())
    return Period(start=start, end=end, span=found.span())
