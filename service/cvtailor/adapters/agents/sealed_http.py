"""HTTP that carries what we send and nothing that lies around in the environment.

The clients of the providers read headers, proxies and keys from variables such as ``OPENAI_ORG_ID``,
``ANTHROPIC_CUSTOM_HEADERS`` or ``HTTPS_PROXY``, and log whole requests if ``OPENAI_LOG`` says so.
"""

import logging
from collections.abc import Mapping

import httpx2

_SENT = frozenset(
    {
        "accept",
        "accept-encoding",
        "anthropic-version",
        "authorization",
        "connection",
        "content-length",
        "content-type",
        "host",
        "transfer-encoding",
        "user-agent",
        "x-api-key",
    }
)
_CONNECTIONS_MAX = 64
_CONNECT_SECONDS = 10
_TALKATIVE = ("openai", "anthropic", "httpx2", "httpcore2", "httpx", "httpcore")


class Seal:
    """Lets only known headers out, and the credentials only as configured.

    Attributes:
        credentials: Headers that prove who asks; they win over whatever a request has under their names.
    """

    def __init__(self) -> None:
        self.credentials: Mapping[str, str] = {}

    async def __call__(self, request: httpx2.Request) -> None:
        """Cleans a request that is about to be sent."""
        for name in [name for name in request.headers if name.lower() not in _SENT]:
            del request.headers[name]
        request.headers.update(self.credentials)


def sealed_client(seal: Seal, timeout_seconds: float) -> httpx2.AsyncClient:
    """Returns a pool of connections; it follows no redirects, since wherever they lead would see the key."""
    return httpx2.AsyncClient(
        trust_env=False,
        follow_redirects=False,
        timeout=httpx2.Timeout(timeout_seconds, connect=min(_CONNECT_SECONDS, timeout_seconds)),
        limits=httpx2.Limits(max_connections=_CONNECTIONS_MAX),
        event_hooks={"request": [seal]},
    )


def hush() -> None:
    """Keeps the clients' own logs, which hold requests, below warnings whatever the environment says."""
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
