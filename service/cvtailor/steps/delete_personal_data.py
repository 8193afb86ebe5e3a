"""Takes down everything of one person: runs, records, journals, files, in this order."""

import asyncio
from contextlib import suppress

from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import Forbidden, NotFound
from cvtailor.domain.model import DomainModel
from cvtailor.domain.ports import (
    ObjectStore,
    PersonalDataAction,
    PersonalDataNote,
    PersonalRecords,
    RunQueue,
)
from cvtailor.domain.run import cv_id_for

_FILES_AT_ONCE = 8


class DeletedData(DomainModel):
    """How many applications and files are gone."""

    applications: int
    files: int


async def delete_personal_data(
    records: PersonalRecords, queue: RunQueue, objects: ObjectStore, owner: Caller, request_id: str = ""
) -> DeletedData:
    """Deletes what is there, and leaves alone what the person begins meanwhile.

    Files go last, because the store keeps those that a record names. Stopped in between, it has left files
    that nobody's record names: the next call takes them, or the sweeper of orphans does. So does what a run
    stores that is cancelled at this moment and has not noticed.

    Args:
        records: The rows.
        queue: Stops runs, and forgets what is journaled of them.
        objects: The files.
        owner: Whose.
        request_id: Of the call, for the log of deletions.

    Raises:
        Unavailable: Postgres or the store does not answer; calling again goes on.
    """
    for run_id in await records.open_runs(owner):
        with suppress(NotFound):  # deleted by another call of the same person
            await queue.cancel(owner, run_id)
    deleted = await records.delete(owner, request_id)
    await queue.forget(deleted.runs)
    files = await _delete_files(records, objects, owner)
    action = PersonalDataAction.FILES_DELETED
    await records.note(owner, PersonalDataNote(action=action, request_id=request_id, files=files))
    return DeletedData(applications=deleted.applications, files=files)


async def _delete_files(records: PersonalRecords, objects: ObjectStore, owner: Caller) -> int:
    stored = [path async for path in objects.paths(owner)]
    # Asked after the listing: the files listed are of runs that are over, or of these.
    begun_since = {str(cv_id_for(run_id)) for run_id in await records.open_runs(owner)}
    left = (path for path in stored if begun_since.isdisjoint(path.split("/")))

    async def delete() -> int:
        files = 0
        for path in left:
            with suppress(Forbidden):  # a record names it: its run has begun since, and has ended
                await objects.delete(owner, path)
                files += 1
        return files

    return sum(await asyncio.gather(*(delete() for _ in range(_FILES_AT_ONCE))))
