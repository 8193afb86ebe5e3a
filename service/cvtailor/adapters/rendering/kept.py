"""What was made before it was asked for."""

import asyncio
from collections.abc import Hashable

_KEPT_MAX = 64
_KEPT_SECONDS = 60.0


class Kept[K: Hashable, V]:
    """The youngest of such things, until they are taken or nobody has come for them."""

    def __init__(self) -> None:
        self._made: dict[K, tuple[V, asyncio.TimerHandle]] = {}

    def put(self, key: K, made: V) -> None:
        """Keeps one; to be called on the loop."""
        self.taken(key)
        end = asyncio.get_running_loop().call_later(_KEPT_SECONDS, self.taken, key)
        self._made[key] = made, end
        if len(self._made) > _KEPT_MAX:
            self.taken(next(iter(self._made)))

    def seen(self, key: K) -> V | None:
        """Returns one, which stays."""
        made, _ = self._made.get(key, (None, None))
        return made

    def taken(self, key: K) -> V | None:
        """Returns one, which goes; nothing holds it any more, its timer neither."""
        made, end = self._made.pop(key, (None, None))
        if end:
            end.cancel()
        return made
