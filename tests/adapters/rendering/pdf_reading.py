"""What other programs find in a PDF."""

from io import BytesIO

from pypdf import PdfReader


def pages_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]


def text_of(pdf: bytes) -> str:
    return "\n".join(pages_of(pdf))


def squeezed(text: str) -> str:
    """Text without white space, which line breaks change."""
    return "".join(text.split())


def links_of(pdf: bytes) -> list[str]:
    pages = PdfReader(BytesIO(pdf)).pages
    annotations = (note.get_object() for page in pages for note in page.get("/Annots", []))
    return [str(note["/A"]["/URI"]) for note in annotations if "/URI" in note.get("/A", {})]


def metadata_of(pdf: bytes) -> dict[str, str]:
    reader = PdfReader(BytesIO(pdf))
    root = reader.trailer["/Root"]
    return {
        "title": str(reader.metadata.title),
        "author": str(reader.metadata.author),
        "language": str(root["/Lang"]),
        "xmp": root["/Metadata"].get_data().decode(),
    }
