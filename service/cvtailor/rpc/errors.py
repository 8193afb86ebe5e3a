"""Errors on the wire: one table from reason to status code, one ``ErrorInfo`` in each status.

A status travels in HTTP/2 trailers, of which clients accept 8 KiB; every text here is cut so that the
whole stays below 6.
"""

from collections.abc import Iterable, Mapping, Sequence

import grpc
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status
from protovalidate import Violation

from cvtailor.domain.errors import CallerMustRetry, CvtailorError, InvalidInput, Reason

ERROR_DOMAIN = "cvtailor.v1"
MESSAGE_BYTES_MAX = 512
VIOLATION_BYTES_MAX = 256
VIOLATIONS_BYTES_MAX = 2_048
METADATA_BYTES_MAX = 128

STATUS_CODES: Mapping[Reason, grpc.StatusCode] = {
    Reason.INVALID_ARGUMENT: grpc.StatusCode.INVALID_ARGUMENT,
    Reason.CV_UNREADABLE: grpc.StatusCode.INVALID_ARGUMENT,
    Reason.CV_FORMAT_UNSUPPORTED: grpc.StatusCode.INVALID_ARGUMENT,
    Reason.POSTING_UNREADABLE: grpc.StatusCode.INVALID_ARGUMENT,
    Reason.PAGE_TOKEN_INVALID: grpc.StatusCode.INVALID_ARGUMENT,
    Reason.APPLICATION_NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    Reason.DOCUMENT_NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    Reason.QUESTION_NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    Reason.QUESTION_CLOSED: grpc.StatusCode.ALREADY_EXISTS,
    Reason.REQUEST_ID_REUSED: grpc.StatusCode.ALREADY_EXISTS,
    Reason.RUN_ENDED: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.REVISION_STALE: grpc.StatusCode.ABORTED,
    Reason.STATUS_STEP_REFUSED: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.RUN_IN_PROGRESS: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.NOTHING_TO_REVISE: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.EDIT_TARGET_UNKNOWN: grpc.StatusCode.INVALID_ARGUMENT,
    Reason.LINKS_UNSUPPORTED: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.ACCOUNT_BANNED: grpc.StatusCode.PERMISSION_DENIED,
    Reason.ASSURANCE_TOO_LOW: grpc.StatusCode.PERMISSION_DENIED,
    Reason.ANONYMOUS_REFUSED: grpc.StatusCode.PERMISSION_DENIED,
    Reason.TOKEN_MISSING: grpc.StatusCode.UNAUTHENTICATED,
    Reason.TOKEN_INVALID: grpc.StatusCode.UNAUTHENTICATED,
    Reason.TOKEN_EXPIRED: grpc.StatusCode.UNAUTHENTICATED,
    Reason.PERMISSION_DENIED: grpc.StatusCode.PERMISSION_DENIED,
    Reason.QUOTA_EXCEEDED: grpc.StatusCode.RESOURCE_EXHAUSTED,
    Reason.QUEUE_FULL: grpc.StatusCode.RESOURCE_EXHAUSTED,
    Reason.WATCHER_TOO_SLOW: grpc.StatusCode.UNAVAILABLE,
    Reason.RENDER_TIMEOUT: grpc.StatusCode.UNAVAILABLE,
    Reason.RUN_DEADLINE_EXCEEDED: grpc.StatusCode.UNAVAILABLE,
    Reason.MODEL_REFUSED: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.MODEL_UNAVAILABLE: grpc.StatusCode.UNAVAILABLE,
    Reason.MODEL_BUDGET_SPENT: grpc.StatusCode.RESOURCE_EXHAUSTED,
    Reason.MODEL_ANSWER_INVALID: grpc.StatusCode.INTERNAL,
    Reason.SERVER_DRAINING: grpc.StatusCode.UNAVAILABLE,
    Reason.DEPENDENCY_UNAVAILABLE: grpc.StatusCode.UNAVAILABLE,
    Reason.ATS_CHECK_FAILED: grpc.StatusCode.INTERNAL,
    Reason.RENDER_REFUSED: grpc.StatusCode.INTERNAL,
    Reason.INTERNAL: grpc.StatusCode.INTERNAL,
}


class InvalidRequest(InvalidInput):
    """Fields of a request break the contract's validation rules; ``violations`` names each."""

    def __init__(self, violations: Sequence[BadRequest.FieldViolation]) -> None:
        first = violations[0]
        more = f" (and {len(violations) - 1} more)" if len(violations) > 1 else ""
        super().__init__(f"{first.field}: {first.description}{more}", field=first.field)
        self.violations = violations


def invalid_request(violations: Iterable[Violation]) -> InvalidRequest:
    """Returns protovalidate's findings as one error."""
    return InvalidRequest([_field_violation(violation) for violation in violations])


def internal_error(incident: str) -> CvtailorError:
    """Returns what a caller learns of a fault of ours: a number to quote."""
    return CvtailorError(
        f"Internal error. Please report incident {incident}; the same request may succeed later.",
        incident=incident,
    )


def wire_status(error: CvtailorError) -> Status:
    """Returns the status of an error: exactly one ``ErrorInfo``, then what its kind calls for."""
    where = "" if error.line is None else f"line {error.line}: "
    message = cut(where + error.message, MESSAGE_BYTES_MAX)
    status = Status(code=STATUS_CODES[error.reason].value[0], message=message)
    for detail in _details(error, message):
        status.details.add().Pack(detail)
    return status


def cut(text: str, bytes_max: int) -> str:
    """Returns a text of at most that many bytes of UTF-8, with an ellipsis if something went."""
    encoded = text.encode(errors="replace")
    if len(encoded) <= bytes_max:
        return encoded.decode()
    return encoded[: bytes_max - 3].decode(errors="ignore") + "…"


def _details(error: CvtailorError, message: str) -> Iterable[Message]:
    metadata = {key: cut(value, METADATA_BYTES_MAX) for key, value in error.metadata.items()}
    if error.line is not None:
        metadata["line"] = str(error.line)
    yield ErrorInfo(reason=error.reason.value, domain=ERROR_DOMAIN, metadata=metadata)
    if isinstance(error, InvalidRequest):
        yield _bad_request(error.violations)
    elif error.field:
        yield _bad_request(
            [BadRequest.FieldViolation(field=error.field, description=message, reason=error.reason.value)]
        )
    if isinstance(error, CallerMustRetry):
        delay = Duration()
        delay.FromMilliseconds(round(error.retry_after_seconds * 1000))
        yield RetryInfo(retry_delay=delay)


def _bad_request(violations: Sequence[BadRequest.FieldViolation]) -> BadRequest:
    """Names the violations, in order, as far as they fit; the first one always does."""
    details, bytes_used = BadRequest(), 0
    for violation in violations:
        named = BadRequest.FieldViolation(
            field=cut(violation.field, VIOLATION_BYTES_MAX),
            description=cut(violation.description, VIOLATION_BYTES_MAX),
            reason=violation.reason,
        )
        bytes_used += named.ByteSize()
        if details.field_violations and bytes_used > VIOLATIONS_BYTES_MAX:
            break
        details.field_violations.append(named)
    return details


def _field_violation(violation: Violation) -> BadRequest.FieldViolation:
    found = violation.proto
    return BadRequest.FieldViolation(
        field=".".join(
            f"{element.field_name}[{element.subscript.value}]" if element.subscript else element.field_name
            for element in found.field.elements
        )
        if found.field
        else "",
        description=found.message or "breaks a rule of the contract",
        reason=found.rule_id.upper().replace(".", "_"),
    )
