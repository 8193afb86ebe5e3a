"""The attempts of one call: what each sends along, and whether and when there is another."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple

import grpc.aio

from cvtailor_client.errors import CvTailorError, DeadlineExceeded, QuotaExceeded
from cvtailor_client.patience import Patience
from cvtailor_client.refusals import connection_lost, refusal, token_expired
from cvtailor_client.tokens import Tokens
from cvtailor_client.transport import Metadata


class Line(NamedTuple):
    """What every call of a client shares."""

    tokens: Tokens
    patience: Patience


class Attempt(NamedTuple):
    """What one attempt sends along.

    Attributes:
        metadata: With the token.
        timeout: What is left of the deadline, in seconds; None: there is none.
    """

    metadata: Metadata
    timeout: float | None


class Attempts:
    """The attempts of one call, from the first one on.

    Args:
        line: Of the client.
        failures_max: Lost connections in a row that it bears; 0 for a call that must not be made twice.
        timeout_seconds: Deadline of all attempts together.
    """

    def __init__(self, line: Line, failures_max: int, timeout_seconds: float | None) -> None:
        self._line = line
        self._failures_max = failures_max
        self._failures = 0
        self._token = ""
        self._expired: CvTailorError | None = None
        self._ends_at = None if timeout_seconds is None else _now() + timeout_seconds

    async def begin(self) -> Attempt:
        """Asks for the token of the attempt that begins.

        Raises:
            CvTailorError: There is none, or only the one that has expired.
            DeadlineExceeded: No time is left.
        """
        token = await self._line.tokens.current(self._token if self._expired else "")
        if self._expired and token == self._token:
            raise self._expired
        self._token = token
        metadata = (("authorization", f"Bearer {token}"),) if token else ()
        return Attempt(metadata, self._seconds_left())

    def heard(self) -> None:
        """The service was heard: whatever fails from now on is a new failure."""
        self._failures = 0
        self._expired = None

    async def after(self, error: CvTailorError, *, waits_for_quota: bool = False) -> None:
        """Returns when it is time for another attempt.

        Raises:
            CvTailorError: There is none: ``error``, or that the deadline is over.
        """
        if token_expired(error) and self._expired is None and self._token:
            self._expired = error
            return
        patience = self._line.patience
        asked = error.retry_after.total_seconds() if error.retry_after else 0.0
        passes = connection_lost(error) or (waits_for_quota and isinstance(error, QuotaExceeded))
        if not passes or self._failures >= self._failures_max or asked > patience.retry_after_seconds_max:
            raise error
        self._failures += 1
        delay = patience.delay_seconds(self._failures, asked)
        left = self._seconds_left()
        if left is not None and left < delay:
            raise error
        await asyncio.sleep(delay)

    def _seconds_left(self) -> float | None:
        if self._ends_at is None:
            return None
        left = self._ends_at - _now()
        if left <= 0:
            raise DeadlineExceeded("The deadline of the call is over.")
        return left


async def attempted[Answer](
    line: Line,
    timeout_seconds: float | None,
    call: Callable[[Attempt], Awaitable[Answer]],
    failures_max: int = 0,
) -> Answer:
    """Makes a call, and makes it again as long as that is right.

    Raises:
        CvTailorError: It was refused, or failed too often.
    """
    attempts = Attempts(line, failures_max, timeout_seconds)
    while True:
        attempt = await attempts.begin()
        try:
            return await call(attempt)
        except grpc.aio.AioRpcError as error:
            await attempts.after(refusal(error))


def _now() -> float:
    return asyncio.get_running_loop().time()
