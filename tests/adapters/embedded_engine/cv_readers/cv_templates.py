"""The example CVs as DOCX files, laid out as the common templates of word processors are."""

import io
from collections.abc import Callable
from typing import Any

import docx
from cv_designs import as_typed
from cvtailor.domain.base_cv import BaseCv
from docx.document import Document
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Cm, Pt

_ASIDE = ("skills", "languages", "interests", "certificates", "awards")
_JOBS = ("experience", "education")

type _Typed = dict[str, Any]
type _Place = Any
"""A document or a cell of a table."""


def template_docx(name: str, cv: BaseCv) -> bytes:
    """Writes a CV into a template."""
    document = docx.Document()
    TEMPLATES[name](document, as_typed(cv))
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _styles(document: Document, cv: _Typed) -> None:
    """Word's own styles; employer with the date at a tab stop, contact data in the header of the page."""
    document.sections[0].header.paragraphs[0].text = " | ".join(cv["contact"])
    document.add_paragraph(cv["name"], style="Title")
    document.add_paragraph(cv["headline"])
    for section in cv["sections"]:
        document.add_heading(section["title"], 1)
        _write(document, section, _tabbed)


def _looks(document: Document, cv: _Typed) -> None:
    """Nothing but bold and size; bullets are typed, and lines broken within paragraphs."""
    document.add_paragraph().add_run(cv["name"]).font.size = Pt(22)
    document.add_paragraph("\n".join([cv["headline"], *cv["contact"]]))
    for section in cv["sections"]:
        title = document.add_paragraph().add_run(section["title"].upper())
        title.bold = True
        _write(document, section, _broken, typed="• ")


def _table_of_dates(document: Document, cv: _Typed) -> None:
    """Each section a table: dates in the left cell, what was then in the right one."""
    document.add_paragraph(cv["name"], style="Title")
    document.add_paragraph(" · ".join([cv["headline"], *cv["contact"]]))
    for section in cv["sections"]:
        document.add_heading(section["title"], 2)
        jobs = [entry for entry in section["entries"] if entry["kind"] in _JOBS]
        table = document.add_table(rows=len(jobs), cols=2) if jobs else None
        for index, job in enumerate(jobs):
            left, right = table.rows[index].cells
            left.text = job["when"]
            right.paragraphs[0].add_run(job["title"]).bold = True
            right.add_paragraph(_with_place(job))
            _say(right, job)
        _write(document, section, lambda place, entry: None)


def _layout_table(document: Document, cv: _Typed) -> None:
    """A table of one row as the layout: contact data and skills in one cell, the rest in the other."""
    left, right = document.add_table(rows=1, cols=2).rows[0].cells
    for way in cv["contact"]:
        left.add_paragraph(way)
    right.paragraphs[0].add_run(cv["name"]).font.size = Pt(24)
    right.add_paragraph(cv["headline"])
    for section in cv["sections"]:
        cell = left if section["kind"] in _ASIDE else right
        title = cell.add_paragraph().add_run(section["title"])
        title.bold, title.font.size = True, Pt(13)
        _write(cell, section, _tabbed)


def _text_boxes(document: Document, cv: _Typed) -> None:
    """Contact data and skills in text boxes beside the text."""
    document.add_paragraph(cv["name"], style="Title")
    document.add_paragraph(cv["headline"])
    _box(document, [(way, False) for way in cv["contact"]])
    for section in cv["sections"]:
        if section["kind"] in ("skills", "languages"):
            rows = [f"{row['title']}: {row['text']}".removeprefix(": ") for row in section["entries"]]
            _box(document, [(section["title"], True), *((row, False) for row in rows)])
            continue
        document.add_heading(section["title"], 1)
        _write(document, section, _tabbed)


TEMPLATES: dict[str, Callable[[Document, _Typed], None]] = {
    "styles": _styles,
    "looks": _looks,
    "table of dates": _table_of_dates,
    "layout table": _layout_table,
    "text boxes": _text_boxes,
}


def _write(place: _Place, section: _Typed, job: Callable[[_Place, _Typed], None], typed: str = "") -> None:
    for entry in section["entries"]:
        if entry["kind"] in _JOBS:
            job(place, entry)
            if job in (_tabbed, _broken):
                _say(place, entry, typed)
        elif entry["kind"] == "one_line":
            paragraph = place.add_paragraph()
            paragraph.add_run(f"{entry['title']}: ").bold = True
            paragraph.add_run(entry["text"])
        elif entry["kind"] == "bullet":
            _bullet(place, entry["text"], typed)
        elif entry["kind"] == "text":
            place.add_paragraph(entry["text"])
        else:
            paragraph = place.add_paragraph()
            paragraph.add_run(entry["title"]).bold = True
            paragraph.add_run(f" ({entry['when']})" if entry["when"] else "")
            if entry["organisation"]:
                place.add_paragraph(entry["organisation"])
            _say(place, entry, typed)


def _tabbed(place: _Place, job: _Typed) -> None:
    paragraph = place.add_paragraph()
    paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(16), WD_TAB_ALIGNMENT.RIGHT)
    paragraph.add_run(job["title"]).bold = True
    paragraph.add_run(f"\t{job['when']}")
    place.add_paragraph().add_run(_with_place(job)).italic = True


def _broken(place: _Place, job: _Typed) -> None:
    paragraph = place.add_paragraph()
    paragraph.add_run(_with_place(job)).bold = True
    paragraph.add_run(f"\n{job['title']}\n{job['when']}")


def _with_place(job: _Typed) -> str:
    return ", ".join(part for part in (job["organisation"], job["location"]) if part)


def _say(place: _Place, entry: _Typed, typed: str = "") -> None:
    if entry["summary"]:
        place.add_paragraph(entry["summary"])
    for line in entry["highlights"]:
        _bullet(place, line, typed)


def _bullet(place: _Place, line: str, typed: str) -> None:
    place.add_paragraph(typed + line, style=None if typed else "List Bullet")


def _box(document: Document, lines: list[tuple[str, bool]]) -> None:
    box = parse_xml(f"<w:r {nsdecls('w')}><w:pict><w:txbxContent/></w:pict></w:r>")
    for text, bold in lines:
        paragraph = document.add_paragraph()
        paragraph.add_run(text).bold = bold
        box[0][0].append(paragraph._p)
    document.add_paragraph()._p.append(box)
