"""Tokens of a Supabase session; needs nothing of Supabase's packages itself."""

import inspect
from typing import Any

from cvtailor_client.errors import Unauthenticated
from cvtailor_client.tokens import TokenProvider
from cvtailor_client.v1 import ErrorReason


def supabase_session(auth: Any) -> TokenProvider:
    """Returns a token provider that takes the token of whoever is signed in.

    A refused token refreshes the session; else it is asked of the session that supabase-py keeps, which it
    refreshes itself when it ends.

    Args:
        auth: ``supabase.auth`` of a blocking or of an asynchronous client of supabase-py.
    """

    async def awaited(refused: str | None) -> str:
        return _token(await (auth.refresh_session() if refused else auth.get_session()))

    def blocking(refused: str | None) -> str:
        return _token(auth.refresh_session() if refused else auth.get_session())

    return awaited if inspect.iscoroutinefunction(auth.get_session) else blocking


def _token(answer: Any) -> str:
    # `get_session` gives a session, `refresh_session` an answer that holds one.
    session = getattr(answer, "session", answer)
    if session is None:
        raise Unauthenticated("Nobody is signed in to Supabase.", reason=ErrorReason.TOKEN_MISSING)
    return str(session.access_token)
