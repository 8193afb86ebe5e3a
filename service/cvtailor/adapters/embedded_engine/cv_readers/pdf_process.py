"""Runs the extraction of a PDF in a process of its own, and explains what it refuses."""

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cvtailor.adapters.embedded_engine.cv_readers.source_text import unreadable
from cvtailor.domain.errors import Unavailable

PAGES_MAX = 20
_PROGRAM = Path(__file__).with_name("pdf_extraction.py")
_SECONDS_MAX = 8
_PROCESSES_MAX = 4
_WAIT_SECONDS_MAX = 30
_processes = threading.BoundedSemaphore(_PROCESSES_MAX)

_SEND_ANOTHER = "Save it anew from the program that made it, or send DOCX or plain text."
_REFUSALS = {
    "broken": f"The file is no PDF that can be opened. {_SEND_ANOTHER}",
    "locked": "The PDF is locked with a password. Save a copy without one and send that.",
    "many_pages": f"The PDF has more than {PAGES_MAX} pages. Send only those that matter.",
    "long": f"The PDF holds more text than is read. {_SEND_ANOTHER}",
    "hard": f"The PDF is broken, or took more than {_SECONDS_MAX} s or 1 GiB to read. {_SEND_ANOTHER}",
}

WHY_HIDDEN = {
    "unpainted": "text that is not painted",
    "tiny": "text too small to be seen",
    "off_page": "text outside the page",
    "transparent": "transparent text",
    "covered": "text behind a shape",
    "same_colour": "text in the colour of what is behind it",
}
"""Why a person can't see a word, by the word the extraction has for it."""


@dataclass(frozen=True, slots=True)
class PdfWord:
    """A word on a page; lengths are in points, ``y`` is its baseline's height above the page's foot.

    Attributes:
        look: The same number for the same font and colour.
        link: Index into the page's links; -1 for none.
        hidden: A key of ``WHY_HIDDEN`` if a person can't see it, else empty.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    look: int
    link: int
    hidden: str


@dataclass(frozen=True, slots=True)
class PdfPage:
    """A page's words in the order of the file.

    Attributes:
        recognised: Its text was recognised in a scanned picture.
        links: Targets of links.
        notes: Texts of form fields and annotations.
    """

    width: float
    height: float
    recognised: bool
    words: tuple[PdfWord, ...]
    links: tuple[str, ...]
    notes: tuple[str, ...]


def pdf_pages(content: bytes, field: str) -> tuple[PdfPage, ...]:
    """Reads the words of a PDF; a pure function of the bytes.

    Raises:
        InvalidInput: Broken, locked, too long, or too hard to read.
        Unavailable: Too many PDFs are being read.
    """
    if not _processes.acquire(timeout=_WAIT_SECONDS_MAX):
        raise Unavailable("Too many PDFs are being read at once. Try again.")
    try:
        done = subprocess.run(  # noqa: S603  # Our own program, and no shell.
            [sys.executable, "-I", str(_PROGRAM), str(_SECONDS_MAX)],
            input=content,
            capture_output=True,
            timeout=_SECONDS_MAX,
            check=True,
            env={},
        )
        answer = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        raise unreadable(_REFUSALS["hard"], field) from None
    finally:
        _processes.release()
    if refusal := answer.get("refused"):
        raise unreadable(_REFUSALS[refusal], field)
    return tuple(_page(page) for page in answer["pages"])


def _page(page: dict[str, Any]) -> PdfPage:
    words: Sequence[Any] = page.pop("words")
    return PdfPage(
        words=tuple(PdfWord(*word) for word in words),
        links=tuple(page.pop("links")),
        notes=tuple(page.pop("notes")),
        **page,
    )
