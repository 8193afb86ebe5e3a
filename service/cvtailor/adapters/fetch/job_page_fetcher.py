"""A job ad's URL → its text."""

import asyncio
import re
import ssl
from collections.abc import Collection
from typing import NamedTuple

import httpx

from cvtailor.adapters.fetch.addresses import Allows, Resolve, is_public, system_resolve
from cvtailor.adapters.fetch.job_url import host_of, job_url
from cvtailor.adapters.fetch.page_text import text_of_page, text_of_plain
from cvtailor.adapters.fetch.pinned_transport import PinnedTransport
from cvtailor.domain.errors import CvtailorError, InvalidInput, Reason, Unavailable
from cvtailor.domain.job_offer import JobPosting
from cvtailor.domain.limits import POSTING_CHARS_MAX

POSTING_CHARS_MIN = 40
_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_PLAIN_TYPES = frozenset({"text/plain"})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_RETRYABLE = frozenset({408, 425, 429, 500, 502, 503, 504})
_HEADERS = {
    "user-agent": "cvtailor (fetches one job page for the person who applies)",
    "accept": "text/html, application/xhtml+xml, text/plain;q=0.5",
    # What is not compressed can't unfold in memory.
    "accept-encoding": "identity",
}
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)


class _Page(NamedTuple):
    content: bytes
    media_type: str
    charset: str
    url: str


class JobPageFetcher:
    """Fetches pages as a stranger would: no cookies, no credentials, no proxy, public addresses only."""

    def __init__(
        self,
        *,
        page_seconds: float = 10,
        page_bytes_max: int = 2 << 20,
        redirects_max: int = 3,
        pages_at_once: int = 4,
        other_ports: Collection[int] = (),
        resolve: Resolve = system_resolve,
        allows: Allows = is_public,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Takes the bounds.

        Args:
            page_seconds: Time for one page: look-up, redirects, content.
            page_bytes_max: Size of its content.
            redirects_max: Redirects that are followed; each is checked as the first URL is.
            pages_at_once: Pages fetched at the same time; others wait, within their own time.
            other_ports: Ports allowed besides 80 and 443.
            resolve: Finds the addresses of a name.
            allows: Says which addresses may be connected to.
            tls: Which certificates are trusted; None: the usual ones.
        """
        self._page_seconds = page_seconds
        self._page_bytes_max = page_bytes_max
        self._redirects_max = redirects_max
        self._turns = asyncio.Semaphore(pages_at_once)
        self._other_ports = other_ports
        self._resolve = resolve
        self._allows = allows
        self._tls = tls

    async def fetch(self, url: str) -> JobPosting:
        """Returns the ad that a page shows, cut to what a posting may have.

        Raises:
            InvalidInput: The URL is not one of a public web site (field ``job_url``), or what it leads
                to is no page with text (``POSTING_UNREADABLE``).
            Unavailable: The site does not answer in time, or not now.
        """
        first = job_url(url, self._other_ports)
        host = host_of(first)
        try:
            async with asyncio.timeout(self._page_seconds), self._turns:
                page = await self._page(first)
        except (TimeoutError, httpx.TimeoutException) as error:
            message = f"{host} did not send the job page within {self._page_seconds:g} s; try again."
            raise Unavailable(message) from error
        except httpx.HTTPError as error:
            raise Unavailable(f"{host} can't be reached or does not speak HTTP; try again.") from error
        text = await asyncio.to_thread(_text_of, page)
        if len(text) < POSTING_CHARS_MIN:
            raise _unreadable("it shows no text without running its scripts")
        return JobPosting(text=text[:POSTING_CHARS_MAX], source_url=page.url)

    async def _page(self, url: httpx.URL) -> _Page:
        # Not a client but its transport: it has no cookies, credentials, proxies and redirects to turn off.
        async with PinnedTransport(self._resolve, self._allows, self._tls) as transport:
            for _ in range(self._redirects_max + 1):
                response = await transport.handle_async_request(httpx.Request("GET", url, headers=_HEADERS))
                try:
                    if response.status_code not in _REDIRECTS:
                        return await self._read(response, url)
                    url = self._next(url, response.headers.get("location", ""))
                finally:
                    await response.aclose()
        raise _unreadable(f"it redirects more than {self._redirects_max} times")

    def _next(self, url: httpx.URL, location: str) -> httpx.URL:
        if not location:
            raise _unreadable("it redirects to nowhere")
        # Checked as it was sent, since joining rewrites it; then whole.
        if "\\" in location or any(ord(character) <= 0x20 for character in location):
            raise _unreadable("it redirects to something that is no URL")
        try:
            joined = url.join(location)
        except (httpx.InvalidURL, ValueError) as error:
            raise _unreadable("it redirects to something that is no URL") from error
        return job_url(str(joined), self._other_ports)

    async def _read(self, response: httpx.Response, url: httpx.URL) -> _Page:
        status = response.status_code
        if status in _RETRYABLE:
            raise Unavailable(f"The site answers the job page with HTTP {status}; try again later.")
        if status != httpx.codes.OK:
            raise _unreadable(f"the site answers with HTTP {status}")
        declared = response.headers.get("content-type", "")
        media_type = declared.partition(";")[0].strip().lower()
        if media_type not in _HTML_TYPES | _PLAIN_TYPES:
            raise _unreadable(f"it is {media_type[:60] or 'of no stated type'}, neither HTML nor text")
        if response.headers.get("content-encoding", "identity").strip().lower() != "identity":
            raise _unreadable("the site compresses it although it was asked not to")
        content = bytearray()
        async for part in response.aiter_raw():
            content += part
            if len(content) > self._page_bytes_max:
                raise _unreadable(f"it is larger than {self._page_bytes_max} bytes")
        charset = _CHARSET.search(declared)
        return _Page(bytes(content), media_type, charset[1] if charset else "", str(url))


def _text_of(page: _Page) -> str:
    if page.media_type in _PLAIN_TYPES:
        return text_of_plain(page.content, page.charset)
    return text_of_page(page.content, page.charset)


def _unreadable(why: str) -> CvtailorError:
    return InvalidInput(
        f"The job page can't be used: {why}. Send the ad as text.",
        reason=Reason.POSTING_UNREADABLE,
        field="job_url",
    )
