"""An ``ObjectIndex`` without a database, for what concerns files alone."""

from collections.abc import Sequence

from cvtailor.domain.caller import Caller
from cvtailor.domain.ports import NewObject


class MemoryIndex:
    """Lets every owner do everything with their own paths."""

    def __init__(self) -> None:
        self.rows: set[str] = set()
        self.times_admitted = 0

    async def admit(self, owner: Caller, objects: Sequence[NewObject]) -> None:
        self.times_admitted += 1
        self.rows |= {each.path for each in objects}

    async def holds(self, owner: Caller, path: str) -> bool:
        return path in self.rows

    async def strike(self, owner: Caller, path: str) -> None:
        self.rows.discard(path)

    async def paths(self, owner: Caller, after: str, at_most: int) -> Sequence[str]:
        mine = (path for path in self.rows if path.startswith(f"{owner.user_id}/") and path > after)
        return sorted(mine)[:at_most]
