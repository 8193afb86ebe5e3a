"""Whose token goes with a call, and what happens when it ends."""

import asyncio
import time

import jwt
import pytest
from auth_server.gotrue import KEY, PASSWORD, auth_server
from cvtailor.domain.errors import Reason
from cvtailor.domain.errors import Unauthenticated as Refused
from cvtailor_client import CvTailor, ErrorReason, Unauthenticated, supabase_session
from scripted_service import APPLICATION, ScriptedService, event, last

import supabase
from benchmarks.service_process import EXAMPLES, ServiceProcess

ENGINEER = EXAMPLES / "engineer"


def expired(service: ServiceProcess) -> str:
    """The local user's token, an hour after its end."""
    claims = jwt.decode(service.token, options={"verify_signature": False})
    key = (service.data_dir / "auth" / "signing-key.pem").read_bytes()
    kid = jwt.get_unverified_header(service.token)["kid"]
    return jwt.encode(
        {**claims, "exp": int(time.time()) - 3600}, key, algorithm="ES256", headers={"kid": kid}
    )


class Session:
    """A session whose token has ended, and how often it was refreshed."""

    def __init__(self, first: str, fresh: str) -> None:
        self.token, self.fresh, self.refused = first, fresh, list[str]()

    async def __call__(self, refused: str | None) -> str:
        if refused:
            self.refused.append(refused)
            await asyncio.sleep(0)
            self.token = self.fresh
        return self.token


async def test_an_expired_session_is_refreshed_once_for_all_calls(service: ServiceProcess) -> None:
    session = Session(expired(service), service.token)
    async with CvTailor(service.address, session) as client:
        await asyncio.gather(*(client.list_page() for _ in range(5)))
        told = [event async for event in client.generate(ENGINEER / "cv.yaml", ENGINEER / "job.txt")]
    assert len(session.refused) == 1
    assert told[-1].completed


async def test_a_token_that_stays_expired_is_refused_after_one_more_try(scripted: ScriptedService) -> None:
    over = Refused("over", reason=Reason.TOKEN_EXPIRED)
    scripted.script.answers = [over, over, over]
    async with CvTailor(scripted.address, Session("first", "second")) as client:
        with pytest.raises(Unauthenticated) as caught:
            await client.get(APPLICATION)
    assert caught.value.reason is ErrorReason.TOKEN_EXPIRED
    assert scripted.script.tokens == ["Bearer first", "Bearer second"]


async def test_a_plain_token_is_not_tried_twice(scripted: ScriptedService) -> None:
    scripted.script.answers = [Refused("over", reason=Reason.TOKEN_EXPIRED)]
    async with CvTailor(scripted.address, "only\n") as client:
        with pytest.raises(Unauthenticated, match="over"):
            await client.get(APPLICATION)
    assert scripted.script.tokens == ["Bearer only"]


async def test_a_stream_goes_on_with_a_fresh_token(scripted: ScriptedService) -> None:
    over = Refused("over", reason=Reason.TOKEN_EXPIRED)
    scripted.script.streams = [[event(1), over], [last(2)]]
    async with CvTailor(scripted.address, Session("first", "second")) as client:
        assert [event.sequence async for event in client.watch(APPLICATION)] == [1, 2]
    assert scripted.script.tokens == ["Bearer first", "Bearer second"]


async def test_health_needs_no_token(scripted: ScriptedService) -> None:
    async with CvTailor(scripted.address) as client:
        assert (await client.health()).version == "scripted"
    assert scripted.script.tokens == [""]


@pytest.mark.parametrize("token", ["two words", "ünicode", "line\nbreak", None])
async def test_what_is_no_token_is_not_sent(scripted: ScriptedService, token: str | None) -> None:
    async with CvTailor(scripted.address, lambda refused: token) as client:  # type: ignore[arg-type,return-value]
        with pytest.raises(Unauthenticated):
            await client.get(APPLICATION)
    assert scripted.script.heard == []


async def test_what_a_provider_raises_ends_the_call(scripted: ScriptedService) -> None:
    def offline(refused: str | None) -> str:
        raise ConnectionError("no way to the auth server")

    async with CvTailor(scripted.address, offline) as client:
        with pytest.raises(ConnectionError):
            await client.get(APPLICATION)


async def test_a_supabase_session_is_used_and_refreshed(scripted: ScriptedService) -> None:
    async with auth_server() as server:
        person = server.sign_up("ada@example.org")
        project = await supabase.acreate_client(server.url, KEY)
        async with CvTailor(scripted.address, supabase_session(project.auth)) as client:
            with pytest.raises(Unauthenticated, match="Nobody is signed in"):
                await client.get(APPLICATION)
            await project.auth.sign_in_with_password({"email": person.email, "password": PASSWORD})
            scripted.script.answers = [Refused("over", reason=Reason.TOKEN_EXPIRED)]
            await client.get(APPLICATION)
        await project.auth.sign_out({"scope": "local"})
    first, second = scripted.script.tokens
    assert first != second
    assert server.refreshes == 1
