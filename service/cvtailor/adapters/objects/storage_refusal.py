"""What Supabase Storage says when it refuses, and whose turn it then is."""

import json
import re
from typing import Self

import httpx

from cvtailor.domain.errors import CvtailorError, Forbidden, NotFound, Reason, Unavailable, WeMustFix

_BODY_BYTES_MAX = 16_384
_RETRY_AFTER_SECONDS_MAX = 10.0
# ``NoSuchKey``, ``Payload too large``, ``not_found``; no token or key looks like that.
_CODE = re.compile(r"[A-Z][A-Za-z]{1,30}( [a-z]{1,12}){0,3}|[a-z]{2,12}(_[a-z]{2,12}){1,3}")
# 409 is a clash of transactions, unless it is a duplicate, which an upload takes for success; 423 a lock.
_TRANSIENT = frozenset({408, 409, 423, 425, 429})
_DUPLICATE = frozenset({"Duplicate", "ResourceAlreadyExists", "KeyAlreadyExists"})


class StorageRefusal(Exception):
    """An answer that is no success.

    Older versions of Storage send 400 for everything and the true status in the body. Of what it says only
    words of its own are kept: nothing that it may have repeated from a request can reach a log.

    Attributes:
        status: HTTP status, the body's if it names one.
        code: Storage's word for it, such as ``NoSuchKey`` or ``Duplicate``, or empty.
        by_policy: Row-level security refused it.
        retry_after_seconds: For how long it asks to be left alone, bounded, or None.
    """

    def __init__(self, status: int, code: str, by_policy: bool, retry_after_seconds: float | None) -> None:
        super().__init__(f"Storage answers {status} {code}".rstrip())
        self.status = status
        self.code = code
        self.by_policy = by_policy
        self.retry_after_seconds = retry_after_seconds

    @classmethod
    async def of(cls, response: httpx.Response) -> Self:
        """Reads an answer, as much of it as an error needs."""
        body = b""
        async for chunk in response.aiter_bytes(_BODY_BYTES_MAX):
            body += chunk
            if len(body) >= _BODY_BYTES_MAX:
                break
        said = _said(body)
        code = str(said.get("code") or said.get("error") or "")
        status = str(said.get("statusCode", ""))
        return cls(
            int(status) if re.fullmatch(r"[45]\d\d", status) else response.status_code,
            code if _CODE.fullmatch(code) else "",
            "row-level security" in str(said.get("message", "")),
            _retry_after_seconds(response.headers.get("retry-after", "")),
        )

    @property
    def transient(self) -> bool:
        """Whether the same request may succeed later."""
        return self.status >= 500 or self.status in _TRANSIENT

    @property
    def is_duplicate(self) -> bool:
        """Whether there is such an object already."""
        return self.status == 409 and self.code in _DUPLICATE


type Failure = StorageRefusal | httpx.RequestError | TimeoutError
"""What can become of a request."""
FAILURES = (StorageRefusal, httpx.RequestError, TimeoutError)


async def refuse(response: httpx.Response) -> None:
    """Raises ``StorageRefusal`` unless a response is a success; a response hook of httpx."""
    if not response.is_success:
        raise await StorageRefusal.of(response)


def object_not_found() -> NotFound:
    """Returns the error of an object that is not there, or not its asker's."""
    return NotFound("There is no such document of yours.", reason=Reason.DOCUMENT_NOT_FOUND)


def error_for(failure: Failure) -> CvtailorError:
    """Returns the error of the domain for a failed request."""
    if not isinstance(failure, StorageRefusal):
        return Unavailable(f"Supabase Storage does not answer ({type(failure).__name__}).")
    if failure.transient:
        return Unavailable(f"Supabase Storage can't work at the moment: {failure}.")
    if failure.code in {"NoSuchBucket", "Bucket not found"}:
        return WeMustFix(
            "The Supabase project has no bucket 'documents': run `cvtailor migrate` against its database."
        )
    if failure.status == 404:
        return object_not_found()
    if failure.by_policy:
        return Forbidden("The policies of Storage don't let this user store that object.")
    if failure.status in {401, 403} or failure.code == "InvalidJWT":
        return WeMustFix(
            f"{failure}: it does not accept our keys. Check that CVTAILOR_SUPABASE_PUBLISHABLE_KEY and "
            "_SIGNING_KEY, or _SECRET_KEY, are of the project at CVTAILOR_SUPABASE_URL, and this clock."
        )
    return WeMustFix(f"{failure}, to a request that should be sound.")


def wait_seconds(failure: Exception) -> bool | float:
    """Tells stamina whether to try again: True to wait as usual, or for how long Storage asks."""
    if not isinstance(failure, StorageRefusal):
        return isinstance(failure, httpx.RequestError | TimeoutError)
    return failure.transient and (failure.retry_after_seconds or True)


def _said(body: bytes) -> dict[str, object]:
    try:
        said = json.loads(body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _retry_after_seconds(value: str) -> float | None:
    # Storage and its gateway send seconds; a date falls back to our own pauses.
    return min(float(value), _RETRY_AFTER_SECONDS_MAX) if re.fullmatch(r"\d{1,9}", value) else None
