"""`cvtailor login` and `logout` against a server that answers as Supabase Auth."""

import asyncio
import functools
import json
import os
import stat
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import grpc
import pytest
from auth_server.gotrue import CODE, KEY, PASSWORD, AuthServer, auth_server
from cvtailor.adapters.auth.jwks import Jwks, jwks_at
from cvtailor.adapters.auth.verifier import JwtVerifier
from cvtailor.cli.connection import Target, connect
from cvtailor.cli.main import app
from cvtailor.domain.errors import Unauthenticated
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2 as pb
from cvtailor.rpc.admission import Requirements
from cvtailor.settings import Settings
from rpc.rpc_answers import refusal
from rpc.rpc_samples import an_application
from rpc.rpc_serving import serving
from starlette.responses import JSONResponse, PlainTextResponse
from typer.testing import CliRunner

ADA = "ada@example.org"


@pytest.fixture
async def auth() -> AsyncIterator[AuthServer]:
    async with auth_server() as server:
        server.sign_up(ADA)
        yield server


@dataclass
class Said:
    """What a command said and did."""

    code: int | None
    out: str


@dataclass
class Home:
    """A user's own machine."""

    folder: Path
    auth: AuthServer

    @property
    def session_file(self) -> Path:
        return self.folder / "cvtailor" / "session.json"

    def session(self) -> dict:
        return json.loads(self.session_file.read_text())

    async def run(self, *arguments: str, typed: str = "", **environment: str) -> Said:
        """Runs a command in a thread, with a loop of its own."""
        invoke = functools.partial(CliRunner().invoke, app, arguments, input=typed, env=environment)
        result = await asyncio.to_thread(invoke)
        return Said(result.exit_code, " ".join(result.output.split()))

    async def run_process(self, *arguments: str, typed: str = "", **environment: str) -> Said:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", "from cvtailor.cli.main import main; main()", *arguments),
            env={**os.environ, **environment},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        out, _ = await process.communicate(typed.encode())
        return Said(process.returncode, " ".join(out.decode().split()))

    async def login(self, typed: str = PASSWORD + "\n", **environment: str) -> Said:
        return await self.run(
            *("login", "--email", ADA, "--url", self.auth.url, "--key", KEY), typed=typed, **environment
        )


@pytest.fixture
def home(tmp_path: Path, auth: AuthServer, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return Home(tmp_path, auth)


async def test_whoever_signs_in_calls_the_service_as_themselves(home, auth):
    project = ("--url", auth.url, "--key", KEY)
    said = await home.run_process("login", "--email", ADA, *project, typed=PASSWORD)
    assert said.code == 0, said.out
    assert f"Signed in to {auth.url} as {ADA}" in said.out
    verifier = JwtVerifier(Jwks(jwks_at(auth.jwks_url)), issuer=auth.issuer)
    async with serving(verifier=verifier) as served:
        mine = served.records.keep(an_application(), auth.users[ADA].id)
        served.records.keep(an_application())
        async with connect(Target(f"127.0.0.1:{served.port}"), Settings()) as connection:
            listed = await connection.stub.ListApplications(
                pb.ListApplicationsRequest(), metadata=connection.metadata
            )
    assert [each.id for each in listed.applications] == [str(mine.id)]


async def test_the_session_is_its_owners_alone(home):
    await home.login()
    assert stat.S_IMODE(home.session_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(home.session_file.parent.stat().st_mode) == 0o700
    left = sorted(each.name for each in home.session_file.parent.iterdir())
    assert left == ["session.json", "session.lock"]


async def test_project_and_password_may_come_from_the_environment(home, auth):
    said = await home.run(
        *("login", "--email", ADA),
        CVTAILOR_SUPABASE_URL=auth.url,
        CVTAILOR_SUPABASE_PUBLISHABLE_KEY=KEY,
        CVTAILOR_PASSWORD=PASSWORD,
    )
    assert said.code == 0
    assert home.session()["email"] == ADA


async def test_an_authenticator_makes_the_session_a_stronger_one(home, auth):
    auth.users[ADA].factor = "9f0c7f4e-8f5e-4b43-9d4e-0a4f9d9b6a51"
    said = await home.login(f"{PASSWORD}\n{CODE}\n")
    assert said.code == 0
    verifier = JwtVerifier(Jwks(jwks_at(auth.jwks_url)), issuer=auth.issuer)
    caller = await verifier.verify(home.session()["access_token"])
    Requirements(second_factor=True).check(caller)


async def test_a_wrong_code_signs_nobody_in(home, auth):
    auth.users[ADA].factor = "9f0c7f4e-8f5e-4b43-9d4e-0a4f9d9b6a51"
    said = await home.login(f"{PASSWORD}\n000000\n")
    assert said.code == 2
    assert "code is wrong or too old" in said.out
    assert not home.session_file.exists()


@pytest.mark.parametrize(
    ("wrong", "code", "message"),
    [
        ({"password": "another"}, 2, "E-mail or password is wrong."),
        ({"banned": True}, 2, "This account is banned"),
        ({"confirmed": False}, 2, "Confirm the e-mail address first"),
    ],
)
async def test_whoever_may_not_sign_in_is_told_why(home, auth, wrong, code, message):
    auth.sign_up(ADA, **wrong)
    said = await home.login()
    assert (said.code, message in said.out) == (code, True), said.out
    assert not home.session_file.exists()


@pytest.mark.parametrize(
    ("broken", "code", "message"),
    [
        (JSONResponse({"code": "over_request_rate_limit", "message": "x"}, 429), 75, "asks to slow down"),
        (PlainTextResponse("bad gateway", 502), 75, "does not answer"),
        (JSONResponse({"code": "unexpected_failure", "message": "x"}, 500), 75, "fails (HTTP 500)"),
        (JSONResponse({"access_token": "half-a-session"}), 75, "no sensible answer"),
        (PlainTextResponse("<html>"), 75, "no sensible answer"),
        (JSONResponse({}, 307, {"location": "http://127.0.0.1:1/"}), 75, "fails (HTTP 307)"),
    ],
)
async def test_a_project_that_fails_is_told_apart_from_a_wrong_password(home, auth, broken, code, message):
    auth.broken = broken
    said = await home.login()
    assert (said.code, message in said.out) == (code, True), said.out
    assert "half-a-session" not in said.out
    assert not home.session_file.exists()


@pytest.mark.parametrize(
    ("url", "key", "message"),
    [
        ("", KEY, "CVTAILOR_SUPABASE_URL"),
        ("https://project.supabase.co", "", "CVTAILOR_SUPABASE_PUBLISHABLE_KEY"),
        ("http://project.supabase.co", KEY, "is not encrypted"),
        ("project.supabase.co", KEY, "https://PROJECT.supabase.co"),
        ("https://project.supabase.co", "sb_secret_x", "secret key"),
    ],
)
async def test_a_password_goes_nowhere_it_should_not(home, url, key, message):
    said = await home.run("login", "--email", ADA, "--url", url, "--key", key, typed=PASSWORD)
    assert (said.code, message in said.out) == (2, True), said.out
    assert home.auth.asked == []


async def test_a_key_of_another_project_is_told_as_such(home, auth):
    said = await home.run(
        *("login", "--email", ADA, "--url", auth.url, "--key", "sb_publishable_other"), typed=PASSWORD
    )
    assert (said.code, "does not know this publishable key" in said.out) == (2, True), said.out


async def test_without_a_password_nothing_is_asked(home, auth):
    said = await home.login(typed="")
    assert (said.code, "No password" in said.out) == (2, True), said.out
    assert auth.asked == []


async def test_no_password_and_no_token_is_printed_or_logged(home, auth):
    verbose = {"CVTAILOR_LOG_LEVEL": "debug", "PYTHONDEVMODE": "1"}
    project = ("--url", auth.url, "--key", KEY)
    said = await home.run_process("login", "--email", ADA, *project, typed=PASSWORD, **verbose)
    session = home.session()
    auth.broken = PlainTextResponse("bad gateway", 502)
    out = await home.run_process("logout", **verbose)
    assert (said.code, out.code) == (0, 1)
    for secret in (PASSWORD, session["access_token"], session["refresh_token"]):
        assert secret not in said.out + out.out
    assert PASSWORD not in json.dumps(session)


async def test_the_password_is_no_option(home):
    said = await home.run("login", "--help")
    assert "--email" in said.out
    assert "--password" not in said.out


async def test_signing_out_ends_the_session_there_and_here(home, auth):
    await home.login()
    said = await home.run("logout")
    assert (said.code, "Signed out of" in said.out) == (0, True), said.out
    assert not home.session_file.exists()
    assert auth.sessions == {}
    assert "Nobody is signed in." in (await home.run("logout")).out


async def test_signing_out_of_a_session_that_ended_is_fine(home, auth):
    await home.login()
    auth.sessions.clear()
    assert (await home.run("logout")).code == 0
    assert not home.session_file.exists()


async def test_signing_out_while_the_project_is_down_forgets_and_says_so(home, auth):
    await home.login()
    auth.broken = PlainTextResponse("bad gateway", 502)
    said = await home.run("logout")
    assert (said.code, "Signed out here, but not there" in said.out) == (1, True), said.out
    assert not home.session_file.exists()


async def test_a_call_with_no_session_says_how_to_sign_in(home):
    with pytest.raises(Unauthenticated, match="run `cvtailor login`"):
        async with connect(Target("127.0.0.1:1"), Settings()):
            pass


async def test_generate_with_no_session_says_how_to_sign_in(home, tmp_path):
    cv, job = tmp_path / "cv.md", tmp_path / "job.txt"
    cv.write_text("# Ada")
    job.write_text("A job for Ada, who likes engines that compute.")
    said = await home.run_process("generate", str(cv), str(job), "--server", "127.0.0.1:1")
    assert (said.code, "run `cvtailor login`" in said.out) == (2, True), said.out


async def test_a_token_that_is_given_goes_before_the_session(home):
    async with connect(Target("127.0.0.1:1", token="mine"), Settings()) as connection:
        assert connection.metadata == (("authorization", "Bearer mine"),)


async def test_callers_who_bring_their_tokens_need_no_session(home):
    async with connect(Target("127.0.0.1:1", callers_bring_tokens=True), Settings()) as connection:
        assert connection.metadata == ()


async def test_the_service_says_what_a_session_lacks(home, auth):
    await home.login()
    verifier = JwtVerifier(Jwks(jwks_at(auth.jwks_url)), issuer=auth.issuer)
    async with (
        serving(verifier=verifier, requirements=Requirements(second_factor=True)) as served,
        connect(Target(f"127.0.0.1:{served.port}"), Settings()) as connection,
    ):
        call = connection.stub.ListApplications(pb.ListApplicationsRequest(), metadata=connection.metadata)
        refused = await refusal(call)
    assert (refused.code, refused.reason) == (grpc.StatusCode.PERMISSION_DENIED, "ASSURANCE_TOO_LOW")
