"""Two extractors of different descent: PDFium, which is Chrome's, and pypdf."""

import asyncio
import io
import threading

from cvtailor.domain.ats import PdfText
from cvtailor.domain.errors import RenderRefused

_PDFIUM = threading.Lock()
"""PDFium keeps state of its own: one thread at a time."""


class PdfTextExtractors:
    """Reads a PDF with each extractor (``PdfTextReader``)."""

    async def read(self, pdf: bytes) -> tuple[PdfText, ...]:
        """Returns what each extractor reads; runs in a thread.

        Raises:
            RenderRefused: An extractor can't open the file.
        """
        return await asyncio.to_thread(texts_in, pdf)


def texts_in(pdf: bytes) -> tuple[PdfText, ...]:
    """Returns what each extractor reads.

    Raises:
        RenderRefused: An extractor can't open the file.
    """
    # Imported when the first PDF is there: whoever asks another process to read does without them.
    import pypdf
    import pypdfium2

    try:
        with _PDFIUM:
            document = pypdfium2.PdfDocument(pdf)
            try:
                first = "\n".join(page.get_textpage().get_text_bounded() for page in document)
            finally:
                document.close()
        pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
        second = "\n".join(page.extract_text() for page in pages)
        links = tuple(link for page in pages for link in _links(page))
    except (pypdfium2.PdfiumError, pypdf.errors.PyPdfError) as error:
        raise RenderRefused(f"the PDF can't be read back: {type(error).__name__}") from error
    return PdfText(extractor="pdfium", text=first), PdfText(extractor="pypdf", text=second, links=links)


def _links(page: object) -> list[str]:
    annotations = page.get("/Annots") or ()  # type: ignore[attr-defined]  # pypdf's pages are dictionaries
    actions = (note.get_object().get("/A") for note in annotations)
    return [
        str(action.get_object()["/URI"]) for action in actions if action and "/URI" in action.get_object()
    ]
