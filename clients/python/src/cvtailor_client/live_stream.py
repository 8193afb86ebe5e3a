"""One connection of a server stream, given up when nothing is heard of it for too long."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

import grpc.aio

from cvtailor_client.errors import CvTailorError, Particulars, Unavailable
from cvtailor_client.refusals import refusal


class LiveStream[Message]:
    """The messages of a call, each within ``silence_seconds`` after the one before."""

    def __init__(self, messages: AsyncIterator[Message], silence_seconds: float) -> None:
        self._messages = messages
        self._silence_seconds = silence_seconds

    async def next(self) -> Message | None:
        """Returns the next message, or None after the last.

        Raises:
            CvTailorError: The call ended otherwise than OK, or nothing was heard.
        """
        try:
            async with asyncio.timeout(self._silence_seconds):
                return await anext(self._messages, None)
        except TimeoutError as error:
            raise lost(f"Nothing was heard for {self._silence_seconds:g} s, not even a heartbeat.") from error
        except grpc.aio.AioRpcError as error:
            raise refusal(error) from error

    async def close(self) -> None:
        """Ends the call, wherever it is."""
        # The generated stubs are async generators; what they hold ends with them.
        await cast("Any", self._messages).aclose()


def lost(message: str) -> CvTailorError:
    """Returns a connection's loss that gRPC did not notice."""
    return Unavailable(message, Particulars(code="UNAVAILABLE"))
