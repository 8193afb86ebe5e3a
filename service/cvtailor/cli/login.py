"""``cvtailor login`` and ``cvtailor logout``."""

import asyncio
import getpass
import os
import sys
from collections.abc import Callable, Coroutine
from typing import Any

from rich.console import Console

from cvtailor.adapters.auth.sign_in import Session, SupabaseSignIn
from cvtailor.cli.exit_codes import ExitCode
from cvtailor.cli.printable import escaped
from cvtailor.cli.refusals import tell_refusal
from cvtailor.cli.sessions import USABLE_SECONDS, SessionFile
from cvtailor.domain.errors import CallerMustFix, CvtailorError, InvalidInput, Unavailable
from cvtailor.extras import require_extra
from cvtailor.settings import Settings

PASSWORD_VARIABLE = "CVTAILOR_PASSWORD"  # noqa: S105  # its name


def login(email: str, url: str, key: str) -> ExitCode:
    """Signs in and keeps the session; returns the exit code.

    Args:
        email: Whose account; asked for if it is empty.
        url: The project's URL; the settings' if it is empty.
        key: The project's publishable key; the settings' if it is empty.
    """
    return _run("login", lambda: _login(email, url, key))


def logout() -> ExitCode:
    """Ends the session there and forgets it here; returns the exit code."""
    return _run("logout", _logout)


def _run(command: str, work: Callable[[], Coroutine[Any, Any, ExitCode]]) -> ExitCode:
    try:
        require_extra("supabase", f"`cvtailor {command}`")
        return asyncio.run(work())
    except CvtailorError as error:
        return tell_refusal(error, Console(stderr=True, soft_wrap=True))


async def _login(email: str, url: str, key: str) -> ExitCode:
    settings = Settings()
    known_key = settings.supabase_publishable_key
    project = SupabaseSignIn(
        url or settings.supabase_url, key or (known_key.get_secret_value() if known_key else "")
    )
    if not email and not sys.stdin.isatty():
        raise InvalidInput("Say whose account it is with --email.")
    email = email or await asyncio.to_thread(_line, "E-mail: ")
    password = os.environ.get(PASSWORD_VARIABLE) or await asyncio.to_thread(_line, "Password: ", secret=True)
    if not password:
        raise InvalidInput(f"No password: type it, pipe it in, or set {PASSWORD_VARIABLE}.")

    async def code() -> str:
        return (await asyncio.to_thread(_line, "Code of your authenticator: ")).strip()

    session = await project.with_password(email, password, code)
    file = SessionFile.of_this_user()
    async with file.locked():
        file.write(session)
    _say(f"Signed in to {session.url} as {session.email}. The session is kept in {file.path}")
    return ExitCode.OK


async def _logout() -> ExitCode:
    file = SessionFile.of_this_user()
    async with file.locked():
        session = file.read()
        if session is None:
            _say("Nobody is signed in.")
            return ExitCode.OK
        try:
            await _end(session)
        except Unavailable as error:
            _say(f"Signed out here, but not there, where the session goes on: {error.message}", aside=True)
            return ExitCode.SERVICE_ERROR
        finally:
            file.remove()
    _say(f"Signed out of {session.url}.")
    return ExitCode.OK


async def _end(session: Session) -> None:
    project = SupabaseSignIn(session.url, session.publishable_key)
    if not session.lives_for(USABLE_SECONDS):
        try:
            session = await project.refresh(session)
        except CallerMustFix:
            return  # it has ended already
    await project.sign_out(session)


def _line(prompt: str, *, secret: bool = False) -> str:
    """Returns what the person types, or the next line of what is piped in."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    return getpass.getpass(prompt) if secret else input(prompt)


def _say(message: str, *, aside: bool = False) -> None:
    Console(stderr=aside, soft_wrap=True).print(escaped(message), highlight=False)
