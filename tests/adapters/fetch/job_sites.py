"""A web site on loopback that answers each path with the bytes it was given."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from cvtailor.adapters.fetch import JobPageFetcher

AD = "<html><body><h1>Nurse</h1><p>We look for a nurse who likes night shifts in Bern.</p></body></html>"


def page(content: bytes | str = AD, media_type: str = "text/html; charset=utf-8", *headers: str) -> bytes:
    body = content.encode() if isinstance(content, str) else content
    head = ["HTTP/1.1 200 OK", f"content-type: {media_type}", f"content-length: {len(body)}", *headers]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def redirect(location: str, *headers: str, status: int = 302) -> bytes:
    head = [f"HTTP/1.1 {status} Moved", f"location: {location}", "content-length: 0", *headers]
    return "\r\n".join(head).encode() + b"\r\n\r\n"


@dataclass
class Site:
    port: int
    pages: dict[str, bytes]
    requests: list[str] = field(default_factory=list)
    silent: bool = False

    def url(self, path: str = "/job", host: str = "jobs.example.com", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"


@asynccontextmanager
async def site(pages: Mapping[str, bytes], tls: ssl.SSLContext | None = None) -> AsyncIterator[Site]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        served.requests.append(head)
        if served.silent:
            await reader.read()
        writer.write(served.pages.get(head.split()[1], b"HTTP/1.1 404 None\r\ncontent-length: 0\r\n\r\n"))
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=tls)
    served = Site(server.sockets[0].getsockname()[1], dict(pages))
    try:
        yield served
    finally:
        server.close()


class Names:
    """A resolver that knows what it is told, and remembers what it was asked."""

    def __init__(self, **addresses: Sequence[str]) -> None:
        self.addresses = {name.replace("_", "."): found for name, found in addresses.items()}
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        return self.addresses.get(host, ["127.0.0.1"])


def is_loopback(address: str) -> bool:
    return address == "127.0.0.1"


def fetcher(served: Site, names: Names | None = None, **bounds: object) -> JobPageFetcher:
    """A fetcher for which the site is the public internet."""
    chosen = {"resolve": names or Names(), "allows": is_loopback, "other_ports": {served.port}, **bounds}
    return JobPageFetcher(**chosen)  # type: ignore[arg-type]
