"""Reads the errors of calls: the gRPC status, and the ``google.rpc`` details in it."""

from collections.abc import Mapping

import grpc.aio

from cvtailor_client import rpc_status
from cvtailor_client.errors import (
    CLASSES,
    Conflict,
    CvTailorError,
    DeadlineExceeded,
    FieldViolation,
    InvalidRequest,
    NotFound,
    Particulars,
    PermissionDenied,
    QuotaExceeded,
    ServiceFixes,
    Unauthenticated,
    Unavailable,
)
from cvtailor_client.gen.google.rpc import BadRequest, ErrorInfo, RetryInfo
from cvtailor_client.v1 import ErrorReason

DOMAIN = "cvtailor.v1"
_BY_CODE: Mapping[grpc.StatusCode, type[CvTailorError]] = {
    grpc.StatusCode.INVALID_ARGUMENT: InvalidRequest,
    grpc.StatusCode.OUT_OF_RANGE: InvalidRequest,
    grpc.StatusCode.NOT_FOUND: NotFound,
    grpc.StatusCode.ALREADY_EXISTS: Conflict,
    grpc.StatusCode.ABORTED: Conflict,
    grpc.StatusCode.FAILED_PRECONDITION: Conflict,
    grpc.StatusCode.UNAUTHENTICATED: Unauthenticated,
    grpc.StatusCode.PERMISSION_DENIED: PermissionDenied,
    grpc.StatusCode.RESOURCE_EXHAUSTED: QuotaExceeded,
    grpc.StatusCode.UNAVAILABLE: Unavailable,
    grpc.StatusCode.CANCELLED: Unavailable,
    grpc.StatusCode.DEADLINE_EXCEEDED: DeadlineExceeded,
}
"""Where nobody gave a reason: a gateway, or the way there."""
_GRPCS_OWN = dict.fromkeys(
    ("Deadline Exceeded", "Stream removed (Deadline Exceeded)"), "The deadline of the call is over."
)
"""What gRPC says of itself, in words for people."""
_LOST = frozenset({"UNAVAILABLE", "CANCELLED", "UNKNOWN", "INTERNAL", "DATA_LOSS"})
"""Without a reason, these mean that the service was not reached, or not to the end."""


def refusal(error: grpc.aio.AioRpcError) -> CvTailorError:
    """Returns what a call that ended otherwise than OK means."""
    trailers = _texts(error.trailing_metadata())
    details = list(rpc_status.details(trailers.get(rpc_status.HEADER, b"")))
    infos = [detail for detail in details if isinstance(detail, ErrorInfo) and detail.domain == DOMAIN]
    reason = _reason(infos[0].reason) if infos else ErrorReason.UNSPECIFIED
    code = error.code()
    known = reason is not ErrorReason.UNSPECIFIED
    kind = CLASSES[reason] if known else _BY_CODE.get(code, ServiceFixes)
    message = _GRPCS_OWN.get(error.details() or "") or error.details() or f"The call ended with {code.name}."
    headers = {**_texts(error.initial_metadata()), **trailers}
    return kind(
        message,
        Particulars(
            reason=reason,
            code=code.name,
            violations=tuple(
                FieldViolation(violation.field, violation.description, violation.reason)
                for detail in details
                if isinstance(detail, BadRequest)
                for violation in detail.field_violations
            ),
            retry_after=next((d.retry_delay for d in details if isinstance(d, RetryInfo)), None),
            metadata=dict(infos[0].metadata) if infos else None,
            request_id=headers.get("x-request-id", b"").decode(errors="replace"),
        ),
    )


def refusal_of_run(reason: ErrorReason, message: str, application_id: str) -> CvTailorError:
    """Returns what a run that failed means."""
    kind = CLASSES.get(reason, ServiceFixes)
    return kind(message, Particulars(reason=reason, application_id=application_id))


def connection_lost(error: CvTailorError) -> bool:
    """Whether the connection broke, or the service is away for a while: asking again is right."""
    if error.reason is ErrorReason.UNSPECIFIED:
        return error.code in _LOST
    return error.code == "UNAVAILABLE" and isinstance(error, Unavailable)


def token_expired(error: CvTailorError) -> bool:
    """Whether a fresh token may help. A gateway that checks tokens itself gives no reason."""
    return error.code == "UNAUTHENTICATED" and error.reason in (
        ErrorReason.TOKEN_EXPIRED,
        ErrorReason.UNSPECIFIED,
    )


def _reason(name: str) -> ErrorReason:
    try:
        return ErrorReason[name]
    except KeyError:
        return ErrorReason.UNSPECIFIED


def _texts(metadata: grpc.aio.Metadata | None) -> dict[str, bytes]:
    return {key: value if isinstance(value, bytes) else value.encode() for key, value in (metadata or ())}
