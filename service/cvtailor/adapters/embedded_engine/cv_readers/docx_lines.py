"""Paragraphs, tables and text boxes of a DOCX to lines that know how they look, in reading order."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from cvtailor.adapters.embedded_engine.cv_readers.document import Scalar
from cvtailor.adapters.embedded_engine.cv_readers.docx_elements import (
    Surroundings,
    own,
    said_in,
    text_of_run,
)
from cvtailor.adapters.embedded_engine.cv_readers.docx_styles import (
    Look,
    Styles,
    W,
    is_white,
    look_of_run,
)
from cvtailor.adapters.embedded_engine.cv_readers.headings import is_known_title
from cvtailor.adapters.embedded_engine.cv_readers.outline import BULLETS
from cvtailor.adapters.embedded_engine.cv_readers.source_text import unreadable
from cvtailor.adapters.embedded_engine.cv_readers.styled_outline import StyledLine
from cvtailor.adapters.embedded_engine.cv_readers.styled_words import StyledWord, text_of
from cvtailor.domain.limits import CV_BYTES_MAX

if TYPE_CHECKING:
    from docx.document import Document

_RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_TRANSPARENT = frozenset(
    f"{W}{name}"
    for name in ("sdt", "sdtContent", "ins", "moveTo", "smartTag", "customXml", "fldSimple", "dir", "bdo")
)
_DELETED = frozenset({f"{W}del", f"{W}moveFrom"})
_MARK = re.compile(rf"^(?:[{BULLETS}]\s*|[-*–—+]\s+)(?=\S)")
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
_PIECES = re.compile(r"[ \xa0]+|\t|\n|[^ \xa0\t\n]+")
_NESTING_MAX = 40
_COLUMN_LINES_MIN = 4
_BOX_LINES_MIN = 4
_SPACE_APART = 4.0


@dataclass(frozen=True, slots=True)
class _Piece:
    """Text of a run that looks one way; tabs and line breaks are in it."""

    text: str
    look: Look
    link: str
    white: bool


@dataclass(slots=True)
class DocxText:
    """What a DOCX says.

    Attributes:
        flows: Lines that are read one after the other: the body, then each column and text box.
        hidden: Text that Word does not show.
        deleted: Text deleted in tracked changes.
        source: The text of every paragraph, however deep it stands, for checking that none is lost.
    """

    flows: list[list[StyledLine]] = field(default_factory=list)
    hidden: list[Scalar] = field(default_factory=list)
    deleted: list[Scalar] = field(default_factory=list)
    source: list[Scalar] = field(default_factory=list)


class DocxLines:
    """Reads the parts of a document into ``text``; a line's number is that of its paragraph.

    Args:
        field: Field of the request that holds the document, which errors name.
    """

    def __init__(self, document: "Document", field: str = "") -> None:
        self._styles = Styles(document)
        self._field = field
        self._letters = 0
        self._surroundings = Surroundings()
        self._part: Any = document.part
        self._number = 0
        self._apart = True
        self.text = DocxText()

    def read(self, element: Any, part: Any, where: str = "") -> list[StyledLine]:
        """Reads a body, a header or a footer.

        Args:
            part: The part that resolves the links in it.
            where: What it is, for positions.

        Raises:
            InvalidInput: With what was read before, more text than is read of a CV in any format.
        """
        self._letters += sum(len(node.text or "") for node in element.iter(f"{W}t", f"{W}delText"))
        if self._letters > CV_BYTES_MAX:
            raise unreadable(
                f"The DOCX holds more than {CV_BYTES_MAX:,} letters. Send a shorter one.", self._field
            )
        self._part = part
        self.text.source += said_in(element, where)
        return list(self._blocks(element, where, 0))

    def _blocks(self, element: Any, where: str, depth: int) -> Iterator[StyledLine]:
        if depth > _NESTING_MAX:
            return
        for child in element.iterchildren():
            if child.tag == f"{W}p":
                yield from self._paragraph(child, where, depth)
            elif child.tag == f"{W}tbl":
                for row in own(child, f"{W}tr"):
                    yield from self._row(row, depth + 1)
            elif child.tag in _TRANSPARENT:
                yield from self._blocks(child, where, depth + 1)

    def _row(self, row: Any, depth: int) -> Iterator[StyledLine]:
        """Reads a table's row: what stands side by side is one line, columns of text are flows."""
        of_cells = (list(self._blocks(cell, "table", depth + 1)) for cell in own(row, f"{W}tc"))
        cells = [lines for lines in of_cells if lines]
        if not cells:
            return
        long = [lines for lines in cells if len(lines) >= _COLUMN_LINES_MIN]
        titled = any(is_known_title(line.value) for lines in cells for line in lines)
        if len(cells) > 1 and (len(long) > 1 or (titled and long)):
            main = max(cells, key=lambda lines: sum(len(line.value) for line in lines))
            self.text.flows += [lines for lines in cells if lines is not main]
            yield from main
        elif len(cells) > 1 and all(lines[0].depth is None for lines in cells):
            yield _beside([lines[0] for lines in cells])
            for lines in cells:
                yield from lines[1:]
        else:
            for lines in cells:
                yield from lines

    def _paragraph(self, paragraph: Any, where: str, depth: int) -> Iterator[StyledLine]:
        self._number += 1
        if not len(paragraph):
            self._apart = True
            return
        number = self._number
        properties = paragraph.find(f"{W}pPr")
        look = self._styles.paragraph(properties)
        pieces = list(self._pieces(paragraph, look, "", depth))
        yield from self._boxes(paragraph, depth)
        # Once for all of its pieces: it looks through the whole paragraph.
        white_shows = any(piece.white for piece in pieces) and self._surroundings.set_off(paragraph)
        seen: list[_Piece] = []
        for piece in pieces:
            if piece.look.hidden or (piece.white and not white_shows):
                if _LETTER_OR_DIGIT.search(piece.text):
                    self.text.hidden.append(Scalar(" ".join(piece.text.split()), number, where))
            else:
                seen.append(piece)
        lines = list(_lines_of(seen))
        if not lines:
            self._apart = True
        for index, words in enumerate(lines):
            apart = index == 0 and (self._apart or (look.space_before or 0) >= _SPACE_APART)
            self._apart = False
            yield _styled(words, look, Scalar("", number, where), apart, index == 0)

    def _pieces(self, element: Any, look: Look, link: str, depth: int) -> Iterator[_Piece]:
        if depth > _NESTING_MAX:
            return
        for child in element.iterchildren():
            if child.tag == f"{W}r":
                properties = child.find(f"{W}rPr")
                of_style = self._styles.named(_style_of(properties))
                own = look_of_run(properties).over(of_style).over(look)
                yield _Piece(text_of_run(child), own, link, properties is not None and is_white(properties))
            elif child.tag == f"{W}hyperlink":
                relation = self._part.rels.get(child.get(_RELATION_ID) or "")
                target = relation.target_ref if relation is not None and relation.is_external else ""
                yield from self._pieces(child, look, target, depth + 1)
            elif child.tag in _TRANSPARENT:
                yield from self._pieces(child, look, link, depth + 1)
            elif child.tag in _DELETED:
                text = "".join(node.text or "" for node in child.iter(f"{W}delText", f"{W}t"))
                if _LETTER_OR_DIGIT.search(text):
                    self.text.deleted.append(Scalar(" ".join(text.split()), self._number))

    def _boxes(self, paragraph: Any, depth: int) -> Iterator[StyledLine]:
        """Reads the text boxes anchored in a paragraph: short ones in place, long ones as flows."""
        for box in own(paragraph, f"{W}txbxContent"):
            if self._surroundings.repeats(box):
                continue
            lines = list(self._blocks(box, "text box", depth + 1))
            if len(lines) >= _BOX_LINES_MIN or (len(lines) > 1 and is_known_title(lines[0].value)):
                self.text.flows.append(lines)
            else:
                yield from lines


def _style_of(properties: Any) -> str | None:
    style = properties.find(f"{W}rStyle") if properties is not None else None
    return None if style is None else style.get(f"{W}val")


def _lines_of(pieces: Iterable[_Piece]) -> Iterator[list[tuple[StyledWord, float]]]:
    """Yields the lines of a paragraph as words with their sizes."""
    words: list[tuple[StyledWord, float]] = []
    begins, gap = True, False
    for piece in pieces:
        for bit in _PIECES.findall(piece.text.replace("\r", "")):
            if bit == "\n":
                yield from [words] if words else []
                words, begins, gap = [], True, False
            elif bit == "\t" or bit.isspace():
                begins, gap = True, gap or bit == "\t" or len(bit) > 2
            elif begins:
                words.append(
                    (StyledWord(bit, bool(piece.look.bold), piece.link, gap), piece.look.size or 0.0)
                )
                begins, gap = False, False
            else:
                word, size = words[-1]
                says = any(map(str.isalnum, bit))
                bold = word.bold and (bool(piece.look.bold) or not says)
                words[-1] = word._replace(text=word.text + bit, bold=bold), size
    if words:
        yield words


def _styled(
    words: list[tuple[StyledWord, float]], look: Look, at: Scalar, apart: bool, is_first: bool
) -> StyledLine:
    text = text_of(word for word, _ in words)
    said = [word.bold for word, _ in words if _LETTER_OR_DIGIT.search(word.text)]
    level = look.outline_level or 0
    depth = look.list_level if is_first and not level and (look.list_level or 0) >= 0 else None
    if marked := _MARK.match(text):
        text, depth = text[marked.end() :], depth or 0
    return StyledLine(
        text=replace(at, value=text),
        size=max(words, key=lambda word: len(word[0].text))[1],
        bold=bool(said) and all(said),
        partly_bold=any(said),
        apart=apart,
        depth=depth,
        level=level if is_first else 0,
    )


def _beside(lines: list[StyledLine]) -> StyledLine:
    """Makes one line of lines that stand side by side."""
    first = lines[0]
    return replace(
        first,
        text=replace(first.text, value="  ".join(line.value for line in lines)),
        size=max(line.size for line in lines),
        bold=all(line.bold for line in lines),
        partly_bold=any(line.partly_bold for line in lines),
        level=0,
    )
