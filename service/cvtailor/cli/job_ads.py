"""Where job ads come from: a file, standard input, the clipboard, a web page."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from cvtailor.adapters.fetch import JobPageFetcher
from cvtailor.adapters.fetch.job_file import text_of_job_file
from cvtailor.domain.errors import CvtailorError, InvalidInput
from cvtailor.domain.limits import POSTING_CHARS_MAX

FILE_BYTES_MAX = 8 << 20
CHARS_MIN = 40
"""As in the contract: what is shorter is no ad."""

_STANDARD_INPUT = "-"
_OF_CVS = (".yaml", ".yml", ".json")


class JobAd(NamedTuple):
    """A job ad.

    Attributes:
        source_url: The page it was fetched from, or empty.
        label: What to call it in a line: the file as it was named, the page's host and path.
    """

    text: str
    source_url: str
    label: str


async def job_ads(
    sources: Sequence[str], *, clipboard: bool, fetcher: JobPageFetcher | None = None
) -> list[JobAd]:
    """Reads all the ads that a command names, before anything is made of the first.

    Args:
        sources: Paths, ``https://`` URLs, ``-`` for standard input.
        clipboard: Whether one more is in the clipboard.
        fetcher: What fetches pages; None: one that connects to public addresses only.

    Raises:
        InvalidInput: One of them can't be read, or is no ad; says which.
        Unavailable: A site does not answer.
    """
    if sources.count(_STANDARD_INPUT) > 1:
        raise InvalidInput("Standard input holds one job ad: name '-' once.")
    if twice := next((source for source in sources if sources.count(source) > 1), ""):
        raise InvalidInput(f"{twice} is named twice: name each job ad once.")
    pages = fetcher or JobPageFetcher()
    ads = [await _job_ad(source, pages) for source in sources]
    if clipboard:
        ads.append(_checked(JobAd(await asyncio.to_thread(_clipboard), "", "clipboard")))
    return ads


def is_url(source: str) -> bool:
    """Whether a job ad is named by the address of its page."""
    return source.lower().startswith(("https://", "http://"))


async def _job_ad(source: str, pages: JobPageFetcher) -> JobAd:
    if is_url(source):
        posting = await pages.fetch(source)
        address = urlsplit(posting.source_url)
        label = f"{address.hostname}{address.path.rstrip('/')}"
        return _checked(JobAd(posting.text, posting.source_url, label))
    label = "standard input" if source == _STANDARD_INPUT else source
    if source.lower().endswith(_OF_CVS):
        raise InvalidInput(f"{source} looks like a CV: name the CV first, then the job ads.")
    content = await asyncio.to_thread(_content, source)
    try:
        text = await asyncio.to_thread(text_of_job_file, content)
    except CvtailorError as error:
        raise InvalidInput(f"{label}: {error.message}", reason=error.reason) from error
    return _checked(JobAd(text, "", label))


def _content(source: str) -> bytes:
    """Returns what a file or standard input holds; a byte more than may be tells that it is too much."""
    try:
        if source == _STANDARD_INPUT:
            content = sys.stdin.buffer.read(FILE_BYTES_MAX + 1)
        else:
            with Path(source).open("rb") as file:
                content = file.read(FILE_BYTES_MAX + 1)
    except OSError as error:
        message = f"{source} can't be read: {error.strerror}. A job ad is a file, an https:// URL or '-'."
        raise InvalidInput(message) from error
    if len(content) > FILE_BYTES_MAX:
        raise InvalidInput(f"{source} has more than {FILE_BYTES_MAX:,} bytes; save the text of the ad alone.")
    return content


def _clipboard() -> str:
    # Imported here: it looks for the programs of the desktop.
    import pyperclip  # type: ignore[import-untyped]

    try:
        return str(pyperclip.paste())
    except pyperclip.PyperclipException as error:
        raise InvalidInput(
            "There is no clipboard to read: install wl-clipboard (Wayland) or xclip (X11), or paste the ad "
            "to 'cvtailor generate CV -' and end it with Ctrl-D."
        ) from error


def _checked(ad: JobAd) -> JobAd:
    chars = len(ad.text.strip())
    if chars < CHARS_MIN:
        raise InvalidInput(
            f"{ad.label} holds {chars} characters of text, which is no job ad (at least {CHARS_MIN})."
        )
    if len(ad.text) > POSTING_CHARS_MAX:
        raise InvalidInput(
            f"{ad.label} holds {len(ad.text):,} characters; at most {POSTING_CHARS_MAX:,} are read. "
            "Save the ad alone."
        )
    return ad
