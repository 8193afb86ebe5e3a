"""Gets an inquiry answered: tries again what may pass, and goes to the fallback model when it does not."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass

import stamina

from cvtailor.adapters.agents.breaker import Breaker
from cvtailor.adapters.agents.dialogue import Endpoint, Inquiry
from cvtailor.adapters.agents.failures import TransientFailure
from cvtailor.domain.errors import ModelRefused, ModelUnavailable
from cvtailor.domain.model_calls import ModelReply

_RETRY_AFTER_SECONDS_MAX = 30.0
_FIRST_WAIT_SECONDS = 0.5
_WAIT_SECONDS_MAX = 8.0
_JITTER = 0.25


@dataclass(frozen=True)
class Line:
    """An endpoint and the breaker of its provider."""

    endpoint: Endpoint
    breaker: Breaker
    call_timeout_seconds: float

    async def ask(self, inquiry: Inquiry) -> ModelReply:
        """Asks once, within the deadline; see ``Endpoint.ask``."""
        try:
            async with asyncio.timeout(self.call_timeout_seconds):
                return await self.endpoint.ask(inquiry)
        except TimeoutError:
            told = f"'{self.endpoint.model}' did not answer within {self.call_timeout_seconds:g} s"
        raise TransientFailure(told)


class Switchboard:
    """Asks the first of several lines that answers.

    Args:
        lines: The model of choice first.
        attempts: How often a line is tried for one inquiry.
    """

    def __init__(self, lines: Sequence[Line], attempts: int) -> None:
        self._lines = tuple(lines)
        self._attempts = attempts

    async def ask(self, inquiry: Inquiry) -> ModelReply:
        """Returns the first answer.

        Raises:
            ModelRefused: A provider refuses the key, the model or the request.
            ModelUnavailable: No line answers.
        """
        told: list[str] = []
        for line in self._lines:
            try:
                return await self._ask_patiently(line, inquiry)
            except TransientFailure as failure:
                told.append(failure.told)
        raise ModelUnavailable(f"No model answers: {'; '.join(told)}. Try again later.")

    async def ask_once(self, inquiry: Inquiry) -> ModelReply:
        """Asks every line once, whatever its breaker says, and returns the answer of the first.

        Raises:
            ModelRefused: A provider refuses the key, the model or the request.
            ModelUnavailable: One does not answer.
        """
        replies = []
        for line in self._lines:
            try:
                replies.append(await line.ask(inquiry))
            except TransientFailure as failure:
                told = failure.told
            else:
                continue
            raise ModelUnavailable(f"{told}. Check the address, the network and the provider's status page.")
        return replies[0]

    async def _ask_patiently(self, line: Line, inquiry: Inquiry) -> ModelReply:
        attempts = stamina.retry_context(
            on=_wait_seconds,
            attempts=self._attempts,
            timeout=None,
            wait_initial=_FIRST_WAIT_SECONDS,
            wait_max=_WAIT_SECONDS_MAX,
            wait_jitter=_FIRST_WAIT_SECONDS,
        )
        async for attempt in attempts:
            with attempt:
                return await self._ask_if_admitted(line, inquiry)
        raise AssertionError("unreachable: the last attempt returns or raises")

    @staticmethod
    async def _ask_if_admitted(line: Line, inquiry: Inquiry) -> ModelReply:
        if not line.breaker.admits():
            raise BreakerOpen(f"'{line.endpoint.model}' has failed too often and is left alone for a while")
        try:
            reply = await line.ask(inquiry)
        except TransientFailure:
            line.breaker.failed()
            raise
        except ModelRefused:
            line.breaker.succeeded()  # it answers, if not as wished
            raise
        line.breaker.succeeded()
        return reply


class BreakerOpen(TransientFailure):
    """The provider is left alone at the moment; waiting a few seconds would not help."""


def _wait_seconds(error: Exception) -> bool | float:
    """Tells stamina whether to try again: True to wait as usual, or for how long the provider asked."""
    if not isinstance(error, TransientFailure) or isinstance(error, BreakerOpen):
        return False
    if error.retry_after_seconds is None:
        return True
    if error.retry_after_seconds > _RETRY_AFTER_SECONDS_MAX:
        return False  # longer than a run should stand still: the fallback's turn
    return error.retry_after_seconds * (1 + random.uniform(0, _JITTER))  # noqa: S311
