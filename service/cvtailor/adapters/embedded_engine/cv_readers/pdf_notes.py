"""Dates and places that stand apart from what they belong to: in a column, or at the right margin."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from cvtailor.adapters.embedded_engine.cv_readers.dates import MONTH_WORDS, find_period
from cvtailor.adapters.embedded_engine.cv_readers.headings import is_known_title
from cvtailor.adapters.embedded_engine.cv_readers.pdf_rows import Row, Segment
from cvtailor.adapters.embedded_engine.cv_readers.vocabulary import looks_like_a_place, names_an_organisation

ALIGNED = 2.5
"""Points by which edges that are meant to be one may differ."""

_DASH = re.compile(r"^[–—-]$")
_TO = "de|del|to|until|bis|à|au|a|al|hasta|fino a|tot|até"
_OPEN_DATE = re.compile(
    rf"(?:[–—-]|(?<!\w)(?:{'|'.join(map(re.escape, MONTH_WORDS))}|{_TO})\.?)$", re.IGNORECASE
)
"""How a date ends that goes on in the next row."""

_PROSE_WORDS_MIN = 8
_DATE_HEIGHT_MAX = 3.2
_WRAPPED_DATE_CHARS_MAX = 40


@dataclass(slots=True)
class NotedRow:
    """A row without the dates and places that stood at its right margin.

    Attributes:
        notes: Those that belong to it, which may have stood beside a row nearby.
        note_x0: Left edge of what stood at its right; None for nothing.
    """

    row: Row
    notes: list[Segment] = field(default_factory=list)
    note_x0: float | None = None

    @property
    def is_dated(self) -> bool:
        """Whether a date is among its notes."""
        return any(find_period(note.text) for note in self.notes)


def starts_small(text: str) -> bool:
    """Whether a text begins amid a sentence, with a small letter.

    A date says nothing about it: many languages write months small.
    """
    if not text[0].islower():
        return False
    period = find_period(text)
    return period is None or period.span[0] > 0


def with_whole_dates(rows: Sequence[Row]) -> list[Row]:
    """Joins dates that take two rows or more: "September 2025 –" above "June 2026"."""
    whole: list[Row] = []
    joined_at = -1
    for row in rows:
        left = row
        was_joined_at, joined_at = joined_at, -1
        # A date of three rows began in the row that the second one was joined to.
        for at in (len(whole) - 1, was_joined_at):
            if joined_at >= 0 or at < 0 or not 0 < whole[at].y - row.y < _DATE_HEIGHT_MAX * row.size:
                continue
            if whole[at].page == row.page and (parts := _joined(whole[at], row)):
                whole[at], rest = parts
                joined_at = at
                if not rest:
                    break
                left = row.part(rest)
        if joined_at < 0 or left is not row:
            whole.append(left)
    return whole


def _joined(above: Row, row: Row) -> tuple[Row, tuple[Segment, ...]] | None:
    """Joins the end of a date to its beginning in a row above; returns that row, and what is left."""
    for top, below in ((0, 0), (-1, -1), (-1, 0)):
        if _is_cell(above, top, row, below) and (date := _one_date(above, top, row, below)):
            segments = list(above.segments)
            segments[top] = replace(segments[top], text=date)
            return above.part(tuple(segments)), row.segments[1:] if below == 0 else row.segments[:-1]
    return None


def _is_cell(above: Row, top: int, row: Row, below: int) -> bool:
    """Whether text could run from a segment of a row into one of the next: in a column, or at its margins."""
    one, other = above.segments[top], row.segments[below]
    if row.mark and below == 0 and not _DASH.match(row.mark):
        return False
    if top != below:
        return len(row.segments) == 1 and other.x0 < one.x0
    if below == -1 and len(row.segments) == 1 and len(above.segments) > 1:
        return abs(one.x1 - other.x1) < ALIGNED or abs(one.outer_x0 - other.outer_x0) < ALIGNED
    return abs(one.outer_x0 - other.outer_x0) < ALIGNED or (top == -1 and abs(one.x1 - other.x1) < ALIGNED)


def _one_date(above: Row, top: int, row: Row, below: int) -> str:
    """The text of two segments, if a date begins in one and all of the other ends it."""
    one, other = above.segments[top].text, row.segments[below].text
    if dash := row.mark if below == 0 else "":
        # What looked like a bullet stands amid the date.
        other = f"{dash} {other}"
    if len(other) > _WRAPPED_DATE_CHARS_MAX:
        return ""
    joined = f"{one} {other}"
    period = find_period(joined) if dash or _OPEN_DATE.search(one) else None
    if period is None or not period.span[0] < len(one) or period.span[1] < len(joined.rstrip(" ().,")):
        return ""
    return joined


def with_notes_in_place(rows: Sequence[Row], right: float) -> list[NotedRow]:
    """Parts dates in a left column, and dates and places at the right margin, from their rows.

    Some designs print the date beside the first line below a head: it goes up. Some print the place beside
    the first row of a head, and the date beside the second: the place goes down, to stand last.
    """
    placed: list[NotedRow] = []
    for row in rows:
        note = _note(row, right)
        here = NotedRow(row)
        if note:
            here = NotedRow(row.part(row.segments[:-1]), [note], note.x0)
        elif len(row.segments) > 1 and not row.mark and _is_date(row.segments[0].text):
            here = NotedRow(row.part(row.segments[1:]), [row.segments[0]])
        above = placed[-1] if placed else None
        if note and above and above.row.page == row.page and _can_head(above.row, row):
            is_date = find_period(note.text) is not None
            above_dated = above.is_dated or find_period(above.row.text) is not None
            if _is_line(here.row) and (above.notes or (is_date and above.row.partly_bold)):
                if not (is_date and above_dated):
                    above.notes += here.notes
                    here.notes = []
            elif is_date and above.notes and not above_dated and not here.row.mark:
                here.notes = [*above.notes, *here.notes]
                above.notes = []
        placed.append(here)
    return placed


def _note(row: Row, right: float) -> Segment | None:
    """The date or place that stands alone at the right margin of a row."""
    last = row.segments[-1]
    if len(row.segments) < 2 or abs(last.x1 - right) > 2 * ALIGNED:
        return None
    return last if _is_date(last.text) or looks_like_a_place(last.text) else None


def _is_date(text: str) -> bool:
    period = find_period(text)
    return period is not None and len(text.strip(" ()")) <= period.span[1] - period.span[0] + 1


def _can_head(above: Row, row: Row) -> bool:
    """Whether a row can head what stands below it: no bullet, and no title of a section."""
    return not above.mark and above.size <= row.size + 0.6 and not is_known_title(above.text)


def _is_line(row: Row) -> bool:
    """Whether a row is no head itself: a bullet, a sentence, or the end of what a row above began."""
    text = row.segments[0].text
    if row.mark or starts_small(text):
        return True
    ends = text.endswith((".", ";")) and not names_an_organisation(text)
    return not row.partly_bold and (ends or len(text.split()) >= _PROSE_WORDS_MIN)
