"""Numbers against those of the cited lines: 35 % is not 35 million, nine teams are not nine hours."""

import re
from collections.abc import Sequence
from itertools import pairwise
from math import isclose

from cvtailor.domain.grounding.abbreviations import abbreviated_words
from cvtailor.domain.grounding.cited import Cited
from cvtailor.domain.grounding.dates import dated, is_year
from cvtailor.domain.grounding.german import is_composed
from cvtailor.domain.grounding.kin import kin_of
from cvtailor.domain.grounding.lexicon import Lexicon
from cvtailor.domain.grounding.notation import IMPLIED, MONTHS, NUMBER_WORDS, UNITS
from cvtailor.domain.grounding.objection import Objection
from cvtailor.domain.grounding.quantities import Quantity, quantities, western
from cvtailor.domain.grounding.rates import apiece, rate_of, rates
from cvtailor.domain.grounding.shares import share_of
from cvtailor.domain.grounding.words import plain, words
from cvtailor.domain.tailored_cv import RejectionReason

_WINDOW_CLAIM = 2
_ROUNDED = 0.005
"""Half a percent: shares are told in whole ones."""
_HALF = 0.5
_HALVES = frozenset({"a", "à"})
_BY = frozenset({"by", "um"})
_ENDS = frozenset(
    {"to", "from", "auf", "von", "at", "bei", "à", "a", "hasta", "desde", "now", "jetzt", "nach"}
)
_ONE = frozenset(["a", "an", "one", "ein", "eine", "einem", "einer", "einen", "un", "una", "une", "uno"])
_OF = r"\s(?:of|de|der|von|des|sur)\s"
_PART_OF = re.compile(
    rf"(?i)(?<![\d.,])\b(?=\w+{_OF})"  # most words are no part, and need not be looked up
    rf"(?P<part>\d+|one|eine[rs]?|une?|uno|una|{'|'.join(NUMBER_WORDS)}){_OF}(?:(?:the|our|its|my|los|las|les|nos|mis|den|der|unseren)\s)?"
    r"(?P<whole>[^\W_]+)"
)
_FURTHER = re.compile(
    r"(?i)\b(?:another|a further|further|an additional|weitere|noch einmal|encore|otr[oa]s)\s*$"
    r"|\bplus\s*$"
)
_ONE_OF = re.compile(
    r"(?i)\b(?:(?:one|eine[rs]?|une?|uno|una) (?:of|de|der|von|des)|"
    r"among|unter|parmi|entre|1 of|as part of|member)\b"
)
_FROM_TO = re.compile(
    r"(?i)\b(?:from|von|de|du)\s+(?P<low>\S+(?:\s\S+){0,2}?)\s+(?:down\s+|up\s+)?(?:to|auf|à|"
    r"a)\s+(?P<high>\S+)"
)


def check_numbers(claim: str, cited: Cited, lexicon: Lexicon) -> Objection | None:
    """Refuses a number that no cited line has with this unit, this bound and this neighbourhood."""
    known = [quantity for text in cited.by_entry for quantity in quantities(text)]
    for quantity in quantities(claim):
        wrong = _check(quantity, known, claim, cited, lexicon) or _check_rate(quantity, known, claim, cited)
        if wrong:
            return _objection(wrong)
    part = _part_of(claim, cited) or share_of(claim, cited, lexicon)
    if part:
        return _objection(f"the cited line says “{part}”")
    more = apiece(claim) - {value for text in cited.by_entry for value in apiece(text)}
    if more:
        return _objection(f"{min(more):g} is not of each one in the cited line")
    if _turned(western(claim), cited.by_entry):
        return _objection("from and to are swapped")
    return None


def _part_of(claim: str, cited: Cited) -> str:
    """Returns "three of the five" if a claim has only the five left, or nothing."""
    said = {quantity.count for quantity in quantities(claim)}
    said |= {1.0} if _ONE_OF.search(claim) else set()
    if not said:
        return ""
    for text in cited.texts:
        for match in _PART_OF.finditer(western(text)):
            parts, whole = quantities(match["part"]), quantities(match["whole"])
            part = parts[0].count if parts else 1.0
            if whole and whole[0].count in said and part not in said:
                return match[0]
    return ""


def _check(quantity: Quantity, known: Sequence[Quantity], claim: str, cited: Cited, lexicon: Lexicon) -> str:
    """Returns what is wrong with a number of a claim, or nothing."""
    if (
        dated(quantity, cited)
        or _is_ratio_of_line(quantity, cited)
        or _is_average(quantity, known)
        or _is_sum(quantity, cited, lexicon)
    ):
        return ""
    equal = [other for other in known if isclose(other.count, quantity.count, rel_tol=1e-6)]
    same = [
        other
        for other in known
        if _told_in(other.unit) == _told_in(quantity.unit)
        and isclose(other.value, quantity.value, rel_tol=1e-6)
        and (other.unit == quantity.unit or quantity.value == _HALF)
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
    if not any(_counts_the_same(quantity, other, known, lexicon) for other in same) and abbreviated_words(
        claim, cited, lexicon
    ).isdisjoint(quantity.before):
        return f"{quantity.count:g} counts something else in the cited line"
    return ""


def _check_rate(quantity: Quantity, known: Sequence[Quantity], claim: str, cited: Cited) -> str:
    """Returns that a number became one per period, or nothing."""
    rate = rate_of(quantity, claim)
    if (
        not rate
        or quantity.unit in ("day", "month")
        or _is_average(quantity, known)
        or any(rate in rates(western(text)) for text in cited.by_entry)
    ):
        return ""
    return f"{quantity.count:g} is not per {rate} in the cited line"


def _told_in(unit: str) -> str:
    """Returns a unit, one for shares and ratios: half of it is 50 %."""
    return "share" if unit == "ratio" else unit


def _says_one(unit: str, texts: Sequence[str]) -> bool:
    """Whether a text says "an hour" for one hour; an article before anything else counts nothing."""
    return any(
        article.rpartition("'")[2] in _ONE and UNITS.get(noun, ("", 1))[0] == unit
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
    """Whether a text goes from one number to another by this much: 18 to 9 is half, and 50 % less."""
    if quantity.unit not in ("ratio", "share"):
        return False
    for text in cited.texts:
        pairs = [item for item in quantities(text) if item.ranged]
        for low, high in pairwise(pairs):
            if low.unit != high.unit or not low.value:
                continue
            ratio = high.value / low.value
            if quantity.unit == "ratio" and isclose(ratio, quantity.value):
                return True
            if quantity.unit == "share" and abs(abs(1 - ratio) - quantity.value) < _ROUNDED:
                return quantity.led_by not in _ENDS - _HALVES or isclose(quantity.value, 0.5)
    return False


def _is_average(quantity: Quantity, known: Sequence[Quantity]) -> bool:
    """Whether a number is what the line's total comes to in each of its years: 1,040 in four years."""
    spans = [span.count for span in known if span.unit in ("month", "day") and span.count > 1]
    totals = [other.value for other in known if other.unit == quantity.unit == ""]
    return quantity.bound == "" and any(
        isclose(total / span, quantity.value, rel_tol=1e-6) for total in totals for span in spans
    )


def _is_sum(quantity: Quantity, cited: Cited, lexicon: Lexicon) -> bool:
    """Whether a line counts the same thing twice, "1,300 plates and another 900", and this is the total."""
    for text in cited.lines:
        for first, second in pairwise(quantity for quantity in quantities(text) if not is_year(quantity)):
            between = western(text)[first.end : second.start]
            if (
                _FURTHER.search(between)
                and (
                    not second.after
                    or second.after[0] in MONTHS
                    or any(_alike(second.after[0], word, lexicon) for word in first.after[:1])
                )
                and first.unit == second.unit == quantity.unit
                and first.bound == second.bound == quantity.bound == ""
                and isclose(first.value + second.value, quantity.value)
            ):
                return any(
                    _alike(word, other, lexicon) for word in quantity.after[:2] for other in first.after
                )
    return False


def _counts_the_same(claimed: Quantity, meant: Quantity, known: Sequence[Quantity], lexicon: Lexicon) -> bool:
    """Whether a number stands among the words it stands among in the cited line."""
    if claimed.ranged and meant.ranged:
        return True  # both ends of the same change
    if _is_label(meant, claimed, lexicon):
        return False
    around = (*claimed.before[:_WINDOW_CLAIM], *claimed.after[:_WINDOW_CLAIM])
    around_meant = (*meant.before, *meant.after)
    if around and not any(_alike(word, other, lexicon) for word in around for other in around_meant):
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


def _is_label(meant: Quantity, claimed: Quantity, lexicon: Lexicon) -> bool:
    """Whether "aisle 4" became "4 aisles"."""
    named, counted = meant.led_by, claimed.after[:1]
    return bool(
        named
        and counted
        and claimed.count % 1 == 0
        and lexicon.same(named, counted[0])
        and not any(lexicon.same(word, counted[0]) for word in (claimed.led_by, *meant.after[:1]))
    )


def _alike(word: str, other: str, lexicon: Lexicon) -> bool:
    """Whether two neighbours of numbers name the same thing: a "Gesamtnote" is a "Note"."""
    if lexicon.same(word, other) or kin_of(lexicon.language).akin(word, other):
        return True
    if lexicon.language != "de":
        return False
    return is_composed(word, (other,), lexicon) or is_composed(other, (word,), lexicon)


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
