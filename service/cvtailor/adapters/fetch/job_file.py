"""A file that holds a job ad: text, a page saved from a browser, PDF or DOCX → its text."""

import io
import re
from collections.abc import Iterator, Sequence

from cvtailor.adapters.embedded_engine.cv_readers.docx_package import package_of_text
from cvtailor.adapters.embedded_engine.cv_readers.pdf_process import PdfPage, pdf_pages
from cvtailor.adapters.fetch.page_text import text_of_page
from cvtailor.domain.errors import InvalidInput, Reason

_PDF, _ZIP = b"%PDF-", b"PK\x03\x04"
_MARKUP = re.compile(
    rb"\s*+(?:<!--.{0,2000}?-->\s*+)*+<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_NEW_LINE_AT = 0.6
"""Part of the letters' height by which a word stands lower or higher on a new line."""


def text_of_job_file(content: bytes) -> str:
    """Returns the ad in a file; what kind of file it is, its first bytes say.

    A saved page's schema.org JobPosting comes before the text one sees; of a PDF only what one sees is read.

    Raises:
        InvalidInput: Not UTF-8, or a PDF or DOCX that can't be read or is too large (``POSTING_UNREADABLE``).
        Unavailable: Too many PDFs are being read.
    """
    try:
        if content.startswith(_PDF):
            return _text_of_pages(pdf_pages(content, ""))
        if content.startswith(_ZIP):
            return _text_of_docx(content)
    except InvalidInput as error:  # These readers call everything a CV.
        raise InvalidInput(error.message, reason=Reason.POSTING_UNREADABLE) from None
    bare = content.removeprefix(b"\xef\xbb\xbf")
    if _MARKUP.match(bare):
        return text_of_page(bare, "")
    try:
        return bare.decode()
    except UnicodeDecodeError as error:
        raise _unreadable(f"it is not UTF-8 text (byte {error.start}); save it as UTF-8.") from None


def _text_of_pages(pages: Sequence[PdfPage]) -> str:
    return "\n\n".join("\n".join(_lines_of(page)) for page in pages).strip()


def _lines_of(page: PdfPage) -> Iterator[str]:
    line: list[str] = []
    y = 0.0
    for word in page.words:
        if word.hidden:
            continue
        if line and abs(word.y - y) > _NEW_LINE_AT * word.size:
            yield " ".join(line)
            line = []
        line.append(word.text)
        y = word.y
    yield " ".join(line)


def _text_of_docx(content: bytes) -> str:
    package = package_of_text(content, "")
    # Imported when the first DOCX is there: start-up does without it.
    import docx

    from cvtailor.adapters.embedded_engine.cv_readers.docx_lines import DocxLines

    try:
        document = docx.Document(io.BytesIO(package))
        lines = DocxLines(document)
        body = lines.read(document.element.body, document.part)
    except Exception:  # A parser meets hostile input here; whatever it raises means this.
        raise _unreadable("the DOCX is broken; save the ad as text.") from None
    flows = [body, *lines.text.flows]
    return "\n".join(line.value for flow in flows for line in flow).strip()


def _unreadable(what: str) -> InvalidInput:
    return InvalidInput(f"The job ad can't be used: {what}", reason=Reason.POSTING_UNREADABLE)
