"""The port's side: one reader a format, the same promises for all."""

import asyncio
from collections.abc import Callable

from cvtailor.adapters.embedded_engine.cv_readers.conservation import with_lost_lines
from cvtailor.adapters.embedded_engine.cv_readers.cv_builder import CvBuilder
from cvtailor.adapters.embedded_engine.cv_readers.document import Scalar
from cvtailor.adapters.embedded_engine.cv_readers.docx import read_docx
from cvtailor.adapters.embedded_engine.cv_readers.json_resume import read_json_resume
from cvtailor.adapters.embedded_engine.cv_readers.language import language_of
from cvtailor.adapters.embedded_engine.cv_readers.markdown import read_markdown
from cvtailor.adapters.embedded_engine.cv_readers.pdf import read_pdf
from cvtailor.adapters.embedded_engine.cv_readers.plain_text import read_plain_text
from cvtailor.adapters.embedded_engine.cv_readers.rendercv_yaml import read_rendercv
from cvtailor.adapters.embedded_engine.cv_readers.source_text import decode
from cvtailor.domain.base_cv import BaseCv, CvFormat, CvSource
from cvtailor.domain.hidden_characters import HiddenCharacters

type _Read = Callable[[bytes, CvBuilder, HiddenCharacters], list[Scalar]]


def _decoded(read: Callable[[str, CvBuilder, HiddenCharacters], list[Scalar]]) -> _Read:
    def read_bytes(content: bytes, builder: CvBuilder, hidden: HiddenCharacters) -> list[Scalar]:
        return read(decode(content, builder.field, hidden), builder, hidden)

    return read_bytes


_FILE = "base_cv.file.content"
_FORMATS: dict[CvFormat, tuple[str, _Read]] = {
    CvFormat.RENDERCV_YAML: ("base_cv.rendercv_yaml", _decoded(read_rendercv)),
    CvFormat.JSON_RESUME: ("base_cv.json_resume", _decoded(read_json_resume)),
    CvFormat.MARKDOWN: (_FILE, _decoded(lambda text, builder, _: read_markdown(text, builder))),
    CvFormat.PLAIN_TEXT: (_FILE, _decoded(lambda text, builder, _: read_plain_text(text, builder))),
    CvFormat.PDF: (_FILE, read_pdf),
    CvFormat.DOCX: (_FILE, read_docx),
}
"""Each format's field in the request, which errors name, and its reader."""


class EmbeddedCvReader:
    """Reads base CVs without a model (port ``CvReader``); the same bytes always give the same CV.

    A line that ends or begins with ``[keep]``, or an entry with ``keep: true``, is marked "always keep".
    """

    async def read(self, source: CvSource) -> BaseCv:
        """Reads a CV in a thread.

        Raises:
            InvalidInput: It is not what its format says, or holds no name or no content (``CV_UNREADABLE``).
        """
        return await asyncio.to_thread(read_cv, source)


def read_cv(source: CvSource) -> BaseCv:
    """Reads a CV.

    Everything the source says is in the result, or quoted in ``unplaced`` with its line and the reason.

    Raises:
        InvalidInput: As ``EmbeddedCvReader.read``.
    """
    field, read = _FORMATS[source.format]
    hidden = HiddenCharacters()
    builder = CvBuilder(field)
    lines = read(source.content, builder, hidden)
    cv = with_lost_lines(builder.build(hidden.notices()), lines)
    return cv.model_copy(update={"language": language_of(_prose(cv))})


def _prose(cv: BaseCv) -> str:
    """The person's sentences, which tell a language better than names do; with the titles, for short CVs."""
    titles = [section.title for section in cv.sections]
    return "\n".join([*(line.text for _, entry in cv.entries() for line in entry.lines()), *titles])
