"""The place in a list where the next page starts, opaque to clients."""

import base64
import binascii
import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import ValidationError

from cvtailor.domain.errors import InvalidInput, Reason
from cvtailor.domain.model import DomainModel

_TOKEN_CHARS_MAX = 400


class PageToken(DomainModel):
    """The last row of a page, and a digest of the query it belongs to."""

    created_at: datetime
    id: UUID
    query: str

    def encode(self) -> str:
        """Returns the token as clients carry it."""
        return base64.urlsafe_b64encode(self.model_dump_json().encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, token: str, query: str) -> Self:
        """Reads a token back.

        Raises:
            InvalidInput: It is not one of ours, or belongs to another query (``PAGE_TOKEN_INVALID``).
        """
        if len(token) > _TOKEN_CHARS_MAX:
            raise _invalid("is not one that ListApplications returned")
        try:
            padded = token.encode("ascii") + b"=" * (-len(token) % 4)
            place = cls.model_validate_json(base64.b64decode(padded, altchars=b"-_", validate=True))
        except (UnicodeEncodeError, binascii.Error, ValidationError) as error:
            raise _invalid("is not one that ListApplications returned") from error
        if place.query != query:
            raise _invalid("belongs to a list with another filter")
        if place.created_at.tzinfo is None:
            raise _invalid("is not one that ListApplications returned")
        return place


def query_digest(words: Iterable[str]) -> str:
    """Returns what tells one filter from another."""
    return hashlib.sha256(",".join(sorted(set(words))).encode()).hexdigest()[:16]


def _invalid(what: str) -> InvalidInput:
    return InvalidInput(
        f"page_token {what}; leave it empty to start from the first page.",
        reason=Reason.PAGE_TOKEN_INVALID,
        field="page_token",
    )
