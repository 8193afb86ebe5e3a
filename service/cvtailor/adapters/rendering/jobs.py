"""What the service's process asks of its workers; light to import, so that only workers load rendercv."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from cvtailor.adapters import confinement
from cvtailor.adapters.pdf_text.extractors import texts_in
from cvtailor.domain.application import Density, Theme
from cvtailor.domain.ats import PdfText
from cvtailor.domain.base_cv import Contact, EntryKind, SectionKind
from cvtailor.domain.errors import CvtailorError, RenderRefused, Unavailable
from cvtailor.domain.ports import PageFit, TypesetCv
from cvtailor.domain.tailored_cv import Claim, TailoredCv, TailoredEntry, TailoredSection

if TYPE_CHECKING:
    from cvtailor.adapters.rendering.press import Press

_press: Press | None = None
_missing: tuple[confinement.Lock, ...] = ()


class PackagesLost(Unavailable):
    """The folder of the Typst packages was removed; new workers lay it anew, these may write nothing."""


def start_worker(cache_dir: Path, cpu_seconds_max: int) -> None:
    """Makes this process a worker: off the network, warm, and confined."""
    global _press, _missing
    confinement.leave_network()
    confinement.use_one_thread()
    confinement.forget_environment()
    import pypdf  # noqa: F401
    import pypdfium2  # noqa: F401  # Both while they can be compiled.

    from cvtailor.adapters.rendering.press import Press

    _press = Press(cache_dir)
    no_files = confinement.read_only(_press.folders)
    made = _press.render(_SPECIMEN, Theme.CLASSIC, date(2024, 1, 1))
    texts_in(made.pdf)
    _missing = no_files + confinement.give_up_rights(cpu_seconds_max)
    # The second time, it shows that what is left is enough.
    made = _press.render(_SPECIMEN, Theme.HARVARD, date(2024, 1, 1))
    texts_in(made.pdf)


def ready() -> tuple[confinement.Lock, ...]:
    """Says that a worker is there, and which locks the kernel did not give it."""
    return _missing


def lay_out(
    cv: TailoredCv, theme: Theme, today: date, density: Density, page_limit: int
) -> tuple[PageFit, TypesetCv | None]:
    """Runs ``Press.lay_out``."""
    with _faults_told_without_words():
        return _started().lay_out(cv, theme, today, density, page_limit)


def typeset(cv: TailoredCv, theme: Theme, today: date, density: Density) -> TypesetCv:
    """Runs ``Press.typeset``."""
    with _faults_told_without_words():
        return _started().typeset(cv, theme, today, density)


def pictures(source: str) -> tuple[bytes, ...]:
    """Runs ``Press.pictures``."""
    with _faults_told_without_words():
        return _started().pictures(source)


def read_back(pdf: bytes) -> tuple[PdfText, ...]:
    """Runs ``extractors.texts_in``."""
    with _faults_told_without_words():
        return texts_in(pdf)


class JobsPerWorker(int):
    """How many jobs a worker may do: none any more once it holds too much memory.

    The pool asks, each time a result is delivered, whether fewer jobs than this were done; a worker of
    which that is no longer so ends, and another takes its place.
    """

    resident_bytes_max = 512 << 20
    """Three times what a worker holds that is warm."""

    def __gt__(self, done: int) -> bool:
        return super().__gt__(done) and confinement.resident_bytes() < self.resident_bytes_max


def _started() -> Press:
    if _press is None:
        raise RuntimeError("start_worker was not called in this process.")
    return _press


@contextmanager
def _faults_told_without_words() -> Iterator[None]:
    """Turns what we didn't foresee into an error that says where it was, and nothing of the CV."""
    try:
        yield
    except Exception as fault:  # Whatever it is, it goes to the service's process.
        if _press and not _press.is_whole():
            raise PackagesLost("The Typst packages were removed while the service ran.") from None
        if isinstance(fault, CvtailorError):
            raise
        place = traceback.extract_tb(fault.__traceback__)[-1]
        where = f"{Path(place.filename).name}:{place.lineno}"
        raise RenderRefused(f"Typesetting the CV failed with {type(fault).__name__} at {where}.") from None


_SPECIMEN = TailoredCv(
    contact=Contact(name="Specimen", email="specimen@example.com", phone="+49 30 901820", location="Berlin"),
    sections=(
        TailoredSection(
            key="experience",
            kind=SectionKind.EXPERIENCE,
            title="Experience",
            entries=(
                TailoredEntry(
                    source_id="experience[0]",
                    kind=EntryKind.EXPERIENCE,
                    organisation="Company",
                    title="Position",
                    start_date="2020-01",
                    end_date="present",
                    highlights=(Claim(id="experience[0].highlights[0]", text="A **line** of *text*."),),
                ),
            ),
        ),
    ),
)
"""Typeset once by each new worker, so that no caller pays for what is loaded on first use."""
