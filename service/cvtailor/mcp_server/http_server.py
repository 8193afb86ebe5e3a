"""The MCP server on a port: bounded, and on loopback unless its public name is told."""

import ipaddress
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Self

import uvicorn
from mcp.server.transport_security import TransportSecuritySettings
from rich.console import Console

from cvtailor import __version__
from cvtailor.cli.local_user import mint
from cvtailor.domain.errors import InvalidInput
from cvtailor.mcp_server.http_edge import HttpEdge, Verify
from cvtailor.mcp_server.server import CvtailorMcp
from cvtailor.settings import Settings

PATH = "/mcp"
REQUESTS_AT_ONCE_MAX = 256
HEADER_BYTES_MAX = 32 << 10
_TOKEN_HOURS = 12


class Listener:
    """A listening socket, and the names under which it may be spoken to."""

    def __init__(
        self, host: str, port: int, public_hosts: Sequence[str] = (), origins: Sequence[str] = ()
    ) -> None:
        """Takes the port.

        Raises:
            InvalidInput: Somebody else has it, or the address can be reached from elsewhere and no public
                name is told.
        """
        if not public_hosts and not _is_loopback(host):
            raise InvalidInput(f"{host} can be reached from elsewhere: name the host with --public-host.")
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            self.socket = socket.create_server((host, port), family=family)
        except OSError as error:
            raise InvalidInput(f"{host}:{port} can't be listened on: {error.strerror}.") from error
        self.port = int(self.socket.getsockname()[1])
        self.address = f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"
        local = [f"{name}:{self.port}" for name in ("127.0.0.1", "localhost", "[::1]")]
        public = [name for each in public_hosts for name in (each, f"{each}:*")]
        self.names = TransportSecuritySettings(allowed_hosts=local + public, allowed_origins=list(origins))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()


class HttpServer(uvicorn.Server):
    """Serves one MCP server behind the edge."""

    def __init__(self, mcp: CvtailorMcp, verify: Verify, listener: Listener, settings: Settings) -> None:
        self._listener = listener
        self._settings = settings
        super().__init__(
            uvicorn.Config(
                HttpEdge(mcp.streamable_http_app(), verify, listener.names),
                http="h11",
                ws="none",
                lifespan="on",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                limit_concurrency=REQUESTS_AT_ONCE_MAX,
                h11_max_incomplete_event_size=HEADER_BYTES_MAX,
                timeout_graceful_shutdown=max(1, round(settings.drain_seconds)),
                ssl_certfile=settings.tls_certificate,
                ssl_keyfile=settings.tls_key,
                ssl_ca_certs=str(settings.tls_client_ca) if settings.tls_client_ca else None,
                ssl_cert_reqs=ssl.CERT_REQUIRED if settings.tls_client_ca else ssl.CERT_NONE,
            )
        )

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leaves signals to us: uvicorn would end the process before the service has ended."""
        yield

    def stop(self) -> None:
        """Ends ``greet_and_serve``, once the requests in progress are answered."""
        self.should_exit = True

    async def greet_and_serve(self) -> None:
        """Says where it is, and serves."""
        console = Console(highlight=False, soft_wrap=True)
        scheme = "https" if self._settings.tls_certificate else "http"
        url = f"{scheme}://{self._listener.address}{PATH}"
        console.print(f"cvtailor {__version__} offers MCP at {url}", markup=False)
        if self._settings.local_auth:
            token = mint("", _TOKEN_HOURS)
            console.print(f"\nToken of the local user, good for {_TOKEN_HOURS} hours:\n{token}")
        await self.serve(sockets=[self._listener.socket])


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
