"""The page's files, and how browsers may treat them."""

import hashlib
import json
import mimetypes
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from cvtailor.domain.errors import InvalidInput

FILE_BYTES_MAX = 8 << 20
FILES_MAX = 256
CONFIG_PATH = "/config.json"
OPEN_PATH = "/open"
_INDEX = "index.html"
_HASHED = "assets"
_TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
}
_TEXT = ("text/", "application/json", "image/svg+xml")
_PLACES = (
    Path(__file__).parent / "page",
    Path(__file__).parents[3] / "clients" / "web" / "dist",
)


@dataclass(frozen=True)
class PageFile:
    """One file of the page.

    Attributes:
        path: Where browsers find it.
        source: The file.
        media_type: Its ``Content-Type``.
        digest: What changes with its content.
        immutable: Its name changes with its content: kept for ever.
    """

    path: str
    source: Path
    media_type: str
    digest: str
    immutable: bool


@dataclass(frozen=True)
class LocalAccess:
    """Lets the one who holds the link use the page as the local user.

    Loopback is open to every user and every page of this machine, so the page's token is not given to all
    who ask: the link that was printed sets a cookie, and only with it the token is handed out.

    Attributes:
        key: What the link and the cookie hold.
        token_file: The page's configuration with a token in it, replaced before the token ends.
    """

    key: str
    token_file: Path


@dataclass(frozen=True)
class Page:
    """The page: its files, and what it is told at run time."""

    files: tuple[PageFile, ...]
    supabase_url: str
    publishable_key: str
    local_access: LocalAccess | None = None

    def config(self, token: str = "") -> str:
        """Returns ``/config.json``: where people sign in, or a development token."""
        return json.dumps(
            {
                "supabaseUrl": self.supabase_url,
                "supabasePublishableKey": self.publishable_key,
                "devToken": token,
            }
        )

    def security_policy(self) -> str:
        """Returns the Content-Security-Policy: nothing from elsewhere, but for signing in."""
        elsewhere = f" {_origin(self.supabase_url)}" if self.supabase_url else ""
        return "; ".join(
            (
                "default-src 'none'",
                "script-src 'self'",
                "style-src 'self'",
                "img-src 'self' blob: data:",
                f"connect-src 'self'{elsewhere}",
                "font-src 'self'",
                "base-uri 'none'",
                "form-action 'none'",
                "frame-ancestors 'none'",
                # Text can't become markup even by mistake: the page has no policy that would make any.
                "require-trusted-types-for 'script'",
            )
        )

    def opened_by(self, access: LocalAccess) -> "Page":
        """Returns the page that hands out a token to whoever holds the link."""
        return replace(self, local_access=access)


def page_in(folder: Path | None, *, supabase_url: str, publishable_key: str) -> Page | None:
    """Returns the page of a folder, or the one that came along; None if none did.

    Raises:
        InvalidInput: There is no page in the folder, or one that is too large.
    """
    if folder is None:
        folder = next((place for place in _PLACES if (place / _INDEX).is_file()), None)
        if folder is None:
            return None
    if not (folder / _INDEX).is_file():
        raise InvalidInput(
            f"There is no page in {folder}: it lacks {_INDEX}. Run 'npm run build' in clients/web."
        )
    found = sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".map" and not path.name.startswith(".")
    )
    if len(found) > FILES_MAX or any(path.stat().st_size > FILE_BYTES_MAX for path in found):
        raise InvalidInput(
            f"{folder} is too large for a page: at most {FILES_MAX} files of {FILE_BYTES_MAX >> 20} MiB."
        )
    return Page(tuple(_page_file(folder, path) for path in found), supabase_url, publishable_key)


def _page_file(folder: Path, source: Path) -> PageFile:
    name = source.relative_to(folder).as_posix()
    guessed = _TYPES.get(source.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return PageFile(
        path="/" if name == _INDEX else f"/{name}",
        source=source.resolve(),
        media_type=f"{guessed}; charset=utf-8" if guessed.startswith(_TEXT) else guessed,
        digest=hashlib.sha256(source.read_bytes()).hexdigest()[:16],
        immutable=name.startswith(f"{_HASHED}/"),
    )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
