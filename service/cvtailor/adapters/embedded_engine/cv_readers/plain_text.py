"""Plain text CVs: layout is all there is, so known titles, capitals, dashes and empty lines speak."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cvtailor.adapters.embedded_engine.cv_readers.cv_builder import CvBuilder
from cvtailor.adapters.embedded_engine.cv_readers.dates import find_period
from cvtailor.adapters.embedded_engine.cv_readers.document import Scalar
from cvtailor.adapters.embedded_engine.cv_readers.headings import is_known_title
from cvtailor.adapters.embedded_engine.cv_readers.outline import (
    BULLETS,
    Block,
    Bullet,
    Heading,
    Paragraph,
)
from cvtailor.adapters.embedded_engine.cv_readers.outlined_cv import read_outline
from cvtailor.adapters.embedded_engine.cv_readers.source_text import split_lines

_BULLET = re.compile(rf"^(?:[{BULLETS}]\s*|[-*–—+]\s+|(?P<ordinal>\d{{1,2}})[.)]\s+)(?P<text>\S.*)$")
_RULE = re.compile(r"^[\s=_*~#.–—-]{3,}$")
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
_PAGE_FOOTER = re.compile(
    r"^(?:page|seite|página|pagina)\s*\d+(?:\s*(?:of|von|de|sur|/)\s*\d+)?$|^\d+\s*/\s*\d+$", re.IGNORECASE
)
_TAB_SPACES = 4
_CAPITALS_WORDS_MAX = 6
_WRAPPED_CHARS_MIN = 60


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of the source.

    Attributes:
        indent: In spaces.
        bulleted: The text after a bullet or a counting number; empty if the line has neither.
    """

    number: int
    indent: int
    text: str
    bulleted: str

    @property
    def scalar(self) -> Scalar:
        return Scalar(self.text, self.number)


def read_plain_text(text: str, builder: CvBuilder) -> list[Scalar]:
    """Reads a plain text CV into ``builder``.

    Returns:
        The source, line by line.
    """
    rows = list(_rows(split_lines(text, builder.field)))
    source = [row.scalar for row in rows if _LETTER_OR_DIGIT.search(row.text)]
    footers = [row.scalar for row in rows if _PAGE_FOOTER.match(row.text)]
    builder.leave_out(footers, "page number")
    kept = [row for row in rows if not _PAGE_FOOTER.match(row.text)]
    read_outline(list(_Outline(kept).blocks()), builder)
    return source


def _rows(lines: list[str]) -> Iterator[_Row]:
    count = 0
    for number, line in enumerate(lines, 1):
        expanded = line.replace("\t", " " * _TAB_SPACES)
        text = line.strip()
        bulleted = ""
        if marked := _BULLET.match(text):
            ordinal = int(marked["ordinal"] or 0)
            # "7. Klasse" says something; only a number that goes on from the one above just counts.
            if not ordinal or ordinal in (1, count + 1):
                bulleted = marked["text"]
                count = ordinal or count
        yield _Row(number, len(expanded) - len(expanded.lstrip()), text, bulleted)


class _Outline:
    def __init__(self, rows: list[_Row]) -> None:
        self._rows = rows
        self._capitals_are_titles = any(row.text.isupper() and is_known_title(row.text) for row in rows)
        self._titled = False

    def blocks(self) -> Iterator[Block]:
        lines: list[Scalar] = []
        bullet: tuple[_Row, list[str], int] | None = None
        indents: list[int] = []

        def flush() -> Iterator[Block]:
            nonlocal bullet
            if bullet is not None:
                row, texts, depth = bullet
                yield Bullet(Scalar(" ".join(texts), row.number), depth)
                bullet = None
            if lines:
                yield Paragraph(tuple(lines))
                lines.clear()

        for index, row in enumerate(self._rows):
            if not _LETTER_OR_DIGIT.search(row.text):
                # A rule below a line is its underline; an empty line ends what was going on.
                yield from flush()
            elif self._is_title(index):
                yield from flush()
                self._titled = True
                indents = []
                yield Heading(row.scalar, 1)
            elif row.bulleted:
                yield from flush()
                indents = [indent for indent in indents if indent < row.indent] + [row.indent]
                bullet = (row, [row.bulleted], len(indents) - 1)
            elif bullet is not None and self._continues(row, bullet[0], bullet[1][-1]):
                bullet[1].append(row.text)
            else:
                yield from flush() if bullet is not None else ()
                indents = []
                lines.append(row.scalar)
        yield from flush()

    def _is_title(self, index: int) -> bool:
        row = self._rows[index]
        if row.bulleted or not row.text:
            return False
        above = self._rows[index - 1].text if index else ""
        below = self._rows[index + 1].text if index + 1 < len(self._rows) else ""
        underlined = bool(_RULE.match(below))
        apart = not _LETTER_OR_DIGIT.search(above)
        if is_known_title(row.text):
            shaped = row.text.isupper() or row.text.endswith(":") or underlined or apart
            return shaped and (index > 0 or row.text.isupper() or self._titled)
        if not self._titled or not apart:
            return False
        words = row.text.split()
        if len(words) > _CAPITALS_WORDS_MAX or find_period(row.text) or any(map(str.isdigit, row.text)):
            return False
        if underlined:
            return True
        return self._capitals_are_titles and row.text.isupper() and not self._heads_a_job(index)

    def _heads_a_job(self, index: int) -> bool:
        """Whether the lines right below hold a date, as below an employer's name in capitals."""
        for row in self._rows[index + 1 : index + 4]:
            if not row.text or row.bulleted:
                return False
            if find_period(row.text):
                return True
        return False

    @staticmethod
    def _continues(row: _Row, bullet: _Row, last: str) -> bool:
        """Whether a line without a bullet goes on with the bullet above it."""
        if find_period(row.text) and len(row.text) < _WRAPPED_CHARS_MIN:
            return False
        if row.indent > bullet.indent:
            return True
        return row.text[0].islower() or (
            len(last) >= _WRAPPED_CHARS_MIN and not last.endswith((".", "!", "?", ";"))
        )
