"""Files that are broken, locked, or made to break a reader."""

import io
import random
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import docx
import pypdf
import pytest
from cvtailor.adapters.embedded_engine.cv_readers import pdf_process, read_cv
from cvtailor.domain.base_cv import BaseCv, CvFormat, CvSource
from cvtailor.domain.errors import InvalidInput, Reason, Unavailable
from pdf_making import typeset
from zip_files import a_zip

CV = "\n== Skills\n- Weaving algebra\n- Engines and looms of every kind\n"
DOCUMENT = "word/document.xml"


def read(content: bytes, format: CvFormat) -> BaseCv:
    return read_cv(CvSource(format=format, content=content))


def rewritten(change: Callable[[pypdf.PdfWriter], object]) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(typeset(CV)))
    change(writer)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def a_docx() -> bytes:
    document = docx.Document()
    for text in ("Ada Byron", "SKILLS", "- Weaving algebra"):
        document.add_paragraph(text)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def a_docx_with(part: str, change: Callable[[bytes], bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(a_docx())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return a_zip({**parts, part: change(parts[part])})


def with_entities(xml: bytes) -> bytes:
    bomb = b'<!DOCTYPE w [<!ENTITY a "laugh"><!ENTITY b "&a;&a;&a;&a;">]>'
    return xml.replace(b"?>", b"?>" + bomb, 1).replace(b"Weaving", b"&b;")


def in_utf_16(xml: bytes) -> bytes:
    return with_entities(xml).decode().replace("UTF-8", "UTF-16").encode("utf-16")


def forms_that_double(levels: int) -> bytes:
    """A PDF whose forms call the next form twice each."""
    box = "/Type/XObject/Subtype/Form/BBox[0 0 9 9]"
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>>>>>",
        "<</Length 5>>stream\n/F Do\nendstream",
    ]
    for level in range(levels):
        resources = f"/Resources<</XObject<</F {level + 6} 0 R>>>>"
        objects.append(f"<<{box}{resources}/Length 11>>stream\n/F Do /F Do\nendstream")
    objects.append(f"<<{box}/Length 12>>stream\n0 0 1 1 re f\nendstream")
    body = "".join(f"{number} 0 obj\n{text}\nendobj\n" for number, text in enumerate(objects, 1))
    return f"%PDF-1.4\n{body}trailer<</Root 1 0 R>>\n%%EOF".encode()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no PDF that can be opened"),
        (b"hello", "no PDF that can be opened"),
        (b"%PDF-" + b"0" * 1_048_576, "bytes; at most 1,048,576"),
        (rewritten(lambda writer: writer.encrypt("secret")), "locked with a password"),
        (rewritten(lambda writer: [writer.add_blank_page(9, 9) for _ in range(20)]), "more than 20 pages"),
        (typeset("#rect()", ""), "no text, as a scan"),
    ],
)
def test_a_pdf_that_can_not_be_read_is_refused_with_what_to_do(content: bytes, says: str) -> None:
    with pytest.raises(InvalidInput, match=says) as caught:
        read(content, CvFormat.PDF)
    assert (caught.value.reason, caught.value.field) == (Reason.CV_UNREADABLE, "base_cv.file.content")


def test_a_pdf_that_never_ends_is_stopped_and_the_next_one_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_process, "_SECONDS_MAX", 1)
    start = time.perf_counter()
    with pytest.raises(InvalidInput, match="took more than"):
        read(forms_that_double(26), CvFormat.PDF)
    assert time.perf_counter() - start < 3
    assert read(typeset(CV), CvFormat.PDF).contact.name == "Ada Byron"


def test_an_extraction_that_only_waits_is_stopped_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "waits.py"
    program.write_text("import time; time.sleep(30)")
    monkeypatch.setattr(pdf_process, "_PROGRAM", program)
    monkeypatch.setattr(pdf_process, "_SECONDS_MAX", 0.2)
    start = time.perf_counter()
    with pytest.raises(InvalidInput, match="took more than"):
        read(typeset(CV), CvFormat.PDF)
    assert time.perf_counter() - start < 3


def test_only_so_many_pdfs_are_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_process, "_WAIT_SECONDS_MAX", 0.01)
    for _ in range(pdf_process._PROCESSES_MAX):
        pdf_process._processes.acquire()
    try:
        with pytest.raises(Unavailable):
            read(typeset(CV), CvFormat.PDF)
    finally:
        pdf_process._processes.release(pdf_process._PROCESSES_MAX)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no DOCX that can be opened"),
        (b"hello", "no DOCX that can be opened"),
        (b"\xd0\xcf\x11\xe0 old", "old Word document"),
        (a_zip({"a.txt": b"x"}), "no Word document"),
        (a_zip({DOCUMENT: b"no XML"}), "broken"),
        (a_zip({DOCUMENT: b"<a/>", **{f"{at}.txt": b"" for at in range(500)}}), "501 parts"),
        (a_zip({DOCUMENT: b" " * (2 << 20)}), "unpacks to 2,097,152 bytes"),
        (a_zip({DOCUMENT: b"<a/>", **{f"{at}.bin": bytes(1 << 20) for at in range(33)}}), "34 parts"),
        (a_docx_with(DOCUMENT, with_entities), "declares XML entities"),
        (a_docx_with(DOCUMENT, in_utf_16), "declares XML entities"),
        (a_docx_with(DOCUMENT, lambda xml: xml[:-40]), "broken"),
        (a_docx_with(DOCUMENT, lambda xml: xml.replace(b"w:t>", b"w:x>")), "holds no text"),
    ],
)
def test_a_docx_that_can_not_be_read_is_refused_with_what_to_do(content: bytes, says: str) -> None:
    with pytest.raises(InvalidInput, match=says) as caught:
        read(content, CvFormat.DOCX)
    assert (caught.value.reason, caught.value.field) == (Reason.CV_UNREADABLE, "base_cv.file.content")


@pytest.mark.parametrize(("whole", "format"), [(typeset(CV), CvFormat.PDF), (a_docx(), CvFormat.DOCX)])
def test_damaged_files_are_read_or_refused(whole: bytes, format: CvFormat) -> None:
    chance = random.Random(7)  # noqa: S311
    for _ in range(20):
        damaged = bytearray(whole[: chance.randrange(len(whole))] if chance.random() < 0.3 else whole)
        for _ in range(chance.choice((1, 5, 50))):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        with suppress(InvalidInput):
            read(bytes(damaged), format)
