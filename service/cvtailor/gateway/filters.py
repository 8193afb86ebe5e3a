"""What every request passes, in order."""

import base64
from collections.abc import Iterator
from pathlib import Path

from cvtailor.gateway import contract
from cvtailor.gateway.edge import Edge, TokenKeys
from cvtailor.gateway.envoy_types import (
    BUFFER,
    CORS,
    GRPC_WEB,
    RATE_LIMIT,
    ROUTER,
    TOKEN_CHECK,
    TRANSCODER,
    Config,
    extension,
    seconds,
)
from cvtailor.gateway.replies import FAILED
from cvtailor.gateway.routes import TOKEN

KEYS = "token-keys"
RESPONSE_BYTES_MAX = 16 << 20
_CLIENTS_MAX = 10_000
_TOKENS_KEPT = 1000
_UNLIMITED = 1_000_000_000
_ALWAYS = {"default_value": {"numerator": 100, "denominator": "HUNDRED"}}
_ADDRESS = {"masked_remote_address": {"v4_prefix_mask_len": 32, "v6_prefix_mask_len": 64}}
# Never JSON: the compressor would hold back the events of a stream.
_COMPRESSED = [
    {"prefix": media_type} for media_type in ("text/html", "text/css", "text/javascript", "image/svg+xml")
]


def http_filters(edge: Edge) -> list[Config]:
    """Returns the filters; gRPC-Web comes before whatever refuses, so that browsers can read refusals."""
    settings = edge.settings
    return [
        extension(CORS, "extensions.filters.http.cors.v3.Cors"),
        _compressor("brotli", "extensions.compression.brotli.compressor.v3.Brotli", quality=9),
        _compressor(
            "gzip", "extensions.compression.gzip.compressor.v3.Gzip", compression_level="BEST_COMPRESSION"
        ),
        extension(GRPC_WEB, "extensions.filters.http.grpc_web.v3.GrpcWeb"),
        *_rate_limit(settings.requests_per_second, settings.requests_burst),
        *_token_check(edge.token_keys),
        _size_limit(settings.request_bytes_max),
        _transcoder(settings.request_bytes_max),
        extension(ROUTER, "extensions.filters.http.router.v3.Router", suppress_envoy_headers=True),
    ]


def _compressor(name: str, message: str, **options: object) -> Config:
    return extension(
        f"envoy.filters.http.compressor.{name}",
        "extensions.filters.http.compressor.v3.Compressor",
        compressor_library=extension(name, message, **options),
        # Of two with the same right the first that a browser takes would win, which is often gzip.
        choose_first=name == "brotli",
        response_direction_config={
            "common_config": {"min_content_length": 512, "content_type_matcher": _COMPRESSED},
        },
    )


def _rate_limit(per_second: int | None, burst: int) -> Iterator[Config]:
    if per_second is None:
        return
    yield extension(
        RATE_LIMIT,
        "extensions.filters.http.local_ratelimit.v3.LocalRateLimit",
        stat_prefix="edge",
        filter_enabled=_ALWAYS,
        filter_enforced=_ALWAYS,
        # All clients together have no limit: one of them could use it up.
        token_bucket={"max_tokens": _UNLIMITED, "tokens_per_fill": _UNLIMITED, "fill_interval": "1s"},
        rate_limits=[{"actions": [_ADDRESS]}],
        descriptors=[
            {
                # No value: each address has a bucket of its own, made when it first comes.
                "entries": [{"key": "masked_remote_address"}],
                "token_bucket": {"max_tokens": burst, "tokens_per_fill": per_second, "fill_interval": "1s"},
            }
        ],
        max_dynamic_descriptors=_CLIENTS_MAX,
        rate_limited_as_resource_exhausted=True,
    )


def _token_check(keys: TokenKeys | None) -> Iterator[Config]:
    if keys is None:
        return
    provider: Config = {
        "issuer": keys.issuer,
        "audiences": [keys.audience],
        # The service verifies it again, and knows who calls from nothing else.
        "forward": True,
        "from_headers": [{"name": "authorization", "value_prefix": "Bearer "}],
        "clock_skew_seconds": 10,
        "failed_status_in_metadata": FAILED,
        # A signature that was found right is not computed again; when a token ends is still looked at.
        "jwt_cache_config": {"jwt_cache_size": _TOKENS_KEPT},
    }
    if isinstance(keys.source, Path):
        provider["local_jwks"] = {"filename": str(keys.source)}
    else:
        provider["remote_jwks"] = {
            "http_uri": {"uri": keys.source, "cluster": KEYS, "timeout": seconds(3)},
            "cache_duration": seconds(300),
            "async_fetch": {"fast_listener": True, "failed_refetch_duration": seconds(2)},
        }
    yield extension(
        TOKEN_CHECK,
        "extensions.filters.http.jwt_authn.v3.JwtAuthentication",
        providers={"issuer": provider},
        requirement_map={TOKEN: {"provider_name": "issuer"}},
    )


def _size_limit(request_bytes_max: int) -> Config:
    limit = extension(BUFFER, "extensions.filters.http.buffer.v3.Buffer", max_request_bytes=request_bytes_max)
    # Routes to the service turn it on: elsewhere it would wait for a request's end before it is refused.
    return {**limit, "disabled": True}


def _transcoder(request_bytes_max: int) -> Config:
    return extension(
        TRANSCODER,
        "extensions.filters.http.grpc_json_transcoder.v3.GrpcJsonTranscoder",
        proto_descriptor_bin=base64.b64encode(contract.descriptor_set()).decode(),
        services=[service.full_name for service in contract.SERVICES],
        convert_grpc_status=True,
        print_options={"stream_newline_delimited": True},
        request_validation_options={"reject_unknown_query_parameters": True},
        max_request_body_size=request_bytes_max,
        max_response_body_size=RESPONSE_BYTES_MAX,
    )
