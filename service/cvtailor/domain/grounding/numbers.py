"""Numbers against those of the cited lines: 35 % is not 35 million, nine teams are not nine hours."""

import re
from collections.abc import Sequence
from itertools import pairwise
from math import isclose

from cvtailor.domain.grounding.cited import Cited
from cvtailor.domain.grounding.dates import dated
from cvtailor.domain.grounding.lexicon import Lexicon
from cvtailor.domain.grounding.notation import IMPLIED, UNITS
from cvtailor.domain.grounding.objection import Objection
from cvtailor.domain.grounding.quantities import Quantity, quantities
from cvtailor.domain.grounding.words import plain, words
from cvtailor.domain.tailored_cv import RejectionReason

_WINDOW_CLAIM = 2
_BY = frozenset({"by", "um"})
_ENDS = frozenset(
    {"to", "from", "auf", "von", "at", "bei", "à", "a", "hasta", "desde", "now", "jetzt", "nach"}
)
_ONE = frozenset(["a", "an", "one", "ein", "eine", "einem", "einer", "einen", "un", "una", "une", "uno"])
_FROM_TO = re.compile(
    r"(?i)\b(?:from|von|de|du)\s+(?P<low>\S+(?:\s\S+){0,2}?)\s+(?:down\s+|up\s+)?(?:to|auf|à|"
    r"a)\s+(?P<high>\S+)"
)


def check_numbers(claim: str, cited: Cited, lexicon: Lexicon) -> Objection | None:
    """Refuses a number that no cited line has with this unit, this bound and this neighbourhood."""
    known = [quantity for text in cited.by_entry for quantity in quantities(text)]
    for quantity in quantities(claim):
        wrong = _check(quantity, known, cited, lexicon)
        if wrong:
            return _objection(wrong)
    if _turned(claim, cited.by_entry):
        return _objection("from and to are swapped")
    return None


def _check(quantity: Quantity, known: Sequence[Quantity], cited: Cited, lexicon: Lexicon) -> str:
    """Returns what is wrong with a number of a claim, or nothing."""
    if dated(quantity, cited) or _is_ratio_of_line(quantity, cited):
        return ""
    equal = [other for other in known if isclose(other.count, quantity.count, rel_tol=1e-6)]
    same = [
        other
        for other in known
        if other.unit == quantity.unit and isclose(other.value, quantity.value, rel_tol=1e-6)
    ]
    if not same and quantity.count == 1 and quantity.unit and _says_one(quantity.unit, cited.texts):
        return ""
    if not same and not equal:
        return f"{quantity.count:g} {quantity.unit}".strip() + " is in no cited line"
    if not same:
        meant, said = (unit or "a count" for unit in (equal[0].unit, quantity.unit))
        return f"{quantity.count:g} stands for {meant}, not {said}"
    same = [other for other in same if quantity.bound in IMPLIED[other.bound]]
    if not same:
        return f"the cited line qualifies {quantity.count:g}"
    same = [other for other in same if _is_as_far(quantity, other)]
    if not same:
        return f"{quantity.count:g} is a level in the cited line, not a change"
    if not any(_counts_the_same(quantity, other, known, lexicon) for other in same):
        return f"{quantity.count:g} counts something else in the cited line"
    return ""


def _says_one(unit: str, texts: Sequence[str]) -> bool:
    """Whether a text says "an hour" for one hour; an article before anything else counts nothing."""
    return any(
        article in _ONE and UNITS.get(noun, ("", 1))[0] == unit
        for text in texts
        for article, noun in pairwise(words(text))
    )


def _objection(detail: str) -> Objection:
    return Objection(RejectionReason.NUMBER_UNSUPPORTED, detail)


def _is_as_far(claimed: Quantity, meant: Quantity) -> bool:
    """Whether a number stays a level, or one end of a change, and does not become the change itself."""
    if meant.ranged and not claimed.ranged:
        return claimed.led_by in _ENDS
    return not (claimed.led_by in _BY and meant.led_by in _ENDS)


def _is_ratio_of_line(quantity: Quantity, cited: Cited) -> bool:
    """Whether a text goes from one number to another by this factor: 18 to 9 is half."""
    if quantity.unit != "ratio":
        return False
    for text in cited.texts:
        pairs = [item for item in quantities(text) if item.ranged]
        for low, high in pairwise(pairs):
            if low.unit == high.unit and low.value and isclose(high.value / low.value, quantity.value):
                return True
    return False


def _counts_the_same(claimed: Quantity, meant: Quantity, known: Sequence[Quantity], lexicon: Lexicon) -> bool:
    """Whether a number stands among the words it stands among in the cited line."""
    around = (*claimed.before[:_WINDOW_CLAIM], *claimed.after[:_WINDOW_CLAIM])
    around_meant = (*meant.before, *meant.after)
    if around and not any(lexicon.same(word, other) for word in around for other in around_meant):
        return False
    # In a short line all numbers share their neighbours: what stands right behind another number is
    # counted by that one.
    counted = claimed.after[:1]
    if not counted or any(lexicon.same(counted[0], word) for word in meant.after):
        return True
    return not any(
        other.value != meant.value and other.after and lexicon.same(counted[0], other.after[0])
        for other in known
    )


def _turned(claim: str, evidence: Sequence[str]) -> bool:
    """Whether a claim says "from 5 to 18" where the line says "from 18 to 5"."""
    for match in _FROM_TO.finditer(plain(claim)):
        low, high = quantities(match["low"]), quantities(match["high"])
        if not low or not high:
            continue
        first, last = low[0].count, high[0].count
        orders = [[quantity.count for quantity in quantities(line)] for line in evidence]
        told = [order for order in orders if first in order and last in order]
        if first != last and told and not any(last in order[order.index(first) :] for order in told):
            return True
    return False
