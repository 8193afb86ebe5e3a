"""What came of what: a number that fell by itself is nobody's merit, and "and then" is no "because"."""

import re
from collections.abc import Sequence
from itertools import pairwise

from cvtailor.domain.grounding.cited import Cited
from cvtailor.domain.grounding.lexicon import Lexicon
from cvtailor.domain.grounding.objection import Objection
from cvtailor.domain.grounding.quantities import quantities
from cvtailor.domain.grounding.words import canonical_words, plain
from cvtailor.domain.tailored_cv import RejectionReason

_BROUGHT_DOWN = re.compile(r"(?i)\b(?:brought|bring|got|took|cut|driven|drove)\b.{1,60}\bdown\b")
_CAUSED_BY_DOING = re.compile(r"\bby \w+ing\b")
_REASON = re.compile(r"(?i)\b(?:through|thanks to|durch|dank|grâce à|gracias a|mediante)\b")
_COMPARED = frozenset({"fewer", "less", "more", "weniger", "mehr", "moins", "plus", "menos", "más"})
_CAUSAL = re.compile(
    r"(?i)\b(?:by \w+ing|through|which|so|that|thanks|because|due|result\w*|durch\w*|dadurch|dank|wodurch|"
    r"sodass|grâce|d'où|permet\w*|ce qui|par|gracias|con lo que|lo que|por|al|mediante)\b"
)


def check_cause(claim: str, cited: Cited, lexicon: Lexicon) -> Objection | None:
    """Refuses "because of" where the cited lines only say "and then"."""
    said = canonical_words(claim, lexicon)
    caused = next((word for word in said if word in lexicon.cause), "")
    doing = _CAUSED_BY_DOING.search(" ".join(said)) if lexicon.language == "en" else None
    if (caused or doing) and not any(_CAUSAL.search(plain(line)) for line in cited.texts):
        return Objection(
            RejectionReason.CONTENT_UNSUPPORTED, f"“{caused or (doing and doing[0])}” is in no cited line"
        )
    return _check_reason(claim, said, cited, lexicon) or _check_merit(said, cited, lexicon)


def _check_reason(claim: str, said: Sequence[str], cited: Cited, lexicon: Lexicon) -> Objection | None:
    """Refuses "through new colour profiles, fewer complaints" where the lines only stand side by side."""
    reason = _REASON.search(plain(claim))
    fewer = next((word for word in said if word in lexicon.happened | _COMPARED), "")
    if reason and fewer and not any(_CAUSAL.search(plain(line)) for line in cited.texts):
        return Objection(RejectionReason.CONTENT_UNSUPPORTED, f"“{reason[0]}” is in no cited line")
    return None


def _check_merit(said: Sequence[str], cited: Cited, lexicon: Lexicon) -> Objection | None:
    """Refuses that somebody brought a number down or up which only fell or rose."""
    turns = lexicon.less | lexicon.more
    for word in said:
        if word in lexicon.happened | lexicon.changes or turns.isdisjoint(lexicon.roots(word)):
            continue
        for line in cited.texts:
            told = canonical_words(line, lexicon)
            own = [other for other in told if other not in lexicon.happened]
            if (
                _happened(line, lexicon)
                and not _CAUSAL.search(plain(line))
                and all(turns.isdisjoint(lexicon.roots(other)) for other in own)
            ):
                return Objection(
                    RejectionReason.CONTENT_UNSUPPORTED, f"the cited line does not say who did “{word}”"
                )
    return None


def is_turn_of_numbers(word: str, cited: Cited, lexicon: Lexicon) -> bool:
    """Whether "cut" or "raise" says no more than the two numbers of a line that somebody brought about."""
    roots = lexicon.roots(word)
    down, up = not roots.isdisjoint(lexicon.less), not roots.isdisjoint(lexicon.more)
    for text in cited.texts if down or up else ():
        ends = [quantity for quantity in quantities(text) if quantity.ranged]
        for low, high in pairwise(ends):
            turned = (down and high.value < low.value) or (up and high.value > low.value)
            if (
                low.unit == high.unit
                and turned
                and (not _happened(text, lexicon) or _CAUSAL.search(plain(text)))
            ):
                return True
        if down and _BROUGHT_DOWN.search(plain(text)):
            return True
        if _happened(text, lexicon) and _CAUSAL.search(plain(text)):
            return True
    return False


def _happened(text: str, lexicon: Lexicon) -> bool:
    return not lexicon.happened.isdisjoint(canonical_words(text, lexicon))
