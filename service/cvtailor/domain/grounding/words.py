"""Words of a claim and when two count as the same; strict on purpose: what is unsure is not the same."""

import re
from functools import lru_cache

from cvtailor.domain.grounding.disguise import undisguised
from cvtailor.domain.grounding.german import rejoined
from cvtailor.domain.grounding.lexicon import Lexicon
from cvtailor.domain.limits import LINES_REMEMBERED_MAX

_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"\*\*|__|(?<!\w)[*_`]|[*_`](?!\w)")
_STRONG = re.compile(r"(\d)-strong\b")
_PARTED = re.compile(r"\b(?:[A-Z]\.){2,5}(?!\w)|\b[A-Z](?:/[A-Z]){1,3}s?\b")
_UNDER_AGE = re.compile(r"(?i)\bunder[- ](1\d|2[0-3])s?\b(?= (?:girl|boy|team|squad|women|men|side|player))")
_WORD = re.compile(r"[^\W_]+(?:[+#]+(?!\w)|(?:[.'’&][^\W_]+)+)?")


def word_set(text: str) -> frozenset[str]:
    """Returns the words of a table written as text."""
    return frozenset(text.split())


FUNCTION_WORDS = word_set(
    """
    a an and as at be been being by for from had has have i in into is it its me my of on or our that
    the their them then these this those to was we were which while who whom whose will with within us
    you your yours als am an auf aus bei beim das dass dem den der des die dabei durch ein eine einem
    einen einer eines er es für hat habe haben hatte ich im in ist mein meine meinem meinen meiner mit
    nach oder sie sind sowie über um und unser unsere uns von vom vor war waren wie wir wurde wurden zu
    zum zur zwischen à ai au aux avec ce ces cet cette dans de des du elle en est et étaient était être
    eu il ils j je l la le les leur leurs lors ma mes mon nos notre nous on ou où par pour qu que qui s
    sa se ses son sont sous sur un une vos votre vous y d al con como cual de del desde donde el ella en
    entre era eran es esta este esto fue fueron ha han he la las lo los me mi mis nos o para por que se
    ser son su sus u un una unas unos y e
    """
)
"""Words that say nothing by themselves; quantity, scope, negation and degree are never among them."""


@lru_cache(maxsize=LINES_REMEMBERED_MAX)
def plain(text: str) -> str:
    """Returns a text without Markdown marks, link targets and invisible characters."""
    shown = _MARKS.sub("", _LINK.sub(r"\1", undisguised(text)))
    shown = _PARTED.sub(_unparted, shown)
    return _UNDER_AGE.sub(r"U\1", _STRONG.sub(r"\1", shown))


def _unparted(short: re.Match[str]) -> str:
    """Returns "B/Ls" and "D.E." in one word."""
    return short[0].replace("/", "").replace(".", "")


@lru_cache(maxsize=LINES_REMEMBERED_MAX)
def words(text: str) -> tuple[str, ...]:
    """Returns the words of a text in lower case; hyphenated words as their parts."""
    return tuple(map(str.lower, _WORD.findall(plain(text).replace("’", "'"))))


@lru_cache(maxsize=LINES_REMEMBERED_MAX)
def canonical_words(text: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Returns the words of a text, each phrase that the lexicon knows as one: "carried out" as "perform"."""
    if lexicon.language == "de":
        text = rejoined(text)
    return tuple(lexicon.without_elision(lexicon.rephrased(" ".join(words(text)))).split())


def content_words(text: str) -> list[str]:
    """Returns the words that carry meaning, in order."""
    return [word for word in words(text) if word not in FUNCTION_WORDS]


def comparable(text: str) -> str:
    """Returns a form in which spellings of the very same line are equal: case, marks, final stop aside."""
    return " ".join(plain(text).replace("’", "'").casefold().split()).rstrip(" .;,")
