"""Words of a text: what is visible of it, its tokens and their stems, in the four languages spoken here."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from cvtailor.domain.limits import LINES_REMEMBERED_MAX
from cvtailor.domain.stemming import stem_of

LANGUAGES = ("en", "de", "fr", "es")
"""The languages whose headings, phrases and stop words are known."""

_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
_TOKEN = re.compile(r"\.?[^\W_]+(?:[+#]+|(?:[.&’'][^\W_]+)+)?")


def word_set(text: str) -> frozenset[str]:
    """Returns the words of a table written as text."""
    return frozenset(text.split())


STOP_WORDS = word_set(
    """
    a an and are as at be been by can do for from had has have he her his i if in into is it its may me
    my no not of on or our she should so such than that the their them then there these they this those
    to under up us was we were what when where which who will with within would you your etc e.g i.e
    also any both each all other others more most own per via using use used including include based
    well ab aber alle als am an auch auf aus bei beim bis das dass dein deine deiner dem den der des die
    du durch ein eine einem einen einer eines er es für haben hast hat ihr ihre ihren ihrem ihrer im in
    ist mit nach oder sein sich sie sind sowie über um und uns unser unsere unserem unseren unserer von
    vom vor war was dabei daran andere anderen wie wir wird werden zu zum zur z.b bzw m w d au aux avec
    ce ces cette d dans de des du elle elles en est et être il ils j je l la le les leur leurs lors mais
    n ne nos notre nous ou où par pas plus pour qu que qui s sa sans ses son sont sur tes ton un une vos
    votre vous y f h a al como con cual de del desde e el ella en entre era es esta este esto fue ha hay
    la las lo los más me mi muy no nos o para pero por que se ser si sin sobre son su sus te tu tus un
    una uno y
    """
)

"""Words that say nothing by themselves: English, German, French and Spanish ones, in this order."""


def visible(text: str) -> str:
    """Removes characters that no reader sees: controls, zero-width ones, tags, soft hyphens."""
    return _INVISIBLE.sub("", text)


def is_invisible(character: str) -> bool:
    """Whether a reader would not see this character."""
    return bool(_INVISIBLE.match(character))


def fold(text: str) -> str:
    """Returns a form in which differences of case, width and spacing are gone."""
    return " ".join(unicodedata.normalize("NFKC", visible(text)).casefold().split())


@lru_cache(maxsize=LINES_REMEMBERED_MAX)
def tokens(text: str) -> tuple[str, ...]:
    """Returns the words of a text in lower case, in order; hyphenated words as their parts."""
    return tuple(map(str.lower, _TOKEN.findall(visible(text).replace("’", "'"))))


@lru_cache(maxsize=LINES_REMEMBERED_MAX)
def stems(text: str, language: str) -> tuple[str, ...]:
    """Returns the stems of the words that carry meaning, in order, repeats kept."""
    return tuple(
        stem_of(word, language)
        for word in tokens(text)
        if word not in STOP_WORDS and (len(word) > 1 or word in {"c", "r"})
    )


def compound_parts(word: str, vocabulary: Iterable[str]) -> tuple[str, ...]:
    """Returns the words of ``vocabulary`` that a long (German) compound begins or ends with."""
    return tuple(
        part
        for part in vocabulary
        if len(part) >= 5 and len(word) - len(part) >= 3 and (word.startswith(part) or word.endswith(part))
    )


_MARKDOWN_LINK = re.compile(r"\[([^\[\]]{0,400})\]\([^()]{0,2048}\)")
_EMPHASIS = re.compile(r"(\*\*|__|\*|`)(?=\S)(.{1,400}?)(?<=\S)\1")


def unmarked(text: str) -> str:
    """Returns a line without Markdown links and emphasis, as it is read aloud."""
    text = _MARKDOWN_LINK.sub(r"\1", text)
    for _ in range(2):
        text = _EMPHASIS.sub(r"\2", text)
    return text
