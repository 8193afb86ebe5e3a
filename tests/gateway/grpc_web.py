"""gRPC-Web by hand: frames in a body, the status in the last one."""

import base64
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import NamedTuple

import httpx
from google.protobuf.message import Message
from google.rpc.status_pb2 import Status

GENERATOR = "/cvtailor.v1.CvGenerator/"
_TRAILERS = 0x80


class Answer(NamedTuple):
    """The answer to a call."""

    http: httpx.Response
    messages: list[bytes]
    trailers: dict[str, str]

    @property
    def status(self) -> int:
        return int(self.trailers.get("grpc-status", "-1"))

    def details(self) -> Status:
        encoded = self.trailers["grpc-status-details-bin"]
        return Status.FromString(base64.b64decode(encoded + "=" * (-len(encoded) % 4)))


class Stream:
    """Frames as they arrive."""

    def __init__(self, response: httpx.Response, text: bool) -> None:
        self.response = response
        self._text = text
        # What refuses a call at once puts the status in the headers.
        self.trailers = {k: v for k, v in response.headers.items() if k.startswith("grpc-")}

    async def messages(self) -> AsyncIterator[bytes]:
        buffer = b""
        async for chunk in self._bytes():
            buffer += chunk
            while len(buffer) >= 5 and len(buffer) >= 5 + (size := int.from_bytes(buffer[1:5])):
                flags, payload, buffer = buffer[0], buffer[5 : 5 + size], buffer[5 + size :]
                if flags & _TRAILERS:
                    lines = payload.decode().split("\r\n")
                    self.trailers |= {
                        k.lower(): v.strip() for k, _, v in (e.partition(":") for e in lines) if k
                    }
                else:
                    yield payload

    async def _bytes(self) -> AsyncIterator[bytes]:
        held = b""
        async for chunk in self.response.aiter_raw():
            if not self._text:
                yield chunk
                continue
            # Base64 in quads, each message padded by itself.
            held += chunk
            whole, held = held[: len(held) // 4 * 4], held[len(held) // 4 * 4 :]
            for part in re.findall(rb"[^=]+=*", whole):
                yield base64.b64decode(part)


@asynccontextmanager
async def stream(
    http: httpx.AsyncClient,
    method: str,
    request: Message,
    headers: Mapping[str, str] | None = None,
    *,
    text: bool = False,
) -> AsyncIterator[Stream]:
    """Calls, and yields the answer's stream."""
    payload = request.SerializeToString()
    body = b"\0" + len(payload).to_bytes(4) + payload
    kind = "application/grpc-web-text" if text else "application/grpc-web+proto"
    fields = {"content-type": kind, "accept": kind, "x-grpc-web": "1", **(headers or {})}
    path = method if method.startswith("/") else GENERATOR + method
    async with http.stream(
        "POST", path, content=base64.b64encode(body) if text else body, headers=fields
    ) as response:
        yield Stream(response, text)


async def call(
    http: httpx.AsyncClient,
    method: str,
    request: Message,
    headers: Mapping[str, str] | None = None,
    *,
    text: bool = False,
) -> Answer:
    """Calls, and returns all of the answer."""
    async with stream(http, method, request, headers, text=text) as answer:
        messages = [message async for message in answer.messages()]
        return Answer(answer.response, messages, answer.trailers)
