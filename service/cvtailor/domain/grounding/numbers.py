"""Numbers with what they count: 35 % is not 35 million, nine teams are not nine hours."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cvtailor.domain.grounding.notation import NUMBER_WORDS, SCALES, UNITS
from cvtailor.domain.grounding.objection import Objection
from cvtailor.domain.grounding.words import FUNCTION_WORDS, plain, same_word
from cvtailor.domain.tailored_cv import RejectionReason

_ALSO_ARTICLES = frozenset({"an"})
"""A French year, and an English article."""
_HEDGES = re.compile(
    r"(?i)(?:\b(?:up to|nearly|almost|about|around|roughly|approximately|some|close to|under|"
    r"less than|fewer than|below|"
    r"bis zu|fast|knapp|etwa|rund|circa|ca|ungefähr|unter|weniger als|maximal|"
    r"jusqu'à|environ|presque|près de|quelque|moins de|hasta|casi|unos|unas|cerca de|menos de|"
    r"aproximadamente)\.?|[~<≈])\s*(?:the |a |de |d')?$"
)
_SWEEPS = re.compile(
    r"(?i)(?:\b(?:over|more than|above|at least|exceeding|upwards of|über|mehr als|mindestens|"
    r"plus de|au moins|"
    r"más de|al menos|minimum)|[>≥])\s*$"
)
_CURRENCY_BEFORE = re.compile(r"(?i)([€$£¥]|\b(?:eur|usd|gbp|chf|nok|sek|dkk|pln))\s?$")
_TOKEN = re.compile(
    r"(?P<number>(?<![^\W\d_])\d{1,3}(?:[,.'’ \u00a0\u202f]\d{3})+(?!\d)(?:[.,]\d+)?|"
    r"(?<![^\W\d_])\d+(?:[.,]\d+)*)(?P<plus>\+)?"
    r"|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*|%|€|\$|£)"
)
_WINDOW_CLAIM = 2
_WINDOW_EVIDENCE = 4


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a text.

    Attributes:
        value: With its scale multiplied in: ``50k`` is 50000.
        unit: Canonical unit or currency, or empty.
        hedged: The text says "up to", "about" or the like before it.
        sweeping: The text says "over", "at least" or "+".
        before: The telling words before it, nearest first.
        after: The telling words behind it, nearest first.
    """

    value: float
    unit: str
    hedged: bool
    sweeping: bool
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int
    is_number: bool
    plus: bool


@lru_cache(maxsize=8_192)
def quantities(text: str) -> tuple[Quantity, ...]:
    """Returns the numbers of a text in order; digits inside names (K8s, S3) are names, not numbers."""
    shown = _western_digits(plain(text))
    tokens = [
        _Token(
            match["number"] or match["word"], *match.span(), match["number"] is not None, bool(match["plus"])
        )
        for match in _TOKEN.finditer(shown)
    ]
    found: list[Quantity] = []
    at = 0
    while at < len(tokens):
        size, value = _value_at(shown, tokens, at)
        if size:
            found.append(_quantity(shown, tokens, at, size, value))
        at += max(size, 1)
    return tuple(found)


def check_numbers(claim: str, evidence: Sequence[str]) -> Objection | None:
    """Refuses a number that no cited line has with this unit, this reservation and this neighbourhood."""
    known = [quantity for line in evidence for quantity in quantities(line)]
    for quantity in quantities(claim):
        equal = [other for other in known if other.value == quantity.value]
        if not equal:
            return _objection(f"{quantity.value:g} {quantity.unit}".strip() + " is in no cited line")
        same_unit = [other for other in equal if other.unit == quantity.unit]
        if not same_unit:
            meant, said = (unit or "a count" for unit in (equal[0].unit, quantity.unit))
            return _objection(f"{quantity.value:g} stands for {meant}, not {said}")
        if not any(
            other.hedged <= quantity.hedged and quantity.sweeping <= other.sweeping for other in same_unit
        ):
            return _objection(f"the cited line qualifies {quantity.value:g}")
        if not any(_counts_the_same(quantity, other, known) for other in same_unit):
            return _objection(f"{quantity.value:g} counts something else in the cited line")
    if _turned(claim, evidence):
        return _objection("from and to are swapped")
    return None


def _objection(detail: str) -> Objection:
    return Objection(RejectionReason.NUMBER_UNSUPPORTED, detail)


def _counts_the_same(claimed: Quantity, meant: Quantity, known: Sequence[Quantity]) -> bool:
    """Whether a number stands among the words it stands among in the cited line."""
    around = (*claimed.before[:_WINDOW_CLAIM], *claimed.after[:_WINDOW_CLAIM])
    around_meant = (*meant.before, *meant.after)
    if around and not any(same_word(word, other) for word in around for other in around_meant):
        return False
    # In a short line all numbers share their neighbours: what stands right behind another number is
    # counted by that one.
    counted = claimed.after[:1]
    if not counted or any(same_word(counted[0], word) for word in meant.after):
        return True
    return not any(
        other.value != meant.value and other.after and same_word(counted[0], other.after[0])
        for other in known
    )


_FROM_TO = re.compile(
    r"(?i)\b(?:from|von|de|du)\s+(?P<low>\S+(?:\s\S+){0,2}?)\s+(?:down\s+|up\s+)?(?:to|auf|à|"
    r"a)\s+(?P<high>\S+)"
)


def _turned(claim: str, evidence: Sequence[str]) -> bool:
    """Whether a claim says "from 5 to 18" where the line says "from 18 to 5"."""
    for match in _FROM_TO.finditer(plain(claim)):
        low, high = quantities(match["low"]), quantities(match["high"])
        if not low or not high:
            continue
        first, last = low[0].value, high[0].value
        orders = [[quantity.value for quantity in quantities(line)] for line in evidence]
        right = any(first in order and last in order[order.index(first) :] for order in orders)
        if first != last and not right:
            return True
    return False


def _western_digits(text: str) -> str:
    return "".join(
        str(unicodedata.digit(character)) if character.isdigit() and not character.isascii() else character
        for character in text
    )


def _value_at(text: str, tokens: list[_Token], at: int) -> tuple[int, float]:
    """Returns how many tokens make a number here (0: none) and its value."""
    token = tokens[at]
    if token.is_number:
        if token.end < len(text) and text[token.end].isalpha() and not _glued_scale(tokens, at):
            return 0, 0.0  # 2FA, 3D: a name
        value, size = _parse(token.text), 1
    elif token.text.lower() in NUMBER_WORDS:
        value, size = float(NUMBER_WORDS[token.text.lower()]), 1
        following = tokens[at + 1].text.lower() if at + 1 < len(tokens) else ""
        ones = NUMBER_WORDS.get(following, 0)
        if 20 <= value < 100 and 0 < ones < 10:
            return 2, value + ones
    else:
        return 0, 0.0
    if at + 1 < len(tokens):
        scale = tokens[at + 1].text.lower().rstrip(".")
        gap = text[token.end : tokens[at + 1].start]
        if scale in SCALES and gap in ("", " ", "\u00a0") and (len(scale) > 1 or gap == ""):
            return size + 1, value * SCALES[scale]
    return size, value


def _glued_scale(tokens: list[_Token], at: int) -> bool:
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    return (
        following is not None
        and following.start <= tokens[at].end + tokens[at].plus
        and (following.text.lower() in SCALES or following.text.lower() in UNITS)
    )


def _parse(number: str) -> float:
    number = re.sub(r"['’\s]", "", number)
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", number):
        return float(re.sub(r"[.,]", "", number))
    if "." in number and "," in number:
        decimal = max(number.rfind("."), number.rfind(","))
        number = re.sub(r"[.,]", "", number[:decimal]) + "." + number[decimal + 1 :]
    parts = re.split(r"[.,]", number)
    if len(parts) > 2:
        return float("".join(parts))  # a version or a date: equal only to itself
    return float(".".join(parts))


def _quantity(text: str, tokens: list[_Token], at: int, size: int, value: float) -> Quantity:
    last = at + size - 1
    before = text[: tokens[at].start]
    currency = _CURRENCY_BEFORE.search(before)
    unit = UNITS[currency[1].lower()] if currency else ""
    if not unit and last + 1 < len(tokens):
        following = tokens[last + 1]
        gap = text[tokens[last].end : following.start]
        if following.text.lower() in UNITS and gap in ("", " ", "-", "\u00a0", "+", "+ ", "\u202f", ". "):
            unit = UNITS[following.text.lower()]
            if following.text.lower() in _ALSO_ARTICLES and not re.search(
                r"(?i)\b(?:par|pro)\b", text[following.start - 8 :]
            ):
                unit = "year" if text[following.end : following.end + 1] in ("", " ", ".", ",") else ""
    cleaned = before[: currency.start()] if currency else before
    return Quantity(
        value,
        unit,
        hedged=bool(_HEDGES.search(cleaned)),
        sweeping=bool(_SWEEPS.search(cleaned)) or tokens[last].plus,
        before=_telling(reversed(tokens[:at])),
        after=_telling(tokens[last + 1 :]),
    )


def _telling(tokens: Iterable[_Token]) -> tuple[str, ...]:
    found: list[str] = []
    for token in tokens:
        word = token.text.lower()
        if not token.is_number and word not in FUNCTION_WORDS and word not in NUMBER_WORDS and len(word) > 1:
            found.append(word)
        if len(found) == _WINDOW_EVIDENCE:
            break
    return tuple(found)
