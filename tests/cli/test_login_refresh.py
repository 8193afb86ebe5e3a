"""A session that is kept: refreshed in time, once, and by one process at a time."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from auth_server.gotrue import KEY, PASSWORD, AuthServer, auth_server
from cvtailor.adapters.auth.sign_in import Session, SupabaseSignIn
from cvtailor.cli import sessions
from cvtailor.cli.sessions import SessionFile
from cvtailor.domain.errors import Forbidden, InvalidInput, Unauthenticated, Unavailable
from starlette.responses import PlainTextResponse

ADA = "ada@example.org"
IN_ANOTHER_PROCESS = """
import asyncio, sys
from pathlib import Path
from cvtailor.cli.sessions import SessionFile
print(asyncio.run(SessionFile(Path(sys.argv[1])).access_token()))
"""


@pytest.fixture
async def auth() -> AsyncIterator[AuthServer]:
    async with auth_server() as server:
        server.sign_up(ADA)
        yield server


async def no_code() -> str:
    raise AssertionError("no code is needed")


@pytest.fixture
async def file(tmp_path: Path, auth: AuthServer) -> SessionFile:
    """The file of somebody who has just signed in."""
    file = SessionFile(tmp_path / "session.json")
    file.write(await SupabaseSignIn(auth.url, KEY).with_password(ADA, PASSWORD, no_code))
    return file


def age(file: SessionFile, seconds_left: float) -> Session:
    """Lets time go by until the token has only so long to live."""
    session = file.read().model_copy(update={"expires_at": time.time() + seconds_left})
    file.write(session)
    return session


async def test_a_fresh_session_is_used_as_it_is(file, auth):
    assert await file.access_token() == file.read().access_token
    assert auth.refreshes == 0


@pytest.mark.parametrize("seconds_left", [-3600, 0, 600])
async def test_a_session_that_ends_soon_is_refreshed_and_kept(file, auth, seconds_left):
    old = age(file, seconds_left)
    token = await file.access_token()
    kept = file.read()
    assert token == kept.access_token
    assert kept.refresh_token != old.refresh_token
    assert kept.lives_for(3000)
    assert await file.access_token() == token
    assert auth.refreshes == 1


async def test_many_in_one_process_refresh_once(file, auth):
    age(file, 0)
    assert len(set(await asyncio.gather(*(file.access_token() for _ in range(20))))) == 1
    assert auth.refreshes == 1


async def test_processes_that_need_it_at_once_refresh_once(file, auth):
    age(file, 0)
    everybody_came = asyncio.Event()
    auth.slow = everybody_came.wait

    async def another() -> str:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", IN_ANOTHER_PROCESS, str(file.path)),
            env=dict(os.environ),
            stdout=asyncio.subprocess.PIPE,
        )
        out, _ = await process.communicate()
        assert process.returncode == 0
        return out.decode().strip()

    others = [asyncio.create_task(another()) for _ in range(3)]
    # One of them asks and waits for its answer; the others come to the lock meanwhile.
    while not any("grant_type=refresh_token" in each for each in auth.asked):  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    own = asyncio.create_task(file.access_token())
    await asyncio.sleep(0.1)
    everybody_came.set()
    tokens = {await own, *await asyncio.gather(*others)}
    assert tokens == {file.read().access_token}
    assert auth.refreshes == 1


async def test_an_answer_that_was_lost_is_asked_for_again(file, auth):
    old = age(file, 0)
    await file.access_token()
    file.write(old)
    assert await file.access_token()
    assert auth.refreshes == 2


async def test_a_stolen_and_used_session_ends_for_both(file, auth):
    stolen = age(file, 0)
    for _ in range(2):
        await file.access_token()
        latest = age(file, 0)
    with pytest.raises(Unauthenticated):
        await SupabaseSignIn(auth.url, KEY).refresh(stolen)
    with pytest.raises(Unauthenticated, match="run `cvtailor login`"):
        await SupabaseSignIn(auth.url, KEY).refresh(latest)


async def test_a_refused_refresh_says_to_sign_in_again(file, auth):
    age(file, 0)
    auth.sessions.clear()
    with pytest.raises(Unauthenticated, match="Your session has ended: run `cvtailor login`"):
        await file.access_token()


async def test_a_banned_user_is_told_so(file, auth):
    age(file, 0)
    auth.users[ADA].banned = True
    with pytest.raises(Forbidden, match="banned"):
        await file.access_token()


async def test_while_auth_is_down_a_token_that_lives_still_is_used(file, auth):
    auth.broken = PlainTextResponse("bad gateway", 502)
    assert await file.access_token() == age(file, 60).access_token
    age(file, 5)
    with pytest.raises(Unavailable):
        await file.access_token()


async def test_a_holder_who_never_lets_go_is_given_up_on(file, monkeypatch):
    age(file, 0)
    monkeypatch.setattr(sessions, "_LOCK_WAIT_SECONDS", 0.1)
    async with file.locked():
        with pytest.raises(Unavailable, match="Another cvtailor holds"):
            await file.access_token()


async def test_a_session_that_others_can_read_is_not_used(file):
    file.path.chmod(0o640)
    with pytest.raises(InvalidInput, match="chmod 600"):
        await file.access_token()


@pytest.mark.parametrize("change", [lambda text: text[:-9], lambda text: "{}", lambda text: ""])
async def test_a_damaged_file_is_told_without_what_is_in_it(file, change):
    session = file.read()
    file.path.write_text(change(file.path.read_text()))
    with pytest.raises(InvalidInput, match="damaged: run `cvtailor login`") as refused:
        await file.access_token()
    assert refused.value.__suppress_context__
    assert session.refresh_token not in str(refused.value)


async def test_a_session_shows_its_tokens_to_nobody(file):
    session = file.read()
    for shown in (repr(session), str(session)):
        assert session.access_token not in shown
        assert session.refresh_token not in shown
