"""Bytes to text: what arrives is UTF-8, composed, with nothing in it that a person can't see."""

import re

from cvtailor.domain.errors import InvalidInput, NotUnderstood, Reason
from cvtailor.domain.hidden_characters import HiddenCharacters
from cvtailor.domain.limits import CV_BYTES_MAX, CV_LINES_MAX

_LINE_CHARS_MAX = 4_000
_LINES_OF_ONE_WRITTEN_MAX = 25  # the others are empty
_LINE_BREAKS = re.compile(r"\r\n?")


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
