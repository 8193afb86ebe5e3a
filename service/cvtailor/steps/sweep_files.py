"""Removes files that no document names."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import CvtailorError
from cvtailor.domain.ports import ObjectStore

_AT_ONCE = 4


async def sweep_files(orphans: Sequence[tuple[UUID, str]], objects: ObjectStore) -> int:
    """Deletes files, each as its owner, a few at a time.

    A file that can't be deleted stays for the next round: the store may be away, or a document may name it
    by now, which the store then refuses to break.

    Args:
        orphans: Whose each file is, and its path.
        objects: Where they are.

    Returns:
        How many were deleted; the rest failed.
    """
    places = asyncio.Semaphore(_AT_ONCE)

    async def sweep(user_id: UUID, path: str) -> bool:
        async with places:
            try:
                await objects.delete(Caller(user_id=user_id), path)
            except CvtailorError:
                return False
            return True

    return sum(await asyncio.gather(*(sweep(user_id, path) for user_id, path in orphans)))
