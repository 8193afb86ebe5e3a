"""The boundary: every call of ours passes it once, on the way in and on the way out."""

import asyncio
import re
import time
import traceback
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, suppress
from types import TracebackType
from typing import Any, cast
from uuid import uuid4

import grpc
import grpc.aio
import structlog
from google.protobuf.message import DecodeError, Message
from grpc_status import rpc_status

from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import CvtailorError, InvalidInput, Reason, WatcherTooSlow
from cvtailor.rpc.admission import Admission
from cvtailor.rpc.caller import set_caller, set_request_id
from cvtailor.rpc.errors import internal_error, wire_status
from cvtailor.rpc.validation import validate
from cvtailor.telemetry.metrics import CALL_SECONDS, STREAMS_OPEN
from cvtailor.telemetry.spans import NOTHING, OpenCall, call_span

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
_OUR_FAULTS = frozenset(
    {
        grpc.StatusCode.DATA_LOSS,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.INTERNAL,
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.UNIMPLEMENTED,
        grpc.StatusCode.UNKNOWN,
    }
)
"""What the semantic conventions of gRPC servers call an error of the server."""
_LEAVING_POLL_SECONDS = 0.01
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

type _Context = grpc.aio.ServicerContext[Message, Any]
type _Handler = grpc.RpcMethodHandler[Message, Any]
type _Read = Callable[[bytes], Message]

log = structlog.get_logger(__name__)


class Boundary(grpc.aio.ServerInterceptor):
    """Authenticates, validates, logs, sends what streams yield, and turns exceptions into statuses."""

    def __init__(self, admission: Admission, *, stream_write_seconds: float = 30.0) -> None:
        """Takes who may come in, and how long a message of a stream may wait until its reader takes it."""
        self._admission = admission
        self._stream_write_seconds = stream_write_seconds
        self._open: set[_Call] = set()

    def only_unread(self, seconds: float) -> bool:
        """Whether calls are open, and each has something to send that was not read for that long."""
        return bool(self._open) and all(call.unread_seconds >= seconds for call in self._open)

    async def left(self, seconds: float) -> None:
        """Returns once no call is open, or after so long: one that was cut still closes what it opened."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._open:  # noqa: ASYNC110  # once in a process's life, and not for long
                    await asyncio.sleep(_LEAVING_POLL_SECONDS)

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

        def call(context: _Context) -> _Call:
            streams = bool(handler.response_streaming)
            return _Call(details.method, context, admission, self._open, streams=streams)

        if handler.response_streaming:
            return _wrap_stream(handler, call, self._stream_write_seconds)
        return _wrap_unary(handler, call)


def _wrap_unary(handler: _Handler, begin: Callable[[_Context], "_Call"]) -> _Handler:
    serve = cast("Callable[[Message, _Context], Awaitable[Message]]", handler.unary_unary)
    read = cast("_Read", handler.request_deserializer)

    async def guarded(request: bytes, context: _Context) -> Message:
        async with begin(context) as call:
            response = await serve(await call.enter(request, read), context)
            call.messages = 1
            return response

    return grpc.unary_unary_rpc_method_handler(cast("Any", guarded), None, handler.response_serializer)


def _wrap_stream(handler: _Handler, begin: Callable[[_Context], "_Call"], write_seconds: float) -> _Handler:
    """A handler that yields can't tell how long its yield takes, so its messages are sent from here."""
    serve = cast("Callable[[Message, _Context], AsyncGenerator[Message]]", handler.unary_stream)
    read = cast("_Read", handler.request_deserializer)

    async def guarded(request: bytes, context: _Context) -> None:
        async with (
            begin(context) as call,
            # Closed here, not by the garbage collector, whoever ends the call.
            aclosing(serve(await call.enter(request, read), context)) as responses,
        ):
            del request  # It may be a CV of megabytes, and the stream lasts as long as the run.
            async for response in responses:
                await call.send(response, write_seconds)

    return grpc.unary_stream_rpc_method_handler(cast("Any", guarded), None, handler.response_serializer)


class _Call:
    """One call, from its first byte to its status."""

    def __init__(
        self,
        method: str,
        context: _Context,
        admission: Admission | None,
        open_calls: "set[_Call]",
        *,
        streams: bool,
    ) -> None:
        self.messages = 0
        self._open_calls = open_calls
        self._streams = streams
        self._sending_since: float | None = None
        self._admission = admission
        self._method = method.rpartition("/")[2]
        self._context = context
        metadata = _metadata(context)
        self._request_id = _request_id(metadata)
        self._caller: Caller | None = None
        self._began = time.monotonic()
        traceparent = str(metadata.get("traceparent", ""))
        self._span: OpenCall = call_span(method.lstrip("/"), traceparent) if admission else NOTHING

    async def enter(self, request: bytes, read: _Read) -> Message:
        """Returns the request if it may come in, or raises what speaks against it.

        It arrives as bytes, so that nobody unknown has four megabytes parsed, and so that what is no
        message is refused like any other bad request.
        """
        structlog.contextvars.bind_contextvars(request_id=self._request_id)
        set_request_id(self._request_id)
        self._span.enter()
        if self._admission:
            self._caller = await self._admission.caller(_metadata(self._context))
            set_caller(self._caller)
        try:
            message = read(request)
        except DecodeError as error:
            raise InvalidInput("The request's bytes are no message of this method's type.") from error
        validate(message)
        return message

    @property
    def unread_seconds(self) -> float:
        """For how long the client has not read what is being sent to it; 0: nothing is."""
        return 0.0 if self._sending_since is None else time.monotonic() - self._sending_since

    async def send(self, response: Message, write_seconds: float) -> None:
        """Sends a message of a stream; returns when HTTP/2's flow control has let all of it go.

        gRPC holds no other message of the stream meanwhile, so one message is all that a client which
        does not read costs.

        Raises:
            WatcherTooSlow: The client did not read in time.
        """
        self._sending_since = time.monotonic()
        try:
            async with asyncio.timeout(write_seconds):
                await self._context.write(response)
        except TimeoutError as error:
            raise WatcherTooSlow(
                f"This stream was not read for {write_seconds:g} s and is closed; nothing is lost. Call "
                "again, or reattach to a run with WatchApplication and the last sequence that arrived."
            ) from error
        self._sending_since = None
        self.messages += 1

    async def __aenter__(self) -> "_Call":
        self._open_calls.add(self)
        if self._streams:
            STREAMS_OPEN.tell(1, {"rpc.method": self._method})
        self._context.set_trailing_metadata((("x-request-id", self._request_id),))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            await self._leave(error)
        finally:
            self._open_calls.discard(self)
            if self._streams:
                STREAMS_OPEN.tell(-1, {"rpc.method": self._method})

    async def _leave(self, error: BaseException | None) -> None:
        if error is None:
            self._log(grpc.StatusCode.OK)
        elif _cancelled(error):
            expired = self._context.time_remaining() == 0
            self._log(grpc.StatusCode.DEADLINE_EXCEEDED if expired else grpc.StatusCode.CANCELLED)
        elif isinstance(error, Exception | asyncio.CancelledError):
            await self._refuse(error)

    async def _refuse(self, error: BaseException) -> None:
        known = self._known(error)
        status = rpc_status.to_status(wire_status(known))
        self._log(status.code, reason=known.reason.value, field=known.field)
        # After a message that was not read, so may the status be: it travels behind it.
        self._sending_since = self._sending_since or time.monotonic()
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
        seconds = time.monotonic() - self._began
        answered = {"rpc.response.status_code": code.name}
        self._span.note(answered)
        self._span.end(code.name if code in _OUR_FAULTS else "")
        if self._admission:
            CALL_SECONDS.tell(seconds, {"rpc.method": self._method, **answered})
        # Load balancers ask the open services all the time.
        tell = log.info if self._admission else log.debug
        tell(
            "call",
            method=self._method,
            code=code.name,
            duration_ms=round(seconds * 1000, 1),
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


def _metadata(context: _Context) -> grpc.aio.Metadata:
    # On the server it is a plain tuple, whatever its type says. Not kept: a stream may last for hours.
    return grpc.aio.Metadata(*(context.invocation_metadata() or ()))


def _request_id(metadata: grpc.aio.Metadata) -> str:
    given = str(metadata.get("x-request-id", ""))
    return given if _REQUEST_ID.fullmatch(given) else uuid4().hex
