"""Gateways before a backend of the tests."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from cvtailor.adapters.auth.local_keys import LocalKeys
from cvtailor.gateway.edge import Edge, edge_for
from cvtailor.gateway.settings import GatewaySettings
from cvtailor.gateway.supervision import Gateway, running_gateway
from cvtailor.settings import Settings

USER = UUID("7b3c0a52-93a5-4a7e-9a0c-0f4d5b7c2e11")
SCRIPT = "console.log('one line of many');\n" * 200


@dataclass(frozen=True)
class Front:
    """A running gateway, a client of it, and a user's token."""

    gateway: Gateway
    http: httpx.AsyncClient
    token: str

    @property
    def authorized(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"}


def keys_in(folder: Path) -> LocalKeys:
    return LocalKeys(folder / "auth")


def page_at(folder: Path) -> Path:
    page = folder / "dist"
    (page / "assets").mkdir(parents=True, exist_ok=True)
    (page / "index.html").write_text("<!doctype html>\n" + "<p>the page</p>\n" * 100)
    (page / "assets" / "main-4f2a.js").write_text(SCRIPT)
    (page / "assets" / "main-4f2a.js.map").write_text("{}")
    (page / "icon.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    return page


def edge_of(
    folder: Path, backend_port: int = 50051, service: dict[str, Any] | None = None, **gateway: Any
) -> Edge:
    """Returns a gateway's plan: of the settings given, and none of the environment."""
    settings = Settings(data_dir=folder, port=backend_port, **(service or {}))
    defaults = {
        "port": 0,
        "page": page_at(folder),
        "requests_per_second": None,
        "drain_seconds": 2,
        "threads": 1,
    }
    return edge_for(settings, GatewaySettings(**{**defaults, **gateway}), keys_in(folder).jwks_path)


@asynccontextmanager
async def running_front(
    folder: Path,
    backend_port: int,
    service: dict[str, Any] | None = None,
    verify: ssl.SSLContext | bool = False,
    local_access: bool = True,
    **gateway: Any,
) -> AsyncIterator[Front]:
    """Runs a gateway."""
    keys = keys_in(folder)
    mint = (lambda: keys.mint(USER, 600)) if local_access else None
    async with running_gateway(edge_of(folder, backend_port, service, **gateway), mint) as running:
        base = running.url.rstrip("/")
        async with httpx.AsyncClient(base_url=base, timeout=20, verify=verify, http2=bool(verify)) as http:
            yield Front(running, http, keys.mint(USER, 600))
