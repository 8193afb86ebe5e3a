"""What of a text no person can see: it is taken out of whatever may be printed."""

import re
import unicodedata
from collections import Counter

from cvtailor.domain.base_cv import SourcePosition, Unplaced

_WITHOUT_WIDTH = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff"
)
_HIDDEN_KINDS = {
    "bidi": ("\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069", "characters that reverse the reading direction"),
    "invisible": (_WITHOUT_WIDTH, "characters without width"),
    "control": ("\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f", "control characters"),
    "broken": ("\ud800-\udfff\ufdd0-\ufdef\ufff9-\ufffc\ufffe\uffff", "code points that are no characters"),
}
# A joiner between letters of Arabic or Indic scripts is spelling, not hiding.
_JOINED = r"(?<=[\u0600-\u109f])[\u200c\u200d](?=[\u0600-\u109f])"
_HIDDEN = re.compile(
    f"(?P<spelling>{_JOINED})|"
    + "|".join(f"(?P<{kind}>[{chars}])" for kind, (chars, _) in _HIDDEN_KINDS.items())
)
_OTHER_SPACES = re.compile("[\x0b\x0c\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")


class HiddenCharacters:
    """Strips what a reader can't see, and remembers what and where, so that it can be told."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._first_line: dict[str, int] = {}
        self._code_points: dict[str, set[str]] = {}

    def strip(self, text: str, first_line: int = 1) -> str:
        """Returns ``text`` composed (NFC), without hidden characters, every space an ordinary one.

        Args:
            first_line: One-based line of the source that ``text`` begins on.
        """
        if text.isascii() and text.isprintable():
            return text
        line, counted_to = first_line, 0

        def drop(found: re.Match[str]) -> str:
            nonlocal line, counted_to
            kind = found.lastgroup
            if kind is None or kind == "spelling":
                return found[0]
            line += text.count("\n", counted_to, found.start())
            counted_to = found.start()
            self._counts[kind] += 1
            self._first_line.setdefault(kind, line)
            self._code_points.setdefault(kind, set()).add(f"U+{ord(found[0]):04X}")
            return ""

        visible = _OTHER_SPACES.sub(" ", _HIDDEN.sub(drop, text))
        return unicodedata.normalize("NFC", visible)

    def notices(self) -> tuple[Unplaced, ...]:
        """One notice for each kind of hidden character that was removed."""
        return tuple(
            Unplaced(
                text=", ".join(sorted(self._code_points[kind])[:8]),
                position=SourcePosition(line=self._first_line[kind]),
                reason=f"{count} × {_HIDDEN_KINDS[kind][1]} removed, first on this line",
            )
            for kind, count in sorted(self._counts.items())
        )


def shown(text: str) -> str:
    """Returns what a person sees of a text, as ``HiddenCharacters.strip`` does."""
    return HiddenCharacters().strip(text)
