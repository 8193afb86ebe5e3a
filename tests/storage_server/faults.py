"""What can go wrong between Storage and those who ask it; each fault meets one request."""

import asyncio
import json
from collections.abc import Awaitable, Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

type Fault = Callable[[ASGIApp, Scope, Receive, Send], Awaitable[None]]


def answers(status: int, error: str = "Internal", **headers: str) -> Fault:
    """The request is not served but answered with an error."""

    async def fault(_: ASGIApp, __: Scope, ___: Receive, send: Send) -> None:
        body = json.dumps({"statusCode": str(status), "error": error, "message": "planted"}).encode()
        named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": named})
        await send({"type": "http.response.body", "body": body})

    return fault


async def resets(_: ASGIApp, __: Scope, ___: Receive, send: Send) -> None:
    """The connection breaks before the request is served."""
    _abort(send)


async def loses_the_answer(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """The request is served, and the connection breaks before it says so."""

    async def swallow(_: Message) -> None:
        pass

    await app(scope, receive, swallow)
    _abort(send)


async def breaks_off(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """The connection breaks in the middle of the content."""

    async def halve(message: Message) -> None:
        body = message.get("body", b"")
        await send({**message, "body": body[: len(body) // 2], "more_body": True} if body else message)
        if body:
            _abort(send)

    await app(scope, receive, halve)


async def hangs(_: ASGIApp, __: Scope, receive: Receive, ___: Send) -> None:
    """Nothing comes back until the asker gives up."""
    await _gone(receive)


async def drips(_: ASGIApp, __: Scope, receive: Receive, send: Send) -> None:
    """The answer comes byte by byte and never ends, so that no single read takes long."""
    gone = asyncio.ensure_future(_gone(receive))
    await send({"type": "http.response.start", "status": 200, "headers": []})
    while not gone.done():
        await send({"type": "http.response.body", "body": b" ", "more_body": True})
        await asyncio.wait([gone], timeout=0.01)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _abort(send: Send) -> None:
    send.__self__.transport.abort()  # type: ignore[attr-defined]  # the cycle of uvicorn that sends
