"""The gateway's knobs. Set by environment variables with the prefix ``CVTAILOR_GATEWAY_``."""

import ipaddress
import os
from pathlib import Path
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


def _parts(value: object) -> object:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


_Listed = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_parts)]


class GatewaySettings(BaseSettings):
    """The gateway's settings; the defaults serve browsers of this machine. Lists are parted by commas."""

    model_config = SettingsConfigDict(
        env_prefix="CVTAILOR_GATEWAY_", env_parse_none_str="none", extra="ignore", frozen=True
    )

    host: str = Field("127.0.0.1", description="Address the gateway listens on.")
    port: int = Field(8080, ge=0, le=65535, description="Its port; 0 takes a free one.")
    names: _Listed = Field(
        (),
        description="Host names it answers to, so that no foreign name leads a browser here; unset: those of "
        "this machine if it listens on loopback, else all.",
    )
    tls_certificate: Path | None = Field(None, description="PEM certificate chain; set with tls_key.")
    tls_key: Path | None = Field(None, description="PEM private key.")
    trusted_hops: int = Field(
        0, ge=0, description="Proxies before it whose X-Forwarded-For says who the client is."
    )

    backends: _Listed = Field(
        (), description="HOST:PORT of each of the service's processes; unset: CVTAILOR_HOST and _PORT."
    )
    backend_ca: Path | None = Field(
        None, description="PEM file that the backends' certificates are trusted by; unset: they speak plain."
    )
    backend_certificate: Path | None = Field(
        None,
        description="PEM certificate chain that backends are shown; set with backend_key and backend_ca.",
    )
    backend_key: Path | None = Field(None, description="PEM private key of it.")

    origins: _Listed = Field(
        (), description="Origins of other pages that may call, `https://host`; the own page needs none."
    )
    page: Path | None = Field(None, description="Folder of the built page; unset: the one that came along.")
    check_tokens: bool = Field(
        True, description="Stop tokens with a wrong signature here; the service checks them in any case."
    )
    jwks_ca: Path | None = Field(
        None,
        description="PEM file that the certificate of the JWKS is trusted by; unset: the usual authorities.",
    )

    request_bytes_max: int = Field(4 << 20, ge=1024, description="A larger request is refused.")
    requests_per_second: int | None = Field(
        20,
        ge=1,
        description="Requests of a client address (of IPv6: a /64), in the long run; `none`: no limit.",
    )
    requests_burst: int = Field(200, ge=1, description="Requests that it may make at once.")
    connections_max: int = Field(10_000, ge=1, description="Connections at once.")
    stream_idle_seconds: float = Field(
        60, gt=0, description="A silent stream is ended; keep it above CVTAILOR_HEARTBEAT_SECONDS."
    )
    stream_seconds_max: float = Field(3600, gt=0, description="Any stream is ended; clients resume it.")
    drain_seconds: float = Field(10, ge=0, description="Time for calls to end at shutdown.")

    admin_port: int | None = Field(
        None,
        ge=1,
        le=65535,
        description="Port on 127.0.0.1 for reading statistics; unset: a socket for the gateway alone.",
    )
    threads: int = Field(
        default_factory=lambda: min(4, os.cpu_count() or 1), ge=1, le=128, description="Envoy's workers."
    )
    access_log: bool = Field(True, description="Log each request; never tokens, bodies or query strings.")

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine reaches the gateway."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @model_validator(mode="after")
    def _tls_is_whole(self) -> Self:
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise ValueError("set tls_certificate and tls_key together")
        if (self.backend_certificate is None) != (self.backend_key is None):
            raise ValueError("set backend_certificate and backend_key together")
        if self.backend_certificate and not self.backend_ca:
            raise ValueError("backend_certificate is for TLS to backends: set backend_ca too")
        return self
