"""What the gateway is to be: settings resolved to what its configuration is rendered from."""

from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import structlog

from cvtailor.domain.errors import InvalidInput
from cvtailor.gateway.page import Page, page_in
from cvtailor.gateway.settings import GatewaySettings
from cvtailor.settings import Settings

_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # read, not bound
_THIS_MACHINE = ("localhost", "127.0.0.1", "[::1]")

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Address:
    """Where something listens."""

    host: str
    port: int


@dataclass(frozen=True)
class TokenKeys:
    """What tokens are checked with before they reach the service.

    Attributes:
        issuer: Required ``iss``.
        audience: Required ``aud``.
        source: URL of the JWKS, or its file.
    """

    issuer: str
    audience: str
    source: str | Path


@dataclass(frozen=True)
class Edge:
    """Everything the configuration of the gateway is rendered from."""

    settings: GatewaySettings
    names: tuple[str, ...]
    backends: tuple[Address, ...]
    token_keys: TokenKeys | None
    page: Page | None

    @property
    def scheme(self) -> str:
        """What URLs of the gateway begin with."""
        return "https" if self.settings.tls_certificate else "http"

    def url(self, port: int) -> str:
        """Returns where people find the page."""
        host = self.settings.host
        if host in _ANY:
            host = "localhost"
        return f"{self.scheme}://{f'[{host}]' if ':' in host else host}:{port}/"

    def before(self, port: int) -> "Edge":
        """Returns the gateway before a backend that took another port."""
        return replace(self, backends=tuple(Address(backend.host, port) for backend in self.backends))


def edge_for(settings: Settings, gateway: GatewaySettings, local_jwks: Path) -> Edge:
    """Resolves the settings.

    Args:
        settings: The service's: who issues tokens, and where it listens.
        gateway: The gateway's own.
        local_jwks: JWKS file of the local development key.

    Raises:
        InvalidInput: Settings contradict one another, or name what is not there.
    """
    if gateway.stream_idle_seconds <= settings.heartbeat_seconds:
        raise InvalidInput(
            f"The gateway ends streams that are silent for {gateway.stream_idle_seconds:g} s, but the "
            f"service sends a heartbeat every {settings.heartbeat_seconds:g} s only: raise "
            "CVTAILOR_GATEWAY_STREAM_IDLE_SECONDS."
        )
    files = (gateway.tls_certificate, gateway.tls_key, gateway.jwks_ca)
    for file in (*files, gateway.backend_ca, gateway.backend_certificate, gateway.backend_key):
        if file and not file.is_file():
            raise InvalidInput(f"The gateway's settings name the file {file}, which is not there.")
    return Edge(
        settings=gateway,
        names=gateway.names or (_THIS_MACHINE if gateway.on_loopback else ("*",)),
        backends=tuple(map(_address, gateway.backends)) or (_own_backend(settings),),
        token_keys=_token_keys(settings, gateway, local_jwks),
        page=page_in(gateway.page, supabase_url=settings.supabase_url, publishable_key=_key(settings)),
    )


def _own_backend(settings: Settings) -> Address:
    return Address(_ANY.get(settings.host, settings.host), settings.port)


def _address(text: str) -> Address:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 1 << 16:
        raise InvalidInput(f"'{text}' is no address of a backend; write HOST:PORT.")
    return Address(host.strip("[]"), int(port))


def _key(settings: Settings) -> str:
    key = settings.supabase_publishable_key
    return key.get_secret_value() if key else ""


def _token_keys(settings: Settings, gateway: GatewaySettings, local_jwks: Path) -> TokenKeys | None:
    if not gateway.check_tokens:
        return None
    if settings.jwt_secret is not None:
        # Tokens of that secret are good in the service, and only the service holds it.
        log.warning(
            "tokens_not_checked_by_gateway", why="CVTAILOR_JWT_SECRET is set; the service checks them"
        )
        return None
    source: str | Path = local_jwks if settings.local_auth else settings.token_keys_url
    if isinstance(source, str) and urlsplit(source).scheme not in {"http", "https"}:
        raise InvalidInput(f"'{source}' is no URL of a JWKS; correct CVTAILOR_SUPABASE_URL or _JWKS_URL.")
    return TokenKeys(settings.token_issuer, settings.jwt_audience, source)
