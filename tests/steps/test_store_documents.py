"""The last step: PDF, pictures and texts, stored all or not at all."""

import asyncio
from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest
from cvtailor.domain.application import Density, Theme
from cvtailor.domain.ats import PdfText
from cvtailor.domain.base_cv import Contact
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import Reason, Unavailable, WeMustFix
from cvtailor.domain.ports import NewObject, PageFit, RenderedCv, TypesetCv
from cvtailor.domain.tailored_cv import AgreedMessages, CoverLetter, EmailDraft, TailoredCv
from cvtailor.steps.fit_pages import FittedCv
from cvtailor.steps.render import StoredDocuments, render
from personal_fakes import MemoryStore

ME = Caller(user_id=UUID(int=1))
CV = TailoredCv(contact=Contact(name="Ada Byron"), sections=())
DOCUMENTS = 9


class Printer:
    """Typesets and reads; the pictures are not done before the reading has begun, and the reverse."""

    def __init__(self, read: str = "Ada Byron") -> None:
        self.read_text, self.both = read, asyncio.Barrier(2)

    async def measure(
        self, cv: TailoredCv, theme: Theme, density: Density = Density.NORMAL, page_limit: int = 0
    ) -> PageFit:
        raise AssertionError("the pages are fitted")

    async def typeset(self, cv: TailoredCv, theme: Theme, density: Density = Density.NORMAL) -> TypesetCv:
        return TypesetCv(pdf=b"pdf", typst="typst", yaml="yaml")

    def foresee(self, cv: TailoredCv, theme: Theme, density: Density = Density.NORMAL) -> None:
        pass

    async def pictures(self, made: TypesetCv) -> tuple[bytes, ...]:
        await self.both.wait()
        return b"page 1", b"page 2"

    async def render(self, cv: TailoredCv, theme: Theme, density: Density = Density.NORMAL) -> RenderedCv:
        raise AssertionError("the reading need not wait for the pictures")

    async def read(self, pdf: bytes) -> tuple[PdfText, ...]:
        await self.both.wait()
        return (PdfText(extractor="reader", text=self.read_text),)


class SlowStore(MemoryStore):
    """Stores a part when it is told to, and the rest after that; is full before the rest."""

    def __init__(self, *, full: bool = False) -> None:
        super().__init__()
        self.full = full
        self.begun, self.go_on = asyncio.Event(), asyncio.Event()

    async def put_all(self, owner: Caller, objects: Sequence[NewObject]) -> None:
        self.begun.set()
        try:
            await self.go_on.wait()
        finally:  # what has begun goes on to its end
            await super().put_all(owner, objects[:4])
        if self.full:
            raise Unavailable("The disk is full.")
        await super().put_all(owner, objects[4:])


async def rendered(store: MemoryStore, printer: Printer) -> StoredDocuments:
    fitted = FittedCv(cv=CV, density=Density.NORMAL, pages=2, page_limit=2, fill=0.9, renders=1)
    messages = AgreedMessages(
        letter=CoverLetter(subject="s", paragraphs=()), email=EmailDraft(subject="s", paragraphs=()), kept=0
    )
    async with asyncio.timeout(10):
        return await render(
            printer, printer, store, ME, uuid4(), fitted, Theme.CLASSIC, messages, lambda _: "# Report"
        )


async def test_all_documents_are_stored() -> None:
    store = MemoryStore()
    made = await rendered(store, Printer())
    assert [document.name for document in made.documents][:3] == ["cv.pdf", "cv-page-1.png", "cv-page-2.png"]
    assert set(store.contents) == {document.path for document in made.documents}
    assert len(made.documents) == DOCUMENTS


async def test_what_can_not_be_read_back_is_not_stored() -> None:
    store = MemoryStore()
    with pytest.raises(WeMustFix) as refused:
        await rendered(store, Printer(read="a blank page"))
    assert refused.value.reason is Reason.ATS_CHECK_FAILED
    assert store.contents == {}


async def test_nothing_stays_when_one_document_can_not_be_stored() -> None:
    store = SlowStore(full=True)
    store.go_on.set()
    with pytest.raises(Unavailable, match="disk is full"):
        await rendered(store, Printer())
    assert store.contents == {}


class AbsentStore(SlowStore):
    """Is full, and then away."""

    async def delete(self, owner: Caller, path: str) -> None:
        raise Unavailable("The store does not answer.")


async def test_a_store_that_goes_away_does_not_hide_why_nothing_was_stored() -> None:
    store = AbsentStore(full=True)
    store.go_on.set()
    with pytest.raises(Unavailable, match="disk is full"):
        await rendered(store, Printer())


async def test_nothing_stays_when_the_run_is_stopped() -> None:
    store = SlowStore()
    running = asyncio.create_task(rendered(store, Printer()))
    async with asyncio.timeout(10):
        await store.begun.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert store.contents == {}
