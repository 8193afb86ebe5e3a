"""What a client sees of an error."""

from collections.abc import Awaitable
from dataclasses import dataclass

import grpc
import grpc.aio
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from grpc_status import rpc_status


@dataclass(frozen=True)
class Refusal:
    """A status with its details, unpacked."""

    code: grpc.StatusCode
    message: str
    details: tuple[Message, ...]
    trailers: grpc.aio.Metadata

    @property
    def info(self) -> ErrorInfo:
        (info,) = [each for each in self.details if isinstance(each, ErrorInfo)]
        return info

    @property
    def reason(self) -> str:
        return self.info.reason

    @property
    def retry(self) -> RetryInfo | None:
        return next((each for each in self.details if isinstance(each, RetryInfo)), None)

    @property
    def fields(self) -> list[str]:
        bad = [each for each in self.details if isinstance(each, BadRequest)]
        return [violation.field for each in bad for violation in each.field_violations]


async def refusal(call: Awaitable[object] | grpc.aio.UnaryStreamCall) -> Refusal:
    """Awaits a call, or reads a stream to its end, and returns the error it must end with."""
    try:
        if isinstance(call, grpc.aio.UnaryStreamCall):
            async for _ in call:
                pass
        else:
            await call
    except grpc.aio.AioRpcError as error:
        status = rpc_status.from_call(error)
        return Refusal(
            error.code(),
            error.details() or "",
            tuple(_unpack(each) for each in status.details) if status else (),
            error.trailing_metadata(),
        )
    raise AssertionError("the call succeeded")


def _unpack(packed: Message) -> Message:
    for kind in (ErrorInfo, BadRequest, RetryInfo):
        message = kind()
        if packed.Unpack(message):
            return message
    raise AssertionError(f"an unexpected detail: {packed.type_url}")
