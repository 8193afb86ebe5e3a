"""``google.rpc.Status``, of which the contract's own files don't speak: only errors carry it."""
# ruff: noqa: RUF009  # a betterproto2 message is a dataclass whose defaults are calls

from collections.abc import Iterator
from dataclasses import dataclass

import betterproto2

from cvtailor_client.gen.google.rpc import BadRequest, ErrorInfo, RetryInfo

HEADER = "grpc-status-details-bin"
_KNOWN = {f"google.rpc.{kind.__name__}": kind for kind in (BadRequest, ErrorInfo, RetryInfo)}


@dataclass(eq=False, repr=False)
class _Packed(betterproto2.Message):
    """``google.protobuf.Any``."""

    type_url: "str" = betterproto2.field(1, betterproto2.TYPE_STRING)
    value: "bytes" = betterproto2.field(2, betterproto2.TYPE_BYTES)


@dataclass(eq=False, repr=False)
class _Status(betterproto2.Message):
    code: "int" = betterproto2.field(1, betterproto2.TYPE_INT32)
    message: "str" = betterproto2.field(2, betterproto2.TYPE_STRING)
    details: "list[_Packed]" = betterproto2.field(3, betterproto2.TYPE_MESSAGE, repeated=True)


def details(status: bytes) -> Iterator[BadRequest | ErrorInfo | RetryInfo]:
    """Yields the details of a status that this client knows; none of what is no status."""
    try:
        for packed in _Status.parse(status).details:
            if kind := _KNOWN.get(packed.type_url.rpartition("/")[2]):
                yield kind.parse(packed.value)
    except (ValueError, EOFError):
        return
