"""Reads a CV with the embedded engine, then lets an agent read free text that it could not place."""

from cvtailor.domain.base_cv import BaseCv, CvFormat, CvSource
from cvtailor.domain.errors import InvalidInput, RenderRefused
from cvtailor.domain.grounding.disguise import undisguised
from cvtailor.domain.ports import Agents, CvReader, ModelCalls, PdfTextReader
from cvtailor.domain.run import Step, Warned
from cvtailor.domain.verification.cvs import cv_of
from cvtailor.steps.agent_work import TRANSIENT, WithWarnings, fell_back

READ_CHARS_MAX = 40_000
"""A longer CV is left to the embedded engine: an agent would have to leave something out."""

_TYPED = frozenset({CvFormat.MARKDOWN, CvFormat.PLAIN_TEXT})


async def read_cv_with_agent(
    reader: CvReader,
    agents: Agents,
    source: CvSource,
    calls: ModelCalls,
    pdf_text: PdfTextReader | None = None,
    *,
    falls_back: bool = True,
) -> WithWarnings[BaseCv]:
    """Reads a CV.

    Formats with fields of their own, and documents whose styles say what is what, need no agent. Of the
    others the agent's reading counts if it places no less of the source than the embedded engine's.

    Args:
        reader: The embedded engine's.
        agents: Reads too; only what the source says word for word is taken.
        source: The CV.
        calls: Makes the paid calls.
        pdf_text: Gives the text of a PDF; None leaves PDFs to the embedded engine.
        falls_back: Whether the embedded engine's reading will do if the model fails.

    Raises:
        InvalidInput: As ``CvReader.read``, if the agent can't make anything of it either.
        ModelRefused: The provider refuses the key, the model or the request.
        ModelUnavailable: Also ``ModelBudgetSpent``, ``ModelAnswerInvalid``: only if it may not fall back.
    """
    embedded = await _embedded(reader, source)
    text = await _text_of(source, pdf_text)
    if not text or len(text) > READ_CHARS_MAX:
        return WithWarnings(_or_raise(embedded))
    try:
        draft = await agents.read_cv(text, calls)
    except TRANSIENT as error:
        if not falls_back:
            raise
        return WithWarnings(_or_raise(embedded), (fell_back(Step.READ_CV, error),))
    cv = cv_of(draft, text)
    if isinstance(embedded, InvalidInput):
        return WithWarnings(cv or _or_raise(embedded))
    if cv is None or _lost_chars(cv) > _lost_chars(embedded):
        return WithWarnings(embedded, (_WORSE,))
    # The tables behind the embedded engine tell a language better than a model's word for it.
    return WithWarnings(cv.model_copy(update={"language": embedded.language}))


_WORSE = Warned(
    step=Step.READ_CV,
    code="model_reading_worse",
    message="The language model placed less of the CV than plain rules did; their reading is used.",
)


async def _embedded(reader: CvReader, source: CvSource) -> BaseCv | InvalidInput:
    try:
        return await reader.read(source)
    except InvalidInput as error:
        return error


def _or_raise(read: BaseCv | InvalidInput) -> BaseCv:
    if isinstance(read, InvalidInput):
        raise read
    return read


async def _text_of(source: CvSource, pdf_text: PdfTextReader | None) -> str:
    """Returns the visible text of a source without fields of its own; nothing for the others."""
    if source.format in _TYPED:
        try:
            text = source.content.decode("utf-8-sig")
        except UnicodeDecodeError:
            return ""
    elif source.format is CvFormat.PDF and pdf_text:
        try:
            text = (await pdf_text.read(source.content))[0].text
        except RenderRefused:
            return ""
    else:
        return ""
    return "\n".join(undisguised(line) if not line.isprintable() else line for line in text.splitlines())


def _lost_chars(cv: BaseCv) -> int:
    return sum(len(piece.text) for piece in cv.unplaced)
