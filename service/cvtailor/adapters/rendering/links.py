"""Which addresses may become live links, and how they are written so that no parser can be misled."""

import re
from urllib.parse import quote, urlsplit, urlunsplit

URL_CHARS_MAX = 2_048
_HOST = re.compile(r"[\w.\-]+|\[[0-9A-Fa-f:.]+\]")
_PERCENT_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_KEPT = "%/:@!$&+,;=~?"
"""Characters of a path, query or fragment that neither Typst strings nor Markdown give a meaning to."""


def safe_url(url: str) -> str | None:
    """Returns an http, https, mailto or tel URL in a form of plain ASCII, or None for anything else.

    Quotes, backslashes, brackets, parentheses, white space and every non-ASCII character come out
    percent-encoded, so the result can stand in a Typst string and in a Markdown link.
    """
    url = url.strip()
    if len(url) > URL_CHARS_MAX:
        return None
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = parts.port
    except ValueError:
        return None
    if parts.scheme in ("mailto", "tel"):
        return f"{parts.scheme}:{_quoted(parts.path)}" if parts.path and not parts.netloc else None
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host) or parts.username is not None:
        return None
    netloc = f"{host}:{port}" if port else host
    return urlunsplit(
        (parts.scheme, netloc, _quoted(parts.path), _quoted(parts.query), _quoted(parts.fragment))
    )


def mailto(address: str) -> str:
    """Returns the mailto URL of an e-mail address."""
    return f"mailto:{quote(address, safe='@+')}"


def shown_url(url: str) -> str:
    """Returns a URL as people write it: without scheme and closing slash."""
    return re.sub(r"^https?://", "", url.strip(), flags=re.IGNORECASE).removesuffix("/")


def same_page(url: str, other: str) -> bool:
    """Tells whether two URLs differ in nothing but scheme, ``www.``, letter case or a closing slash."""
    return _bare(url) == _bare(other)


def _bare(url: str) -> str:
    return shown_url(url).casefold().removeprefix("www.")


def _quoted(part: str) -> str:
    return quote(_PERCENT_ESCAPE.sub("%25", part), safe=_KEPT)
