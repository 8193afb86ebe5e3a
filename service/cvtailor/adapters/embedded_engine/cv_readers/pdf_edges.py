"""Page numbers, and what is repeated on every page: said once, wherever it is printed."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from cvtailor.adapters.embedded_engine.cv_readers.document import Scalar
from cvtailor.adapters.embedded_engine.cv_readers.pdf_process import PdfPage, PdfWord
from cvtailor.adapters.embedded_engine.cv_readers.pdf_rows import Row, rows_across

_PAGE_NUMBER = re.compile(
    r"^(?:.{0,80}[\s|·•–—-])?(?:(?:page|seite|página|pagina|p\.|s\.)\s*\d{1,2}(?:\s*(?:of|von|de|sur|di|/)\s*\d{1,2})?"
    r"|\d{1,2}\s*(?:/|of|von|de|sur|di)\s*\d{1,2})$|^[–—-]?\s*\d{1,2}\s*[–—-]?$",
    re.IGNORECASE,
)
_EDGE_ROWS = 3
_EDGE_RATIO = 0.12
_LOOKS_REACHABLE = re.compile(r"@|\d{4}|\w\.\w{2,}")


def without_edges(pages: Sequence[PdfPage]) -> tuple[list[PdfPage], list[tuple[Scalar, str]]]:
    """Takes page numbers and repeated heads and feet off pages.

    Returns:
        The pages without them, and each line taken off with its page and why.
    """
    edges = [list(_edge_rows(rows, page)) for rows, page in zip(rows_across(pages), pages, strict=True)]
    seen_on = Counter(key for rows in edges for key in {_key(row) for row in rows})
    kept: list[PdfPage] = []
    taken: list[tuple[Scalar, str]] = []
    first: set[tuple[str, int]] = set()
    for page, rows in zip(pages, edges, strict=True):
        gone: list[Row] = []
        for row in rows:
            key = _key(row)
            repeats = seen_on[key] > 1 and len(pages) > 1
            if _PAGE_NUMBER.match(row.text):
                gone.append(row)
                taken.append((_scalar(row), "page number"))
            elif repeats and (key in first or not (row.page == 1 or _LOOKS_REACHABLE.search(row.text))):
                gone.append(row)
                taken.append((_scalar(row), "repeated on every page"))
            first.add(key)
        bands = [(row.y, 0.4 * row.size) for row in gone]
        kept.append(replace(page, words=tuple(word for word in page.words if not _is_in(word, bands))))
    return kept, taken


def _edge_rows(rows: Sequence[Row], page: PdfPage) -> Iterator[Row]:
    for row in rows[:_EDGE_ROWS]:
        if row.y > (1 - _EDGE_RATIO) * page.height:
            yield row
    for row in rows[max(_EDGE_ROWS, len(rows) - _EDGE_ROWS) :]:
        if row.y < _EDGE_RATIO * page.height:
            yield row


def _key(row: Row) -> tuple[str, int]:
    """What is the same on every page: the height, and the text but for the page's number."""
    return re.sub(rf"\b{row.page}\b", "#", row.text.casefold()), round(row.y / 4)


def _is_in(word: PdfWord, bands: Sequence[tuple[float, float]]) -> bool:
    return any(abs(word.y - y) < reach for y, reach in bands)


def _scalar(row: Row) -> Scalar:
    return Scalar(row.text, None, f"page {row.page}")
