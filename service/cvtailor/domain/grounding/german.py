"""German words that are written together in one text and apart in the other."""

import re
from collections.abc import Collection, Iterator
from functools import lru_cache

from cvtailor.domain.grounding.lexicon import Lexicon
from cvtailor.domain.limits import LINES_REMEMBERED_MAX, WORDS_REMEMBERED_MAX

_PARTICLES = (
    "ab|an|auf|aus|bei|durch|ein|fest|fort|frei|her|hin|los|mit|nach|um|vor|weg|weiter|zu|zurück|zusammen|"
    "bereit|fertig|hoch|nieder|statt|teil|über|unter|wieder|vorbei|dar"
)
_CLAUSE_END = re.compile(r"([,.;:()!?]|\s(?:und|oder|sowie|aber)\s|$)")
_APART = re.compile(rf"^(?P<before>.*)\s(?P<particle>{_PARTICLES})\s*$", re.DOTALL)
_FINITE = re.compile(r"^[a-zäöüß]{3,}(?:e|te|test|ten|tet|st|t|en)$")
_LINKS = ("", "s", "es", "n", "en", "e", "er")
_PART_CHARS_MIN = 3
_HEAD_CHARS_MIN = 4
_PERSON = re.compile(
    r"(?:er|erin|eur|eurin|ist|istin|arzt|ärztin|wirt|wirtin|meister|meisterin|chef|chefin|amt)$"
)
_EMPTY_HEADS = (
    "zeit",
    "zeiten",
    "dauer",
    "arbeit",
    "arbeiten",
    "bereich",
    "tätigkeit",
    "tätigkeiten",
    "aufgabe",
    "aufgaben",
    "vorgang",
    "wesen",
)


@lru_cache(maxsize=LINES_REMEMBERED_MAX)
def rejoined(text: str) -> str:
    """Returns a text with separable verbs in one word: "leitete zwei Praktikanten an" as "anleitete …"."""
    pieces = _CLAUSE_END.split(text)
    return "".join(_joined_clause(piece) if at % 2 == 0 else piece for at, piece in enumerate(pieces))


def _joined_clause(clause: str) -> str:
    apart = _APART.match(clause)
    if apart is None:
        return clause
    said = apart["before"].split(" ")
    for at, word in enumerate(said):
        if _FINITE.match(word.lower() if not any(said[:at]) else word):
            return " ".join([*said[:at], apart["particle"] + word.lower(), *said[at + 1 :]])
    return clause


def is_composed(word: str, known: Collection[str], lexicon: Lexicon) -> bool:
    """Whether a word is put together from known words, or is a part of one.

    Parts of persons' titles are not enough: who is a "Hausmeister" is no "Meister".

    Args:
        word: In lower case.
        known: Words of the evidence.
        lexicon: For the forms of words.
    """
    if len(word) < _PART_CHARS_MIN or _PERSON.search(word):
        return False
    return _is_part(word, known, lexicon) or any(
        _holds_first(first, known, lexicon)
        and (head in _EMPTY_HEADS or _holds(head, known, lexicon) or _is_part(head, known, lexicon))
        for first, head in _splits(word)
    )


def _splits(word: str) -> Iterator[tuple[str, str]]:
    for at in range(_PART_CHARS_MIN, len(word) - _PART_CHARS_MIN + 1):
        yield word[:at], word[at:]


def _holds(part: str, known: Collection[str], lexicon: Lexicon) -> bool:
    return any(lexicon.same(part, other) for other in known if len(other) >= _PART_CHARS_MIN)


def _holds_first(part: str, known: Collection[str], lexicon: Lexicon) -> bool:
    bare = [part[: len(part) - len(link)] for link in _LINKS if part.endswith(link)]
    return any(
        len(form) >= _PART_CHARS_MIN and (_holds(form, known, lexicon) or _is_part(form, known, lexicon))
        for form in bare
    )


def _is_part(part: str, known: Collection[str], lexicon: Lexicon) -> bool:
    """Whether a word is the first or last part of a known compound."""
    if len(part) < _HEAD_CHARS_MIN or _PERSON.search(part):
        return False
    return any(
        (len(other) - len(form) >= _PART_CHARS_MIN and (other.startswith(form) or other.endswith(form)))
        for form in _forms(part)
        for other in known
    ) or any(
        lexicon.same(part, other[at:])
        for other in known
        for at in range(_PART_CHARS_MIN, len(other) - _HEAD_CHARS_MIN + 1)
    )


@lru_cache(maxsize=WORDS_REMEMBERED_MAX)
def _forms(part: str) -> tuple[str, ...]:
    """Returns a part as it may stand in a compound: without the ending of a plural or a case."""
    bare = [
        part[: len(part) - len(ending)] for ending in ("", "s", "n", "en", "e", "er") if part.endswith(ending)
    ]
    return tuple(form for form in bare if len(form) >= _HEAD_CHARS_MIN)
