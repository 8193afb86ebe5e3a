"""How a run comes to be: there is room for it, it is accepted, and it starts."""

import asyncio
from collections.abc import Awaitable, Coroutine
from typing import Any

from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import NotFound, QueueFull
from cvtailor.domain.ports import AcceptedRun, Readings, Records, RunQueue
from cvtailor.domain.run import run_id_for
from cvtailor.telemetry.metrics import RUNS_ACCEPTED
from cvtailor.telemetry.spans import about_run, run_trace


class Beginnings:
    """Accepts runs and starts them, whether or not their callers stay to see it."""

    def __init__(self, records: Records, queue: RunQueue) -> None:
        """Takes where runs are recorded, and where they wait."""
        self._records = records
        self._queue = queue
        self._under_way: set[asyncio.Task[Any]] = set()

    async def check_room(self, caller: Caller, request_id: str) -> None:
        """Refuses a run that would have to wait too long; a request that is known attaches all the same.

        Raises:
            QueueFull: Too many wait already.
        """
        try:
            await self._queue.check_room()
        except QueueFull as full:
            try:
                await self._records.state_of(caller, run_id_for(caller.user_id, request_id))
            except NotFound:
                raise full from None

    async def begin(
        self,
        caller: Caller,
        request_id: str,
        accepting: Awaitable[AcceptedRun],
        read: Readings | None = None,
    ) -> tuple[AcceptedRun, asyncio.Task[None]]:
        """Accepts a run and begins to start it, both or neither, even if the caller hangs up in between.

        Args:
            caller: Whose run it is.
            request_id: The caller's name for it.
            accepting: Writes it down.
            read: What was read of the request already.

        Returns:
            The run, and what starts it: it ends once the run is certain to be done.

        Raises:
            CvtailorError: It was not accepted.
        """
        run_id = run_id_for(caller.user_id, request_id)
        about_run(run_id)

        async def begin() -> tuple[AcceptedRun, asyncio.Task[None]]:
            with run_trace(run_id, "accept"):
                accepted = await accepting
                RUNS_ACCEPTED.tell(int(accepted.created))
                # A run that was there before has begun long ago.
                fresh = read if accepted.created else None
                start = self._queue.start(caller, accepted.run_id, accepted.behind, fresh)
                return accepted, self._surely(start)

        return await asyncio.shield(self._surely(begin()))

    def _surely[T](self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Does work to its end, whether or not anybody waits for that."""
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # whoever still waits is told; asyncio would log it as forgotten
