"""A worker that dies with ``kill -9`` once each of its runs has come to the place where it is to die.

``python dying_worker_at.py PLAN``: the plan is JSON, run id → place. A run that has come to its place waits
there for the others, so that one death hits each run at a place of its own. Who follows is an ordinary
worker.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from cvtailor.adapters.objects.folder_store import FolderStore
from cvtailor.adapters.postgres import records
from cvtailor.cli.main import main
from cvtailor.domain.ports import NewObject
from cvtailor.domain.run import STEPS, Step
from cvtailor.workflow.narrator import Narrator
from cvtailor.workflow.work import Recomputed

BEFORE, BEGUN, UNWRITTEN = "before", "begun", "unwritten"
"""Of a step: nothing told yet; told, not done; done, but not in the journal."""
HALF_STORED, UNCOMMITTED = "half stored", "uncommitted"
"""Of two steps: some documents are in the store; the rows are written, their transaction is open."""

PLACES = (
    *(f"{step} {where}" for step in STEPS for where in (BEFORE, BEGUN, UNWRITTEN)),
    f"{Step.RENDER} {HALF_STORED}",
    f"{Step.FILE_RECORDS} {UNCOMMITTED}",
)
_STORED_BEFORE_DEATH = 3


class Death:
    """Comes when all runs of the plan are where it says."""

    def __init__(self, plan: dict[str, str]) -> None:
        self._plan = plan
        self._come: set[str] = set()

    async def at(self, run_id: object, place: str) -> None:
        if self._plan.get(str(run_id)) == place:
            self._come.add(str(run_id))
            sys.stderr.write(f"{place}: {len(self._come)} of {len(self._plan)} runs have come\n")
            if self._come == set(self._plan):
                os.kill(os.getpid(), signal.SIGKILL)
            await asyncio.Event().wait()


def plant(death: Death) -> None:
    """Lets every run pass by death at each place."""
    step, record, put_all = Narrator.step, Narrator.record, FolderStore.put_all
    file_rows = records.file_rows

    async def watched_step(self: Narrator, which: Step, output: Any, work: Any, outcome: Any) -> Any:
        await death.at(self.run_id, f"{which} {BEFORE}")

        async def watched() -> Any:
            await death.at(self.run_id, f"{which} {BEGUN}")
            done = await work.work()
            await death.at(self.run_id, f"{which} {UNWRITTEN}")
            return done

        # What is journaled passes by the record instead.
        seen = Recomputed(watched) if isinstance(work, Recomputed) else work
        return await step(self, which, output, seen, outcome)

    async def watched_record(self: Narrator, name: str, work: Callable[[], Awaitable[Any]]) -> Any:
        async def watched() -> Any:
            await death.at(self.run_id, f"{name} {BEGUN}")
            done = await work()
            await death.at(self.run_id, f"{name} {UNWRITTEN}")
            return done

        if name == Step.FILE_RECORDS:
            await death.at(self.run_id, f"{name} {BEFORE}")
        return await record(self, name, watched)

    async def watched_put_all(self: FolderStore, owner: Any, objects: Sequence[NewObject]) -> None:
        await put_all(self, owner, objects[:_STORED_BEFORE_DEATH])
        cv_id = objects[0].path.split("/")[1]
        await death.at(_RUN_OF_CV.get(cv_id), f"{Step.RENDER} {HALF_STORED}")
        await put_all(self, owner, objects[_STORED_BEFORE_DEATH:])

    async def watched_rows(session: Any, run: Any, *rest: Any) -> None:
        await file_rows(session, run, *rest)
        await death.at(run.id, f"{Step.FILE_RECORDS} {UNCOMMITTED}")

    Narrator.step, Narrator.record = watched_step, watched_record  # type: ignore[assignment,method-assign]
    FolderStore.put_all = watched_put_all  # type: ignore[method-assign]
    records.file_rows = watched_rows


_RUN_OF_CV: dict[str, str] = {}

if __name__ == "__main__":
    from uuid import UUID

    from cvtailor.domain.run import cv_id_for

    planned = json.loads(Path(sys.argv.pop(1)).read_text())
    _RUN_OF_CV.update({str(cv_id_for(UUID(run_id))): run_id for run_id in planned})
    plant(Death(planned))
    main()
