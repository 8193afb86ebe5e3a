"""Web addresses, and whose profile they are."""

import re
from urllib.parse import urlsplit

from cvtailor.domain.base_cv import ProfileLink

_URL_CHARS_MAX = 2_048
_UNSAFE = re.compile(r"[\s<>\"\\^`{|}]")
_BARE_DOMAIN = re.compile(r"^(?:[\w-]+\.)+[a-z]{2,24}(?:[/?#]\S*)?$", re.IGNORECASE)
_NETWORKS: tuple[tuple[str, str, str], ...] = (
    ("LinkedIn", r"linkedin\.com", r"/in/([^/]+)"),
    ("GitHub", r"github\.com", r"/([^/]+)"),
    ("GitLab", r"gitlab\.com", r"/([^/]+)"),
    ("ORCID", r"orcid\.org", r"/(\d{4}-\d{4}-\d{4}-\d{3}[\dX])"),
    ("StackOverflow", r"stackoverflow\.com", r"/users/(\d+/[^/]+)"),
    ("ResearchGate", r"researchgate\.net", r"/profile/([^/]+)"),
    ("Google Scholar", r"scholar\.google\.[a-z.]+", r"/citations\?(?:.*&)?user=([\w-]+)"),
    ("YouTube", r"youtube\.com", r"/@([^/]+)"),
    ("Instagram", r"instagram\.com", r"/([^/]+)"),
    ("X", r"(?:x|twitter)\.com", r"/([^/]+)"),
    ("Bluesky", r"bsky\.app", r"/profile/([^/]+)"),
    ("Telegram", r"t\.me", r"/([^/]+)"),
    ("Leetcode", r"leetcode\.com", r"/(?:u/)?([^/]+)"),
    ("Reddit", r"reddit\.com", r"/user/([^/]+)"),
    ("IMDB", r"imdb\.com", r"/name/(nm\d+)"),
    ("Xing", r"xing\.com", r"/profile/([^/]+)"),
)
_PROFILES = tuple(
    (name, re.compile(rf"^(?:[a-z]{{2,3}}\.)?{host}{path}/?$", re.IGNORECASE))
    for name, host, path in _NETWORKS
)
NETWORK_NAMES = {name.casefold(): name for name, _, _ in _NETWORKS} | {
    "twitter": "X",
    "stack overflow": "StackOverflow",
    "scholar": "Google Scholar",
    "mastodon": "Mastodon",
    "whatsapp": "WhatsApp",
}


def web_url(text: str) -> str:
    """Returns an http or https URL, ``https://`` put before a bare domain; empty if it is none.

    Other schemes (``javascript:``, ``file:``) are no web addresses.
    """
    if not text or len(text) > _URL_CHARS_MAX or _UNSAFE.search(text):
        return ""
    url = f"https://{text}" if _BARE_DOMAIN.match(text) else text
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and host and not parts.username else ""


def profile_of(url: str) -> ProfileLink | None:
    """Names the network and the user of a profile's URL; None for any other URL."""
    address = url.split("://", 1)[-1].removeprefix("www.")
    for network, profile in _PROFILES:
        if found := profile.match(address):
            return ProfileLink(network=network, username=found[1], url=url)
    return None
