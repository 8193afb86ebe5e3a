"""Makes documents, reads them back and keeps them."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from cvtailor.domain.application import (
    Density,
    Theme,
)
from cvtailor.domain.ats import PdfText
from cvtailor.domain.caller import Caller
from cvtailor.domain.model import DomainModel
from cvtailor.domain.tailored_cv import TailoredCv


class PageFit(DomainModel):
    """How a CV fills its pages; ``fill`` is the used share of the last page's height, 0 to 1."""

    pages: int
    fill: float


class TypesetCv(DomainModel):
    """A typeset CV.

    Attributes:
        pdf: PDF bytes.
        typst: The Typst source.
        yaml: The rendercv source, which rendercv itself accepts.
        missing_glyphs: Characters that no font of the theme could draw.
    """

    pdf: bytes
    typst: str
    yaml: str
    missing_glyphs: tuple[str, ...] = ()


class RenderedCv(TypesetCv):
    """A typeset CV with one picture a page."""

    page_pngs: tuple[bytes, ...]


class Typesetter(Protocol):
    """Turns a tailored CV into a PDF."""

    async def measure(
        self, cv: TailoredCv, theme: Theme, density: Density = Density.NORMAL, page_limit: int = 0
    ) -> PageFit:
        """Lays the CV out.

        Args:
            cv: What is laid out.
            theme: The design.
            density: How tightly.
            page_limit: A layout of at most so many pages may be what is wanted: its PDF is made along,
                which costs little then, and kept for the next ``typeset``.

        Raises:
            RenderTimeout: It took longer than its deadline.
            RenderRefused: It can't be typeset.
            Unavailable: Every worker is busy and the queue is full.
        """
        ...

    def foresee(self, cv: TailoredCv, theme: Theme, density: Density = Density.NORMAL) -> None:
        """Says that this CV will be typeset, drawn and read back next; one may begin with it."""
        ...

    async def typeset(self, cv: TailoredCv, theme: Theme, density: Density = Density.NORMAL) -> TypesetCv:
        """Makes the PDF and its sources; raises as ``measure``."""
        ...

    async def pictures(self, made: TypesetCv) -> tuple[bytes, ...]:
        """Returns PNG pictures of the pages; raises as ``measure``."""
        ...

    async def render(self, cv: TailoredCv, theme: Theme, density: Density = Density.NORMAL) -> RenderedCv:
        """Makes the PDF, its sources and its pictures; raises as ``measure``."""
        ...


class PdfTextReader(Protocol):
    """Reads a PDF as the programs do that sort applications."""

    async def read(self, pdf: bytes) -> tuple[PdfText, ...]:
        """Returns what each extractor reads.

        Raises:
            RenderRefused: An extractor can't open the file.
        """
        ...


class NewObject(DomainModel):
    """What is to be stored; ``path`` is ``{user_id}/{cv_id}/{sha256}.{extension}``."""

    path: str
    content: bytes
    media_type: str


class ObjectIndex(Protocol):
    """The rows of ``storage.objects``, written and read as their owner, so that the policies decide."""

    async def admit(self, owner: Caller, objects: Sequence[NewObject]) -> None:
        """Enters objects, all or none, in one transaction; entering them again is fine.

        Raises:
            Forbidden: The policies don't let this owner store there.
        """
        ...

    async def holds(self, owner: Caller, path: str) -> bool:
        """Whether the owner may see such an object."""
        ...

    async def strike(self, owner: Caller, path: str) -> None:
        """Takes an object off; one that is not there is fine.

        Raises:
            Forbidden: The policies don't let the owner: a document names it.
        """
        ...

    async def paths(self, owner: Caller, after: str, at_most: int) -> Sequence[str]:
        """Returns the owner's paths that follow ``after`` in order, a page of them."""
        ...


class ObjectStore(Protocol):
    """Keeps documents; immutable, addressed by content."""

    async def put(self, owner: Caller, path: str, content: bytes, media_type: str) -> None:
        """Stores an object whole or not at all; storing the same content again is fine.

        Args:
            owner: Whose it is; ``path`` must start with the owner's id.
            path: ``{user_id}/{cv_id}/{sha256}.{extension}``.

        Raises:
            Forbidden: The path is not the owner's.
            Unavailable: The store does not answer.
        """
        ...

    async def put_all(self, owner: Caller, objects: Sequence[NewObject]) -> None:
        """Stores objects as ``put`` does each.

        If it raises, some may be stored. What it had begun has come to its end then, also if it was
        cancelled: none appears later.
        """
        ...

    def get(self, owner: Caller, path: str) -> AsyncIterator[bytes]:
        """Yields an object in chunks of at most 64 KiB.

        Raises:
            NotFound: No such object of this owner (``DOCUMENT_NOT_FOUND``).
            Unavailable: The store does not answer.
        """
        ...

    async def delete(self, owner: Caller, path: str) -> None:
        """Removes an object; removing what is not there is fine.

        Raises:
            Forbidden: The path is not the owner's, or a document still names it.
            Unavailable: The store does not answer.
        """
        ...

    def paths(self, owner: Caller) -> AsyncIterator[str]:
        """Yields the paths of all objects of an owner.

        Raises:
            Unavailable: The store does not answer.
        """
        ...

    async def link(self, owner: Caller, path: str, lifetime_seconds: int) -> str:
        """Returns a URL under which anybody can fetch an object for a while.

        Raises:
            NotFound: No such object of this owner (``DOCUMENT_NOT_FOUND``).
            LinksUnsupported: This store has no URLs.
            Unavailable: The store does not answer.
        """
        ...

    async def check(self) -> None:
        """Raises Unavailable unless the store can be written and read."""
        ...
