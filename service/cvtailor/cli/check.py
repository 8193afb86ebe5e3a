"""What a check of ``cvtailor doctor`` is, and whom it looks at."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from cvtailor.adapters.postgres.user_session import UserSessions, service_engine
from cvtailor.app.database import Logins, prepared_logins
from cvtailor.app.parts import secret
from cvtailor.domain.errors import InvalidInput, WeMustFix
from cvtailor.settings import Settings


class Patient:
    """The settings, and what the checks open with them; the stack closes it."""

    def __init__(self, settings: Settings, stack: AsyncExitStack) -> None:
        self.settings = settings
        self.stack = stack
        self._logins: Logins | None = None
        self._sessions: UserSessions | None = None

    async def logins(self) -> Logins:
        """Returns the URIs of the two logins; starts the embedded Postgres if it is the one.

        Raises:
            CvtailorError: One is missing, or the embedded Postgres does not start.
        """
        if self._logins is None:
            settings = self.settings
            if settings.embedded:
                self._logins = await asyncio.to_thread(prepared_logins, settings, self.stack)
            elif settings.engine_database_url is None:
                raise InvalidInput("CVTAILOR_DATABASE_URL is set, CVTAILOR_ENGINE_DATABASE_URL is not")
            else:
                self._logins = Logins(secret(settings.database_url), secret(settings.engine_database_url))
        return self._logins

    async def sessions(self) -> UserSessions:
        """Returns transactions as users."""
        if self._sessions is None:
            self._sessions = UserSessions(service_engine((await self.logins()).service, pool_size=2))
            self.stack.push_async_callback(self._sessions.close)
        return self._sessions


def always(_: Settings) -> bool:
    """Concerns every settings."""
    return True


@dataclass(frozen=True)
class Check:
    """One thing that must hold.

    Attributes:
        look: Returns what it found; raises CvtailorError if that is not well.
        fix: What to do then, if the error does not say.
        concerns: Whether settings have such a thing at all.
    """

    name: str
    look: Callable[[Patient], Awaitable[str]]
    fix: str = ""
    concerns: Callable[[Settings], bool] = always


def none_of(faults: Sequence[str], well: str) -> str:
    """Returns ``well`` if there are no faults.

    Raises:
        WeMustFix: There are; names some of them.
    """
    if faults:
        more = f" and {len(faults) - 5} more" if len(faults) > 5 else ""
        raise WeMustFix("; ".join(faults[:5]) + more)
    return well
