"""Guesses how much of a CV fills a page, so that few layouts find out how much fits."""

from bisect import bisect_left
from collections.abc import Callable

from cvtailor.domain.base_cv import EntryKind
from cvtailor.domain.ports import PageFit
from cvtailor.domain.tailored_cv import TailoredCv

LINES_PER_COMPACT_PAGE = 57.0
COMPACT_TO_NORMAL = 0.83
"""Height of a CV that is set compactly, as a share of its height in normal setting."""

_CHARACTERS_PER_LINE = 95
_LINES_OF_CONTACT, _LINES_OF_TITLE, _LINES_OF_HEAD = 4.0, 2.0, 1.6
_WITHOUT_HEAD = frozenset({EntryKind.TEXT, EntryKind.BULLET, EntryKind.ONE_LINE})


def lines_about(cv: TailoredCv) -> float:
    """Returns about how many lines of print a CV is high, spaces included."""
    entries = [entry for section in cv.sections for entry in section.entries]
    return (
        _LINES_OF_CONTACT
        + _LINES_OF_TITLE * len(cv.sections)
        + _LINES_OF_HEAD * sum(entry.kind not in _WITHOUT_HEAD for entry in entries)
        + sum(1 + len(claim.text) // _CHARACTERS_PER_LINE for claim in cv.claims())
    )


class DroppedLinesGuess:
    """Guesses how many lines must go; each layout that is seen makes the guess better.

    Args:
        variant: Returns the CV without so many lines.
        most: Lines that may go.
        page_limit: Pages wanted.
    """

    def __init__(self, variant: Callable[[int], TailoredCv], most: int, page_limit: int) -> None:
        self._variant, self._most, self._page_limit = variant, most, page_limit
        self._lines_per_page = LINES_PER_COMPACT_PAGE

    def learn(self, dropped: int, fit: PageFit, scale: float = 1.0) -> None:
        """Takes note of a layout; ``scale`` is the compact height as a share of the one seen."""
        pages = scale * (fit.pages - 1 + fit.fill)
        if pages > 0:
            self._lines_per_page = lines_about(self._variant(dropped)) / pages

    def dropped(self) -> int:
        """Returns the fewest lines that must go so that the others fit, if the guess is right."""
        room = self._page_limit * self._lines_per_page
        return bisect_left(
            range(self._most), True, key=lambda dropped: lines_about(self._variant(dropped)) <= room
        )
