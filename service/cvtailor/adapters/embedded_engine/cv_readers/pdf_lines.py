"""Rows on pages to lines as the person wrote them: wrapped lines joined, broken words made whole."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cvtailor.adapters.embedded_engine.cv_readers.cv_builder import SAID_CHARS_MAX
from cvtailor.adapters.embedded_engine.cv_readers.dates import find_period
from cvtailor.adapters.embedded_engine.cv_readers.document import Scalar
from cvtailor.adapters.embedded_engine.cv_readers.headings import is_known_title, kind_of
from cvtailor.adapters.embedded_engine.cv_readers.pdf_layout import Layout
from cvtailor.adapters.embedded_engine.cv_readers.pdf_notes import (
    ALIGNED,
    NotedRow,
    starts_small,
    with_notes_in_place,
    with_whole_dates,
)
from cvtailor.adapters.embedded_engine.cv_readers.pdf_rows import Flow, Row, Segment
from cvtailor.adapters.embedded_engine.cv_readers.pdf_words import BrokenWords
from cvtailor.adapters.embedded_engine.cv_readers.styled_outline import StyledLine
from cvtailor.domain.base_cv import SectionKind

_ORDINAL = re.compile(r"^(\d{1,2})[.)]\s+(?=\S)")
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
_LABELLED = re.compile(r"^[^\W\d_][^:]{0,40}:\s+\S")
_PROSE_WORDS_MIN = 8
_LONG_ROW_CHARS = 60
_OPEN_TITLE = re.compile(r"(?:&|\b(?:and|und|et|y|e|of|de|für|for))$", re.IGNORECASE)
_TITLE_WORDS_MAX = 4
_SAME_SIZE = 0.6
_HANGING_MIN = 0.3
_INDENT_MAX = 4
_UNDATED_KINDS = frozenset(
    {SectionKind.SUMMARY, SectionKind.SKILLS, SectionKind.LANGUAGES, SectionKind.INTERESTS}
)
"""Kinds of sections whose entries have no heads, so that a date is part of a sentence."""


@dataclass(slots=True)
class _Line:
    """A line that grows while its rows are joined."""

    number: int
    text: str
    depth: int | None
    apart: bool
    rows: list[NotedRow]
    notes: list[Segment]

    @property
    def first(self) -> Row:
        return self.rows[0].row

    @property
    def last(self) -> Row:
        return self.rows[-1].row

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
        rows = with_whole_dates([row for row in flow if _LETTER_OR_DIGIT.search(row.text)])
        right = max((row.x1 for row in rows), default=0)
        self._rows = with_notes_in_place(rows, right)
        self._layout = Layout(self._rows, right)
        self._first_number = first_number
        self._words = words
        self._section: SectionKind | None = None

    def lines(self) -> Iterator[_Line]:
        line: _Line | None = None
        count, indents = 0, list[float]()
        for index, noted in enumerate(self._rows):
            row = noted.row
            ordinal = _ORDINAL.match(row.text)
            counts = ordinal is not None and int(ordinal[1]) in (1, count + 1)
            count = int(ordinal[1]) if ordinal and counts else count
            begins = row.mark or counts or (noted.is_dated and not self._is_open_head(line))
            if line and not begins and self._continues(line, row):
                line.text = self._words.join(line.text, row.text)
                line.rows.append(noted)
                line.notes += noted.notes
                continue
            above = line.last if line else None
            if line:
                yield line
            text = row.text[ordinal.end() :] if ordinal and counts else row.text
            if above and above.page == row.page and above.y < row.y:
                indents = []  # Another column begins.
            indents = [indent for indent in indents if indent < row.outer_x0 - ALIGNED] + [row.outer_x0]
            indents = indents if row.mark or counts else []
            if is_known_title(text):
                self._section = kind_of(text)
            depth = len(indents) - 1 if indents else None
            apart = above is None or self._layout.is_apart(above, row)
            line = _Line(self._first_number + index, text, depth, apart, [noted], list(noted.notes))
        if line:
            yield line

    @staticmethod
    def _is_open_head(line: _Line | None) -> bool:
        """Whether a head has no date yet, so that a dated row below may go on with it."""
        if line is None or line.depth is not None or find_period(line.text):
            return False
        return not any(find_period(note.text) for note in line.notes)

    def _continues(self, line: _Line, row: Row) -> bool:
        """Whether a row goes on with the line above it."""
        if len(line.text) > SAID_CHARS_MAX:
            return False  # What is longer is refused; it need not grow further.
        if not self._layout.is_close(line.last, row) or abs(line.last.size - row.size) > _SAME_SIZE:
            return False
        if self._is_title_of_two_rows(line, row):
            return True
        small = starts_small(row.text) or row.text[0] in "(&/"
        if is_known_title(line.text) or (is_known_title(row.text) and not small):
            return False
        if _LABELLED.match(row.text) and _LABELLED.match(line.text):
            return False
        if line.depth is not None:
            return self._continues_bullet(line, row, small)
        is_head = self._section not in _UNDATED_KINDS
        if self._section is None and (len(line.text.split()) < _PROSE_WORDS_MIN or "@" in line.text):
            return False
        last = line.last
        if len(last.segments) > 1 or (is_head and self._is_another(line, row)):
            return False
        if row.x0 < line.first.x0 - ALIGNED and not self._layout.is_centred(last, row):
            return False
        if last.segments[-1].ends_look != row.segments[0].starts_look and not (small and not is_head):
            return False
        is_below = abs(row.x0 - last.x0) < ALIGNED or row.x0 - line.first.x0 < _INDENT_MAX * row.size
        is_below |= self._layout.is_centred(last, row)
        full = self._layout.is_full(line.rows, row)
        return small or (is_below and (full or line.text.endswith(",")))

    def _is_another(self, line: _Line, row: Row) -> bool:
        """Whether a row is another line of a head, or the first below it."""
        period = find_period(row.text) if self._is_date(row) else None
        dated = find_period(line.text)
        if period and (dated or line.notes or period.span[0] == 0):
            return True
        if dated and dated.span[1] == len(line.text):
            return True
        # What a cell holds ends before the date beside it.
        note_x0 = line.rows[0].note_x0
        return bool(line.notes) and (_is_prose(row) or (note_x0 is not None and row.x1 > note_x0))

    def _continues_bullet(self, line: _Line, row: Row, small: bool) -> bool:
        if small:
            return True
        heads_stand_here = self._layout.begins_at(row.x0) or abs(row.x0 - line.first.x0) > ALIGNED
        if heads_stand_here and self._is_date(row):
            return False
        hangs = row.x0 >= line.first.outer_x0 + _HANGING_MIN * row.size
        if not hangs and line.last.segments[-1].ends_look != row.segments[0].starts_look:
            return False
        return (hangs and not heads_stand_here) or self._layout.is_full(line.rows, row)

    @staticmethod
    def _is_title_of_two_rows(line: _Line, row: Row) -> bool:
        above = line.last.segments[-1]
        if len(line.rows) > 1 or row.mark or above.ends_look != row.segments[0].starts_look:
            return False
        is_open = _OPEN_TITLE.search(line.text) or not is_known_title(line.text)
        is_one = is_open and is_known_title(f"{line.text} {row.text}")
        return is_one and line.text[0].isupper() and len(line.text.split()) <= _TITLE_WORDS_MAX

    @staticmethod
    def _is_date(row: Row) -> bool:
        if len(row.text) > _LONG_ROW_CHARS or row.text.endswith("."):
            return False
        return find_period(row.text) is not None


def _is_prose(row: Row) -> bool:
    return row.text.endswith(".") or len(row.text.split()) >= _PROSE_WORDS_MIN
