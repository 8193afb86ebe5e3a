"""Which request goes where, and what it needs; what is not named here does not exist."""

from cvtailor.gateway import contract
from cvtailor.gateway.edge import Edge
from cvtailor.gateway.envoy_types import BUFFER, CORS, TOKEN_CHECK, Config, headers, seconds, typed
from cvtailor.gateway.page import CONFIG_PATH, FILE_BYTES_MAX, OPEN_PATH, LocalAccess, Page, PageFile

BACKEND = "service"
TOKEN = "token"  # noqa: S105
_COOKIE = "cvtailor_open"
_GRPC_HEALTH = "/grpc.health.v1.Health/"
_CALL_HEADERS = (
    "authorization,content-type,x-grpc-web,x-user-agent,grpc-timeout,x-request-id,"
    "connect-protocol-version,connect-timeout-ms"
)
_ANSWER_HEADERS = "grpc-status,grpc-message,grpc-status-details-bin,x-request-id,retry-after"
# Nothing was processed: whatever the call is, it may be sent again.
_RETRY_UNPROCESSED = "connect-failure,refused-stream"
_RETRY_REPEATABLE = f"{_RETRY_UNPROCESSED},reset,unavailable"
_EVERYWHERE = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
}
_PAGE = {
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
_FOR_EVER = "public, max-age=31536000, immutable"


def route_configuration(edge: Edge) -> Config:
    """Returns the table of routes; the first that fits decides."""
    everywhere = dict(_EVERYWHERE)
    if edge.settings.tls_certificate and not edge.settings.on_loopback:
        # On loopback it would bind every other server of this machine, too.
        everywhere["strict-transport-security"] = "max-age=31536000"
    return {
        "name": "edge",
        # One of them is not there, on purpose.
        "validate_clusters": False,
        "max_direct_response_body_size_bytes": FILE_BYTES_MAX,
        "ignore_port_in_host_matching": True,
        "response_headers_to_add": headers(everywhere),
        "virtual_hosts": [{"name": "edge", "domains": list(edge.names), "routes": _routes(edge)}],
    }


def _routes(edge: Edge) -> list[Config]:
    # The CORS filter answers what it allows; the rest of the preflights ends here.
    asks_first = {"prefix": "/", "headers": [{"name": ":method", "string_match": {"exact": "OPTIONS"}}]}
    return [
        _nowhere(asks_first, _cross_origin(edge.settings.origins)),
        *(_page_routes(edge.page) if edge.page else ()),
        *(_method_route(edge, method) for method in contract.methods()),
        {
            "match": {"prefix": _GRPC_HEALTH},
            # A watch of health is silent for as long as all is well.
            "route": {**_to_backend(edge), "idle_timeout": seconds(edge.settings.stream_seconds_max)},
            "typed_per_filter_config": _per_route(edge, needs_token=False),
        },
        # JSON calls are matched twice: here by the path that was asked for, and again, once the transcoder
        # has found the method, by the method's. What it does not find stays here.
        _nowhere({"prefix": contract.REST_PREFIX}, _per_route(edge, needs_token=True)),
        _nowhere({"path": contract.REST_HEALTH}, _per_route(edge, needs_token=False)),
        {"match": {"prefix": "/"}, "direct_response": {"status": 404}},
    ]


def _method_route(edge: Edge, method: contract.Method) -> Config:
    return {
        "match": {"path": method.path},
        "route": {
            **_to_backend(edge),
            "retry_policy": {
                "retry_on": _RETRY_REPEATABLE if method.repeatable else _RETRY_UNPROCESSED,
                "num_retries": 2,
                "retry_back_off": {"base_interval": "0.025s", "max_interval": "0.25s"},
                "retry_host_predicate": [
                    {
                        "name": "envoy.retry_host_predicates.previous_hosts",
                        "typed_config": typed(
                            "extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate"
                        ),
                    }
                ],
                "host_selection_retry_max_attempts": 3,
            },
        },
        "response_headers_to_add": headers({"cache-control": "no-store"}),
        "typed_per_filter_config": _per_route(edge, needs_token=method.needs_token),
    }


def _to_backend(edge: Edge) -> Config:
    # The service ends calls at their deadline and says so; Envoy's own limit would answer UNAVAILABLE.
    longest = {"max_stream_duration": seconds(edge.settings.stream_seconds_max)}
    return {"cluster": BACKEND, "timeout": "0s", "max_stream_duration": longest}


def _per_route(edge: Edge, *, needs_token: bool) -> Config:
    limit = {"max_request_bytes": edge.settings.request_bytes_max}
    found: Config = {BUFFER: typed("extensions.filters.http.buffer.v3.BufferPerRoute", buffer=limit)}
    found |= _cross_origin(edge.settings.origins)
    if edge.token_keys and needs_token:
        found[TOKEN_CHECK] = typed(
            "extensions.filters.http.jwt_authn.v3.PerRouteConfig", requirement_name=TOKEN
        )
    return found


def _cross_origin(origins: tuple[str, ...]) -> Config:
    if not origins:
        return {}
    policy = typed(
        "extensions.filters.http.cors.v3.CorsPolicy",
        allow_origin_string_match=[{"exact": origin} for origin in origins],
        allow_methods="GET, POST, PATCH, OPTIONS",
        allow_headers=_CALL_HEADERS,
        expose_headers=_ANSWER_HEADERS,
        max_age="7200",
    )
    return {CORS: policy}


def _nowhere(match: Config, per_route: Config) -> Config:
    """Returns a route that answers 404, unlike a direct answer after all filters that a call passes."""
    action = {"cluster": "nowhere", "cluster_not_found_response_code": "NOT_FOUND"}
    return {"match": match, "route": action, "typed_per_filter_config": per_route}


def _page_routes(page: Page) -> list[Config]:
    routes = [route for file in page.files for route in _file_routes(page, file)]
    if page.local_access:
        routes += _local_access_routes(page.local_access)
    return [*routes, _config_route({"inline_string": page.config()})]


def _file_routes(page: Page, file: PageFile) -> list[Config]:
    etag = f'W/"{file.digest}"'
    added = {
        **_PAGE,
        "content-type": file.media_type,
        "cache-control": _FOR_EVER if file.immutable else "no-cache",
        "etag": etag,
        "content-security-policy": page.security_policy(),
    }
    unchanged = {"name": "if-none-match", "string_match": {"contains": f'"{file.digest}"'}}
    return [
        _answer(_read(file.path, unchanged), 304, headers(added)),
        _answer(_read(file.path), 200, headers(added), {"filename": str(file.source)}),
    ]


def _local_access_routes(access: LocalAccess) -> list[Config]:
    cookie = f"{_COOKIE}={access.key}"
    key = {"name": "key", "string_match": {"exact": access.key}}
    home = {"location": "/", "cache-control": "no-store"}
    remembered = {"set-cookie": f"{cookie}; Path={CONFIG_PATH}; HttpOnly; SameSite=Strict"}
    body = {"filename": str(access.token_file), "watched_directory": {"path": str(access.token_file.parent)}}
    return [
        _answer({**_read(OPEN_PATH), "query_parameters": [key]}, 303, headers({**home, **remembered})),
        _answer(_read(OPEN_PATH), 303, headers(home)),
        _config_route(body, {"name": "cookie", "string_match": {"contains": cookie}}),
    ]


def _config_route(body: Config, *conditions: Config) -> Config:
    added = {**_PAGE, "content-type": "application/json", "cache-control": "no-store"}
    return _answer(_read(CONFIG_PATH, *conditions), 200, headers(added), body)


def _read(path: str, *conditions: Config) -> Config:
    reads = {"name": ":method", "string_match": {"safe_regex": {"regex": "GET|HEAD"}}}
    return {"path": path, "headers": [reads, *conditions]}


def _answer(match: Config, status: int, added: list[Config], body: Config | None = None) -> Config:
    direct = {"status": status, **({"body": body} if body else {})}
    return {"match": match, "direct_response": direct, "response_headers_to_add": added}
