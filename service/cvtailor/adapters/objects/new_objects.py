"""What every store asks of what it is to store, and how it goes on when nobody waits for it any more."""

import asyncio
import hashlib
from collections.abc import Coroutine, Mapping, Sequence

from cvtailor.adapters.objects.object_path import ObjectPath
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import Forbidden
from cvtailor.domain.ports import NewObject


def checked(owner: Caller, objects: Sequence[NewObject]) -> Mapping[ObjectPath, NewObject]:
    """Returns the objects by their paths, each path once.

    Raises:
        Forbidden: A path is not the owner's, or not that of its content.
    """
    placed = {ObjectPath.parse(owner, each.path): each for each in objects}
    for place, each in placed.items():
        if hashlib.sha256(each.content).hexdigest() != place.sha256:
            raise Forbidden("The object's path is not that of its content.")
    return placed


async def to_its_end(work: Coroutine[object, object, None]) -> None:
    """Does work that is not broken off: who is cancelled meanwhile waits for its end first."""
    working = asyncio.create_task(work)
    try:
        await asyncio.shield(working)
    except asyncio.CancelledError:
        await asyncio.wait([working])
        raise
