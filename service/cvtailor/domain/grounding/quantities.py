"""Reads the numbers of a text with what they count: value, unit, bound and neighbours."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from cvtailor.domain.grounding.notation import (
    BOUND_BEFORE,
    BOUNDS,
    NUMBER_WORDS,
    RATIOS,
    SCALES,
    SHARES,
    SIGNS,
    UNITS,
)
from cvtailor.domain.grounding.spelt_out import spelt_out
from cvtailor.domain.grounding.words import FUNCTION_WORDS, plain
from cvtailor.domain.limits import LINES_REMEMBERED_MAX

_CURRENCY_BEFORE = re.compile(r"(?i)([€$£¥]|\b(?:eur|usd|gbp|chf|nok|sek|dkk|pln))\s?$")
_TOKEN = re.compile(
    r"(?P<number>(?<!\w)\d{1,3}(?:[,.'’ \u00a0\u202f]\d{3})+(?!\d)(?:[.,]\d+)?|"
    r"(?<!\w)\d+(?:[.,]\d+)*)(?P<plus>\+)?"
    r"|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*|%|€|\$|£)"
)
_UNIT_GAP = re.compile(r"(?:[ \u00a0\u202f-]|\+ ?|\. ?|\s(?:de|of)\s|\sd['’])?")
_RANGE = re.compile(
    r"(?i)\s*(?:(?:[a-zäöüéè]+|%|€)\.?\s+)?(?:down |up )?(?:to|auf|à|a|bis|hasta|[–—-]|→|->)\s*[€$£]?\s*"
)
_POINTS = re.compile(
    r"(?i)\s*(?:percentage|prozent)[ -]?(?:points?|punkte?n?)|\s*points? de pourcentage|"
    r"\s*puntos? porcentual(?:es)?"
)
_YEARLY = re.compile(r"(?i)(?:par|pro|per)\s*$")
_ARTICLE = re.compile(r"(?i)\b(?:an?|one|the|une?|una|eine[mnr]?)\s*$")
_WORD_BEFORE = re.compile(r"([^\W\d_]+['’]?)\s*$")
_FOREIGN_DIGIT = re.compile(r"[^\D0-9]")
_WINDOW = 4
_CHARS_BEFORE = 120


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a text.

    Attributes:
        value: In the base unit, scale multiplied in: ``50k`` is 50000, ``2 h`` is 7200.
        count: As written, scale multiplied in.
        unit: Base unit or currency: ``s``, ``share``, ``EUR``; or empty.
        bound: ``over``, ``least``, ``most``, ``under``, ``nearly``, ``about`` or empty.
        before: The telling words before it, nearest first.
        after: The telling words behind it, nearest first.
        led_by: The word right before it, whatever it is.
        start: Where it begins in the text, its bound and currency included.
        end: Where it ends, its unit included.
        digits: Where the number itself begins.
        ranged: It is one end of "from … to …".
    """

    value: float
    count: float
    unit: str
    bound: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    led_by: str
    start: int
    end: int
    digits: int
    ranged: bool = False


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int
    is_number: bool
    plus: bool

    @property
    def low(self) -> str:
        return self.text.lower()


def western(text: str) -> str:
    """Returns a text without marks, its digits in 0 to 9 and its idioms as numbers.

    Places in it are those of ``Quantity``.
    """
    shown = plain(text)
    return spelt_out(_FOREIGN_DIGIT.sub(_western_digit, shown))


@lru_cache(maxsize=LINES_REMEMBERED_MAX)
def quantities(text: str) -> tuple[Quantity, ...]:
    """Returns the numbers of a text in order; digits inside names (K8s, S3) are names, not numbers."""
    shown = western(text)
    tokens = [
        _Token(match["number"] or match[0], *match.span(), match["number"] is not None, bool(match["plus"]))
        for match in _TOKEN.finditer(shown)
    ]
    telling = [at for at, token in enumerate(tokens) if _is_telling(token)]
    found: list[Quantity] = []
    at = 0
    while at < len(tokens):
        size, value, unit = _value_at(shown, tokens, at)
        if size:
            found.append(_quantity(shown, tokens, telling, at, size, value, unit))
        at += max(size, 1)
    return tuple(_with_ranges(shown, found))


def without_quantities(text: str) -> str:
    """Returns a text with "0" for every number with its unit and bound."""
    shown = western(text)
    for quantity in reversed(quantities(text)):
        shown = f"{shown[: quantity.start]}0 {shown[quantity.end :]}"
    return shown


def _western_digit(digit: re.Match[str]) -> str:
    return str(unicodedata.digit(digit[0]))


def _value_at(text: str, tokens: list[_Token], at: int) -> tuple[int, float, str]:
    """Returns how many tokens make a number here (0: none), its value, and its unit if that is implied."""
    token, word = tokens[at], tokens[at].low
    following = tokens[at + 1].low if at + 1 < len(tokens) else ""
    if not token.is_number:
        if word in SHARES:
            return 1, SHARES[word], "share"
        if word in RATIOS:
            return 1, RATIOS[word], "ratio"
        if word not in NUMBER_WORDS:
            return 0, 0.0, ""
        if word == "quatre" and following in ("vingt", "vingts"):
            return 2, 80.0, ""
        value = NUMBER_WORDS[word]
        ones = NUMBER_WORDS.get(following, 0.0)
        if 20 <= value < 100 and 0 < ones < (20 if word == "soixante" else 10):
            return 2, value + ones, ""
        if value == 100 and 0 < ones < 100:
            return 2, value + ones, ""
        if 30 <= value < 100 and following == "y" and at + 2 < len(tokens):
            ones = NUMBER_WORDS.get(tokens[at + 2].low, 0.0)
            return (3, value + ones, "") if 0 < ones < 10 else (1, value, "")
    else:
        if token.end < len(text) and text[token.end].isalpha() and not _glued(tokens, at):
            return 0, 0.0, ""  # 2FA, 3D: a name
        value = _parse(token.text)
    if following.rstrip(".") in SCALES:
        gap = text[token.end : tokens[at + 1].start]
        single = len(following) == 1
        money = single and (_money_after(tokens, at + 1) or _ending(_CURRENCY_BEFORE, text, token.start))
        if gap == "" or (gap in (" ", "\u00a0", "\u202f") and (not single or money)):
            return 2, value * SCALES[following.rstrip(".")], ""
    return 1, value, ""


def _money_after(tokens: list[_Token], at: int) -> bool:
    return at + 1 < len(tokens) and UNITS.get(tokens[at + 1].low, ("",))[0].isupper()


def _glued(tokens: list[_Token], at: int) -> bool:
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    return (
        following is not None
        and following.start <= tokens[at].end + tokens[at].plus
        and (following.low in SCALES or following.low in UNITS)
    )


def _parse(number: str) -> float:
    number = re.sub(r"['’\s]", "", number)
    if re.fullmatch(r"[1-9]\d{0,2}(?:[.,]\d{3})+", number):
        return float(re.sub(r"[.,]", "", number))
    if "." in number and "," in number:
        decimal = max(number.rfind("."), number.rfind(","))
        number = re.sub(r"[.,]", "", number[:decimal]) + "." + number[decimal + 1 :]
    parts = re.split(r"[.,]", number)
    if len(parts) > 2:
        return float("".join(parts))  # a version or a date: equal only to itself
    return float(".".join(parts))


def _ending(pattern: re.Pattern[str], text: str, end: int) -> re.Match[str] | None:
    """Returns the match of a pattern that ends in ``$``, as if the text ended at ``end``.

    Only a window before it is searched: a line of thousands of numbers would else take a search of the line
    for each of them.
    """
    return pattern.search(text, max(0, end - _CHARS_BEFORE), end)


def _quantity(
    text: str, tokens: Sequence[_Token], telling: Sequence[int], at: int, size: int, count: float, unit: str
) -> Quantity:
    last = at + size - 1
    begin, end, factor = tokens[at].start, tokens[last].end, 1.0
    currency = _ending(_CURRENCY_BEFORE, text, begin)
    points = _POINTS.match(text, end)
    if points:
        unit, end = "points", points.end()
    elif currency and not unit:
        unit, factor = UNITS[currency[1].lower()]
    elif not unit and last + 1 < len(tokens):
        following = _past_of(tokens, last + 1)
        known = UNITS.get(following.low)
        if (
            known
            and _UNIT_GAP.fullmatch(text, tokens[last].end, following.start)
            and not _is_article(text, following)
        ):
            (unit, factor), end = known, following.end
    cleaned = currency.start() if currency else begin
    bound = _ending(BOUND_BEFORE, text, cleaned)
    name = "over" if tokens[last].plus else ""
    if bound:
        name = BOUNDS[bound["words"].lower()] if bound["words"] else SIGNS[bound["sign"]]
    article = _ending(_ARTICLE, text, cleaned) if unit == "share" else None
    led_by = _ending(_WORD_BEFORE, text, article.start() if article else cleaned)
    return Quantity(
        value=round(count * factor, 9),
        count=count,
        unit=unit,
        bound=name,
        before=_before(tokens, telling, at),
        after=_after(tokens, telling, last + 1),
        led_by=led_by[1].lower() if led_by else "",
        start=bound.start() if bound else cleaned,
        end=end,
        digits=begin,
    )


def _past_of(tokens: Sequence[_Token], at: int) -> _Token:
    """Returns the token behind the "de" of "2 millones de euros"."""
    return tokens[at + 1] if tokens[at].low in ("de", "of", "d") and at + 1 < len(tokens) else tokens[at]


def _is_article(text: str, token: _Token) -> bool:
    """Whether "an" is the English article, not the French year."""
    if token.low != "an":
        return False
    return text[token.end : token.end + 2].strip(" .,)") != "" or bool(_ending(_YEARLY, text, token.start))


def _with_ranges(text: str, found: list[Quantity]) -> list[Quantity]:
    """Marks both ends of "from 18 to 9 hours", and gives both the unit that they share."""
    for at in range(len(found) - 1):
        low, high = found[at], found[at + 1]
        if low.end <= high.digits and _RANGE.fullmatch(text, low.end, high.digits):
            if not low.unit and high.unit and high.count:
                low = replace(low, unit=high.unit, value=low.count * high.value / high.count)
            elif not high.unit and low.unit and low.count:
                high = replace(high, unit=low.unit, value=high.count * low.value / low.count)
            bound = "" if high.bound == "most" else high.bound  # the "bis" of "von 2 bis 5"
            found[at], found[at + 1] = replace(low, ranged=True), replace(high, bound=bound, ranged=True)
    return found


def _is_telling(token: _Token) -> bool:
    word = token.low
    return not token.is_number and word not in FUNCTION_WORDS and word not in NUMBER_WORDS and len(word) > 1


def _before(tokens: Sequence[_Token], telling: Sequence[int], at: int) -> tuple[str, ...]:
    end = bisect_left(telling, at)
    return tuple(tokens[place].low for place in reversed(telling[max(0, end - _WINDOW) : end]))


def _after(tokens: Sequence[_Token], telling: Sequence[int], at: int) -> tuple[str, ...]:
    begin = bisect_left(telling, at)
    return tuple(tokens[place].low for place in telling[begin : begin + _WINDOW])
