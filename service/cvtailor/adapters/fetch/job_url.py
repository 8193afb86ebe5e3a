"""URLs of job pages, checked before anything is looked up."""

import re
from collections.abc import Collection

import httpx

from cvtailor.domain.errors import InvalidInput

URL_CHARS_MAX = 2_048
_PORTS = {"http": 80, "https": 443}
# Parsers of URLs disagree about these, which is how a check and a connection come to differ.
_DISPUTED = re.compile(r"[\x00-\x20\\\x7f-\xa0]")
# A last label that starts with a letter leaves out every notation of an IP address.
_HOST_NAME = re.compile(
    r"(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]"
)
_NOT_PUBLIC = frozenset(
    {"alt", "arpa", "corp", "home", "internal", "intranet", "invalid", "lan", "local"}
    | {"localdomain", "localhost", "onion", "private", "test"}
)


def job_url(text: str, other_ports: Collection[int] = ()) -> httpx.URL:
    """Returns a URL that names a public host on a port of the web.

    Args:
        text: What the caller gave, or where a redirect leads.
        other_ports: Ports that are allowed besides that of the scheme.

    Raises:
        InvalidInput: It is none; the message says why.
    """
    if len(text) > URL_CHARS_MAX:
        raise _refused(f"it has more than {URL_CHARS_MAX} characters")
    if _DISPUTED.search(text):
        raise _refused("it holds a space, a backslash or a control character")
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError) as error:
        raise _refused("it can't be read as a URL") from error
    if url.scheme not in _PORTS:
        raise _refused("only http:// and https:// are fetched")
    if url.userinfo:
        raise _refused("it holds a user name or a password")
    if (url.port or _PORTS[url.scheme]) not in {_PORTS[url.scheme], *other_ports}:
        raise _refused("its port is not that of a web site")
    host = host_of(url)
    if not _HOST_NAME.fullmatch(host):
        raise _refused("it does not name a public host; addresses and local names are not fetched")
    if host.rpartition(".")[2] in _NOT_PUBLIC:
        raise _refused("names of that kind are not public")
    return url


def host_of(url: httpx.URL) -> str:
    """Returns the ASCII name of a URL's host, in lower case and without the dot of the root."""
    return url.raw_host.decode("ascii").lower().removesuffix(".")


def port_of(url: httpx.URL) -> int:
    """Returns the port that a URL leads to."""
    return url.port or _PORTS[url.scheme]


def _refused(why: str) -> InvalidInput:
    return InvalidInput(f"The URL of the job ad is refused: {why}. Send the ad as text.", field="job_url")
