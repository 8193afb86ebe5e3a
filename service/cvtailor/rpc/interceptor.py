"""The boundary: every call of ours passes it once, on the way in and on the way out."""

import asyncio
import re
import time
import traceback
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from types import TracebackType
from typing import Any, cast
from uuid import uuid4

import grpc
import grpc.aio
import structlog
from google.protobuf.message import DecodeError, Message
from grpc_status import rpc_status

from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import CvtailorError, InvalidInput, Reason
from cvtailor.rpc.admission import Admission
from cvtailor.rpc.caller import set_caller
from cvtailor.rpc.errors import internal_error, wire_status
from cvtailor.rpc.validation import validate

OPEN_SERVICES = frozenset(
    {
        "cvtailor.v1.Health",
        "grpc.health.v1.Health",
        "grpc.reflection.v1.ServerReflection",
        "grpc.reflection.v1alpha.ServerReflection",
    }
)
"""What answers without a token."""

_THIRD_PARTY_SERVICES = OPEN_SERVICES - {"cvtailor.v1.Health"}
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

type _Context = grpc.aio.ServicerContext[Message, Any]
type _Handler = grpc.RpcMethodHandler[Message, Any]
type _Read = Callable[[bytes], Message]

log = structlog.get_logger(__name__)


class Boundary(grpc.aio.ServerInterceptor):
    """Authenticates, validates, logs, and turns exceptions into statuses."""

    def __init__(self, admission: Admission) -> None:
        self._admission = admission

    async def intercept_service(  # type: ignore[override]  # Generic there, always messages here.
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[_Handler | None]],
        details: grpc.HandlerCallDetails,
    ) -> _Handler | None:
        """Wraps the method's handler. What is set here is not seen there: it runs in another context."""
        handler = await continuation(details)
        service = details.method.rpartition("/")[0].lstrip("/")
        if handler is None or service in _THIRD_PARTY_SERVICES:
            return handler
        if handler.request_streaming:
            raise NotImplementedError("client-streaming methods are not guarded, so they are not served")
        admission = None if service in OPEN_SERVICES else self._admission
        wrap = _wrap_stream if handler.response_streaming else _wrap_unary
        return wrap(handler, details.method, admission)


def _wrap_unary(handler: _Handler, method: str, admission: Admission | None) -> _Handler:
    serve = cast("Callable[[Message, _Context], Awaitable[Message]]", handler.unary_unary)
    read = cast("_Read", handler.request_deserializer)

    async def guarded(request: bytes, context: _Context) -> Message:
        async with _Call(method, context, admission) as call:
            response = await serve(await call.enter(request, read), context)
            call.messages = 1
            return response

    return grpc.unary_unary_rpc_method_handler(cast("Any", guarded), None, handler.response_serializer)


def _wrap_stream(handler: _Handler, method: str, admission: Admission | None) -> _Handler:
    serve = cast("Callable[[Message, _Context], AsyncGenerator[Message]]", handler.unary_stream)
    read = cast("_Read", handler.request_deserializer)

    async def guarded(request: bytes, context: _Context) -> AsyncIterator[Message]:
        async with (
            _Call(method, context, admission) as call,
            # Closed here, not by the garbage collector: a client that goes away while a message is
            # being sent is only seen as GeneratorExit.
            aclosing(serve(await call.enter(request, read), context)) as responses,
        ):
            async for response in responses:
                call.messages += 1
                yield response

    return grpc.unary_stream_rpc_method_handler(cast("Any", guarded), None, handler.response_serializer)


class _Call:
    """One call, from its first byte to its status."""

    def __init__(self, method: str, context: _Context, admission: Admission | None) -> None:
        self.messages = 0
        self._admission = admission
        self._method = method.rpartition("/")[2]
        self._context = context
        # On the server it is a plain tuple, whatever its type says.
        self._metadata = grpc.aio.Metadata(*(context.invocation_metadata() or ()))
        self._request_id = _request_id(self._metadata)
        self._caller: Caller | None = None
        self._began = time.monotonic()

    async def enter(self, request: bytes, read: _Read) -> Message:
        """Returns the request if it may come in, or raises what speaks against it.

        It arrives as bytes, so that nobody unknown has four megabytes parsed, and so that what is no
        message is refused like any other bad request.
        """
        structlog.contextvars.bind_contextvars(request_id=self._request_id)
        if self._admission:
            self._caller = await self._admission.caller(self._metadata)
            set_caller(self._caller)
        try:
            message = read(request)
        except DecodeError as error:
            raise InvalidInput("The request's bytes are no message of this method's type.") from error
        validate(message)
        return message

    async def __aenter__(self) -> "_Call":
        self._context.set_trailing_metadata((("x-request-id", self._request_id),))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self._log(grpc.StatusCode.OK)
        elif isinstance(error, GeneratorExit) or _cancelled(error):
            expired = self._context.time_remaining() == 0
            self._log(grpc.StatusCode.DEADLINE_EXCEEDED if expired else grpc.StatusCode.CANCELLED)
        elif isinstance(error, Exception | asyncio.CancelledError):
            await self._refuse(error)

    async def _refuse(self, error: BaseException) -> None:
        known = self._known(error)
        status = rpc_status.to_status(wire_status(known))
        self._log(status.code, reason=known.reason.value, field=known.field)
        await self._context.abort(
            status.code,
            status.details,
            (*status.trailing_metadata, ("x-request-id", self._request_id)),
        )

    def _known(self, error: BaseException) -> CvtailorError:
        if isinstance(error, CvtailorError) and error.reason is not Reason.INTERNAL:
            return error
        incident = uuid4().hex[:12]
        # An unexpected exception's text may quote a CV or hold a password: its type and place are told.
        log.error(
            "call_crashed",
            method=self._method,
            incident=incident,
            error=type(error).__name__,
            at="".join(traceback.format_tb(error.__traceback__)),
        )
        return internal_error(incident)

    def _log(self, code: grpc.StatusCode, **more: str) -> None:
        # The context variables may be gone: a generator is closed in whatever context comes by.
        # Load balancers ask the open services all the time.
        tell = log.info if self._admission else log.debug
        tell(
            "call",
            method=self._method,
            code=code.name,
            duration_ms=round((time.monotonic() - self._began) * 1000, 1),
            messages=self.messages,
            user_id=str(self._caller.user_id) if self._caller else None,
            request_id=self._request_id,
            **{name: value for name, value in more.items() if value},
        )


def _cancelled(error: BaseException) -> bool:
    """Whether the call itself was cancelled.

    A CancelledError of something that the handler awaited is a fault of ours; gRPC would take it for the
    peer's and never send a status.
    """
    task = asyncio.current_task()
    return isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling() > 0


def _request_id(metadata: grpc.aio.Metadata) -> str:
    given = str(metadata.get("x-request-id", ""))
    return given if _REQUEST_ID.fullmatch(given) else uuid4().hex
