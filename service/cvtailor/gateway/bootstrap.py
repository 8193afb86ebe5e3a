"""The whole configuration of Envoy."""

import ipaddress
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import certifi

from cvtailor.gateway.edge import Address, Edge
from cvtailor.gateway.envoy_types import Config, address, extension, seconds, typed
from cvtailor.gateway.filters import KEYS, http_filters
from cvtailor.gateway.replies import local_reply_configuration
from cvtailor.gateway.routes import BACKEND, route_configuration

LISTENER = "edge"
_LOOPBACK = "127.0.0.1"
_HTTP_OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"
_CONNECTION_BUFFER_BYTES = 1 << 20
_HEALTH_INTERVAL_SECONDS = 1
_ADMIN_PATHS = r"/(ready|stats|stats/prometheus|listeners|clusters|drain_listeners)(\?.*)?"

ACCESS_FIELDS = {
    "time": "%START_TIME%",
    "method": "%REQ(X-ENVOY-ORIGINAL-METHOD?:METHOD)%",
    # Without the query string, which may hold secrets; of JSON calls the path that was asked for.
    "path": "%PATH(NQ:ORIG_OR_PATH)%",
    "protocol": "%PROTOCOL%",
    "status": "%RESPONSE_CODE%",
    "grpc_status": "%GRPC_STATUS%",
    "details": "%RESPONSE_CODE_DETAILS%",
    "flags": "%RESPONSE_FLAGS%",
    "duration_ms": "%DURATION%",
    "received_bytes": "%BYTES_RECEIVED%",
    "sent_bytes": "%BYTES_SENT%",
    "client": "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%",
    "backend": "%UPSTREAM_HOST%",
    "request_id": "%REQ(X-REQUEST-ID)%",
}


def bootstrap(edge: Edge, port: int, admin: Path | None = None) -> Config:
    """Returns the configuration of an Envoy, as JSON.

    Args:
        edge: What the gateway is to be.
        port: Port to listen on; 0 takes a free one.
        admin: Socket for Envoy's administration; without one, and without a port for it, there is none.
    """
    return {
        **_admin(edge, admin),
        "static_resources": {"listeners": [_listener(edge, port)], "clusters": _clusters(edge)},
        "overload_manager": {
            "resource_monitors": [
                extension(
                    "envoy.resource_monitors.global_downstream_max_connections",
                    "extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig",
                    max_active_downstream_connections=edge.settings.connections_max,
                )
            ]
        },
    }


def _admin(edge: Edge, socket: Path | None) -> Config:
    if edge.settings.admin_port is not None:
        # Any user of this machine reaches the port, so it tells and changes little.
        allowed = [{"safe_regex": {"regex": _ADMIN_PATHS}}]
        return {"admin": {"address": address(_LOOPBACK, edge.settings.admin_port), "allow_paths": allowed}}
    if socket:
        return {"admin": {"address": {"pipe": {"path": str(socket), "mode": 0o600}}}}
    return {}


def _listener(edge: Edge, port: int) -> Config:
    chain: Config = {"filters": [_connection_manager(edge)]}
    if edge.settings.tls_certificate and edge.settings.tls_key:
        chain["transport_socket"] = extension(
            "envoy.transport_sockets.tls",
            "extensions.transport_sockets.tls.v3.DownstreamTlsContext",
            common_tls_context={
                "alpn_protocols": ["h2", "http/1.1"],
                "tls_params": {"tls_minimum_protocol_version": "TLSv1_2"},
                "tls_certificates": _pair(edge.settings.tls_certificate, edge.settings.tls_key),
            },
        )
    return {
        "name": LISTENER,
        "address": address(_LOOPBACK if edge.settings.host == "localhost" else edge.settings.host, port),
        "per_connection_buffer_limit_bytes": _CONNECTION_BUFFER_BYTES,
        # A second gateway on the same port is a mistake, not a load balancer.
        "enable_reuse_port": False,
        "filter_chains": [chain],
    }


def _connection_manager(edge: Edge) -> Config:
    settings = edge.settings
    log = extension(
        "envoy.access_loggers.stdout",
        "extensions.access_loggers.stream.v3.StdoutAccessLog",
        log_format={"json_format": ACCESS_FIELDS},
    )
    return extension(
        "envoy.filters.network.http_connection_manager",
        "extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        stat_prefix=LISTENER,
        codec_type="AUTO",
        server_header_transformation="PASS_THROUGH",
        use_remote_address=True,
        xff_num_trusted_hops=settings.trusted_hops,
        # Nobody may send Envoy's own headers: with some a caller would have anything tried again.
        early_header_mutation_extensions=[
            extension(
                "envoy.http.early_header_mutation.header_mutation",
                "extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation",
                mutations=[{"remove_on_match": {"key_matcher": {"prefix": "x-envoy-"}}}],
            )
        ],
        normalize_path=True,
        path_with_escaped_slashes_action="REJECT_REQUEST",
        request_headers_timeout=seconds(10),
        request_timeout=seconds(120),
        stream_idle_timeout=seconds(settings.stream_idle_seconds),
        max_request_headers_kb=32,
        common_http_protocol_options={
            "idle_timeout": seconds(300),
            "max_headers_count": 100,
            "headers_with_underscores_action": "REJECT_REQUEST",
        },
        http2_protocol_options={
            "max_concurrent_streams": 1000,
            "initial_stream_window_size": 1 << 20,
            "initial_connection_window_size": 4 << 20,
        },
        access_log=[log] if settings.access_log else [],
        local_reply_config=local_reply_configuration(settings.request_bytes_max),
        route_config=route_configuration(edge),
        http_filters=http_filters(edge),
    )


def _clusters(edge: Edge) -> list[Config]:
    keys = edge.token_keys
    if keys and isinstance(keys.source, str):
        return [_backend(edge), _keys(keys.source, edge.settings.jwks_ca)]
    return [_backend(edge)]


def _backend(edge: Edge) -> Config:
    limits = {
        "max_connections": 1024,
        "max_pending_requests": 10_000,
        # The default cuts at 1,024 streams.
        "max_requests": 50_000,
        "max_retries": 100,
    }
    http2 = {
        "connection_keepalive": {"interval": seconds(30), "timeout": seconds(10)},
        "initial_stream_window_size": 1 << 20,
        "initial_connection_window_size": 16 << 20,
    }
    cluster = {
        **_cluster(BACKEND, edge.backends),
        # A name may stand for several backends, as that of a headless service in Kubernetes does.
        "type": _discovery(edge.backends, "STRICT_DNS"),
        "dns_lookup_family": "V4_PREFERRED",
        "connect_timeout": seconds(1),
        "lb_policy": "LEAST_REQUEST",
        # Only if no backend is well are all asked: the one that is ill can say what it lacks.
        "common_lb_config": {"healthy_panic_threshold": {"value": 1}},
        "circuit_breakers": {"thresholds": [limits]},
        "typed_extension_protocol_options": {
            _HTTP_OPTIONS: typed(
                "extensions.upstreams.http.v3.HttpProtocolOptions",
                explicit_http_config={"http2_protocol_options": http2},
            )
        },
        "health_checks": [
            {
                "timeout": seconds(1),
                "interval": seconds(_HEALTH_INTERVAL_SECONDS),
                "no_traffic_interval": seconds(_HEALTH_INTERVAL_SECONDS),
                "unhealthy_threshold": 2,
                "healthy_threshold": 1,
                "grpc_health_check": {},
            }
        ],
    }
    settings = edge.settings
    if settings.backend_ca:
        shown = _pair(settings.backend_certificate, settings.backend_key)
        cluster["transport_socket"] = _tls_to(edge.backends[0].host, settings.backend_ca, ["h2"], shown)
    return cluster


def _keys(url: str, ca: Path | None) -> Config:
    parts = urlsplit(url)
    host, encrypted = parts.hostname or "", parts.scheme == "https"
    places = (Address(host, parts.port or (443 if encrypted else 80)),)
    cluster = {
        **_cluster(KEYS, places),
        "type": _discovery(places, "LOGICAL_DNS"),
        "dns_lookup_family": "ALL",
        "connect_timeout": seconds(3),
    }
    if encrypted:
        cluster["transport_socket"] = _tls_to(host, ca, ["http/1.1"])
    return cluster


def _cluster(name: str, places: tuple[Address, ...]) -> Config:
    endpoints = [{"endpoint": {"address": address(place.host, place.port)}} for place in places]
    return {
        "name": name,
        "load_assignment": {"cluster_name": name, "endpoints": [{"lb_endpoints": endpoints}]},
    }


def _discovery(places: tuple[Address, ...], by_name: str) -> str:
    return "STATIC" if all(_is_number(place.host) for place in places) else by_name


def _pair(certificate: Path | None, key: Path | None) -> list[Config]:
    if certificate is None or key is None:
        return []
    chain = {"filename": str(certificate)}
    return [{"certificate_chain": chain, "private_key": {"filename": str(key)}}]


def _tls_to(host: str, ca: Path | None, protocols: list[str], shown: Sequence[Config] = ()) -> Config:
    kind = "IP_ADDRESS" if _is_number(host) else "DNS"
    # Unless told otherwise, trusted is what the service's own HTTP clients trust.
    trust = {"trusted_ca": {"filename": str(ca) if ca else certifi.where()}}
    named = [{"san_type": kind, "matcher": {"exact": host}}]
    return extension(
        "envoy.transport_sockets.tls",
        "extensions.transport_sockets.tls.v3.UpstreamTlsContext",
        **({} if _is_number(host) else {"sni": host}),
        common_tls_context={
            "alpn_protocols": protocols,
            **({"tls_certificates": shown} if shown else {}),
            "validation_context": {**trust, "match_typed_subject_alt_names": named},
        },
    )


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
