"""Names of Envoy's configuration messages, and the few shapes that recur in it."""

from collections.abc import Mapping
from typing import Any

type Config = dict[str, Any]
"""A part of Envoy's configuration, as JSON."""

_TYPE = "type.googleapis.com/envoy."

ROUTER = "envoy.filters.http.router"
CORS = "envoy.filters.http.cors"
GRPC_WEB = "envoy.filters.http.grpc_web"
RATE_LIMIT = "envoy.filters.http.local_ratelimit"
TOKEN_CHECK = "envoy.filters.http.jwt_authn"  # noqa: S105
BUFFER = "envoy.filters.http.buffer"
TRANSCODER = "envoy.filters.http.grpc_json_transcoder"


def typed(message: str, **fields: Any) -> Config:
    """Returns a message that says its type, as extensions want it."""
    return {"@type": f"{_TYPE}{message}", **fields}


def extension(name: str, message: str, **fields: Any) -> Config:
    """Returns a named extension with its configuration."""
    return {"name": name, "typed_config": typed(message, **fields)}


def seconds(value: float) -> str:
    """Returns a duration as protobuf's JSON writes it."""
    return f"{value:.3f}".rstrip("0").rstrip(".") + "s"


def headers(fields: Mapping[str, str]) -> list[Config]:
    """Returns response headers that replace whatever is there."""
    return [
        {"header": {"key": key, "value": value}, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}
        for key, value in fields.items()
    ]


def address(host: str, port: int) -> Config:
    """Returns a TCP address."""
    return {"socket_address": {"address": host, "port_value": port}}
