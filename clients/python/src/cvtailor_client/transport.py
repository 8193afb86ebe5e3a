"""What the generated stubs stand on: calls over a channel of grpcio."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol, Self

import grpc.aio

type Metadata = Sequence[tuple[str, str]]


class _Sent(Protocol):
    def __bytes__(self) -> bytes: ...


class _Received(Protocol):
    @classmethod
    def parse(cls, data: bytes) -> Self: ...


class ServiceStub:
    """The base of every stub.

    A call that ends otherwise than OK raises ``grpc.aio.AioRpcError``; ``refusals`` reads it.
    """

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._channel = channel

    async def _unary_unary[Answer: _Received](
        self,
        route: str,
        request: _Sent,
        response_type: type[Answer],
        *,
        timeout: float | None = None,
        metadata: Metadata | None = None,
    ) -> Answer:
        method: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = self._channel.unary_unary(route)
        with _told_of_closing():
            answer = await method(bytes(request), timeout=timeout, metadata=_of_grpc(metadata))
        return response_type.parse(answer)

    def _unary_stream[Answer: _Received](
        self,
        route: str,
        request: _Sent,
        response_type: type[Answer],
        *,
        timeout: float | None = None,
        metadata: Metadata | None = None,
    ) -> AsyncIterator[Answer]:
        method: grpc.aio.UnaryStreamMultiCallable[bytes, bytes] = self._channel.unary_stream(route)
        call = method(bytes(request), timeout=timeout, metadata=_of_grpc(metadata))
        return _Messages(call, response_type)


class _Messages[Answer: _Received]:
    """The messages of a stream; the call is cancelled as soon as nobody holds them any more."""

    def __init__(self, call: grpc.aio.UnaryStreamCall[bytes, bytes], response_type: type[Answer]) -> None:
        self._call = call
        self._type = response_type

    def __del__(self) -> None:
        self._call.cancel()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Answer:
        with _told_of_closing():
            received = await self._call.read()
        if isinstance(received, bytes):
            return self._type.parse(received)
        raise StopAsyncIteration


@contextmanager
def _told_of_closing() -> Iterator[None]:
    """Raises RuntimeError where a closing channel of grpcio would cancel a task that nobody cancelled."""
    try:
        yield
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise RuntimeError("This client was closed meanwhile.") from None


def _of_grpc(metadata: Metadata | None) -> grpc.aio.Metadata:
    return grpc.aio.Metadata(*(metadata or ()))
