"""What the person calls herself: "as a …" takes a word of the evidence itself, no relative of it."""

import re

from cvtailor.domain.grounding.cited import Cited
from cvtailor.domain.grounding.lexicon import Lexicon
from cvtailor.domain.grounding.morphology import lemma_of
from cvtailor.domain.grounding.objection import Objection
from cvtailor.domain.grounding.words import plain, words
from cvtailor.domain.tailored_cv import RejectionReason

_CALLED = {
    "en": re.compile(r"\b(?:as|was) an? (?P<what>[a-z]{4,})\b"),
    "de": re.compile(r"\b(?:als|war) (?:ich )?(?:eine? )?(?P<what>[A-ZÄÖÜ][a-zäöüß]{3,})\b"),
    "fr": re.compile(r"(?i)\b(?:comme|en tant que?|j['’]étais) (?:une? )?(?P<what>[a-zà-ÿ]{4,})\b"),
    "es": re.compile(r"(?i)\b(?:como|fui|era) (?:una? )?(?P<what>[a-zà-ÿ]{4,})\b"),
}
_ENDING_CHARS = 2


def check_position(claim: str, cited: Cited, lexicon: Lexicon) -> Objection | None:
    """Refuses "fui enóloga" where the evidence is an "auxiliar de laboratorio enológico"."""
    known = {word for text in cited.texts for word in words(text)}
    for match in _CALLED[lexicon.language].finditer(plain(claim)):
        what = match["what"].lower()
        relatives = [word for word in known if lexicon.same(word, what)]
        if relatives and not any(_is_form(what, word, lexicon) for word in relatives):
            return Objection(RejectionReason.FACT_CHANGED, f"no cited line calls the person “{what}”")
    return None


def _is_form(one: str, other: str, lexicon: Lexicon) -> bool:
    """Whether two words differ in gender, number or case only; or mean one thing by the tables."""
    if lemma_of(one, lexicon.language) == lemma_of(other, lexicon.language):
        return True
    stem = max(len(one), len(other)) - _ENDING_CHARS
    return one[:stem] == other[:stem] or lexicon.roots(one).isdisjoint(lexicon.roots(other))
