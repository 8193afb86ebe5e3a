"""What was made before it was asked for."""

import asyncio
from collections.abc import Hashable

_KEPT_MAX = 64
_KEPT_SECONDS = 60.0


class Kept[K: Hashable, V]:
    """The youngest of such things, until they are taken or nobody has come for them."""

    def __init__(self) -> None:
        self._made: dict[K, V] = {}

    def put(self, key: K, made: V) -> None:
        """Keeps one; to be called on the loop."""
        self._made.pop(key, None)
        self._made[key] = made
        if len(self._made) > _KEPT_MAX:
            del self._made[next(iter(self._made))]
        asyncio.get_running_loop().call_later(_KEPT_SECONDS, self._drop, key, made)

    def seen(self, key: K) -> V | None:
        """Returns one, which stays."""
        return self._made.get(key)

    def taken(self, key: K) -> V | None:
        """Returns one, which goes."""
        return self._made.pop(key, None)

    def _drop(self, key: K, made: V) -> None:
        if self._made.get(key) is made:
            del self._made[key]
