"""Files that carry more than text: pictures, parts under false names, targets elsewhere."""

import io
import resource
import socket
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import cache

import docx
import pypdf
import pytest
from cvtailor.adapters.embedded_engine.cv_readers import read_cv
from cvtailor.adapters.fetch.job_file import text_of_job_file
from cvtailor.domain.base_cv import BaseCv, CvFormat, CvSource
from cvtailor.domain.errors import InvalidInput
from pdf_making import typeset
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)
from zip_files import a_zip

from tests.fuzz.bounds import bounded

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DOCUMENT, CONTENT_TYPES = "word/document.xml", "[Content_Types].xml"
SVG = b"""<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "http://127.0.0.1:PORT/x">]>
<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script><text>&x; smuggled</text>
<image href="http://127.0.0.1:PORT/y.png"/></svg>"""


@pytest.fixture
def nobody_calls() -> Iterator[int]:
    """A port to fetch from, at which nobody may have called when the test ends."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server.getsockname()[1]
        with pytest.raises(BlockingIOError):
            server.accept()


def read(content: bytes, format: CvFormat) -> BaseCv:
    return read_cv(CvSource(format=format, content=content))


def a_png(width: int, height: int) -> bytes:
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)),
        (b"IDAT", b"x\x9c"),
        (b"IEND", b""),
    ]
    parts = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@cache
def docx_parts() -> dict[str, bytes]:
    document = docx.Document()
    for text in ("Ada Byron", "SKILLS", "- Weaving algebra"):
        document.add_paragraph(text)
    file = io.BytesIO()
    document.save(file)
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def related(kind: str, target: str, *, external: bool = False, part: bytes = b"") -> bytes:
    """A DOCX whose document has one more relation, to ``part`` in the package or to what is elsewhere."""
    parts = dict(docx_parts())
    mode = ' TargetMode="External"' if external else ""
    relation = f'<Relationship Id="rIdX" Type="{OFFICE}/{kind}" Target="{target}"{mode}/></Relationships>'
    rels = "word/_rels/document.xml.rels"
    parts[rels] = parts[rels].replace(b"</Relationships>", relation.encode())
    kind_of = b'<Default Extension="%s" ContentType="image/%s"/>'
    kinds = kind_of % (b"svg", b"svg+xml") + kind_of % (b"png", b"png")
    parts[CONTENT_TYPES] = parts[CONTENT_TYPES].replace(b"<Default ", kinds + b"<Default ", 1)
    drawing = (
        b'<w:p><w:r><w:drawing><a:blip xmlns:a="a" xmlns:r="%s" r:embed="rIdX"/></w:drawing></w:r></w:p>'
    )
    parts[DOCUMENT] = parts[DOCUMENT].replace(b"<w:sectPr", drawing % OFFICE.encode() + b"<w:sectPr", 1)
    return a_zip(parts | ({} if external else {f"word/{target}": part}))


def under_a_pictures_name(change: Callable[[bytes], bytes]) -> bytes:
    """A DOCX whose document is a part that is called like a picture, as its relations allow."""
    parts = {name.replace(DOCUMENT, "word/photo.png"): body for name, body in docx_parts().items()}
    parts["word/photo.png"] = change(parts["word/photo.png"])
    parts["word/_rels/photo.png.rels"] = parts.pop("word/_rels/document.xml.rels")
    for name in ("_rels/.rels", CONTENT_TYPES):
        parts[name] = parts[name].replace(DOCUMENT.encode(), b"word/photo.png")
    return a_zip({**parts, DOCUMENT: docx_parts()[DOCUMENT]})


@pytest.mark.parametrize(
    ("name", "picture"),
    [
        ("photo.svg", SVG),
        ("photo.png", a_png(9, 9) + a_zip({"evil.xml": SVG})),
        ("photo.png", a_png(2**31 - 1, 2**31 - 1)),
        ("photo.png", b"\x89PNG\r\n\x1a\n" + bytes(900_000)),
    ],
    ids=["svg", "png-and-zip", "png-of-2**62-points", "png-of-nothing"],
)
def test_pictures_in_a_docx_are_not_opened(name: str, picture: bytes, nobody_calls: int) -> None:
    picture = picture.replace(b"PORT", b"%d" % nobody_calls)
    plain = read(a_zip(docx_parts()), CvFormat.DOCX)
    with bounded(cpu_seconds_max=1):
        assert read(related("image", name, part=picture), CvFormat.DOCX) == plain


@pytest.mark.parametrize(
    "kind",
    ["image", "attachedTemplate", "aFChunk", "oleObject", "subDocument", "frame", "footnotes", "header"],
)
def test_what_a_docx_has_elsewhere_is_not_fetched(kind: str, nobody_calls: int) -> None:
    elsewhere = related(kind, f"http://127.0.0.1:{nobody_calls}/x", external=True)
    assert read(elsewhere, CvFormat.DOCX) == read(a_zip(docx_parts()), CvFormat.DOCX)


def test_a_part_that_is_called_a_picture_is_never_parsed(nobody_calls: int) -> None:
    entity = b'?><!DOCTYPE w [<!ENTITY x SYSTEM "http://127.0.0.1:%d/x">]>' % nobody_calls
    for posing in (
        under_a_pictures_name(lambda xml: xml),
        under_a_pictures_name(lambda xml: xml.replace(b"?>", entity, 1)),
    ):
        with pytest.raises(InvalidInput, match="broken"):
            read(posing, CvFormat.DOCX)
        with pytest.raises(InvalidInput, match="broken"):
            text_of_job_file(posing)


@pytest.mark.parametrize("encoding", ["UTF-7", "IBM037", "x"])
def test_a_docx_in_an_encoding_that_could_hide_its_tags_is_refused(encoding: str) -> None:
    xml = docx_parts()[DOCUMENT].replace(b"UTF-8", encoding.encode(), 1)
    with pytest.raises(InvalidInput, match="not in UTF-8"):
        read(a_zip({**docx_parts(), DOCUMENT: xml}), CvFormat.DOCX)


@pytest.mark.parametrize(
    ("paragraphs", "says"),
    [
        (b"<w:p/>" * 1_000_000, "more than 200,000 XML tags"),
        (b"<w:p/>" * 150_000, ""),
        (b'<w:p><w:r><w:rPr><w:color w:val="FFFFFF"/></w:rPr><w:t>.</w:t></w:r></w:p>' * 15_000, ""),
        (
            b"<w:p>"
            + b'<w:r><w:rPr><w:color w:val="FFFFFF"/></w:rPr><w:t>.</w:t></w:r>' * 20_000
            + b"</w:p>",
            "",
        ),
    ],
    ids=["a-million-empty-ones", "many-empty-ones", "many-white-ones", "a-white-one"],
)
def test_a_docx_of_paragraphs_without_end_is_read_or_refused_at_once(paragraphs: bytes, says: str) -> None:
    # A comment that does not compress, so that the archive is no bomb.
    noise = (
        b"<!--"
        + b"".join(struct.pack(">I", zlib.crc32(b"%d" % at)).hex().encode() for at in range(9_000))
        + b"-->"
    )
    xml = docx_parts()[DOCUMENT].replace(b"<w:sectPr", paragraphs + noise + b"<w:sectPr", 1)
    content = a_zip({**docx_parts(), DOCUMENT: xml})
    with bounded():
        if says:
            with pytest.raises(InvalidInput, match=says):
                read(content, CvFormat.DOCX)
        else:
            assert read(content, CvFormat.DOCX).contact.name == "Ada Byron"


def a_pdf(change: Callable[[pypdf.PdfWriter], object] | None = None) -> bytes:
    writer = pypdf.PdfWriter(
        clone_from=io.BytesIO(typeset("\n== Skills\n- Weaving algebra\n- Engines and looms\n"))
    )
    if change:
        change(writer)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def with_picture(content: bytes, **entries: object) -> Callable[[pypdf.PdfWriter], object]:
    """Paints a picture first, in a corner where no text is."""

    def change(writer: pypdf.PdfWriter) -> None:
        picture, painting = StreamObject(), DecodedStreamObject()
        picture.set_data(content)
        kind = {
            "Type": NameObject("/XObject"),
            "Subtype": NameObject("/Image"),
            "ColorSpace": NameObject("/DeviceRGB"),
        }
        picture.update(
            {
                NameObject(f"/{name}"): value
                for name, value in {**kind, "BitsPerComponent": NumberObject(8), **entries}.items()
            }
        )
        painting.set_data(b"q 9 0 0 9 0 0 cm /Payload Do Q\n")
        page = writer.pages[0]
        pictures = DictionaryObject({NameObject("/Payload"): writer._add_object(picture)})
        page["/Resources"].get_object()[NameObject("/XObject")] = pictures
        page[NameObject("/Contents")] = ArrayObject([writer._add_object(painting), page.raw_get("/Contents")])

    return change


def timed(content: bytes) -> tuple[BaseCv, float]:
    """Returns the CV in a PDF, and the processor time of the process that extracted it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    cv = read(content, CvFormat.PDF)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return cv, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def sized(points: int, filter: str) -> dict[str, object]:
    return {"Width": NumberObject(points), "Height": NumberObject(points), "Filter": NameObject(filter)}


def elsewhere(port: int) -> Callable[[pypdf.PdfWriter], object]:
    """A picture's data and an action on opening, a program behind it, all at an address."""

    def change(writer: pypdf.PdfWriter) -> None:
        file = DictionaryObject(
            {
                NameObject("/FS"): NameObject("/URL"),
                NameObject("/F"): TextStringObject(f"http://127.0.0.1:{port}/x"),
            }
        )
        with_picture(b"", F=file, **sized(9, "/FlateDecode"))(writer)
        script = TextStringObject(f"this.submitForm('http://127.0.0.1:{port}/y')")
        then = DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): script})
        action = DictionaryObject({NameObject("/S"): NameObject("/SubmitForm"), NameObject("/F"): file})
        action[NameObject("/Next")] = then
        writer._root_object[NameObject("/OpenAction")] = action

    return change


@pytest.mark.parametrize(
    "change",
    [
        with_picture(zlib.compress(bytes(200 << 20), 9), **sized(8_000, "/FlateDecode")),
        with_picture(b"\xff\xd8\xff\xe0broken", **sized(2**31 - 1, "/DCTDecode")),
        with_picture(b"\0\0\0\x0cjP  \r\n\x87\nbroken", **sized(60_000, "/JPXDecode")),
        with_picture(b"\x97JB2 broken", **sized(60_000, "/JBIG2Decode")),
        lambda writer: writer.add_attachment("photo.svg", SVG),
        lambda writer: writer.add_attachment("photo.png", a_png(2**31 - 1, 9) + a_zip({"evil.xml": SVG})),
    ],
    ids=["200-MB-of-nothing", "jpeg", "jpeg-2000", "jbig2", "attached-svg", "attached-png-and-zip"],
)
def test_pictures_and_attachments_in_a_pdf_are_not_opened(
    change: Callable[[pypdf.PdfWriter], object],
) -> None:
    content, bare = a_pdf(change), a_pdf()
    plain, seconds_of_plain = timed(bare)
    cv, seconds = timed(content)
    assert cv == plain
    assert seconds - seconds_of_plain < 0.25


def test_what_a_pdf_has_elsewhere_is_not_fetched(nobody_calls: int) -> None:
    assert read(a_pdf(elsewhere(nobody_calls)), CvFormat.PDF) == read(a_pdf(), CvFormat.PDF)
