"""Keeps an Envoy running: starts it, starts it again when it dies, and lets it go without losing a call."""

import asyncio
import json
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from secrets import token_urlsafe

import httpx
import structlog

from cvtailor.domain.errors import InvalidInput
from cvtailor.gateway.admin import Admin
from cvtailor.gateway.bootstrap import bootstrap
from cvtailor.gateway.edge import Edge
from cvtailor.gateway.envoy import EnvoyProcess
from cvtailor.gateway.page import LocalAccess, Page

_READY_SECONDS = 20
_POLL_SECONDS = 0.02
_RESTART_SECONDS_MAX = 30.0
_STABLE_SECONDS = 60
_TOKEN_RENEWAL_SECONDS = 3600

type MintToken = Callable[[], str]
"""Returns a new token of the local user, good for some hours."""

log = structlog.get_logger(__name__)


class Gateway:
    """A supervised Envoy.

    Attributes:
        port: Where it listens.
        url: Where people find the page.
        link: The same, and opens the page as the local user if it was given tokens for them; a secret then.
    """

    def __init__(self, edge: Edge, folder: Path) -> None:
        """Takes what it is to be, and a folder of this user alone; nothing happens before ``start``."""
        self._edge = edge
        self._folder = folder
        self._admin = Admin(folder / "admin.sock", edge.settings.admin_port)
        self._envoy: EnvoyProcess | None = None
        self._supervising: asyncio.Task[None] | None = None
        self.port = edge.settings.port

    @property
    def url(self) -> str:
        """See the class."""
        return self._edge.url(self.port)

    @property
    def link(self) -> str:
        """See the class."""
        access = self._edge.page.local_access if self._edge.page else None
        return f"{self.url}open?key={access.key}" if access else self.url

    @property
    def pid(self) -> int:
        """Process id of the Envoy that serves now."""
        return self._envoy.pid if self._envoy else 0

    async def start(self) -> None:
        """Starts Envoy and returns when it serves.

        Raises:
            InvalidInput: It can't: there is no Envoy, or the port is taken, or a file is no certificate.
        """
        self._envoy = await self._launched()
        # Clients know the port by now: whoever follows must have the same.
        self.port = await self._admin.port()
        self._supervising = asyncio.create_task(self._supervise(self._envoy))
        log.info("gateway_serves", url=self.url, backends=len(self._edge.backends), pid=self._envoy.pid)

    async def begin_drain(self) -> None:
        """Asks clients to go elsewhere; calls go on."""
        with suppress(httpx.HTTPError):
            await self._admin.drain()

    async def stop(self, drain_seconds: float) -> None:
        """Lets calls end for a while, then ends Envoy."""
        if self._supervising:
            self._supervising.cancel()
            await asyncio.wait({self._supervising})
        if self._envoy and not self._envoy.ended:
            await self.begin_drain()
            await self._wait_for_calls(drain_seconds)
            await self._envoy.end()
        await self._admin.close()

    async def _wait_for_calls(self, drain_seconds: float) -> None:
        with suppress(TimeoutError, httpx.HTTPError):
            async with asyncio.timeout(drain_seconds):
                while await self._admin.open_calls():  # noqa: ASYNC110  # Envoy tells only who asks
                    await asyncio.sleep(_POLL_SECONDS)

    async def _supervise(self, envoy: EnvoyProcess) -> None:
        deaths = 0
        while True:
            began = time.monotonic()
            code = await envoy.wait()
            deaths = 1 if time.monotonic() - began > _STABLE_SECONDS else deaths + 1
            pause_seconds = min(_RESTART_SECONDS_MAX, 0.05 * 2**deaths)
            log.error("gateway_died", exit_code=code, deaths=deaths, restart_in_seconds=pause_seconds)
            await asyncio.sleep(pause_seconds)
            try:
                self._envoy = envoy = await self._launched()
            except InvalidInput as error:
                log.error("gateway_not_restarted", why=error.message)  # told in words
            else:
                log.info("gateway_restarted", pid=envoy.pid)

    async def _launched(self) -> EnvoyProcess:
        configuration = self._folder / "envoy.json"
        configuration.write_text(json.dumps(bootstrap(self._edge, self.port, self._admin.socket)))
        self._admin.socket.unlink(missing_ok=True)
        settings = self._edge.settings
        envoy = await EnvoyProcess.start(
            configuration, threads=settings.threads, drain_seconds=settings.drain_seconds
        )
        try:
            async with asyncio.timeout(_READY_SECONDS):
                while not envoy.ended and not await self._admin.ready():  # noqa: ASYNC110
                    await asyncio.sleep(_POLL_SECONDS)
        except BaseException as error:
            await envoy.end()
            if isinstance(error, TimeoutError):
                raise InvalidInput(f"Envoy was not ready within {_READY_SECONDS} s.") from error
            raise
        if envoy.ended:
            await envoy.wait()
            raise InvalidInput(f"Envoy did not start: {envoy.last_words()}")
        return envoy


@asynccontextmanager
async def running_gateway(edge: Edge, mint: MintToken | None = None) -> AsyncIterator[Gateway]:
    """Runs a gateway, supervised; drains and stops it at the end.

    Args:
        edge: What it is to be.
        mint: Lets whoever has the link use the page as the local user; ignored where others than this
            machine's users reach the gateway, or where people sign in.

    Raises:
        InvalidInput: It did not start.
    """
    with tempfile.TemporaryDirectory(prefix="cvtailor-gateway-") as name:
        folder = Path(name)
        page = edge.page
        offering: asyncio.Task[None] | None = None
        if page and mint and edge.settings.on_loopback and not page.supabase_url:
            access = LocalAccess(token_urlsafe(32), folder / "offered" / "config.json")
            access.token_file.parent.mkdir()
            _offer(page, access, mint)
            edge = replace(edge, page=page.opened_by(access))
            offering = asyncio.create_task(_keep_offering(page, access, mint))
        gateway = Gateway(edge, folder)
        try:
            await gateway.start()
            yield gateway
        finally:
            if offering:
                offering.cancel()
            await gateway.stop(edge.settings.drain_seconds)


def _offer(page: Page, access: LocalAccess, mint: MintToken) -> None:
    """Replaces the file as a whole: Envoy reads it again when it is moved into place."""
    fresh = access.token_file.with_suffix(".new")
    fresh.write_text(page.config(mint()))
    fresh.replace(access.token_file)


async def _keep_offering(page: Page, access: LocalAccess, mint: MintToken) -> None:
    while True:
        await asyncio.sleep(_TOKEN_RENEWAL_SECONDS)
        _offer(page, access, mint)
