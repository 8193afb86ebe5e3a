"""Who may call: bearer token in, caller out."""

import re
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from grpc.aio import Metadata

from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import Forbidden, Reason, Unauthenticated
from cvtailor.domain.ports import Accounts

type Authenticate = Callable[[str], Awaitable[Caller]]
"""Turns a token into the caller it belongs to; raises Unauthenticated."""

_BEARER = re.compile(r"bearer +(\S+)", re.IGNORECASE)
_SECOND_FACTOR = frozenset({"aal2", "aal3"})


class Requirements(NamedTuple):
    """What a session must be, beyond being valid."""

    second_factor: bool = False
    anonymous_allowed: bool = True

    def check(self, caller: Caller) -> None:
        """Raises unless the caller's session is good enough.

        Raises:
            Forbidden: A person is asked for (``ANONYMOUS_REFUSED``), or a second factor
                (``ASSURANCE_TOO_LOW``).
        """
        if caller.is_anonymous and not self.anonymous_allowed:
            raise Forbidden(
                "Anonymous users are not served here: sign up, and call again.",
                reason=Reason.ANONYMOUS_REFUSED,
            )
        if self.second_factor and caller.aal not in _SECOND_FACTOR:
            raise Forbidden(
                "A second factor is required here: verify one, and call again with the new token.",
                reason=Reason.ASSURANCE_TOO_LOW,
                required_aal="aal2",
            )


ANY_SESSION = Requirements()


class Admission:
    """Authenticates each call, and lets in whose session suffices and whose account stands."""

    def __init__(
        self,
        authenticate: Authenticate,
        accounts: Accounts | None = None,
        requirements: Requirements = ANY_SESSION,
    ) -> None:
        """Takes the three checks; without accounts, a token is trusted for as long as it lives."""
        self._authenticate = authenticate
        self._accounts = accounts
        self._requirements = requirements

    async def caller(self, metadata: Metadata) -> Caller:
        """Returns who is calling.

        Raises:
            Unauthenticated: No token, more than one, or not a valid one; or its account is gone.
            Forbidden: The session does not suffice, or the account is banned.
            Unavailable: Token or account can't be checked now.
        """
        caller = await self._authenticate(_bearer_token(metadata))
        self._requirements.check(caller)
        if self._accounts:
            await self._accounts.check(caller)
        return caller


def _bearer_token(metadata: Metadata) -> str:
    values = metadata.get_all("authorization")
    if not values:
        raise Unauthenticated("Send the metadata 'authorization: Bearer <token>'.")
    if len(values) > 1:
        raise Unauthenticated(
            f"Send 'authorization' once; it came {len(values)} times.", reason=Reason.TOKEN_INVALID
        )
    match = _BEARER.fullmatch(str(values[0]))
    if match is None:
        raise Unauthenticated("'authorization' must be 'Bearer <token>'.", reason=Reason.TOKEN_INVALID)
    return match[1]
