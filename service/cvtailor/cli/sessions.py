"""The session of who signed in with `cvtailor login`, kept in a file of theirs alone."""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

from platformdirs import user_config_path
from pydantic import ValidationError

from cvtailor.adapters.auth.sign_in import SIGN_IN_COMMAND, Session, SupabaseSignIn
from cvtailor.domain.errors import InvalidInput, Unauthenticated, Unavailable
from cvtailor.extras import require_extra
from cvtailor.private_file import others_can_read, write_aside

REFRESH_AHEAD_SECONDS = 900
"""A token that ends sooner is replaced before it is used: a run, and fetching its documents, takes time."""

USABLE_SECONDS = 10
"""A token that ends sooner is as good as none."""

_LOCK_WAIT_SECONDS = 30
_LOCK_POLL_SECONDS = 0.05


class SessionFile:
    """One session, or none; several processes may use it at once."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def of_this_user(cls) -> Self:
        """Returns the file in the user's configuration folder."""
        return cls(user_config_path("cvtailor") / "session.json")

    def read(self) -> Session | None:
        """Returns the session, or None if nobody is signed in.

        Raises:
            InvalidInput: The file is damaged, or others can read it.
        """
        try:
            content = self.path.read_bytes()
            open_to_others = others_can_read(self.path)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise InvalidInput(f"{self.path} can't be read: {error.strerror}.") from error
        if open_to_others:
            raise InvalidInput(f"Others can read your session: run 'chmod 600 {self.path}'.")
        try:
            return Session.model_validate_json(content)
        except ValidationError:
            # Without its cause, which quotes the tokens.
            raise InvalidInput(f"{self.path} is damaged: run `{SIGN_IN_COMMAND}`.") from None

    def write(self, session: Session) -> None:
        """Replaces the session, whole or not at all."""
        write_aside(self.path, session.model_dump_json().encode()).replace(self.path)

    def remove(self) -> None:
        """Forgets the session."""
        self.path.unlink(missing_ok=True)

    async def access_token(self) -> str:
        """Returns a token that is good for a while, refreshed if need be.

        Raises:
            Unauthenticated: Nobody is signed in, or the session has ended.
            Forbidden: The account is banned.
            Unavailable: The token has ended, and Supabase Auth does not answer.
            InvalidInput: The extra that refreshes it is not installed.
        """
        session = self._present()
        if session.lives_for(REFRESH_AHEAD_SECONDS):
            return session.access_token
        async with self.locked():
            # Another process may have refreshed it meanwhile. A refresh token is good once; using it
            # twice would end the session.
            session = self._present()
            if session.lives_for(REFRESH_AHEAD_SECONDS):
                return session.access_token
            require_extra("supabase", "Refreshing your session")
            try:
                refreshed = await SupabaseSignIn(session.url, session.publishable_key).refresh(session)
            except Unavailable:
                if session.lives_for(USABLE_SECONDS):
                    return session.access_token
                raise
            self.write(refreshed)
        return refreshed.access_token

    @asynccontextmanager
    async def locked(self) -> AsyncIterator[None]:
        """Keeps other processes from changing the session.

        Raises:
            InvalidInput: The folder can't be written.
            Unavailable: One of them does not come to an end.
        """
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # A file of its own: the session's is replaced, and a lock would stay with the old one.
            lock = os.open(self.path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise InvalidInput(f"{self.path.parent} can't be written: {error.strerror}.") from error
        try:
            try:
                async with asyncio.timeout(_LOCK_WAIT_SECONDS):
                    # Nobody tells when another process lets go.
                    while not _taken(lock):  # noqa: ASYNC110
                        await asyncio.sleep(_LOCK_POLL_SECONDS)
            except TimeoutError as error:
                raise Unavailable(f"Another cvtailor holds {self.path}; try again.") from error
            yield
        finally:
            os.close(lock)

    def _present(self) -> Session:
        session = self.read()
        if session is None:
            raise Unauthenticated(
                f"You are not signed in: run `{SIGN_IN_COMMAND}`, or give a token with --token."
            )
        return session


def _taken(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
