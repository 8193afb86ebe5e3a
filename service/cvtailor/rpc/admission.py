"""Who may call: bearer token in, caller out."""

import re
from collections.abc import Awaitable, Callable
from uuid import UUID

from grpc.aio import Metadata

from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import Reason, Unauthenticated

type Authenticate = Callable[[str], Awaitable[Caller]]
"""Turns a token into the caller it belongs to; raises Unauthenticated."""

type Admit = Callable[[Caller], Awaitable[None]]
"""Prepares the ground for a caller who is new to this process; doing it again is fine."""

ADMITTED_MAX = 10_000
_BEARER = re.compile(r"bearer +(\S+)", re.IGNORECASE)


class Admission:
    """Authenticates calls, and admits each caller the first time this process sees one."""

    def __init__(self, authenticate: Authenticate, admit: Admit | None = None) -> None:
        self._authenticate = authenticate
        self._admit = admit
        self._admitted: dict[UUID, None] = {}

    async def caller(self, metadata: Metadata) -> Caller:
        """Returns who is calling.

        Raises:
            Unauthenticated: No token, more than one, or not a valid one.
        """
        caller = await self._authenticate(_bearer_token(metadata))
        if self._admit and caller.user_id not in self._admitted:
            await self._admit(caller)
            while len(self._admitted) >= ADMITTED_MAX:
                del self._admitted[next(iter(self._admitted))]
            self._admitted[caller.user_id] = None
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
