"""Who calls: the access token that goes with each call."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import cast

from cvtailor_client.errors import Unauthenticated
from cvtailor_client.v1 import ErrorReason

type TokenProvider = Callable[[str | None], str | Awaitable[str]]
"""Gives the access token of who is signed in, before every call; so it should keep it.

Its argument is a token that has just been refused as expired, so that it can refresh the session, else None.
It may be a coroutine function; a plain one runs in a thread. It is never asked twice at once. What it raises
ends the call.
"""


class Tokens:
    """The tokens of one user."""

    def __init__(self, source: str | TokenProvider | None) -> None:
        self._source = source
        self._last = ""
        self._asking = asyncio.Lock()

    @property
    def exist(self) -> bool:
        """Whether calls carry a token at all."""
        return self._source is not None

    async def current(self, refused: str = "") -> str:
        """Returns the token for a call; empty if calls carry none.

        Of many calls that were refused at once, one makes the provider refresh: a refresh token works once.

        Args:
            refused: The one that has just been refused as expired.

        Raises:
            Unauthenticated: What the provider gave is no token.
        """
        if self._source is None or isinstance(self._source, str):
            return _checked(self._source or "")
        async with self._asking:
            is_news = bool(refused) and refused == self._last
            self._last = _checked(await _asked(self._source, refused if is_news else None))
            return self._last


async def _asked(provider: TokenProvider, refused: str | None) -> str:
    if inspect.iscoroutinefunction(provider):
        return cast("str", await provider(refused))
    answer = await asyncio.to_thread(provider, refused)
    return await answer if inspect.isawaitable(answer) else answer


def _checked(token: object) -> str:
    if not isinstance(token, str):
        raise _unusable(f"is a {type(token).__name__}, and no text")
    # A file that holds a token ends in a line break.
    stripped = token.strip()
    if not stripped and token:
        raise _unusable("is blank")
    if not (stripped.isascii() and stripped.isprintable()) or " " in stripped:
        raise _unusable("has characters that no header can carry")
    return stripped


def _unusable(why: str) -> Unauthenticated:
    return Unauthenticated(f"The access token {why}.", reason=ErrorReason.TOKEN_INVALID)
