"""``Accounts`` in Postgres: a token outlives a ban, and an account, by up to its lifetime."""

import asyncio
import time
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession

from cvtailor.adapters.postgres.user_session import UserSessions
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import CallerMustFix, Forbidden, Reason, Unauthenticated

ACCOUNTS_MAX = 10_000
_STATE = text("select cvtailor.account_state()")
_MAKE = text("select auth.ensure_current_user()")


class AccountState(StrEnum):
    """What ``cvtailor.account_state()`` answers."""

    ACTIVE = "active"
    BANNED = "banned"
    DELETED = "deleted"
    MISSING = "missing"


class _Known(NamedTuple):
    state: AccountState
    asked_at: float


class PostgresAccounts:
    """Asks after the caller, as the caller, and keeps the answer for a while. See ``ports.Accounts``."""

    def __init__(
        self,
        sessions: UserSessions,
        *,
        makes_accounts: bool,
        lifetime_seconds: float = 30,
        accounts_max: int = ACCOUNTS_MAX,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Takes the sessions.

        Args:
            sessions: Transactions as the caller.
            makes_accounts: A verified user who has no account gets one; so it is where no Supabase Auth
                keeps the accounts.
            lifetime_seconds: How long an answer is kept, whatever it was; 0 asks at every call.
            accounts_max: Answers kept at most.
            clock: Monotonic seconds.
        """
        self._sessions = sessions
        self._makes_accounts = makes_accounts
        self._lifetime_seconds = lifetime_seconds
        self._accounts_max = accounts_max
        self._clock = clock
        self._known: dict[UUID, _Known] = {}
        self._asking: dict[UUID, asyncio.Task[AccountState]] = {}

    async def check(self, caller: Caller) -> None:
        """See ``Accounts.check``; a failed question is nobody's answer, and is not kept."""
        known = self._known.get(caller.user_id)
        if known is None or self._clock() - known.asked_at >= self._lifetime_seconds:
            state = await self._ask_once(caller)
        else:
            state = known.state
        if state is not AccountState.ACTIVE:
            raise _REFUSALS[state]()

    async def _ask_once(self, caller: Caller) -> AccountState:
        """Joins the question about this user that is under way, or begins it."""
        asking = self._asking.get(caller.user_id)
        if asking is None:
            asking = self._asking[caller.user_id] = asyncio.create_task(self._ask(caller))
            asking.add_done_callback(_seen)
        return await asyncio.shield(asking)

    async def _ask(self, caller: Caller) -> AccountState:
        asked_at = self._clock()
        try:
            state = await self._state_of(caller)
        finally:
            del self._asking[caller.user_id]
        # Put last again, so that those go first who were asked after longest ago.
        self._known.pop(caller.user_id, None)
        while len(self._known) >= self._accounts_max:
            del self._known[next(iter(self._known))]
        self._known[caller.user_id] = _Known(state, asked_at)
        return state

    async def _state_of(self, caller: Caller) -> AccountState:
        async def ask(session: AsyncSession) -> AccountState:
            return AccountState(await session.scalar(_STATE))

        async def make(session: AsyncSession) -> None:
            await session.execute(_MAKE)

        state = await self._sessions.transact(caller, ask)
        if state is not AccountState.MISSING or not self._makes_accounts:
            return state
        try:
            await self._sessions.transact(caller, make)
        except ProgrammingError:
            # This database is a Supabase project's after all: only its Auth makes accounts.
            return state
        return await self._sessions.transact(caller, ask)


def _seen(asking: asyncio.Task[AccountState]) -> None:
    """Looks at an error that nobody waits for any more; asyncio would log it as forgotten."""
    if not asking.cancelled():
        asking.exception()


def _banned() -> CallerMustFix:
    return Forbidden("This account is banned; ask whoever runs the service.", reason=Reason.ACCOUNT_BANNED)


def _gone() -> CallerMustFix:
    return Unauthenticated(
        "The token is of a user who doesn't exist any more; sign in again.", reason=Reason.TOKEN_INVALID
    )


_REFUSALS: Mapping[AccountState, Callable[[], CallerMustFix]] = {
    AccountState.BANNED: _banned,
    AccountState.DELETED: _gone,
    AccountState.MISSING: _gone,
}
