"""The public keys that tokens are verified with: fetched, bounded, kept."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import httpx
import structlog
from jwt import PyJWK, PyJWTError

from cvtailor.domain.errors import Unavailable

JWKS_BYTES_MAX = 64 << 10
JWKS_KEYS_MAX = 64
_RSA_BITS_MIN = 2048

type FetchJwks = Callable[[], Awaitable[bytes]]
"""Returns a JWKS document; raises OSError, TimeoutError or httpx.HTTPError."""

log = structlog.get_logger(__name__)


class Jwks:
    """A JWKS, kept for a while, and longer while its source does not answer.

    However many ask, and for whatever ids, one fetch is under way at a time and one begins in
    ``retry_seconds``. Whoever names a key that is held does not wait for the sake of others who name none.
    """

    def __init__(
        self,
        fetch: FetchJwks,
        *,
        lifetime_seconds: float = 600,
        retry_seconds: float = 30,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Takes the source; nothing is fetched before the first key is asked for.

        Args:
            fetch: ``jwks_at(url)`` or ``jwks_in(path)``.
            lifetime_seconds: Age at which the set is fetched again; also how long a revoked key works.
            retry_seconds: Least time between two fetches, whatever is asked.
            clock: Monotonic seconds.
        """
        self._fetch = fetch
        self._lifetime_seconds = lifetime_seconds
        self._retry_seconds = retry_seconds
        self._clock = clock
        self._keys: Mapping[str, PyJWK] = {}
        self._good_until = float("-inf")
        self._tried_at = float("-inf")
        self._failing = False
        self._refreshing: asyncio.Task[None] | None = None

    async def key(self, kid: str) -> PyJWK | None:
        """Returns a key by its id, or None if there is none; its algorithm is ES256 or RS256.

        Raises:
            Unavailable: It is not known, and the source does not answer.
        """
        now = self._clock()
        needed = kid not in self._keys or now >= self._good_until
        may_try = self._refreshing is None and now - self._tried_at >= self._retry_seconds
        if (needed or self._failing) and may_try:
            self._tried_at = now
            # A task of its own: if it ended with the call that began it, whoever hangs up early could have
            # the set fetched at will.
            self._refreshing = asyncio.create_task(self._refresh(now))
        if needed and self._refreshing:
            await asyncio.shield(self._refreshing)
        key = self._keys.get(kid)
        if key is None and self._failing:
            raise Unavailable("The keys that tokens are verified with can't be fetched now; try again.")
        return key

    async def _refresh(self, began: float) -> None:
        try:
            self._keys = read_jwks(await self._fetch())
            self._failing = False
        except (OSError, TimeoutError, ValueError, httpx.HTTPError, httpx.InvalidURL) as error:
            self._failing = True
            log.warning("jwks_not_fetched", error=type(error).__name__, keys_kept=len(self._keys))
        finally:
            self._refreshing = None
        # After a failure too: the last good set is used on, and tried again beside the calls. Only after
        # a lifetime in which nobody asked does a call wait for it.
        self._good_until = began + self._lifetime_seconds


def jwks_at(url: str, timeout_seconds: float = 3.0) -> FetchJwks:
    """Returns a source that fetches a JWKS by HTTP; redirects are not followed."""

    async def fetch() -> bytes:
        content = bytearray()
        async with (
            asyncio.timeout(timeout_seconds),
            httpx.AsyncClient(timeout=timeout_seconds) as client,
            client.stream("GET", url, headers={"accept": "application/json"}) as response,
        ):
            if response.status_code != httpx.codes.OK:
                raise httpx.HTTPError(f"status {response.status_code}")
            async for part in response.aiter_bytes():
                content += part
                if len(content) > JWKS_BYTES_MAX:
                    raise ValueError("the JWKS is too large")
        return bytes(content)

    return fetch


def jwks_in(path: Path) -> FetchJwks:
    """Returns a source that reads a JWKS file."""

    def read() -> bytes:
        with path.open("rb") as file:
            return file.read(JWKS_BYTES_MAX + 1)

    return lambda: asyncio.to_thread(read)


def read_jwks(content: bytes) -> Mapping[str, PyJWK]:
    """Returns the usable keys of a JWKS by their id; others are left out, as RFC 7517 asks.

    Raises:
        ValueError: It is no JWKS, or one with no usable key, or too large.
    """
    if len(content) > JWKS_BYTES_MAX:
        raise ValueError("the JWKS is too large")
    try:
        document = json.loads(content)
    except RecursionError as error:
        raise ValueError("the JWKS is no JSON of sane depth") from error
    listed = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(listed, list) or len(listed) > JWKS_KEYS_MAX:
        raise ValueError("the JWKS holds no list of keys, or too many")
    keys = {key.key_id: key for each in listed if (key := _usable(each)) and key.key_id}
    if not keys:
        raise ValueError("the JWKS holds no usable key")
    return keys


_PUBLIC_MEMBERS = frozenset({"kty", "crv", "x", "y", "n", "e", "kid"})


def _usable(member: object) -> PyJWK | None:
    """Returns a key that signs with ES256 or RS256; what it is decides, then what it says of itself."""
    if not isinstance(member, dict) or not isinstance(member.get("kid"), str):
        return None
    match member:
        case {"kty": "EC", "crv": "P-256"}:
            algorithm = "ES256"
        case {"kty": "RSA"}:
            algorithm = "RS256"
        case _:
            return None
    if member.get("alg", algorithm) != algorithm or member.get("use", "sig") != "sig":
        return None
    try:
        key = PyJWK({name: member[name] for name in _PUBLIC_MEMBERS & member.keys()}, algorithm)
    except (PyJWTError, ValueError, TypeError, KeyError):
        return None
    if algorithm == "RS256" and key.key.key_size < _RSA_BITS_MIN:
        return None
    return key
