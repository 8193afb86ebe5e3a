"""What the gateway answers by itself, in the form of the service's own errors."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.duration_pb2 import Duration
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status

from cvtailor.domain.errors import Reason
from cvtailor.gateway.envoy_types import TOKEN_CHECK, Config, headers

ERROR_DOMAIN = "cvtailor.v1"
FAILED = "failed"
# What the filter that refused it says: where the JSON of the request is wrong.
_AS_FOUND = "%LOCAL_REPLY_BODY%"
_GRPC = {"name": "content-type", "string_match": {"prefix": "application/grpc"}}
_UNAUTHENTICATED, _UNAVAILABLE, _INVALID_ARGUMENT, _RESOURCE_EXHAUSTED = 16, 14, 3, 8


@dataclass(frozen=True)
class Reply:
    """How one of Envoy's own answers is told.

    Attributes:
        http: Its HTTP status.
        code: The gRPC status instead.
        reason: As in the contract's ``ErrorReason``.
        message: What is wrong and what to do.
        retry_seconds: When to try again; 0: not by itself.
        fault: What the token check found, if that tells it from others of the same HTTP status.
        told_http: HTTP status it is told by; 0: its own.
    """

    http: int
    code: int
    reason: Reason
    message: str
    retry_seconds: float = 0
    fault: str = ""
    told_http: int = 0

    def status(self) -> Status:
        """Returns the error as the service would send it."""
        details: list[Message] = [ErrorInfo(reason=self.reason, domain=ERROR_DOMAIN)]
        if self.retry_seconds:
            delay = Duration()
            delay.FromNanoseconds(round(self.retry_seconds * 1e9))
            details.append(RetryInfo(retry_delay=delay))
        status = Status(code=self.code, message=self.message)
        for detail in details:
            packed = AnyMessage()
            packed.Pack(detail)
            status.details.append(packed)
        return status


def replies(request_bytes_max: int) -> tuple[Reply, ...]:
    """Returns how each is told; the first that fits decides."""
    return (
        Reply(
            401,
            _UNAUTHENTICATED,
            Reason.TOKEN_MISSING,
            "Send the metadata 'authorization: Bearer <token>'.",
            fault="Jwt is missing",
        ),
        Reply(
            401,
            _UNAUTHENTICATED,
            Reason.TOKEN_EXPIRED,
            "The token has expired; refresh the session and call again.",
            fault="Jwt is expired",
        ),
        Reply(
            401,
            _UNAVAILABLE,
            Reason.DEPENDENCY_UNAVAILABLE,
            "The keys that tokens are verified with can't be fetched now; try again.",
            retry_seconds=1,
            fault="Jwks remote fetch is failed",
            told_http=503,
        ),
        Reply(
            401,
            _UNAUTHENTICATED,
            Reason.TOKEN_INVALID,
            "The token is not valid here. Sign in again.",
        ),
        Reply(400, _INVALID_ARGUMENT, Reason.INVALID_ARGUMENT, _AS_FOUND),
        Reply(
            413,
            _INVALID_ARGUMENT,
            Reason.INVALID_ARGUMENT,
            f"The request is too large: at most {request_bytes_max} bytes. Send less.",
        ),
        Reply(
            429,
            _RESOURCE_EXHAUSTED,
            Reason.QUOTA_EXCEEDED,
            "Too many requests come from this address. Wait a second, then call again.",
            retry_seconds=1,
        ),
        *(
            Reply(
                http,
                _UNAVAILABLE,
                Reason.DEPENDENCY_UNAVAILABLE,
                "The service does not answer now; nothing is lost. Call again.",
                retry_seconds=1,
            )
            for http in (502, 503, 504)
        ),
    )


def local_reply_configuration(request_bytes_max: int) -> Config:
    """Returns how Envoy rewrites its own answers: for gRPC in trailers, else as JSON."""
    told = replies(request_bytes_max)
    in_trailers = [_for_grpc(reply) for reply in told if reply.message != _AS_FOUND]
    return {"mappers": [*in_trailers, *map(_for_json, told)]}


def _for_grpc(reply: Reply) -> Config:
    details = base64.b64encode(reply.status().SerializeToString()).decode().rstrip("=")
    return {
        "filter": _filter(reply, {"header": _GRPC}),
        # Of another HTTP status the gRPC-Web filter would make a gRPC status of its own choice.
        "status_code": 200,
        "body": {"inline_string": ""},
        "headers_to_add": headers(
            {
                "grpc-status": str(reply.code),
                "grpc-message": quote(reply.message, safe=" '<>/:;,.()"),
                "grpc-status-details-bin": details,
            }
        ),
    }


def _for_json(reply: Reply) -> Config:
    fields: Mapping[str, str] = {"retry-after": f"{reply.retry_seconds:.0f}"} if reply.retry_seconds else {}
    return {
        "filter": _filter(reply),
        "status_code": reply.told_http or reply.http,
        "body_format_override": {"json_format": MessageToDict(reply.status())},
        "headers_to_add": headers(fields),
    }


def _filter(reply: Reply, *header_filters: Config) -> Config:
    status = {"op": "EQ", "value": {"default_value": reply.http, "runtime_key": "gateway.never_set"}}
    filters: list[Config] = [{"status_code_filter": {"comparison": status}}]
    filters += [{"header_filter": each} for each in header_filters]
    if reply.fault:
        fault = {
            "filter": TOKEN_CHECK,
            "path": [{"key": FAILED}, {"key": "message"}],
            "value": {"string_match": {"exact": reply.fault}},
        }
        filters.append({"metadata_filter": {"matcher": fault, "match_if_key_not_found": False}})
    return filters[0] if len(filters) == 1 else {"and_filter": {"filters": filters}}
