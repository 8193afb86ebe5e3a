"""Where the service is, and how safe the way to it is."""

import ipaddress
import re
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import NamedTuple, Self
from urllib.parse import urlsplit

import grpc

_PORTS = {"https": 443, "http": 80}
_HOST = re.compile(r"[A-Za-z0-9._-]+")

type Pem = bytes | str | PathLike[str]
"""PEM as bytes, or the path of a file that holds it."""


class InsecureTarget(ValueError):
    """A token would travel readable by everybody on its way."""


@dataclass(frozen=True, kw_only=True)
class Tls:
    """How the service and this client prove who they are.

    Attributes:
        root_certificates: The authorities to trust; without them those that grpcio ships.
        certificate: The client's own certificate chain, where the service asks for one (mTLS).
        key: Its private key.
        server_name: The name that the service's certificate holds, if it is not the target's.
    """

    root_certificates: Pem | None = None
    certificate: Pem | None = None
    key: Pem | None = field(default=None, repr=False)
    server_name: str = ""

    def __post_init__(self) -> None:
        if (self.certificate is None) != (self.key is None):
            raise ValueError("Tls: certificate and key go together; one of them is missing.")

    def credentials(self) -> grpc.ChannelCredentials:
        """Reads the files.

        Raises:
            OSError: One of them can't be read.
        """
        return grpc.ssl_channel_credentials(
            root_certificates=_pem(self.root_certificates),
            private_key=_pem(self.key),
            certificate_chain=_pem(self.certificate),
        )


class Target(NamedTuple):
    """A service to connect to.

    Attributes:
        address: As gRPC names it, with its port.
        tls: How to prove who is who; None: in plain text.
        is_local: Whether the way to it does not leave this machine.
    """

    address: str
    tls: Tls | None
    is_local: bool

    @classmethod
    def parse(cls, target: str, tls: Tls | bool | None = None) -> Self:
        """Reads ``host:port``, ``https://host``, ``http://host:port`` or ``unix:/path``.

        Args:
            target: Where the service is. Without a port: 443 with TLS, 80 without.
            tls: True, False, or how. None: whatever the target's scheme says; without a scheme with TLS,
                but not to this machine.

        Raises:
            ValueError: The target is none of these, or contradicts ``tls``.
        """
        if target.startswith("unix:") and len(target) > len("unix:"):
            return cls(target, _tls(tls, default=False), is_local=True)
        scheme, separator, rest = target.rpartition("://")
        if separator and scheme not in _PORTS:
            raise ValueError(_unreadable(target))
        host, port = _host_and_port(rest, target)
        is_local = _is_loopback(host)
        if scheme and tls is not None and bool(tls) != (scheme == "https"):
            raise ValueError(f"The target {target!r} contradicts tls={tls!r}; leave one of them out.")
        chosen = _tls(tls, default=scheme == "https" if scheme else not is_local)
        named = f"[{host}]" if ":" in host else host
        return cls(f"{named}:{port or _PORTS['https' if chosen else 'http']}", chosen, is_local)

    def refuse_readable_token(self) -> None:
        """Raises InsecureTarget if a token would leave this machine in plain text."""
        if self.tls is None and not self.is_local:
            raise InsecureTarget(
                f"A token sent to {self.address} without TLS can be read on its way. Use https:// or "
                "tls=True; where something else protects the way, say allow_plaintext_token=True."
            )


def _tls(wanted: Tls | bool | None, *, default: bool) -> Tls | None:
    if isinstance(wanted, Tls):
        return wanted
    return Tls() if (default if wanted is None else wanted) else None


def _host_and_port(rest: str, target: str) -> tuple[str, int | None]:
    try:
        parts = urlsplit(f"//{rest}")
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise ValueError(_unreadable(target)) from error
    is_name = bool(_HOST.fullmatch(host)) or ":" in host
    if (
        not is_name
        or parts.path not in ("", "/")
        or parts.query
        or parts.fragment
        or "@" in rest
        or port == 0
    ):
        raise ValueError(_unreadable(target))
    return host, port


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _pem(source: Pem | None) -> bytes | None:
    return source if source is None or isinstance(source, bytes) else Path(source).read_bytes()


def _unreadable(target: str) -> str:
    return (
        f"{target!r} is no target. Write host:port, https://host or unix:/path; a path behind the host is "
        "none of gRPC's."
    )
