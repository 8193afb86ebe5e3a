"""Seals what the service claims about its user, so that no SQL can claim another one."""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

_SALT = b"cvtailor claims"
_ITERATIONS = 4096  # as SCRAM's: the key must not be a shorter way to the password
_LIFETIME_SECONDS = 300
_BLOCK_BYTES = 64


class SealedClaims(NamedTuple):
    """Claims as Postgres sees them, and their seal; empty if there is no key."""

    text: str
    seal: str


def seal_claims(claims: Mapping[str, str | bool], password: str) -> SealedClaims:
    """Writes claims down with an expiry, and seals them.

    Args:
        claims: Of the user of one transaction.
        password: Of the login ``cvtailor_service``; the migrator gave Postgres a key made of the same.
    """
    expiring = {**claims, "exp": int(time.time()) + _LIFETIME_SECONDS}
    text = json.dumps(expiring, separators=(",", ":"))
    return SealedClaims(text, hmac.digest(_key(password), text.encode(), "sha256").hex() if password else "")


def key_pads(password: str) -> tuple[bytes, bytes]:
    """Returns what HMAC hashes before its text and before its inner digest: Postgres has no HMAC."""
    block = _key(password).ljust(_BLOCK_BYTES, b"\0")
    return bytes(byte ^ 0x36 for byte in block), bytes(byte ^ 0x5C for byte in block)


@lru_cache(maxsize=8)
def _key(password: str) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", password.encode(), _SALT, _ITERATIONS)
