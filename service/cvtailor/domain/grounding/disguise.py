"""Characters that look like others, or like nothing."""

import re
import unicodedata

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
_LOOKALIKES = str.maketrans(
    "АВСЕНІЈКМОРЅТХУҮаһсеіјоорѕухԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧαονριցոսօѵɡⅼ",
    "ABCEHIJKMOPSTXYYahceijoopsyxdqwABEZHIKMNOPTYXaovpignuovgl",
)
_WORD = re.compile(r"[^\W\d_]+")


def undisguised(text: str) -> str:
    """Returns a text in NFKC, without invisible characters, foreign look-alikes of letters as Latin ones.

    A word is only rewritten if that makes all of it Latin: Russian stays Russian.
    """
    shown = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    return shown if shown.isascii() else _WORD.sub(_latin, shown)


def _latin(word: re.Match[str]) -> str:
    if word[0].isascii():
        return word[0]
    folded = word[0].translate(_LOOKALIKES)
    return folded if all(character < "\u0250" for character in folded) else word[0]
