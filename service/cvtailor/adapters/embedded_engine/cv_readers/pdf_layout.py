"""How a flow of rows is laid out: its leading, where its rows begin, and where they had to end."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from cvtailor.adapters.embedded_engine.cv_readers.headings import is_known_title
from cvtailor.adapters.embedded_engine.cv_readers.pdf_notes import ALIGNED, NotedRow, starts_small
from cvtailor.adapters.embedded_engine.cv_readers.pdf_rows import Row

_SPACE = 0.25
_CLOSE = 1.15
_CLOSE_UNKNOWN = 1.3
_CLOSE_SIZES = 1.7
_APART = 1.3
_APART_SIZES = 1.35
_PARAGRAPH_GAP_MAX = 2.5
_PAIRS_MIN = 3
_CLUSTER_ROWS_MIN = 3
_RULE_RATIO = 0.6
_NOTE_GAP_SIZES = 2.0


class _Beside(NamedTuple):
    """Rows that begin at one height of the row, and where they end.

    Attributes:
        noted_x1: Where those end that have a note at their right.
        note_x0: Where the leftmost of those notes begins.
    """

    row_count: int
    x1: float
    noted_x1: float
    note_x0: float


class Layout:
    """What the rows of a flow have in common.

    A row that begins with a small letter goes on with the one above: such pairs tell the leading within
    paragraphs. No row ends where the next word still had room, whether the right edge is ragged or not.
    """

    def __init__(self, rows: Sequence[NotedRow], right: float) -> None:
        self._rows = rows
        self._right = right
        self._by_x0 = sorted(rows, key=lambda noted: noted.row.x0)
        self._x0s = [noted.row.x0 for noted in self._by_x0]
        self._clusters: dict[float, _Beside] = {}
        self._left = min((noted.row.x0 for noted in rows), default=0)
        pairs = [
            (above.row, below.row) for above, below in pairwise(rows) if above.row.page == below.row.page
        ]
        gaps = [above.y - row.y for above, row in pairs if above.y > row.y]
        self._usual = median(gaps or [0])
        wrapped = [
            (above.y - row.y) / row.size
            for above, row in pairs
            if not row.mark and starts_small(row.text) and abs(above.size - row.size) < 0.1
        ]
        wrapped = [gap for gap in wrapped if 0 < gap < _PARAGRAPH_GAP_MAX]
        self._leading = median(wrapped) if len(wrapped) >= _PAIRS_MIN else None
        self._two_rowed = self._looks_of_two_rows()
        self._heads_x0 = {round(noted.row.x0) for noted in rows if is_known_title(noted.row.text)}

    def _looks_of_two_rows(self) -> set[int]:
        """Looks that heads have in their dated row and, as a rule, in the row below too."""
        seen, followed = Counter[int](), Counter[int]()
        for above, below in pairwise(self._rows):
            if above.note_x0 is not None:
                look = above.row.segments[-1].ends_look
                seen[look] += 1
                followed[look] += below.row.segments[0].starts_look == look
        return {look for look, count in followed.items() if count > 1 and count > _RULE_RATIO * seen[look]}

    def is_close(self, above: Row, row: Row) -> bool:
        """Whether a row can be the next one of a paragraph; it can across pages."""
        if above.page != row.page:
            return True
        gap = above.y - row.y
        if self._leading is None:
            return 0 < gap < max(_CLOSE_UNKNOWN * self._usual, _CLOSE_SIZES * row.size)
        return 0 < gap < _CLOSE * self._leading * row.size

    def is_apart(self, above: Row, row: Row) -> bool:
        """Whether there is more space above a row than between rows of a paragraph, as far as it is seen."""
        if above.page != row.page:
            return False
        gap = above.y - row.y
        if self._leading is None:
            return gap < 0 or gap > max(_APART * self._usual, _APART_SIZES * row.size)
        return gap < 0 or gap > _CLOSE * self._leading * max(above.size, row.size)

    def begins_at(self, x0: float) -> bool:
        """Whether titles of sections begin at a height of the row; the heads of entries do then too."""
        return any(abs(x0 - head) < ALIGNED for head in self._heads_x0)

    @staticmethod
    def is_centred(above: Row, row: Row) -> bool:
        """Whether two rows have one middle and begin apart."""
        middles = above.x0 + above.x1 - row.x0 - row.x1
        return abs(middles) < 2 * ALIGNED and abs(above.x0 - row.x0) > ALIGNED

    def is_full(self, rows: Sequence[NotedRow], row: Row) -> bool:
        """Whether the first word of a row had no room at the end of the rows above it."""
        last = rows[-1].row
        if self.is_centred(last, row):
            width = last.x1 - last.x0 + row.segments[0].first_width + _SPACE * row.size
            return width > self._right - self._left
        return self._edge(rows) - last.x1 < row.segments[0].first_width + _SPACE * row.size

    def _edge(self, rows: Sequence[NotedRow]) -> float:
        """Where the rows of a line end at most: before the dates that stand beside, or at the margin."""
        first, last = rows[0], rows[-1].row
        beside = self._beside(last.x0)
        if first.note_x0 is not None:
            longest = beside.noted_x1
            if last.bold and last.segments[-1].ends_look not in self._two_rowed:
                # A head says one thing in bold: where a row of it ends, its cell may end.
                return longest
            return max(longest, min(first.note_x0, beside.note_x0) - _NOTE_GAP_SIZES * last.size)
        return self._right if beside.row_count < _CLUSTER_ROWS_MIN else beside.x1

    def _beside(self, x0: float) -> "_Beside":
        """What the rows have in common that begin where one at ``x0`` does; found out once each."""
        if x0 not in self._clusters:
            begin, end = bisect_left(self._x0s, x0 - ALIGNED - 1), bisect_right(self._x0s, x0 + ALIGNED + 1)
            near = [other for other in self._by_x0[begin:end] if abs(other.row.x0 - x0) < ALIGNED]
            noted = [(other.row.x1, other.note_x0) for other in near if other.note_x0 is not None]
            self._clusters[x0] = _Beside(
                row_count=len(near),
                x1=max(other.row.x1 for other in near),
                noted_x1=max((x1 for x1, _ in noted), default=float("-inf")),
                note_x0=min((note_x0 for _, note_x0 in noted), default=float("inf")),
            )
        return self._clusters[x0]
