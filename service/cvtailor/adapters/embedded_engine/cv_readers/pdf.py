"""PDF CVs: read in each way the layout allows, and the best reading kept."""

from collections.abc import Sequence

from cvtailor.adapters.embedded_engine.cv_readers.cv_builder import CvBuilder
from cvtailor.adapters.embedded_engine.cv_readers.document import Scalar
from cvtailor.adapters.embedded_engine.cv_readers.outlined_cv import read_outline
from cvtailor.adapters.embedded_engine.cv_readers.pdf_columns import ways_to_read
from cvtailor.adapters.embedded_engine.cv_readers.pdf_edges import without_edges
from cvtailor.adapters.embedded_engine.cv_readers.pdf_lines import lines_of_flow
from cvtailor.adapters.embedded_engine.cv_readers.pdf_process import WHY_HIDDEN, PdfPage, pdf_pages
from cvtailor.adapters.embedded_engine.cv_readers.pdf_rows import Flow
from cvtailor.adapters.embedded_engine.cv_readers.pdf_words import BrokenWords
from cvtailor.adapters.embedded_engine.cv_readers.source_text import (
    check_line_count,
    check_size,
    unreadable,
)
from cvtailor.adapters.embedded_engine.cv_readers.styled_outline import StyledLine, outline_of
from cvtailor.adapters.embedded_engine.cv_readers.styled_words import is_link_target
from cvtailor.domain.base_cv import BaseCv, EntryKind, SectionKind
from cvtailor.domain.errors import InvalidInput
from cvtailor.domain.hidden_characters import HiddenCharacters
from cvtailor.domain.limits import CV_LINES_MAX

_LETTERS_MIN = 40
_UNREADABLE_RATIO_MAX = 0.2
_QUOTED_CHARS_MAX = 400
_GUESSES_QUOTED_MAX = 12
_PAGE_WORDS_MAX = 4_000  # A page that is full of small print has under 2,000.
_DATED_KINDS = frozenset({EntryKind.EXPERIENCE, EntryKind.EDUCATION})


def read_pdf(content: bytes, builder: CvBuilder, hidden: HiddenCharacters) -> list[Scalar]:
    """Reads a PDF CV into ``builder``.

    Returns:
        The lines of the chosen reading; positions are running numbers of rows, and pages.

    Raises:
        InvalidInput: It can't be opened, is too long, or holds no text that can be read.
    """
    check_size(content, builder.field)
    whole_pages = pdf_pages(content, builder.field)
    _check_extent(whole_pages, builder.field)
    _check_text(whole_pages, builder.field)
    pages, edges = without_edges(whole_pages)
    ways = [way for way in ways_to_read(pages) if sum(map(len, way)) <= CV_LINES_MAX]
    if not ways:
        check_line_count(CV_LINES_MAX + 1, builder.field)
    best = max(ways, key=lambda way: _score(way, builder.field)) if len(ways) > 1 else ways[0]
    lines, words = _lines(best, hidden)
    check_line_count(len(lines), builder.field)
    read_outline(outline_of(lines), builder)
    for line, reason in edges:
        builder.leave_out([line], reason)
    _leave_out_unseen(pages, builder)
    if words.guesses:
        quoted = ", ".join(words.guesses[:_GUESSES_QUOTED_MAX])
        reason = f"{len(words.guesses)} × word with a hyphen at the end of a row; check the spelling"
        builder.leave_out([Scalar(quoted)], reason)
    return [line.text for flow in lines for line in flow]


def _check_extent(pages: Sequence[PdfPage], field: str) -> None:
    for number, page in enumerate(pages, 1):
        if len(page.words) > _PAGE_WORDS_MAX:
            raise unreadable(
                f"Page {number} of the PDF has {len(page.words):,} words; at most {_PAGE_WORDS_MAX:,} are"
                " read. Send DOCX or plain text.",
                field,
            )


def _check_text(pages: Sequence[PdfPage], field: str) -> None:
    letters = [letter for page in pages for word in page.words for letter in word.text if not word.hidden]
    if len(letters) < _LETTERS_MIN:
        raise unreadable(
            "The PDF holds no text, as a scan or a photo does. Recognise its text first, or send the CV as"
            " DOCX or plain text.",
            field,
        )
    if letters.count("\ufffd") > _UNREADABLE_RATIO_MAX * len(letters):
        raise unreadable(
            "The fonts of the PDF don't say which letters they show. Save it anew from the program that"
            " made it, or send DOCX or plain text.",
            field,
        )


def _lines(way: Sequence[Flow], hidden: HiddenCharacters) -> tuple[list[list[StyledLine]], BrokenWords]:
    words = BrokenWords([row for flow in way for row in flow])
    flows: list[list[StyledLine]] = []
    number = 1
    for flow in way:
        flows.append([line.cleaned(hidden) for line in lines_of_flow(flow, number, words)])
        number += len(flow)
    return flows, words


def _leave_out_unseen(pages: Sequence[PdfPage], builder: CvBuilder) -> None:
    """Reports what a person can't see or what is no text of the page, and uses none of it."""
    for number, page in enumerate(pages, 1):
        path = f"page {number}"
        for reason, why in WHY_HIDDEN.items():
            text = " ".join(word.text for word in page.words if word.hidden == reason)
            if text:
                builder.leave_out([Scalar(text[:_QUOTED_CHARS_MAX], path=path)], f"{why}; not used")
        unsafe = [Scalar(target, path=path) for target in page.links if not is_link_target(target)]
        builder.leave_out(unsafe, "not a web address (http or https)")
        notes = [Scalar(" ".join(note.split())[:_QUOTED_CHARS_MAX], path=path) for note in page.notes]
        builder.leave_out(notes, "form field or note, not text of the page; not used")
        if page.recognised:
            builder.leave_out([Scalar(path, path=path)], "recognised in a scan; check that it was read right")


def _score(way: Sequence[Flow], field: str) -> float:
    """Says how much a reading looks like a CV: who, what, when, and whole sentences."""
    builder = CvBuilder(field)
    try:
        read_outline(outline_of(_lines(way, HiddenCharacters())[0]), builder)
        cv = builder.build()
    except InvalidInput:
        return float("-inf")
    score = 3.0 * bool(cv.contact.email) + bool(cv.contact.phone)
    score += len({section.kind for section in cv.sections} - {SectionKind.OTHER})
    return score + _score_of_entries(cv)


def _score_of_entries(cv: BaseCv) -> float:
    score = 0.0
    for section, entry in cv.entries():
        if entry.kind in _DATED_KINDS:
            is_dated = bool(entry.start_date or entry.date)
            score += 1.0 + bool(entry.title and entry.organisation) if is_dated else -1.0
        elif section.kind is SectionKind.OTHER:
            score -= 0.5
        score -= sum(line.text[0].islower() for line in entry.lines())
    return score
