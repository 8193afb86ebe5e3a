"""Bytes to text: what arrives is UTF-8, composed, with nothing in it that a person can't see."""

import re
import unicodedata
from collections import Counter

from cvtailor.domain.base_cv import SourcePosition, Unplaced
from cvtailor.domain.errors import InvalidInput, NotUnderstood, Reason
from cvtailor.domain.limits import CV_BYTES_MAX, CV_LINES_MAX

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
_LINE_CHARS_MAX = 4_000
_LINES_OF_ONE_WRITTEN_MAX = 25  # the others are empty
_LINE_BREAKS = re.compile(r"\r\n?")


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


def check_size(content: bytes, field: str) -> None:
    """Refuses a CV of too many bytes.

    Raises:
        InvalidInput: Too large.
    """
    if len(content) > CV_BYTES_MAX:
        raise unreadable(
            f"The CV has {len(content):,} bytes; at most {CV_BYTES_MAX:,} are read. Send the text alone.",
            field,
        )


def check_line_count(count: int, field: str, line: int | None = None) -> None:
    """Refuses a CV of too many lines.

    Args:
        line: The first that is too many.

    Raises:
        InvalidInput: More lines than a CV has.
    """
    if count > CV_LINES_MAX:
        raise unreadable(
            f"The CV has more than {CV_LINES_MAX:,} lines. Send a shorter one.", field, line=line
        )


def decode(content: bytes, field: str, hidden: HiddenCharacters) -> str:
    r"""Decodes a CV; lines of the result end in ``\n`` and count as an editor counts them.

    Raises:
        InvalidInput: Too large, empty, or not UTF-8; names the byte offset.
    """
    check_size(content, field)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise unreadable("The CV is UTF-16. Save it as UTF-8 and send it again.", field, line=1)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise unreadable(
            f"Byte {error.start} (0x{content[error.start]:02x}) is not UTF-8. Save the CV as UTF-8 and"
            " send it again.",
            field,
            line=content.count(b"\n", 0, error.start) + 1,
        ) from None
    text = hidden.strip(_LINE_BREAKS.sub("\n", text))
    if not text.strip():
        raise unreadable("The CV is empty. Send its text.", field)
    return text


def split_lines(text: str, field: str) -> list[str]:
    """Splits a CV whose format is lines of text.

    Raises:
        InvalidInput: More or longer lines than a CV has; names the line.
    """
    lines = text.split("\n")
    check_line_count(len(lines) // _LINES_OF_ONE_WRITTEN_MAX, field)
    written = 0
    for number, line in enumerate(lines, 1):
        written += bool(line.strip())
        if len(line) > _LINE_CHARS_MAX:
            raise unreadable(
                f"The line has {len(line):,} characters; at most {_LINE_CHARS_MAX:,} are read. Break it up.",
                field,
                line=number,
            )
        check_line_count(written, field, number)
    return lines


def unreadable(message: str, field: str, *, line: int | None = None, path: str = "") -> InvalidInput:
    """Makes the error for a CV that can't be read.

    Args:
        field: Field of the request that holds the CV.
        path: Where in the document, in its own terms; goes to the metadata.
    """
    metadata = {"path": path} if path else {}
    return InvalidInput(message, reason=Reason.CV_UNREADABLE, field=field, line=line, **metadata)


def not_understood(message: str, field: str, *, line: int | None = None) -> NotUnderstood:
    """Makes the error for a CV whose text is sound, but in which something is not found."""
    return NotUnderstood(message, reason=Reason.CV_UNREADABLE, field=field, line=line)
