"""Who did it: what was done to the person, or under somebody, is not what the person did."""

import re

from cvtailor.domain.grounding.cited import Cited
from cvtailor.domain.grounding.lexicon import Lexicon
from cvtailor.domain.grounding.objection import Objection
from cvtailor.domain.grounding.words import FUNCTION_WORDS, plain, word_set, words
from cvtailor.domain.tailored_cv import RejectionReason

_BY = frozenset({"by", "from", "von", "vom", "durch", "par", "por", "de", "del"})
_ARTICLE = (
    r"(?:(?:the|my|our|an?|der|dem|die|den|einer?|einem|meiner?|meinem|le|la|les|l['’]|une?|el|los|las|mi|mon|ma)"
    r"\s?)"
)
_DOER = re.compile(
    rf"(?i)\b(?:by|von|vom|durch|par|por|(?<=formación )de)\s{_ARTICLE}?(?P<who>[^\W\d]{{3,}}(?:\s[^\W\d]+)?)"
)
_OTHERS = re.compile(
    r"(?i)(?:^|\b(?:that|which|and|die|den|das|que|y|et|und)\s)(?:the|my|our|der|die|la|le|el|mi|mon|ma)\s(?:[^\W\d]+\s)?"
    r"(?P<who>[^\W\d]{4,})\s(?:then\s|later\s|dann\s)?(?P<verb>[^\W\d]{3,})"
)
_WHO = re.compile(
    r"(?i)\b(?P<who>[^\W\d]{4,}),?\s(?:who|qui|quien|que)\s(?:then\s|later\s|luego\s|ensuite\s)?(?P<verb>[^\W\d]{4,})"
)
_NO_DOER = word_set(
    "hand phone telephone email mail post car bike bus train rail air sea after over under number order "
    "quarter paper letter computer power water other another factor"
)
_PERSON = re.compile(
    r"(?:er|or|ist|ian|man|woman|lead|head|chef|chief|boss|nurse|staff|senior|partner|colleague|doctor|team|in|leitung|"
    r"eur|euse|ière|ien|ienne|iste|cheffe|ora|ero|era|aria|ario|ista|jefe|jefa|encargad[oa]|compañer[oa])s?$"
)
_CLAUSE = re.compile(r"[.;:()]|,\s|\s(?:and|und|et|y)\s")
_PARTICIPLE = {
    "en": re.compile(r"(?:ed|en|ght|aught|wn|ne|lt|nt|un|ung|led|sworn)$"),
    "de": re.compile(r"^(?:\w{0,6}ge\w+(?:t|en)|(?:be|er|ver|ent|zer|unter)\w+(?:t|en)|\w+iert)$"),
    "fr": re.compile(r"(?:ée?s?|ie?s?|ue?s?|ite?s?|ise?s?|erte?s?|ion)$"),
    "es": re.compile(r"(?:[ai]d[oa]s?|t[oa]s?|ch[oa]s?|ción)$"),
}
_LEADING = 3
_UNDER = re.compile(
    r"(?i)\b(?:under|unter|sous|bajo)\s(?:(?:the|an?|der|dem|einer?|einem|la|le|une?|el|una|un)\s|l['’])?"
    r"(?:[^\W\d]+\s)?(?P<what>[^\W\d]+)"
)


def check_doer(claim: str, cited: Cited, lexicon: Lexicon) -> Objection | None:
    """Refuses "coached the head" where the line says "was coached by the head"."""
    for line in cited.lines:
        for clause in _CLAUSE.split(plain(line)):
            told = next((match[0] for match in _DOER.finditer(clause) if _turned(match, claim, lexicon)), "")
            told = told or next(
                (match[0] for match in _UNDER.finditer(clause) if _led(match, claim, lexicon)), ""
            )
            told = told or next(
                (match[0] for match in _OTHERS.finditer(clause) if _taken(match, claim, lexicon)), ""
            )
            if told:
                return Objection(RejectionReason.STRENGTH_INFLATED, f"the cited line says “{told}”")
        told = next((match[0] for match in _WHO.finditer(plain(line)) if _taken(match, claim, lexicon)), "")
        if told:
            return Objection(RejectionReason.STRENGTH_INFLATED, f"the cited line says “{told}”")
    return None


def _turned(match: re.Match[str], claim: str, lexicon: Lexicon) -> bool:
    """Whether a claim has the verb and the doer of a clause, and no longer says "by" before the doer."""
    participle = _PARTICIPLE.get(lexicon.language, _PARTICIPLE["en"])
    # English, French and Spanish put "by" behind its verb; German, which puts the verb last, does not.
    before = words(match.string if lexicon.language == "de" else match.string[: match.start()])
    verbs = [word for word in before if word not in FUNCTION_WORDS and participle.search(word)][
        0 if lexicon.language == "de" else -1 :
    ]
    doers = [word for word in words(match["who"]) if _PERSON.search(word) and word not in _NO_DOER]
    if lexicon.language == "es" and match[0].startswith("de "):
        doers = [word for word in doers if not word.endswith("s")]  # "formación de los camareros"
    said = words(claim)
    named = next((at for at, word in enumerate(said) if any(lexicon.same(word, doer) for doer in doers)), -1)
    done = next((at for at, word in enumerate(said) if any(lexicon.same(word, verb) for verb in verbs)), -1)
    # "which the head chef now uses" has the right doer; German puts the verb last in any case.
    return (
        named >= 0 <= done
        and (done < named or lexicon.language == "de")
        and _BY.isdisjoint(said[max(0, named - 3) : named])
    )


def _taken(match: re.Match[str], claim: str, lexicon: Lexicon) -> bool:
    """Whether a claim has what somebody else did, and no longer that somebody."""
    said = words(claim)
    return (
        bool(_PERSON.search(match["who"].lower()))
        and match["verb"].lower() not in FUNCTION_WORDS
        and any(lexicon.same(word, match["verb"].lower()) for word in said)
        and not any(lexicon.same(word, match["who"].lower()) for word in said)
    )


def _led(match: re.Match[str], claim: str, lexicon: Lexicon) -> bool:
    """Whether a claim makes the person the one who led: "under supervision" as "supervised"."""
    what = match["what"].lower()
    if lexicon.strength("role", what) < _LEADING or _UNDER.search(plain(claim)):
        return False
    return any(lexicon.same(word, what) for word in words(claim))
