"""Envoy's administration, over a socket that only this user can open."""

from pathlib import Path

import httpx

from cvtailor.gateway.bootstrap import LISTENER

_TIMEOUT_SECONDS = 2


class Admin:
    """A client of Envoy's administration.

    Attributes:
        socket: Where it listens.
    """

    def __init__(self, socket: Path, port: int | None = None) -> None:
        """Takes the socket, or the port of 127.0.0.1 instead; Envoy may come to listen on it later."""
        self.socket = socket
        self._http = httpx.AsyncClient(
            transport=httpx.AsyncHTTPTransport(uds=None if port else str(socket)),
            base_url=f"http://127.0.0.1:{port}" if port else "http://envoy",
            timeout=_TIMEOUT_SECONDS,
        )

    async def close(self) -> None:
        """Closes the client."""
        await self._http.aclose()

    async def ready(self) -> bool:
        """Returns whether Envoy serves."""
        try:
            return (await self._http.get("/ready")).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    async def port(self) -> int:
        """Returns the port that Envoy listens on."""
        answer = await self._http.get("/listeners", params={"format": "json"})
        (listener,) = (each for each in answer.json()["listener_statuses"] if each["name"] == LISTENER)
        return int(listener["local_address"]["socket_address"]["port_value"])

    async def open_calls(self) -> int:
        """Returns how many requests are under way."""
        answer = await self._http.get(
            "/stats", params={"filter": rf"^http\.{LISTENER}\.downstream_rq_active$"}
        )
        return int(answer.text.partition(": ")[2] or 0)

    async def drain(self) -> None:
        """Tells clients to go, accepts no new ones after the drain time, and keeps Envoy running."""
        await self._http.post("/drain_listeners?graceful&skip_exit")
