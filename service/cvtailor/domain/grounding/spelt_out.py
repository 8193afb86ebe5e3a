"""Writes times and shares that are told in idioms as plain numbers: "half an hour" as "30 min"."""

import re
from collections.abc import Callable
from functools import lru_cache

from cvtailor.domain.limits import LINES_REMEMBERED_MAX

_MIDNIGHT_UNIT = "clock"
_INSTEAD = r"(?:instead of|rather than|statt|anstatt|au lieu d['’e]|en vez de|en lugar de)"
_AGAINST = r"(?:from|gegenüber|contre|frente a)"
_AT_MOST = (
    r"(?:at (?:the )?most|como máximo|a lo sumo|au maximum|"
    r"(?:or|o|ou|oder) (?:less|fewer|menos|moins|weniger))"
)
# Begun at its first digit and never given back: a line of digits alone would take minutes otherwise.
_FIGURE = r"(?<!\d)(?<!\d[.,])\d++(?:[.,]++\d++)*+"
_NUMBER = rf"{_FIGURE}|two|three|four|five|six|seven|eight|nine|ten"
_MEASURED = rf"(?:(?:{_NUMBER})(?:\s?(?!\d)[^\W\d]+|\s?%)?|(?:one|an?) (?:minute|hour|day|week|month|year)\b)"


# "260 incidents a year over 4 years", not "with over 4 years of experience".
_WHILE_YEARS = (
    r"(?<=[\w)] )(?<!for )(?<!with )(?<!of )(?<!has )(?<!have )(?<!spent )(?<!by )(?<!in )(?<!and )"
    r"over (?:the (?:course|space) of )?"
    rf"(?=(?:{_NUMBER}) (?:years|months|weeks|days)\b(?! (?:of|as|in|experience)\b))"
)


def _clock(match: re.Match[str]) -> str:
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    half = (match["half"] or "").lower()
    hour = hour % 12 + (12 if half == "p" else 0) if half else hour
    return f"{60 * hour + minute} {_MIDNIGHT_UNIT}"


def _clock_24(match: re.Match[str]) -> str:
    return f"{60 * int(match['hour']) + int(match['minute'])} {_MIDNIGHT_UNIT}"


def _seconds(match: re.Match[str]) -> str:
    return f"{60 * int(match['minutes']) + int(match['seconds'])} s"


def _minutes(match: re.Match[str]) -> str:
    return f"{60 * int(match['hours']) + int(match['minutes'])} min"


def _turned(match: re.Match[str]) -> str:
    """Writes "10 minutes instead of an hour" in the order of time."""
    old = re.sub(r"^(?:one|an?) ", "1 ", match["old"])
    return f"{old} to {match['new']}"


def _turned_back(match: re.Match[str]) -> str:
    """Writes "to 20 minutes from 30" in the order of time."""
    return f"from {match['old']} to {match['new']}"


def _headed(match: re.Match[str]) -> str:
    """Writes "fünfköpfig" as "fünf Personen"; whatever is no number is none afterwards either."""
    return f"{match['number'].rstrip('-')} Personen"


_IDIOMS: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"\b(?:one |an )?hour and a half\b|\ban?derthalb stunden\b|\beineinhalb stunden\b", "90 min"),
    (r"\b(?:une )?heure et demie\b|\b(?:una )?hora y media\b", "90 min"),
    (r"\b(?:half an hour|a half[ -]hour)\b|\b(?:eine )?halbe[nr]? stunde\b", "30 min"),
    (r"\b(?:une )?demi-heure\b|\bmedia hora\b", "30 min"),
    (r"\b(?:one |a )?year and a half\b|\b(?:eineinhalb|anderthalb) jahren?\b", "18 months"),
    (r"\b(?:un )?an et demi\b|\b(?:un )?año y medio\b", "18 months"),
    (
        r"\bhalf a day\b|\b(?:einen )?halben tag\b|\bune demi-journée\b|\bmedio día\b|\bmedia jornada\b",
        "0.5 day",
    ),
    (r"\bhalf a year\b|\bhalbe[ns]? jahr\b|\bmedio año\b", "6 months"),
    (r"\bthree[ -]quarters(?= of\b)|\bdrei viertel\b|\btrois quarts\b|\btres cuartas partes\b", "75 %"),
    (r"\b(?:a|one)[ -]quarter(?= of (?!(?:19|20)\d\d))\b|\b(?:un quart|una cuarta parte)\b", "25 %"),
    (r"\btwo[ -]thirds\b|\bzwei drittel\b|\bdeux tiers\b|\bdos tercios\b", "66.67 %"),
    (r"\bby (?:a|one) quarter\b", "by 25 %"),
    (r"\bmultipli(?:ée?s?|er) par (?:deux|2)\b|\bmultiplicad[oa]s? por (?:dos|2)\b", "2 times"),
    (r"\bto one(?=\s*(?:$|[.,;)]))", "to 1"),
    (r"\bboth (?=[^.,;]{1,40}\band\b)", ""),
    (r"\bper cent\b|\bpour cent\b|\bpor ciento\b", "%"),
    (r"\b(?:every|each|per|a) fortnight\b|\bfortnightly\b", "every 2 weeks"),
    (r"\b(?:twice|two times|zweimal|zwei mal|2 ?mal|deux fois|dos veces)\b", "2 times"),
    (r"(?<=\d)\s?m2\b", " m²"),
    (r"(?<=\d)\s?m3\b", " m³"),
    (r"\b(?P<number>[^\W\d]+|\d+-?)köpfige[nmrs]?\b", _headed),
    (_WHILE_YEARS, "during "),
    (rf"\b(?:to|auf|à|a) (?P<new>{_MEASURED}),? (?:down |up )?{_AGAINST} (?P<old>{_MEASURED})", _turned_back),
    (r"\bdos años y medio\b", "30 months"),
    (r"\b(?:two|2) and a half years\b|\bzweieinhalb jahren?\b|\bdeux ans et demi\b", "30 months"),
    (r"\b(?:eineinhalb|anderthalb) (?=tage|wochen|monate|liter|meter|kilo)", "1.5 "),
    (
        r"\b(?P<minutes>\d{1,9}) ?min(?:utes?|uten)?\.? (?:and |und )?(?P<seconds>[0-5]?\d) ?s(?:ec)?\b",
        _seconds,
    ),
    (r"\b(?P<hours>\d{1,2}) ?h(?:ours?)? ?(?:and )?(?P<minutes>[0-5]\d)(?: ?min)?\b(?! ?%)", _minutes),
    (r"\b(?P<hour>1?\d)(?::(?P<minute>[0-5]\d))? ?(?P<half>[ap])\.?m\b\.?", _clock),
    (r"\b(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)\b(?: ?(?:uhr|h)\b)?", _clock_24),
    (
        rf"(?P<number>{_MEASURED}) {_AT_MOST}\b",
        r"up to \g<number>",
    ),
    (rf"(?P<number>{_MEASURED}) (?:(?:or|o|ou|oder) (?:more|más|plus|mehr))\b", r"at least \g<number>"),
    (rf"(?P<new>{_MEASURED}) {_INSTEAD}\s?(?P<old>{_MEASURED})", _turned),
)
_RULES = tuple((re.compile("(?i)" + idiom), meant) for idiom, meant in _IDIOMS)


@lru_cache(maxsize=LINES_REMEMBERED_MAX)
def spelt_out(text: str) -> str:
    """Returns a text with its idioms of time and share as numbers with units."""
    for idiom, meant in _RULES:
        text = idiom.sub(meant, text)
    return text
