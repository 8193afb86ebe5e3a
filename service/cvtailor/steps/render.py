"""Makes the documents of an application and stores them."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from uuid import UUID

from cvtailor.domain.application import Document, DocumentKind, Theme
from cvtailor.domain.ats import AtsCheck, check_ats
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import CvtailorError, Reason, WeMustFix
from cvtailor.domain.model import DomainModel
from cvtailor.domain.ports import NewObject, ObjectStore, PdfTextReader, Typesetter
from cvtailor.domain.tailored_cv import AgreedMessages, EmailDraft
from cvtailor.steps.fit_pages import FittedCv
from cvtailor.steps.report_document import report_html


class StoredDocuments(DomainModel):
    """The documents, stored; what machines read in the PDF; the characters that no font could draw."""

    documents: tuple[Document, ...]
    ats: AtsCheck
    missing_glyphs: tuple[str, ...] = ()


class _Draft(DomainModel):
    name: str
    kind: DocumentKind
    media_type: str
    content: bytes
    page: int | None = None


async def render(
    typesetter: Typesetter,
    pdf_text: PdfTextReader,
    objects: ObjectStore,
    owner: Caller,
    cv_id: UUID,
    fitted: FittedCv,
    theme: Theme,
    messages: AgreedMessages,
    report: Callable[[AtsCheck], str],
) -> StoredDocuments:
    """Typesets the CV, reads it back, and stores it with its pictures, sources, report, letter and e-mail.

    Paths are made from the content, so storing again after a crash changes nothing.

    Args:
        typesetter: Makes the PDF.
        pdf_text: Reads it back.
        objects: Keeps the documents.
        owner: Whose they are.
        cv_id: The CV they belong to.
        fitted: What is typeset, and how tightly.
        theme: The design.
        messages: Letter and e-mail.
        report: Returns the match report as Markdown, given what machines read in the PDF.

    Raises:
        WeMustFix: Something that the CV says can't be read back from the PDF (``ATS_CHECK_FAILED``).
        RenderTimeout: Typesetting took longer than its deadline.
        RenderRefused: The CV can't be typeset.
        Unavailable: No worker was free, or the store does not answer.
    """
    made = await typesetter.typeset(fitted.cv, theme, fitted.density)
    read, page_pngs = await asyncio.gather(pdf_text.read(made.pdf), typesetter.pictures(made))
    ats = check_ats(fitted.cv, read)
    if ats.lost:
        # The lines themselves go to the owner's report elsewhere, never into an error that is logged.
        raise WeMustFix(
            f"{len(ats.lost)} of {ats.lines} pieces of the CV can't be read back from its PDF; "
            "choose another theme, and report it",
            reason=Reason.ATS_CHECK_FAILED,
        )
    report_markdown = report(ats)
    drafts = [
        _Draft(name="cv.pdf", kind=DocumentKind.CV_PDF, media_type="application/pdf", content=made.pdf),
        *(
            _Draft(
                name=f"cv-page-{page}.png",
                kind=DocumentKind.CV_PAGE_PNG,
                media_type="image/png",
                content=png,
                page=page,
            )
            for page, png in enumerate(page_pngs, start=1)
        ),
        _text("cv.typ", DocumentKind.CV_TYPST, "text/vnd.typst", made.typst),
        _text("cv.yaml", DocumentKind.CV_YAML, "application/yaml", made.yaml),
        _text("match-report.md", DocumentKind.MATCH_REPORT, "text/markdown", report_markdown),
        _text("match-report.html", DocumentKind.MATCH_REPORT, "text/html", report_html(report_markdown)),
        _text("cover-letter.txt", DocumentKind.COVER_LETTER, "text/plain", messages.letter.text() + "\n"),
        _text("email.txt", DocumentKind.EMAIL, "text/plain", _email_text(messages.email)),
    ]
    documents = tuple(_described(draft, owner, cv_id) for draft in drafts)
    await _store(objects, owner, documents, [draft.content for draft in drafts])
    return StoredDocuments(documents=documents, ats=ats, missing_glyphs=made.missing_glyphs)


async def _store(
    objects: ObjectStore, owner: Caller, documents: tuple[Document, ...], contents: Sequence[bytes]
) -> None:
    """Stores all documents or none."""
    new = [
        NewObject(path=document.path, content=content, media_type=document.media_type)
        for document, content in zip(documents, contents, strict=True)
    ]
    try:
        await objects.put_all(owner, new)
    except BaseException:
        # The next attempt stores everything again, and if there is none, nothing stays.
        await discard(objects, owner, documents)
        raise


async def discard(objects: ObjectStore, owner: Caller, documents: tuple[Document, ...]) -> None:
    """Removes the stored documents of a run that will not be filed, as far as the store answers.

    What is left the sweep of orphaned files takes; the error that ended the run is the one to be told.
    """
    for document in documents:
        # Forbidden too: a version before may have a document of the same content, which is the same file.
        with suppress(CvtailorError):
            await objects.delete(owner, document.path)


def _email_text(email: EmailDraft) -> str:
    return f"{email.subject}\n\n{email.text()}\n"


def _text(name: str, kind: DocumentKind, media_type: str, content: str) -> _Draft:
    return _Draft(name=name, kind=kind, media_type=media_type, content=content.encode())


def _described(draft: _Draft, owner: Caller, cv_id: UUID) -> Document:
    sha256 = hashlib.sha256(draft.content).hexdigest()
    extension = draft.name.rsplit(".", 1)[1]
    return Document(
        name=draft.name,
        kind=draft.kind,
        media_type=draft.media_type,
        path=f"{owner.user_id}/{cv_id}/{sha256}.{extension}",
        size_bytes=len(draft.content),
        sha256=sha256,
        page=draft.page,
    )
