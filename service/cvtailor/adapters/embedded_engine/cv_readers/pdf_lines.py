"""Rows on pages to lines as the person wrote them: wrapped lines joined, broken words made whole."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from cvtailor.adapters.embedded_engine.cv_readers.dates import find_period
from cvtailor.adapters.embedded_engine.cv_readers.document import Scalar
from cvtailor.adapters.embedded_engine.cv_readers.headings import is_known_title
from cvtailor.adapters.embedded_engine.cv_readers.pdf_rows import Flow, Row, Segment
from cvtailor.adapters.embedded_engine.cv_readers.styled_outline import StyledLine
from cvtailor.adapters.embedded_engine.cv_readers.vocabulary import looks_like_a_place

_ORDINAL = re.compile(r"^(\d{1,2})[.)]\s+(?=\S)")
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_BROKEN = re.compile(r"([^\W\d_]+)-$")
_GOES_ON = re.compile(r"[^\W\d_]+")
_LABELLED = re.compile(r"^[^\W\d_][^:]{0,40}:\s+\S")
_OPEN_HYPHEN = re.compile(r"\w-$")
_ENDING = re.compile(
    r"(?:ings?|[ts]ions?|ations?|ments?|tive|ated|ating|ity|ness|able|ance|ence|ers?|ed|ly|al|ung(?:en)?|lich\w*|keit|heit"
    r"|schaft|ci[oó]n(?:es)?|mente|dades?)\b"
)
_SUSPENDED = frozenset({"und", "oder", "bzw", "and", "or", "y", "o", "e", "et", "ou"})
_PREFIX_WORDS = """
    self well co non on off multi cross full part long short high low end e all half semi mid ex anti follow
"""
_PREFIXES = frozenset(_PREFIX_WORDS.split())
_ALIGNED = 2.5
_PROSE_WORDS_MIN = 8
_LONG_ROW_CHARS = 60
_CLUSTER_ROWS_MIN = 3


class BrokenWords:
    """Joins rows, and makes words whole that a hyphen breaks at the end of a row.

    A hyphen at the end of a row may be the word's own ("on-call") or the typesetter's ("regard-ing"). What
    the document writes elsewhere decides; else the hyphen stays, unless the document is seen to break words.

    Attributes:
        guesses: The words it can't be sure of.
    """

    def __init__(self, rows: Sequence[Row]) -> None:
        self._known = {word.casefold() for row in rows for word in _WORD.findall(row.text)}
        self._breaks_words = any(
            self._is_broken(broken[1], goes_on[0])
            for above, below in pairwise(rows)
            if (broken := _BROKEN.search(above.text)) and (goes_on := _GOES_ON.match(below.text))
        )
        self.guesses: list[str] = []

    def join(self, above: str, below: str) -> str:
        """Joins two rows of one line."""
        broken, goes_on = _BROKEN.search(above), _GOES_ON.match(below)
        if not broken or not goes_on:
            is_tight = above.endswith("/") or (_OPEN_HYPHEN.search(above) and below[0].isalnum())
            return above + below if is_tight else f"{above} {below}"
        left, right = broken[1], goes_on[0]
        if right.casefold() in _SUSPENDED:
            return f"{above} {below}"
        if self._is_broken(left, right):
            return above[:-1] + below
        compound = f"{left}-{right}"
        if right[0].isupper() or compound.casefold() in self._known or left.casefold() in _PREFIXES:
            return above + below
        self.guesses.append(left + right if self._breaks_words else compound)
        return above[:-1] + below if self._breaks_words else above + below

    def _is_broken(self, left: str, right: str) -> bool:
        return (left + right).casefold() in self._known or bool(_ENDING.match(right))


@dataclass(slots=True)
class _Line:
    """A line that grows while its rows are joined."""

    first: Row
    number: int
    text: str
    depth: int | None
    apart: bool
    rows: list[Row]
    notes: list[Segment]

    @property
    def last(self) -> Row:
        return self.rows[-1]

    def finished(self) -> StyledLine:
        path = f"page {self.first.page}"
        return StyledLine(
            text=Scalar("  ".join([self.text, *(note.text for note in self.notes)]), self.number, path),
            size=self.first.size,
            bold=self.first.bold,
            partly_bold=self.first.partly_bold,
            apart=self.apart,
            depth=self.depth,
        )


def lines_of_flow(flow: Flow, first_number: int, words: BrokenWords) -> list[StyledLine]:
    """Makes the lines of a flow.

    Args:
        first_number: Running number of the flow's first row; a line has that of its first row.
    """
    return [line.finished() for line in _Lines(flow, first_number, words).lines()]


class _Lines:
    def __init__(self, flow: Flow, first_number: int, words: BrokenWords) -> None:
        rows = [row for row in flow if _LETTER_OR_DIGIT.search(row.text)]
        self._right = max((row.x1 for row in rows), default=0)
        placed = _with_notes_in_place(rows, self._right)
        self._rows = [row for row, _ in placed]
        self._notes = [notes for _, notes in placed]
        self._first_number = first_number
        self._words = words
        gaps = [above.y - row.y for above, row in pairwise(self._rows) if above.page == row.page]
        self._leading = median([gap for gap in gaps if gap > 0] or [0])
        self._in_sections = False

    def lines(self) -> Iterator[_Line]:
        line: _Line | None = None
        count, indents = 0, list[float]()
        for index, (row, notes) in enumerate(zip(self._rows, self._notes, strict=True)):
            ordinal = _ORDINAL.match(row.text)
            counts = ordinal is not None and int(ordinal[1]) in (1, count + 1)
            count = int(ordinal[1]) if ordinal and counts else count
            is_dated = any(find_period(note.text) for note in notes)
            begins = row.mark or counts or (is_dated and not self._is_open_head(line, row))
            if line and not begins and self._continues(line, row):
                line.text = self._words.join(line.text, row.text)
                line.rows.append(row)
                line.notes += notes
                continue
            above = line.last if line else None
            if line:
                yield line
            text = row.text[ordinal.end() :] if ordinal and counts else row.text
            indents = [indent for indent in indents if indent < row.outer_x0 - _ALIGNED] + [row.outer_x0]
            indents = indents if row.mark or counts else []
            self._in_sections |= is_known_title(text)
            depth = len(indents) - 1 if indents else None
            number = self._first_number + index
            line = _Line(row, number, text, depth, self._is_apart(above, row), [row], list(notes))
        if line:
            yield line

    def _is_open_head(self, line: _Line | None, row: Row) -> bool:
        """Whether a head is not over, and the dated row below goes on with it."""
        if line is None or line.depth is not None or not line.first.partly_bold or row.partly_bold:
            return False
        return not (find_period(line.text) or any(find_period(note.text) for note in line.notes))

    def _is_apart(self, above: Row | None, row: Row) -> bool:
        if above is None or above.page != row.page:
            return True
        gap = above.y - row.y
        return gap < 0 or gap > max(1.3 * self._leading, 1.35 * row.size)

    def _continues(self, line: _Line, row: Row) -> bool:
        """Whether a row goes on with the line above it."""
        last = line.last
        if last.page == row.page and not 0 < last.y - row.y < max(1.3 * self._leading, 1.7 * row.size):
            return False
        if row.segments[0].starts_bold and not last.segments[-1].ends_bold:
            return False
        if _LABELLED.match(row.text) and _LABELLED.match(line.text):
            return False
        if abs(last.size - row.size) > 0.6 or is_known_title(row.text) or is_known_title(line.text):
            return False
        dated = find_period(row.text) is not None and len(row.text) < _LONG_ROW_CHARS
        starts_lower = _starts_small(row.text) or row.text[0] in "(&/"
        full = self._margin(last) - last.x1 < row.segments[0].first_width + 0.25 * row.size
        if line.depth is not None:
            hangs = row.x0 >= line.first.outer_x0 + 0.3 * row.size
            return (hangs and (full or not dated)) or starts_lower or (full and not dated)
        if not self._in_sections and (len(line.text.split()) < _PROSE_WORDS_MIN or "@" in line.text):
            return False
        if dated or row.bold != last.bold or len(last.segments) > 1 or row.x0 < line.first.x0 - _ALIGNED:
            return False
        is_below = abs(row.x0 - last.x0) < _ALIGNED or row.x0 - line.first.x0 < 4 * row.size
        return starts_lower or (is_below and (full or line.text.endswith(",")))

    def _margin(self, row: Row) -> float:
        """Where rows that begin below each other end at most."""
        beside = [other.x1 for other in self._rows if abs(other.x0 - row.x0) < _ALIGNED]
        return max(beside) if len(beside) >= _CLUSTER_ROWS_MIN else self._right


def _with_notes_in_place(rows: Sequence[Row], right: float) -> list[tuple[Row, list[Segment]]]:
    """Parts the dates and places at the right margin from their rows, and puts them where they belong.

    Some designs print the date beside the first line below a head: it goes up. Some print the place
    beside the first row of a head, and the date beside the second: the place goes down, to stand last.
    """
    placed: list[tuple[Row, list[Segment]]] = []
    for row in rows:
        note = _note(row, right)
        notes = [note] if note else []
        main = row.part(row.segments[:-1]) if note else row
        above, above_notes = placed[-1] if placed else (None, [])
        if note and above and above.page == row.page and _can_head(above, row):
            is_date = find_period(note.text) is not None
            above_dated = find_period(above.text) or any(find_period(other.text) for other in above_notes)
            if _is_line(main) and (above_notes or (is_date and above.partly_bold)):
                if not (is_date and above_dated):
                    above_notes += notes
                    notes = []
            elif is_date and above_notes and not above_dated and not main.mark:
                notes = [*above_notes, *notes]
                above_notes.clear()
        placed.append((main, notes))
    return placed


def _note(row: Row, right: float) -> Segment | None:
    """The date or place that stands alone at the right margin of a row."""
    last = row.segments[-1]
    if len(row.segments) < 2 or abs(last.x1 - right) > 2 * _ALIGNED:
        return None
    period = find_period(last.text)
    is_date = period is not None and len(last.text.strip(" ()")) <= period.span[1] - period.span[0] + 1
    return last if is_date or looks_like_a_place(last.text) else None


def _can_head(above: Row, row: Row) -> bool:
    """Whether a row can head what stands below it: no bullet, and no title of a section."""
    return not above.mark and above.size <= row.size + 0.6 and not is_known_title(above.text)


def _is_line(row: Row) -> bool:
    """Whether a row is no head itself: a bullet, a sentence, or the end of what a row above began."""
    text = row.segments[0].text
    if row.mark or _starts_small(text):
        return True
    return not row.partly_bold and (text.endswith((".", ";")) or len(text.split()) >= _PROSE_WORDS_MIN)


def _starts_small(text: str) -> bool:
    """Whether a text begins amid a sentence; a date does not, though many languages write months small."""
    period = find_period(text) if text[0].islower() else None
    return text[0].islower() and (period is None or period.span[0] > 0)
