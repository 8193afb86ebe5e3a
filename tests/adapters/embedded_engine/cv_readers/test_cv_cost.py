"""CVs made to cost more than they are worth: each is read or refused within the bounds of one input."""

import io
import json
import random
import re
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from functools import cache

import docx
import pytest
from cvtailor.adapters.embedded_engine.cv_readers import read_cv
from cvtailor.adapters.embedded_engine.cv_readers.dates import find_period
from cvtailor.adapters.embedded_engine.cv_readers.pdf_columns import _crosses, _gutter
from cvtailor.adapters.embedded_engine.cv_readers.pdf_rows import Row, Segment
from cvtailor.adapters.embedded_engine.cv_readers.pdf_words import BrokenWords
from cvtailor.domain.base_cv import BaseCv, CvFormat, CvSource
from cvtailor.domain.errors import InvalidInput
from zip_files import a_zip

from tests.fuzz.bounds import bounded

NAMESPACES = " ".join(
    f'xmlns:{prefix}="http://schemas.openxmlformats.org/{space}"'
    for prefix, space in (
        ("w", "wordprocessingml/2006/main"),
        ("r", "officeDocument/2006/relationships"),
        ("mc", "markup-compatibility/2006"),
    )
)
NOTES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
DOCUMENT, RELATIONS = "word/document.xml", "word/_rels/document.xml.rels"


def read(content: bytes | str, format: CvFormat) -> BaseCv:
    return read_cv(CvSource(format=format, content=content.encode() if isinstance(content, str) else content))


@pytest.fixture(autouse=True)
def warm() -> None:
    """The model that tells languages is loaded once a process, and no part of what an input costs."""
    read("Ada Byron\n\nSKILLS\n\n- Weaving algebra on looms", CvFormat.PLAIN_TEXT)


def refused(content: bytes | str, format: CvFormat, says: str) -> InvalidInput:
    with bounded(cpu_seconds_max=1), pytest.raises(InvalidInput, match=says) as caught:
        read(content, format)
    return caught.value


def a_json(rest: str) -> str:
    return f'{{"basics": {{"name": "Ada"}},\n{rest}}}'


def test_a_key_without_end_is_refused_with_its_line() -> None:
    ones = ",".join("1" * 20_000)
    error = refused(a_json(f'"{"k" * 20_000}": [{ones}]'), CvFormat.JSON_RESUME, "20,000 characters")
    assert (error.line, error.field) == (2, "base_cv.json_resume")
    yaml = f'cv:\n  name: A\n  ? "{"k" * 20_000}"\n  : [{ones}]\n'
    error = refused(yaml, CvFormat.RENDERCV_YAML, "20,000 characters; at most 200")
    assert (error.line, error.field) == (3, "base_cv.rendercv_yaml")


def test_long_keys_below_each_other_are_refused() -> None:
    nested = "1"
    for _ in range(30):
        nested = f'{{"{"k" * 200}": {nested}}}'
    refused(a_json(f'"work": {nested}'), CvFormat.JSON_RESUME, "more than 1,000 characters together")
    refused(f"cv: {nested}", CvFormat.RENDERCV_YAML, "more than 1,000 characters together")


def test_more_values_than_a_cv_has_are_refused() -> None:
    ones = ",".join("1" * 100_000)
    refused(a_json(f'"work": [{ones}]'), CvFormat.JSON_RESUME, "more than 40,000 values")
    refused(f"cv:\n  a: [{ones}]", CvFormat.RENDERCV_YAML, "more than 40,000 values")


def test_a_cv_of_fifty_pages_is_read() -> None:
    job = {"name": "Acme", "position": "Engineer", "startDate": "2019", "highlights": ["Did things"] * 24}
    cv = read(json.dumps({"basics": {"name": "Ada"}, "work": [job] * 100}), CvFormat.JSON_RESUME)
    assert sum(len(entry.highlights) for _, entry in cv.entries()) == 2_400


def in_cyrillic(number: int) -> str:
    return "".join("абвгдежзик"[int(digit)] for digit in str(number))


def test_many_sections_get_keys_of_their_own_at_once() -> None:
    sections = ", ".join(f"{in_cyrillic(at)}: [x]" for at in range(3_900))
    with bounded(cpu_seconds_max=1.5):
        cv = read(f"cv: {{name: A, sections: {{{sections}}}}}", CvFormat.RENDERCV_YAML)
    keys = [section.key for section in cv.sections]
    assert keys[:3] == ["other_section", "other_section_2", "other_section_3"]
    assert len(set(keys)) == 3_900


def test_a_title_that_is_the_key_of_another_takes_the_next_number() -> None:
    cv = read(
        "cv: {name: A, sections: {Notes 2: [x], notes: [x], Notes: [x], NOTES: [x]}}", CvFormat.RENDERCV_YAML
    )
    assert [section.key for section in cv.sections] == ["notes_2", "notes", "notes_3", "notes_4"]


def test_more_sections_than_lines_are_refused_as_they_come() -> None:
    sections = ", ".join(f"{in_cyrillic(at)}: []" for at in range(4_001))
    refused(f"cv: {{name: A, sections: {{{sections}}}}}", CvFormat.RENDERCV_YAML, "more than 4,000 lines")


def test_lines_that_make_many_more_are_refused_before_those_are_made() -> None:
    line = "2019 – " * 31
    refused("# Ada\n\n## Experience\n\n" + f"{line}\n\n" * 1_000, CvFormat.MARKDOWN, "lines; at most 4,000")


@pytest.mark.parametrize("token", ["*a", "[a](", "a, ", "1 ", "a@", "__a", "12 jan "])
def test_lines_of_one_token_cost_little(token: str) -> None:
    lines = "\n\n".join([(token * 400)[:390] + " 2019"] * 1_500)
    with bounded():
        read(f"Ada Byron\n\nEXPERIENCE\n\n{lines}", CvFormat.PLAIN_TEXT)


def test_a_date_is_looked_for_where_one_can_be() -> None:
    with bounded(cpu_seconds_max=1.5):
        for at in range(1_500):
            find_period("[a](" * 80 + str(at % 10))


@cache
def parts_of_a_docx() -> dict[str, bytes]:
    document = docx.Document()
    header = document.sections[0].header
    header.is_linked_to_previous = False
    header.paragraphs[0].text = "head"
    file = io.BytesIO()
    document.save(file)
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def noise() -> str:
    """A comment that does not compress, so that the archive is no bomb."""
    return f"<!--{random.Random(3).randbytes(15_000).hex()}-->"  # noqa: S311


def a_part(tag: str, body: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><w:{tag} {NAMESPACES}>{body}{noise()}</w:{tag}>'.encode()


def a_docx(body: str, **parts: bytes) -> bytes:
    skills = "".join(map(paragraph, ("Ada Byron", "SKILLS", "• Weaving algebra")))
    document = a_part("document", f"<w:body>{skills}{body}</w:body>")
    return a_zip({**parts_of_a_docx(), **parts, DOCUMENT: document})


def paragraph(text: str, run: str = "") -> str:
    return f"<w:p><w:r>{run}<w:t>{text}</w:t></w:r></w:p>"


def in_tables(body: str, depth: int) -> str:
    for _ in range(depth):
        body = f"<w:tbl><w:tr><w:tc>{body}</w:tc></w:tr></w:tbl>"
    return body


def sections(count: int) -> str:
    relation = re.search(rb'headerReference[^>]*r:id="(\w+)"', parts_of_a_docx()[DOCUMENT])
    assert relation
    edge = f'<w:headerReference w:type="default" r:id="{relation[1].decode()}"/>'
    return f"<w:p><w:pPr><w:sectPr>{edge}</w:sectPr></w:pPr></w:p>" * count


def test_a_header_that_many_sections_show_is_read_once() -> None:
    header = a_part("hdr", "".join(map(paragraph, ("Ada Byron", *map(str, range(10_000, 12_000))))))
    name = next(name for name in parts_of_a_docx() if "header" in name)
    with bounded():
        cv = read(a_docx(sections(90), **{name: header}), CvFormat.DOCX)
    assert cv.contact.name == "Ada Byron"
    refused(a_docx(sections(101)), CvFormat.DOCX, "sections of pages; at most 100")


def test_a_part_of_notes_is_read_once_and_relations_are_bounded() -> None:
    notes = a_part("footnotes", "".join(f"<w:t>{at:x}</w:t>" for at in range(20_000)))
    kind = b'<Override PartName="/word/footnotes.xml" ContentType="application/xml"/></Types>'
    types = parts_of_a_docx()["[Content_Types].xml"].replace(b"</Types>", kind)

    def related(count: int) -> bytes:
        added = "".join(
            f'<Relationship Id="n{at}" Type="{NOTES}" Target="footnotes.xml"/>' for at in range(count)
        )
        relations = parts_of_a_docx()[RELATIONS].replace(b"</Rel", added.encode() + b"</Rel")
        added_parts = {"[Content_Types].xml": types, "word/footnotes.xml": notes, RELATIONS: relations}
        return a_docx("", **added_parts)

    with bounded(cpu_seconds_max=1):
        cv = read(related(400), CvFormat.DOCX)
    assert [gone.reason for gone in cv.unplaced] == ["footnote, endnote or comment; not used"]
    refused(related(5_000), CvFormat.DOCX, "more than 5,000 links and parts")


WHITE = '<w:rPr><w:color w:val="FFFFFF"/></w:rPr>'


def boxes_in_boxes() -> str:
    body = paragraph("a") * 10_000
    for _ in range(60):
        body = f"<w:p><w:r><w:txbxContent>{body}</w:txbxContent></w:r></w:p>"
    return body


@pytest.mark.parametrize(
    "body",
    [
        in_tables("".join(paragraph(".", WHITE) for _ in range(8_000)), 15),
        in_tables("<w:tbl>" + "<w:tr><w:tc><w:p/></w:tc></w:tr>" * 25_000 + "</w:tbl>", 18),
        boxes_in_boxes(),
    ],
    ids=["white-in-tables", "tables-in-tables", "boxes-in-boxes"],
)
def test_what_is_deep_in_a_docx_is_looked_at_once(body: str) -> None:
    with bounded(cpu_seconds_max=1.5):
        assert read(a_docx(body), CvFormat.DOCX).contact.name == "Ada Byron"


def test_a_docx_holds_no_more_text_than_other_formats() -> None:
    refused(a_docx(paragraph("a " * 600_000)), CvFormat.DOCX, "more than 1,048,576 letters")


def a_pdf(pages: list[list[tuple[float, float, str]]]) -> bytes:
    """A PDF of large pages with words at places."""
    objects, kids = (
        [b"<</Type/Catalog/Pages 2 0 R>>", b"", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"],
        [],
    )
    for words in pages:
        painted = "\n".join(f"/F 4 Tf 1 0 0 1 {x} {y} Tm ({text}) Tj" for x, y, text in words)
        stream = zlib.compress(f"BT\n{painted}\nET".encode())
        objects.append(b"<</Length %d/Filter/FlateDecode>>stream\n%b\nendstream" % (len(stream), stream))
        page = "/Type/Page/Parent 2 0 R/MediaBox[0 0 14000 14000]/Resources<</Font<</F 3 0 R>>>>"
        objects.append(f"<<{page}/Contents {len(objects)} 0 R>>".encode())
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<</Type/Pages/Kids[{' '.join(kids)}]/Count {len(kids)}>>".encode()
    body = b"".join(b"%d 0 obj\n%b\nendobj\n" % numbered for numbered in enumerate(objects, 1))
    return b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R>>\n%%EOF"


def scattered(count: int) -> list[tuple[float, float, str]]:
    chance = random.Random(2)  # noqa: S311
    return [(chance.randrange(20, 13_900), chance.randrange(20, 13_900), "a") for _ in range(count)]


def test_a_page_of_more_words_than_a_page_has_is_refused() -> None:
    refused(a_pdf([scattered(4_001)]), CvFormat.PDF, "Page 1 of the PDF has 4,001 words; at most 4,000")


def test_a_layout_of_thousands_of_rows_costs_little() -> None:
    content = a_pdf([scattered(2_500)])
    with bounded(), suppress(InvalidInput):
        read(content, CvFormat.PDF)


def test_more_rows_than_lines_are_refused() -> None:
    rows = [[(20.0, 13_900 - 7.0 * at, "a b") for at in range(1_900)]] * 3
    refused(a_pdf(rows), CvFormat.PDF, "more than 4,000 lines")


def test_the_end_of_a_row_is_looked_at_and_not_all_of_it() -> None:
    words = BrokenWords([])
    with bounded(cpu_seconds_max=1.5):
        assert words.join("a" * 20_000 + " regard-", "ing") == "a" * 20_000 + " regarding"


def rows_of(chance: random.Random) -> list[Row]:
    def segment(x0: float) -> Segment:
        x1 = x0 + chance.randrange(0, 2_000) / 10
        return Segment("a", "", 1, x0, x0, x1, 9, False, False, 1, 1, 5)

    return [
        Row(1, tuple(segment(x0) for x0 in sorted(chance.randrange(0, 4_000) / 10 for _ in range(segments))))
        for segments in (chance.randrange(1, 5) for _ in range(chance.randrange(1, 40)))
    ]


def gutter_by_looking(rows: list[Row]) -> float | None:
    """The gutter as it is defined, each edge compared with every row."""
    best, gutter = 0, None
    for edge in sorted({round(segment.outer_x0) for row in rows for segment in row.segments}):
        left = sum(segment.x1 <= edge - 6 for row in rows for segment in row.segments)
        right = sum(row.segments[-1].outer_x0 >= edge - 1 for row in rows)
        crossing = sum(_crosses(row, edge) for row in rows)
        if min(left, right) >= 6 and crossing <= 0.35 * len(rows) and min(left, right) - 2 * crossing > best:
            best, gutter = min(left, right) - 2 * crossing, float(edge)
    return gutter


def test_the_gutter_is_the_one_that_a_look_at_every_row_finds() -> None:
    chance = random.Random(9)  # noqa: S311
    pages = [rows_of(chance) for _ in range(400)]
    found: list[Callable[[list[Row]], float | None]] = [_gutter, gutter_by_looking]
    gutters = [[find(rows) for rows in pages] for find in found]
    assert gutters[0] == gutters[1]
    assert len(set(gutters[0])) > 20
