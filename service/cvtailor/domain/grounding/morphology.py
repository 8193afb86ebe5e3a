"""Roots of words in four languages: a verb and its noun share one, it and its agent do not.

Snowball stems alone make one word of "engine" and "engineer", "respond" and "responsible"; here a suffix
that makes another kind of word of its stem is kept as a mark on the root.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from cvtailor.domain.limits import WORDS_REMEMBERED_MAX
from cvtailor.domain.stemming import stem_of

ROOT_CHARS_MIN = 3

_MARKED = {
    "en": re.compile(
        r"(ers?|ors?|ables?|ibles?|ives?|ful|less|ous|ics?|ical|als?|ists?|isms?|ity|ities)(?:ly)?$"
    ),
    "de": re.compile(r"(er|erin|erinnen|bar|haft|isch|lich|los|ist|isten|heit|keit)$"),
    "fr": re.compile(
        r"(eurs?|euses?|rices?|ables?|ibles?|ifs?|ives?|istes?|ismes?|(?:il|al|iv|os)ités?|eux)$"
    ),
    "es": re.compile(
        r"(dor|dora|dores|doras|tor|tora|ista|istas|able|ables|ible|ibles|ivo|iva|oso|osa|dad|ería|erías)$"
    ),
}
_GERMAN_NOUNS = re.compile(r"(?:ierungen|ierung|ationen|ation|ierte[nmrs]?|ierten|iert|ieren|iere|age|agen)$")
_GERMAN_ENDINGS = re.compile(
    r"(?:ungen|ung|enden|ende|end|etes|eten|ete|et|test|ten|tes|tem|te|t|ens|en|es|em|e|s|n)$"
)
_GERMAN_PARTICIPLE = re.compile(
    r"^((?:ab|an|auf|aus|bei|durch|ein|fest|fort|frei|her|hin|los|mit|nach|neu|sicher|teil|um|vor|weg|weiter|zu"
    r"|zurück|zusammen|über|unter)?)ge(?=\w{4})"
)
_FRENCH_NOUNS = re.compile(r"(?:issements?|issages?|ations?|ements?|ments?|ages?|ures?|ances?)$")
_SPANISH_NOUNS = re.compile(r"(?:aciones|ación|amientos?|imientos?|ajes?|aduras?|adas?|ados?|adoras?)$")
_ADJECTIVE = re.compile(r"(?:isch|lich|ig|al|iv|bar|sam|haft|los|ell|är|voll)er$")
_UMLAUTS = str.maketrans("äöü", "aou")


@lru_cache(maxsize=WORDS_REMEMBERED_MAX)
def lemma_of(word: str, language: str) -> str:
    """Returns the dictionary form of a lower-case word, itself if none is known.

    The dictionary of a language is read when its first word is asked for: 0.2 to 1 s, 15 to 140 MB.
    """
    if len(word) <= ROOT_CHARS_MIN or not word.isalpha():
        return word
    from simplemma import lemmatize  # late: with its rules for many languages it takes its time

    return str(lemmatize(word, lang=language if language in _MARKED else "en")).lower()


@lru_cache(maxsize=WORDS_REMEMBERED_MAX)
def is_word(word: str, language: str) -> bool:
    """Whether a lower-case word stands in the dictionary of a language, in any form."""
    from simplemma import is_known

    return bool(is_known(word, lang=language) or is_known(word.capitalize(), lang=language))


@lru_cache(maxsize=WORDS_REMEMBERED_MAX)
def roots(word: str, language: str) -> frozenset[str]:
    """Returns the roots that a lower-case word may have; two words that share one are forms of one word.

    Args:
        word: In lower case.
        language: BCP 47 primary language; English rules for one not known here.
    """
    if len(word) <= ROOT_CHARS_MIN or not word.isalpha():
        return frozenset({word})
    stem = stem_of(word, language)
    mark = _mark(word, stem, language)
    # "verbessern" is a verb, "Leitern" are not those who "leiten": Snowball takes the ending off both.
    found = set() if language == "de" and word.endswith("ern") else {stem + mark}
    if not mark:
        found |= {
            root for root in _DERIVED.get(language, _english)(word, stem) if len(root) >= ROOT_CHARS_MIN
        }
    return frozenset(found)


def _mark(word: str, stem: str, language: str) -> str:
    """Returns the suffix that sets a word apart from its stem: ``~er`` for "manager" beside "manage"."""
    suffix = _MARKED.get(language, _MARKED["en"]).search(word)
    if language == "de" and _ADJECTIVE.search(word):
        return ""
    if suffix is None or stem.endswith(suffix[1].rstrip("s").rstrip("e")):
        return ""
    return "~" + suffix[1][:2]


def _english(word: str, stem: str) -> set[str]:
    british = re.sub(r"iz(?=e|ing|ation)", "is", word)
    if british != word:
        return {stem_of(british, "en")}
    # "description" and "describe", "reduction" and "reduce" have two stems in Snowball.
    return {re.sub(r"uct$", "uc", re.sub(r"script$", "scrib", stem))} if word.endswith("tion") else set()


def _german(word: str, stem: str) -> set[str]:
    del stem
    plain = word.replace("ß", "ss").translate(_UMLAUTS)
    found = {_trimmed(plain)}
    participle = _GERMAN_PARTICIPLE.sub(r"\1", plain)
    if participle != plain and re.search(r"(?:t|en|te[nmrs]?|ene[nmrs]?)$", plain):
        found.add(_trimmed(participle))
    return found


def _trimmed(word: str) -> str:
    for endings in (_GERMAN_NOUNS, _GERMAN_ENDINGS):
        root = endings.sub("", word)
        if root != word and len(root) >= ROOT_CHARS_MIN:
            return re.sub(r"(?<=[bcdfgkprtz])el$", "l", root)
    return word


def _french(word: str, stem: str) -> set[str]:
    del stem
    root = _FRENCH_NOUNS.sub("", word)
    return {root} if root != word and len(root) > ROOT_CHARS_MIN else set()


def _spanish(word: str, stem: str) -> set[str]:
    # Before "e" the same sound is spelt in another way: digitalizar, digitalicé; cargar, cargué.
    spelt = re.sub(r"gu$", "g", re.sub(r"qu$", "c", re.sub(r"ic$", "iz", stem)))
    root = _SPANISH_NOUNS.sub("", word)
    if re.search(r"cci[oó]n(?:es)?$", word):
        spelt = re.sub(r"cci[oó]n(?:es)?$", "ct", word)  # redacción, redactar
    return {spelt, root} if root != word and len(root) > ROOT_CHARS_MIN else {spelt}


_DERIVED: dict[str, Callable[[str, str], set[str]]] = {
    "en": _english,
    "de": _german,
    "fr": _french,
    "es": _spanish,
}
