"""The CSV files of an export: a header, which notes may precede, and rows whose cells may hold lines."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from cvtailor.adapters.embedded_engine.cv_readers.document import NOTHING, Scalar
from cvtailor.adapters.linkedin.archive import unreadable_export
from cvtailor.domain.base_cv import SourcePosition
from cvtailor.domain.hidden_characters import HiddenCharacters

ROWS_MAX = 5_000
COLUMNS_MAX = 100
_NOTES_ROWS_MAX = 20
# Bullets that may also stand between two items on one line, as LinkedIn flattens some descriptions.
_INLINE_BULLETS = "•●◦‣▪■➢➤✓✔∙"
_BULLET = re.compile(rf"^\s*(?:[{_INLINE_BULLETS}]|[-–—*·](?=\s))\s*")
# Only the first of several spaces begins a match; else a long run of them takes a time that is its square.
_BREAK = re.compile(rf"[\n\r\v\f\x85\u2028\u2029]+|(?<!\s)\s+(?=[{_INLINE_BULLETS}]\s*\S)")


@dataclass(slots=True)
class Row:
    """One row; takes its cells column by column, and knows which ones nobody took.

    Attributes:
        number: As a spreadsheet counts it, the header included.
    """

    file: str
    number: int
    _cells: dict[str, tuple[str, str]]
    _hidden: HiddenCharacters

    @property
    def position(self) -> SourcePosition:
        """Where the row stands in the export."""
        return SourcePosition(path=f"{self.file}, row {self.number}")

    def text(self, *columns: str) -> Scalar:
        """Takes the first of the columns that holds something, on one line."""
        for column in columns:
            if found := self._taken(column):
                heading, cell = found
                return self._scalar(heading, cell)
        return NOTHING

    def lines(self, *columns: str) -> list[Scalar]:
        """Takes a cell's lines, without their bullets."""
        lines: list[Scalar] = []
        for column in columns:
            if found := self._taken(column):
                heading, cell = found
                parts = (_BULLET.sub("", part) for part in _BREAK.split(cell))
                lines += filter(None, (self._scalar(heading, part) for part in parts))
        return lines

    def peek(self, *columns: str) -> Iterator[str]:
        """Yields what columns hold, as it was typed, and leaves it there."""
        for column in columns:
            if found := self._cells.get(column.casefold()):
                yield found[1]

    def rest(self) -> Iterator[Scalar]:
        """Yields the cells that nobody took."""
        for heading, cell in self._cells.values():
            if scalar := self._scalar(heading, cell):
                yield scalar

    def _taken(self, column: str) -> tuple[str, str] | None:
        found = self._cells.get(column.casefold())
        if found is None or not found[1].strip():
            return None
        return self._cells.pop(column.casefold())

    def _scalar(self, heading: str, cell: str) -> Scalar:
        value = " ".join(self._hidden.strip(cell).split())
        return Scalar(value, None, f"{self.file}, row {self.number}, {heading}")


def rows_of(file: str, content: bytes, columns: tuple[str, ...], hidden: HiddenCharacters) -> list[Row]:
    """Returns the rows below a file's header that hold anything.

    Args:
        file: Its name, for positions and errors.
        content: UTF-8, with or without a byte order mark.
        columns: One of these must be in the header, whatever stands before it.
        hidden: Remembers what of the text can't be seen and was removed.

    Raises:
        InvalidInput: Not UTF-8, no CSV, too long, or without such a header.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise unreadable_export(f"{file} is not UTF-8 (byte {error.start}).") from None
    try:
        records = list(_records(file, text))
    except csv.Error as error:
        raise unreadable_export(f"{file} is no CSV: {error}.") from None
    wanted = {column.casefold() for column in columns}
    for index, record in enumerate(records[:_NOTES_ROWS_MAX]):
        if wanted & {cell.strip().casefold() for cell in record}:
            # They are shown, as names of places.
            header = [" ".join(hidden.strip(cell).split()) for cell in record]
            return [
                Row(file, number, _cells(header, cells), hidden)
                for number, cells in enumerate(records[index + 1 :], index + 2)
                if any(cell.strip() for cell in cells)
            ]
    if not any(cell.strip() for record in records for cell in record):
        return []
    raise unreadable_export(f"{file} has no column {columns[0]!r}; LinkedIn may have changed its export.")


def _records(file: str, text: str) -> Iterator[list[str]]:
    for number, record in enumerate(csv.reader(io.StringIO(text, newline=""))):
        if number > ROWS_MAX:
            raise unreadable_export(f"{file} has more than {ROWS_MAX:,} rows.")
        if len(record) > COLUMNS_MAX:
            raise unreadable_export(f"{file} has more than {COLUMNS_MAX} columns in row {number + 1}.")
        yield record


def _cells(header: list[str], record: list[str]) -> dict[str, tuple[str, str]]:
    """Returns the cells by folded heading; those beside the header get its place for a name."""
    cells: dict[str, tuple[str, str]] = {}
    for index, cell in enumerate(record):
        heading = header[index] if index < len(header) else ""
        name = heading or f"column {index + 1}"
        if name.casefold() in cells:
            name = f"{name} (column {index + 1})"
        cells[name.casefold()] = (name, cell)
    return cells
