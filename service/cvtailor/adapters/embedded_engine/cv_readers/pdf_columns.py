"""The orders in which a person could mean the rows of a document to be read."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from cvtailor.adapters.embedded_engine.cv_readers.headings import is_known_title
from cvtailor.adapters.embedded_engine.cv_readers.pdf_process import PdfPage
from cvtailor.adapters.embedded_engine.cv_readers.pdf_rows import Flow, Row, rows_across, rows_as_filed

_COLUMN_ROWS_MIN = 6
_CROSSING_RATIO_MAX = 0.35
_COLUMN_GAP_MIN = 6.0
_TITLES_MIN = 2
_TITLE_LEADING_MAX = 1.6


def ways_to_read(pages: Sequence[PdfPage]) -> Iterator[list[Flow]]:
    """Yields the flows of a document for each way to read it; the likeliest first.

    Rows across the page; titles that stand beside their sections above them; columns, where a page has two;
    the order of the file, where it is another one.
    """
    across = rows_across(pages)
    whole = [row for rows in across for row in rows]
    yield [whole]
    if beside := _titles_above(whole):
        yield [beside]
    gutters = [_gutter(rows) for rows in across]
    if any(gutters):
        yield _columns(across, gutters)
    as_filed = rows_as_filed(pages)
    if [row.text for row in as_filed] != [row.text for row in whole]:
        yield [as_filed]


def _titles_above(rows: Sequence[Row]) -> Flow:
    """Puts titles that stand in a column of their own, at the left, above what is beside them.

    Returns:
        Nothing, if there are none.
    """
    titled = [row for row in rows if len(row.segments) > 1 and is_known_title(row.segments[0].text)]
    if len(titled) < _TITLES_MIN:
        return []
    edge = min(row.segments[1].outer_x0 for row in titled)
    looks = {row.segments[0].starts_look for row in titled}
    flow: Flow = []
    titles_end = 0
    for row in rows:
        first = row.segments[0]
        is_title = first.x1 < edge and first.starts_look in looks
        if is_title:
            above = flow[titles_end - 1] if titles_end else None
            is_near = above and above.page == row.page and above.y - row.y < _TITLE_LEADING_MAX * first.size
            if not is_near:
                titles_end = len(flow)
            # The second row of a title stands beside the second row of the text, and goes above it too.
            flow.insert(titles_end, row.part((first,)))
            titles_end += 1
        if beside := row.segments[is_title:]:
            flow.append(row.part(beside))
    return flow


def _gutter(rows: Sequence[Row]) -> float | None:
    """Finds the left edge of a second column: rows on both sides of it, and few across."""
    best, gutter = 0, None
    # Sorted, so that an edge is tried without a look at every row: a page can have thousands of both.
    ends = sorted(segment.x1 for row in rows for segment in row.segments)
    last_begins = sorted(row.segments[-1].outer_x0 for row in rows)
    across = [stretch for row in rows for stretch in _stretches(row)]
    across_begins, across_ends = sorted(x0 for x0, _ in across), sorted(x1 for _, x1 in across)
    for edge in sorted({round(segment.outer_x0) for row in rows for segment in row.segments}):
        left = bisect_right(ends, edge - _COLUMN_GAP_MIN)
        right = len(rows) - bisect_left(last_begins, edge - 1)
        crossing = bisect_left(across_begins, edge - 1) - bisect_right(across_ends, edge - _COLUMN_GAP_MIN)
        if min(left, right) < _COLUMN_ROWS_MIN or crossing > _CROSSING_RATIO_MAX * len(rows):
            continue
        if (score := min(left, right) - 2 * crossing) > best:
            best, gutter = score, float(edge)
    return gutter


def _stretches(row: Row) -> Iterator[tuple[float, float]]:
    """Yields from where to where a row leaves no room for a gutter; no two of them overlap."""
    begin, end = float("inf"), float("-inf")
    for segment in sorted(row.segments, key=lambda segment: segment.outer_x0):
        if segment.outer_x0 + 1 >= segment.x1 + _COLUMN_GAP_MIN:
            continue
        if segment.outer_x0 + 1 >= end + _COLUMN_GAP_MIN:
            if begin < end + _COLUMN_GAP_MIN:
                yield begin, end
            begin = segment.outer_x0
            end = segment.x1
        else:
            end = max(end, segment.x1)
    if begin < end + _COLUMN_GAP_MIN:
        yield begin, end


def _crosses(row: Row, edge: float) -> bool:
    return any(seg.outer_x0 < edge - 1 and seg.x1 > edge - _COLUMN_GAP_MIN for seg in row.segments)


def _columns(across: Sequence[Sequence[Row]], gutters: Sequence[float | None]) -> list[Flow]:
    """Parts pages at their gutters; what stands across belongs to the column with more text."""
    sides: tuple[Flow, Flow] = ([], [])
    letters = [0, 0]
    for rows, gutter in zip(across, gutters, strict=True):
        for row in rows if gutter else ():
            for segment in row.segments:
                letters[segment.outer_x0 >= (gutter or 0) - 1] += len(segment.text)
    main = letters[1] > letters[0]
    for rows, gutter in zip(across, gutters, strict=True):
        for row in rows:
            if gutter is None or _crosses(row, gutter):
                sides[main].append(row)
                continue
            for side in (0, 1):
                part = tuple(seg for seg in row.segments if (seg.outer_x0 >= gutter - 1) == bool(side))
                if part:
                    sides[side].append(row.part(part))
    return [sides[main], sides[not main]]
