"""What the service's process asks of its workers; light to import, so that only workers load rendercv."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from cvtailor.adapters.rendering import confinement
from cvtailor.domain.application import Density, Theme
from cvtailor.domain.base_cv import Contact, EntryKind, SectionKind
from cvtailor.domain.errors import CvtailorError, RenderRefused
from cvtailor.domain.ports import PageFit, RenderedCv
from cvtailor.domain.tailored_cv import Claim, TailoredCv, TailoredEntry, TailoredSection

if TYPE_CHECKING:
    from cvtailor.adapters.rendering.press import Press

_press: Press | None = None


def start_worker(cache_dir: Path, cpu_seconds_max: int) -> None:
    """Makes this process a worker: off the network, warm, and bounded."""
    global _press
    confinement.leave_network()
    confinement.use_one_thread()
    from cvtailor.adapters.rendering.press import Press

    _press = Press(cache_dir)
    for theme in (Theme.CLASSIC, Theme.HARVARD):
        _press.render(_SPECIMEN, theme, date(2024, 1, 1))
    confinement.give_up_rights(cpu_seconds_max)


def ready() -> None:
    """Does nothing; its result says that a worker is there."""


def measure(cv: TailoredCv, theme: Theme, today: date, density: Density) -> PageFit:
    """Runs ``Press.measure``."""
    with _faults_told_without_words():
        return _started().measure(cv, theme, today, density)


def render(cv: TailoredCv, theme: Theme, today: date, density: Density) -> RenderedCv:
    """Runs ``Press.render``."""
    with _faults_told_without_words():
        return _started().render(cv, theme, today, density)


def _started() -> Press:
    if _press is None:
        raise RuntimeError("start_worker was not called in this process.")
    return _press


@contextmanager
def _faults_told_without_words() -> Iterator[None]:
    """Turns what we didn't foresee into an error that says where it was, and nothing of the CV."""
    try:
        yield
    except CvtailorError:
        raise
    except Exception as fault:  # Whatever it is, it goes to the service's process.
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
