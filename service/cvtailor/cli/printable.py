"""Small pieces of what the commands print: words of strangers, points in time, sizes."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import IO, Any, cast

from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date  # type: ignore[import-untyped]
from rich.console import RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.text import Text

_CONTROLS = {code: "\ufffd" for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"}


def harmless(text: str) -> str:
    """Returns a text without what a terminal would obey; the words of an ad are a stranger's."""
    return text.translate(_CONTROLS)


def escaped(text: str) -> str:
    """Returns a text for Rich's markup, of which neither Rich nor the terminal obeys anything."""
    return escape(harmless(text))


class _WithoutPadding:
    """A stream whose lines end with their words, not with what fills the cells of a table."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        return self._stream.write(re.sub(r" +$", "", text, flags=re.MULTILINE))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def without_padding(stream: IO[str]) -> IO[str]:
    """Returns a stream for a program that reads: what Rich prints, without blanks at the ends of lines."""
    return cast("IO[str]", _WithoutPadding(stream))


def words(text: str, style: str = "") -> Text:
    """Returns a text as it may be shown in a terminal."""
    return Text(harmless(text), style)


def cut_to_fit(text: Text) -> Text:
    """Returns a text that is cut where its line ends instead of going on in the next."""
    text.no_wrap, text.overflow = True, "ellipsis"
    return text


def indented(part: RenderableType, columns: int) -> Padding:
    """Returns a part set in from the left."""
    return Padding(part, (0, 0, 0, columns), expand=False)


def when(time: Timestamp) -> str:
    """Returns a point in time, to the minute, on this machine's clock."""
    return time.ToDatetime(UTC).astimezone().strftime("%Y-%m-%d %H:%M")


def how_long_ago(time: Timestamp, now: datetime) -> str:
    """Returns how long ago something was, if it was today or so; else its date."""
    at = time.ToDatetime(UTC)
    minutes = (now - at) // timedelta(minutes=1)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    if minutes < 24 * 60:
        return f"{minutes // 60} h ago"
    return at.astimezone().strftime("%Y-%m-%d")


def day(wire: Date) -> date | None:
    """Returns a date; None if it is not set."""
    return date(wire.year, wire.month, wire.day) if wire.year and wire.month and wire.day else None


def size(size_bytes: int) -> str:
    """Returns a size for people."""
    return f"{size_bytes} B" if size_bytes < 1024 else f"{size_bytes / 1024:.0f} KB"


def counted(number: int, noun: str) -> str:
    """Returns a number of things."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
