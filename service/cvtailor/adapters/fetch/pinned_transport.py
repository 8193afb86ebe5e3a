"""Connects to the address that was checked, not to the name, which may lead elsewhere a moment later."""

import ssl

import httpx

from cvtailor.adapters.fetch.addresses import Allows, Resolve
from cvtailor.adapters.fetch.job_url import host_of, port_of
from cvtailor.domain.errors import InvalidInput

_ADDRESSES_TRIED_MAX = 2


class PinnedTransport(httpx.AsyncBaseTransport):
    """Resolves, checks every address, and connects to one of those; certificates are checked by name."""

    def __init__(self, resolve: Resolve, allows: Allows, tls: ssl.SSLContext | None = None) -> None:
        self._resolve = resolve
        self._allows = allows
        # Nothing is kept alive: a kept connection would serve another name of the same address.
        self._inner = httpx.AsyncHTTPTransport(
            verify=tls or True, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0)
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Sends a request.

        Raises:
            InvalidInput: The name leads to an address that is not public.
            httpx.ConnectError: It leads nowhere, or nobody answers there.
        """
        host = host_of(request.url)
        unanswered: httpx.TransportError = httpx.ConnectError("the name leads nowhere")
        for address in (await self._addresses(host, port_of(request.url)))[:_ADDRESSES_TRIED_MAX]:
            pinned = httpx.Request(
                request.method,
                request.url.copy_with(host=address),
                headers=request.headers,
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": host},
            )
            try:
                return await self._inner.handle_async_request(pinned)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                unanswered = error
        raise unanswered

    async def aclose(self) -> None:
        """Closes what is open."""
        await self._inner.aclose()

    async def _addresses(self, host: str, port: int) -> list[str]:
        try:
            addresses = list(await self._resolve(host, port))
        except (OSError, UnicodeError) as error:
            raise httpx.ConnectError("the name leads nowhere") from error
        # One bad address condemns the name: an honest site has none.
        if not all(self._allows(address) for address in addresses):
            raise InvalidInput(
                f"The URL of the job ad is refused: {host} does not lead to the public internet. "
                "Send the ad as text.",
                field="job_url",
            )
        return addresses
