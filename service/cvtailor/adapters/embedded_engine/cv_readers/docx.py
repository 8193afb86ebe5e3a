"""DOCX CVs: read with python-docx, in which no part is fetched and no entity resolved."""

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cvtailor.adapters.embedded_engine.cv_readers.cv_builder import CvBuilder
from cvtailor.adapters.embedded_engine.cv_readers.document import Scalar
from cvtailor.adapters.embedded_engine.cv_readers.docx_package import package_of_text
from cvtailor.adapters.embedded_engine.cv_readers.outlined_cv import read_outline
from cvtailor.adapters.embedded_engine.cv_readers.source_text import (
    check_line_count,
    unreadable,
)
from cvtailor.adapters.embedded_engine.cv_readers.styled_outline import StyledLine, outline_of
from cvtailor.domain.errors import InvalidInput
from cvtailor.domain.hidden_characters import HiddenCharacters

if TYPE_CHECKING:
    from docx.document import Document

    from cvtailor.adapters.embedded_engine.cv_readers.docx_lines import DocxText

_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
_REACHABLE = re.compile(r"@|\d{4}|\w\.\w{2,}")
_NOTE_PARTS = ("/footnotes", "/endnotes", "/comments")
_QUOTED_CHARS_MAX = 400
_SECTIONS_MAX = 100


def read_docx(content: bytes, builder: CvBuilder, hidden: HiddenCharacters) -> list[Scalar]:
    """Reads a DOCX CV into ``builder``.

    Returns:
        The text of every paragraph.

    Raises:
        InvalidInput: It can't be opened, is too long, or holds no text.
    """
    package = package_of_text(content, builder.field)
    try:
        text, feet, notes = _read(package, builder.field)
    except InvalidInput:
        raise
    except Exception:  # A parser meets hostile input here; whatever it raises means this.
        raise unreadable(
            "The DOCX is broken. Save it anew as DOCX, or send PDF or plain text.", builder.field
        ) from None
    flows = [
        [line.cleaned(hidden) for line in flow if _LETTER_OR_DIGIT.search(line.value)] for flow in text.flows
    ]
    lines = [line.text for flow in flows for line in flow]
    check_line_count(len(lines), builder.field)
    if not lines:
        raise unreadable(
            "The DOCX holds no text, only pictures perhaps. Send PDF or plain text.", builder.field
        )
    read_outline(outline_of(flows), builder)
    builder.leave_out(text.hidden, "hidden text; not used")
    builder.leave_out(text.deleted, "deleted in tracked changes; not used")
    builder.leave_out(feet, "foot of the page")
    builder.leave_out(notes, "footnote, endnote or comment; not used")
    return [Scalar(hidden.strip(line.value), None, line.path) for line in text.source]


def _read(content: bytes, field: str) -> "tuple[DocxText, list[Scalar], list[Scalar]]":
    # Imported when the first DOCX is there: start-up does without it.
    import docx

    from cvtailor.adapters.embedded_engine.cv_readers.docx_lines import DocxLines

    document = docx.Document(io.BytesIO(content))
    lines = DocxLines(document, field)
    top: list[StyledLine] = []
    feet: list[StyledLine] = []
    said: set[str] = set()
    for part, kind in _edges(document, field):
        new = [line for line in lines.read(part.element, part, kind) if line.value not in said]
        said.update(line.value for line in new)
        for line in new:
            is_top = kind == "header" or _REACHABLE.search(line.value)
            (top if is_top else feet).append(line)
    body = lines.read(document.element.body, document.part)
    lines.text.flows.insert(0, [*top, *body])
    return lines.text, [line.text for line in feet], list(_notes(document))


def _edges(document: "Document", field: str) -> Iterator[tuple[Any, str]]:
    """Yields the parts of headers, then of footers, once each, however many sections show them."""
    sections = list(document.sections)
    if len(sections) > _SECTIONS_MAX:
        raise unreadable(
            f"The DOCX has {len(sections):,} sections of pages; at most {_SECTIONS_MAX} are read. Remove the"
            " section breaks, or send PDF or plain text.",
            field,
        )
    seen: set[str] = set()
    for kind in ("header", "footer"):
        for section in sections:
            for name in (f"first_page_{kind}", kind, f"even_page_{kind}"):
                edge = getattr(section, name)
                if not edge.is_linked_to_previous and edge.part.partname not in seen:
                    seen.add(edge.part.partname)
                    yield edge.part, kind


def _notes(document: "Document") -> Iterator[Scalar]:
    from docx.oxml import parse_xml

    parts = {
        relation.target_part.partname: relation.target_part
        for relation in document.part.rels.values()
        if not relation.is_external and relation.reltype.endswith(_NOTE_PARTS)
    }
    for part in parts.values():
        root = parse_xml(part.blob)
        text = " ".join(node.text for node in root.iter() if isinstance(node.tag, str) and node.text)
        if _LETTER_OR_DIGIT.search(text):
            words = text.split(maxsplit=_QUOTED_CHARS_MAX)[:_QUOTED_CHARS_MAX]
            yield Scalar(" ".join(words)[:_QUOTED_CHARS_MAX])
