"""Words on pages to rows of text, in each of the orders a person could mean them to be read."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from cvtailor.adapters.embedded_engine.cv_readers.outline import BULLETS
from cvtailor.adapters.embedded_engine.cv_readers.pdf_process import PdfPage, PdfWord
from cvtailor.adapters.embedded_engine.cv_readers.styled_words import StyledWord, text_of

_PICTURE = re.compile(r"^[\ue000-\uf8ff\U000f0000-\U0010ffff\ufffd]+$")
_GLUED_MARK = re.compile(rf"^([{BULLETS}])(?=\w)")
_DASH = re.compile(r"^[-*–—+]$")
_MARK = re.compile(rf"^[-*–—+{BULLETS}]$")
_LEADING_DASH = re.compile(r"^([-*–—+])\s+(?=\S)")
_SPACED_LETTERS_MIN = 4
_STRETCHED_GAPS_MIN = 6
_CELL_GAP_MIN = 0.45
_CELL_ROWS_MIN = 4


@dataclass(frozen=True, slots=True)
class Segment:
    """Words of a row with no wide gap between them; lengths are in points.

    Attributes:
        text: With Markdown links, without the bullet.
        mark: Bullet before the text; empty for none.
        y: Height of its baseline; a column beside may have another.
        outer_x0: Left edge with the bullet.
        bold: All of it.
        partly_bold: Some of it.
        starts_look: Font and colour of its first word.
        ends_look: Those of its last.
        first_width: Width of the first word.
    """

    text: str
    mark: str
    y: float
    outer_x0: float
    x0: float
    x1: float
    size: float
    bold: bool
    partly_bold: bool
    starts_look: int
    ends_look: int
    first_width: float


@dataclass(frozen=True, slots=True)
class Row:
    """Segments on one baseline, from left to right."""

    page: int
    segments: tuple[Segment, ...]

    @property
    def y(self) -> float:
        """Height of the baseline of its longest segment."""
        return max(self.segments, key=lambda segment: len(segment.text)).y

    @property
    def mark(self) -> str:
        """Bullet before the text; empty for none."""
        return self.segments[0].mark

    @property
    def outer_x0(self) -> float:
        """Left edge with the bullet."""
        return self.segments[0].outer_x0

    @property
    def x0(self) -> float:
        """Left edge of the text."""
        return self.segments[0].x0

    @property
    def x1(self) -> float:
        """Right edge."""
        return self.segments[-1].x1

    @property
    def text(self) -> str:
        """The row as text, every wide gap two spaces."""
        return "  ".join(segment.text for segment in self.segments)

    @property
    def size(self) -> float:
        """Size of its largest letters."""
        return max(segment.size for segment in self.segments)

    @property
    def bold(self) -> bool:
        """Whether all of it is bold."""
        return all(segment.bold for segment in self.segments)

    @property
    def partly_bold(self) -> bool:
        """Whether some of it is bold."""
        return any(segment.partly_bold for segment in self.segments)

    def part(self, segments: tuple[Segment, ...]) -> "Row":
        """Returns the row with some of its segments."""
        first = segments[0]
        if first is not self.segments[0] and (dash := _LEADING_DASH.match(first.text)):
            # A dash is a bullet only where a row begins, and here one does.
            text = first.text[dash.end() :]
            first = replace(first, text=text, mark=dash[1], x0=first.x0 + first.size)
        return Row(self.page, (first, *segments[1:]))


type Flow = list[Row]
"""Rows that are read one after the other: a page's whole width, or one column through all pages."""


def rows_across(pages: Sequence[PdfPage]) -> list[list[Row]]:
    """Returns the rows of each page from top to bottom, each across the whole page."""
    return [_rows_with_cells(number, page) for number, page in enumerate(pages, 1)]


def rows_as_filed(pages: Sequence[PdfPage]) -> list[Row]:
    """Returns the rows of all pages in the order of the file, a new one wherever the pen goes back."""
    return [row for number, page in enumerate(pages, 1) for row in _rows_as_filed(number, page)]


def _rows_with_cells(number: int, page: PdfPage) -> list[Row]:
    """Reads rows twice: where many begin, a word after a gap begins a cell of a table."""
    rows = list(_rows(number, page, frozenset()))
    begins = Counter(round(row.outer_x0) for row in rows)
    cells = frozenset(x0 for x0, count in begins.items() if count >= _CELL_ROWS_MIN)
    return list(_rows(number, page, cells))


def _rows(number: int, page: PdfPage, cells: frozenset[int]) -> Iterator[Row]:
    """Groups words by their baseline; a raised or lowered word stays in the row it overlaps most."""
    pending: list[PdfWord] = []
    for word in sorted(_seen(page), key=lambda word: -word.y):
        if pending and pending[0].y - word.y > 0.4 * max(word.size, min(pending[0].size, 2 * word.size)):
            yield from _row(number, page, pending, cells)
            pending = []
        pending.append(word)
    yield from _row(number, page, pending, cells)


def _rows_as_filed(number: int, page: PdfPage) -> Iterator[Row]:
    pending: list[PdfWord] = []
    for word in _seen(page):
        last = pending[-1] if pending else word
        if abs(last.y - word.y) > 0.5 * max(word.size, last.size) or word.x0 < last.x0:
            yield from _row(number, page, pending)
            pending = []
        pending.append(word)
    yield from _row(number, page, pending)


def _seen(page: PdfPage) -> Iterator[PdfWord]:
    return (word for word in page.words if not word.hidden)


def _row(
    number: int, page: PdfPage, words: Iterable[PdfWord], cells: frozenset[int] = frozenset()
) -> Iterator[Row]:
    ordered = sorted(words, key=lambda word: word.x0)
    if not ordered:
        return
    segments: list[list[PdfWord]] = [[]]
    stretched = _stretch(ordered)
    for word in ordered:
        here = segments[-1]
        wide = _CELL_GAP_MIN * word.size if round(word.x0) in cells else word.size
        is_apart = bool(here) and word.x0 - here[-1].x1 > max(wide, stretched)
        if _PICTURE.match(word.text) or (is_apart and not (len(here) == 1 and _MARK.match(here[0].text))):
            # An icon says nothing, but parts what stands beside it, or is the bullet of what follows.
            segments.append([word])
        else:
            here.append(word)
    said = [words for words in segments if not all(_PICTURE.match(word.text) for word in words)]
    if said:
        parts = tuple(_segment(words, page, words[0] is ordered[0]) for words in said)
        yield Row(number, parts)


def _stretch(words: Sequence[PdfWord]) -> float:
    """How wide the spaces of a row are that was stretched to the margin; 0 for other rows."""
    gaps = [after.x0 - before.x1 for before, after in pairwise(words)]
    if len(gaps) < _STRETCHED_GAPS_MIN or any("@" in word.text for word in words):
        return 0.0
    usual = median(gaps)
    even = sum(abs(gap - usual) < 0.12 * usual for gap in gaps)
    return 1.2 * usual if usual < 2.5 * words[0].size and even >= 0.6 * len(gaps) else 0.0


def _parted_mark(words: list[PdfWord], begins_row: bool) -> tuple[str, list[PdfWord]]:
    """Parts the bullet from the words it stands before; a dash is one only at the beginning of a row."""
    first = words[0]
    if glued := _GLUED_MARK.match(first.text):
        return glued[1], [replace(first, text=first.text[1:]), *words[1:]]
    if len(words) == 1 or not (begins_row or not _DASH.match(first.text)):
        return "", words
    # Word's second level of bullets is the letter "o", set apart.
    is_round = first.text == "o" and words[1].x0 - first.x1 > 0.45 * first.size
    if is_round or _MARK.match(first.text) or _PICTURE.match(first.text):
        return first.text, words[1:]
    return "", words


def _segment(words: list[PdfWord], page: PdfPage, begins_row: bool) -> Segment:
    outer_x0 = words[0].x0
    mark, words = _parted_mark(words, begins_row)
    words = _put_together(words)
    longest = max(words, key=lambda word: len(word.text))
    bold = [word.bold for word in words if any(map(str.isalnum, word.text))]
    return Segment(
        text=text_of(
            StyledWord(word.text, word.bold, page.links[word.link] if word.link >= 0 else "")
            for word in words
        ),
        mark=mark,
        y=longest.y,
        outer_x0=outer_x0,
        x0=words[0].x0,
        x1=words[-1].x1,
        size=longest.size,
        bold=all(bold),
        partly_bold=any(bold),
        starts_look=words[0].look,
        ends_look=words[-1].look,
        first_width=words[0].x1 - words[0].x0,
    )


def _put_together(words: list[PdfWord]) -> list[PdfWord]:
    """Makes one word, or a few, of letters set with a gap after each (``P R O F I L E``)."""
    if len(words) < _SPACED_LETTERS_MIN or any(len(word.text) > 1 for word in words):
        return words
    gaps = [after.x0 - before.x1 for before, after in pairwise(words)]
    wide = 1.8 * max(median(gaps), 0.1 * words[0].size)
    text = words[0].text
    for word, gap in zip(words[1:], gaps, strict=True):
        text += f" {word.text}" if gap > wide else word.text
    return [replace(words[0], text=text, x1=words[-1].x1)]
