"""MCP over HTTPS: with an authority, only clients with a certificate of it are let in."""

import asyncio
import ssl
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import Unauthenticated
from cvtailor.mcp_server.http_server import HttpServer, Listener
from cvtailor.settings import Settings
from gateway.certificates import Authority
from starlette.applications import Starlette


async def nobody(token: str) -> Caller:
    raise Unauthenticated("Not in this test.")


async def status(port: int, trust: ssl.SSLContext) -> int:
    async with httpx.AsyncClient(verify=trust) as client:
        return (await client.get(f"https://localhost:{port}/mcp")).status_code


async def test_clients_without_a_certificate_are_refused_at_the_handshake(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    certificate, key = authority.issue("service")
    settings = Settings(tls_certificate=certificate, tls_key=key, tls_client_ca=authority.ca)
    without = ssl.create_default_context(cafile=str(authority.ca))
    with_one = ssl.create_default_context(cafile=str(authority.ca))
    with_one.load_cert_chain(*authority.issue("client"))
    mcp = cast("Any", SimpleNamespace(streamable_http_app=Starlette))
    with Listener("127.0.0.1", 0) as listener:
        server = HttpServer(mcp, nobody, listener, settings)
        serving = asyncio.create_task(server.serve(sockets=[listener.socket]))
        while not server.started:  # noqa: ASYNC110  # it has no event for it
            await asyncio.sleep(0.01)
        try:
            # Let in, and asked for a token as ever.
            assert await status(listener.port, with_one) == httpx.codes.UNAUTHORIZED
            with pytest.raises(httpx.TransportError):
                await status(listener.port, without)
        finally:
            server.stop()
            await serving
