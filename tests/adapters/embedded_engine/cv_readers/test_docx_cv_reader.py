"""DOCX CVs."""

import io
from collections.abc import Callable

import docx
import pytest
from cvtailor.adapters.embedded_engine.cv_readers import read_cv
from cvtailor.domain.base_cv import BaseCv, CvFormat, CvSource
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt, RGBColor


def read(document: Document) -> BaseCv:
    file = io.BytesIO()
    document.save(file)
    return read_cv(CvSource(format=CvFormat.DOCX, content=file.getvalue()))


def a_cv() -> Document:
    document = docx.Document()
    document.add_paragraph("Ada Byron", style="Title")
    document.add_paragraph("London | ada@example.org | +44 20 7946 0958")
    document.add_heading("Experience", 1)
    add_job(document, "Staff Engineer", ", Analytical Engines Ltd\tMar 2019 – Present")
    document.add_paragraph("Cut the run time by 35 %", style="List Bullet")
    document.add_paragraph("Led three engineers", style="List Bullet")
    add_job(document, "Engineer", ", Difference Works\t01/2015 – 02/2019")
    document.add_paragraph("Kept the looms running", style="List Bullet")
    return document


def add_job(document: Document, title: str, rest: str) -> None:
    head = document.add_paragraph()
    head.add_run(title).bold = True
    head.add_run(rest)


def jobs(cv: BaseCv) -> list[tuple[str, str, str, int]]:
    entries = [entry for section, entry in cv.entries() if section.kind == "experience"]
    return [(job.title, job.organisation, job.start_date, len(job.highlights)) for job in entries]


def said(cv: BaseCv) -> list[str]:
    return [found.text for found in cv.evidence().values()]


BOTH_JOBS = [
    ("Staff Engineer", "Analytical Engines Ltd", "2019-03", 2),
    ("Engineer", "Difference Works", "2015-01", 1),
]


def test_styles_tabs_and_lists_make_a_cv() -> None:
    cv = read(a_cv())
    assert (cv.contact.name, cv.contact.email, cv.contact.location) == (
        "Ada Byron",
        "ada@example.org",
        "London",
    )
    assert jobs(cv) == BOTH_JOBS
    assert cv.evidence()["experience[0].highlights[1]"].position.line == 6
    assert not cv.unplaced


def test_a_cv_without_styles_reads_by_its_looks() -> None:
    document = docx.Document()
    document.add_paragraph().add_run("Ada Byron").font.size = Pt(24)
    document.add_paragraph("ada@example.org")
    document.add_paragraph().add_run("EXPERIENCE").bold = True
    add_job(document, "Engineer", ", Difference Works\t01/2015 – 02/2019")
    document.add_paragraph("•\tKept the looms running")
    cv = read(document)
    assert (cv.contact.name, [section.title for section in cv.sections]) == ("Ada Byron", ["EXPERIENCE"])
    assert jobs(cv) == [BOTH_JOBS[1]]


def test_dates_in_the_left_column_of_a_table_belong_to_what_is_beside_them() -> None:
    document = a_cv()
    document.add_heading("Education", 1)
    table = document.add_table(rows=2, cols=2)
    for row, (dates, degree) in enumerate(
        [("2010 – 2014", "BSc Mathematics, University of London"), ("2008 – 2010", "A levels, Harrow School")]
    ):
        table.cell(row, 0).text, table.cell(row, 1).text = dates, degree
    entries = read(document).sections[1].entries
    assert [(entry.organisation, entry.start_date) for entry in entries] == [
        ("University of London", "2010"),
        ("Harrow School", "2008"),
    ]


def test_a_table_that_is_a_layout_is_read_column_by_column() -> None:
    document = docx.Document()
    left, right = document.add_table(rows=1, cols=2).rows[0].cells
    for text in ("Skills", "• Python", "• SQL", "• Docker", "Languages", "English: native"):
        left.add_paragraph().add_run(text).bold = text in ("Skills", "Languages")
    right.add_paragraph().add_run("Ada Byron").font.size = Pt(24)
    right.add_paragraph("ada@example.org")
    right.add_paragraph().add_run("Experience").bold = True
    right.add_paragraph("Engineer, Difference Works Ltd\t01/2015 – 02/2019")
    right.add_paragraph("• Kept the looms running, day and night, for four years")
    cv = read(document)
    assert cv.contact.name == "Ada Byron"
    assert [(section.title, len(section.entries)) for section in cv.sections] == [
        ("Experience", 1),
        ("Skills", 3),
        ("Languages", 1),
    ]


def test_links_headers_and_text_boxes_are_read() -> None:
    document = a_cv()
    document.sections[0].header.paragraphs[0].text = "https://ada.example"
    paragraph = document.add_paragraph("Wrote ")
    target = "https://example.org/notes"
    relation = document.part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = f'<w:hyperlink {nsdecls("w", "r")} r:id="{relation}"><w:r><w:t>the notes</w:t></w:r></w:hyperlink>'
    paragraph._p.append(parse_xml(link))
    box = (
        f"<w:r {nsdecls('w')}><w:pict><w:txbxContent><w:p><w:r><w:t>Speaks French</w:t></w:r></w:p>"
        "</w:txbxContent></w:pict></w:r>"
    )
    document.add_paragraph()._p.append(parse_xml(box))
    cv = read(document)
    assert cv.contact.website == "https://ada.example"
    assert "Wrote [the notes](https://example.org/notes)" in said(cv)
    assert "Speaks French" in said(cv)


def vanish(document: Document) -> None:
    document.add_paragraph().add_run("SECRET words").font.hidden = True


def whiten(document: Document) -> None:
    document.add_paragraph().add_run("SECRET words").font.color.rgb = RGBColor(255, 255, 255)


def shrink(document: Document) -> None:
    document.add_paragraph().add_run("SECRET words").font.size = Pt(1)


def delete(document: Document) -> None:
    deleted = f"<w:del {nsdecls('w')}><w:r><w:delText>SECRET words</w:delText></w:r></w:del>"
    document.add_paragraph()._p.append(parse_xml(deleted))


def put_into_footer(document: Document) -> None:
    document.sections[0].footer.paragraphs[0].text = "SECRET words"


@pytest.mark.parametrize(
    ("hide", "why"),
    [
        (vanish, "hidden text; not used"),
        (whiten, "hidden text; not used"),
        (shrink, "hidden text; not used"),
        (delete, "deleted in tracked changes; not used"),
        (put_into_footer, "foot of the page"),
    ],
)
def test_what_is_not_shown_as_text_is_told_and_no_evidence(
    hide: Callable[[Document], None], why: str
) -> None:
    document = a_cv()
    hide(document)
    cv = read(document)
    assert [(gone.text, gone.reason) for gone in cv.unplaced] == [("SECRET words", why)]
    assert not [text for text in said(cv) if "SECRET" in text]


def test_text_where_no_reader_looks_is_found_by_the_last_check() -> None:
    document = a_cv()
    odd = f"<w:ruby {nsdecls('w')}><w:rt><w:r><w:t>Forgotten</w:t></w:r></w:rt></w:ruby>"
    document.add_paragraph()._p.append(parse_xml(odd))
    assert [gone.text for gone in read(document).unplaced] == ["Forgotten"]
