"""What the edge lets through, and what it says to the others."""

from typing import Any
from uuid import uuid4

import httpx
import pytest
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import CvtailorError, Reason, Unauthenticated, Unavailable
from cvtailor.mcp_server.http_edge import HttpEdge
from cvtailor.mcp_server.service_line import TOKEN_KEY
from mcp.server.transport_security import TransportSecuritySettings
from starlette.responses import PlainTextResponse

NAMES = TransportSecuritySettings(allowed_hosts=["mcp.example.org"], allowed_origins=["https://example.org"])


class Endpoint:
    """An application that tells which token it was left."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await PlainTextResponse(str(scope.get(TOKEN_KEY)))(scope, receive, send)


def edge(refusing: CvtailorError | None = None) -> httpx.AsyncClient:
    async def verify(token: str) -> Caller:
        if refusing or token != "good":
            raise refusing or Unauthenticated('Not "this" one.', reason=Reason.TOKEN_INVALID)
        return Caller(user_id=uuid4())

    transport = httpx.ASGITransport(HttpEdge(Endpoint(), verify, NAMES))
    return httpx.AsyncClient(transport=transport, base_url="http://mcp.example.org")


async def test_the_tools_are_left_the_token_that_was_verified() -> None:
    async with edge() as client:
        answer = await client.post("/mcp", headers={"authorization": "bearer good"})
    assert (answer.status_code, answer.text) == (200, "good")


@pytest.mark.parametrize(
    ("error", "status", "header"),
    [
        (Unauthenticated("Expired.", reason=Reason.TOKEN_EXPIRED), 401, "www-authenticate"),
        (Unavailable("The keys can't be fetched."), 503, "retry-after"),
    ],
)
async def test_who_acts_next_is_told(error: CvtailorError, status: int, header: str) -> None:
    async with edge(error) as client:
        answer = await client.post("/mcp", headers={"authorization": "Bearer good"})
    assert (answer.status_code, answer.json()["reason"]) == (status, error.reason.value)
    assert answer.headers[header]


async def test_two_tokens_are_none() -> None:
    async with edge() as client:
        twice = [("authorization", "Bearer good"), ("authorization", "Bearer bad")]
        assert (await client.post("/mcp", headers=twice)).json()["reason"] == "TOKEN_MISSING"


async def test_a_refusal_stays_one_header() -> None:
    async with edge() as client:
        answer = await client.post("/mcp", headers={"authorization": "Bearer bad"})
    assert answer.headers["www-authenticate"] == (
        'Bearer error="invalid_token", error_description="Not \'this\' one."'
    )


async def test_names_are_checked_before_the_token() -> None:
    async with edge(Unavailable("must not be asked")) as client:
        foreign = await client.get("/mcp", headers={"origin": "https://evil.example.com"})
        elsewhere = await client.get("/mcp", headers={"host": "evil.example.com"})
    assert (foreign.status_code, elsewhere.status_code) == (403, 421)
