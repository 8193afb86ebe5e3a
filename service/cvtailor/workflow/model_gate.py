"""Whether the provider of the model would take a run, as far as this process knows."""

import copy
import time
from collections.abc import Callable

from cvtailor.domain.errors import ModelRefused

_REMEMBERED_SECONDS = 30.0


class ModelGate:
    """Remembers a refusal: what was refused a moment ago would be refused again.

    So a caller learns of a bad key when it asks, not from a run that fails; and as soon as the operator has
    mended the key at the provider, the next run but a few seconds later finds out.
    """

    def __init__(
        self,
        refusal: ModelRefused | None = None,
        *,
        remembered_seconds: float = _REMEMBERED_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Opens the gate, or shuts it for good.

        Args:
            refusal: Why no model can ever be called, if that is known: there is no key.
            remembered_seconds: How long a refusal of the provider keeps the gate shut.
            clock: Seconds that only grow.
        """
        self._lasting = refusal
        self._latest: tuple[float, ModelRefused] | None = None
        self._remembered_seconds = remembered_seconds
        self._clock = clock

    def check(self) -> None:
        """Raises ModelRefused if the provider would refuse."""
        # A copy each time: an exception keeps every frame that it passes, and those hold CVs.
        if self._lasting:
            raise copy.copy(self._lasting)
        if self._latest and self._clock() < self._latest[0] + self._remembered_seconds:
            raise copy.copy(self._latest[1])

    async def probe(self) -> None:
        """``check`` as a probe of health."""
        self.check()

    def note_refusal(self, error: ModelRefused) -> None:
        """Shuts the gate for a while."""
        self._latest = self._clock(), copy.copy(error)

    def note_reply(self) -> None:
        """Opens the gate."""
        self._latest = None
