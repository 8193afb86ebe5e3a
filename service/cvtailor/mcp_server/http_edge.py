"""What stands before the MCP endpoint: names, origins and tokens are checked before anything is read."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from mcp.server.transport_security import TransportSecurityMiddleware, TransportSecuritySettings
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import CallerMustRetry, CvtailorError, Reason, Unauthenticated
from cvtailor.mcp_server.service_line import TOKEN_KEY

type Verify = Callable[[str], Awaitable[Caller]]

log = structlog.get_logger(__name__)


class HttpEdge:
    """Lets requests through that name a host of ours, come from no foreign page, and carry a valid token."""

    def __init__(self, app: ASGIApp, verify: Verify, names: TransportSecuritySettings) -> None:
        """Takes the endpoint, what verifies tokens, and the hosts and origins that are allowed."""
        self._app = app
        self._verify = verify
        self._names = TransportSecurityMiddleware(names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            request = Request(scope)
            refusal = await self._names.validate_request(request) or await self._authenticate(request)
            await (refusal or self._app)(scope, receive, send)

    async def _authenticate(self, request: Request) -> Response | None:
        """Leaves the token in the scope for the tools, or returns why not."""
        try:
            token = _bearer(request)
            await self._verify(token)
        except CallerMustRetry as error:
            return _refusal(503, error, {"retry-after": str(round(error.retry_after_seconds))})
        except CvtailorError as error:
            described = error.message.replace("\\", "").replace('"', "'")
            return _refusal(
                401,
                error,
                {"www-authenticate": f'Bearer error="invalid_token", error_description="{described}"'},
            )
        request.scope[TOKEN_KEY] = token
        return None


def _bearer(request: Request) -> str:
    given = request.headers.getlist("authorization")
    if len(given) != 1:
        raise Unauthenticated("Send the header 'authorization: Bearer <token>', once.")
    scheme, _, token = given[0].partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthenticated("Send 'authorization: Bearer <token>'; other schemes are not known here.")
    return token.strip()


def _refusal(status: int, error: CvtailorError, headers: dict[str, Any]) -> Response:
    reason = error.reason.value
    log.info("mcp_request_refused", reason=reason)
    invalid = error.reason is not Reason.DEPENDENCY_UNAVAILABLE
    body = {
        "error": "invalid_token" if invalid else "temporarily_unavailable",
        "error_description": error.message,
        "reason": reason,
    }
    return Response(json.dumps(body), status, headers, media_type="application/json")
