"""Runs: accepted, waiting, at work, told."""

from collections.abc import AsyncGenerator, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from cvtailor.domain.application import ApplicationRequest
from cvtailor.domain.base_cv import BaseCv
from cvtailor.domain.caller import Caller
from cvtailor.domain.job_offer import JobOffer
from cvtailor.domain.model import DomainModel
from cvtailor.domain.run import EventDraft, RunEvent


class AcceptedRun(DomainModel):
    """What accepting a request led to; ``created`` is false when the run was there before.

    Attributes:
        behind: How many runs of the same person were accepted before and are not ended.
        first: The event that its log begins with; None when the run was there before.
    """

    run_id: UUID
    application_id: UUID
    created: bool
    behind: int = 0
    first: RunEvent | None = None


class Readings(DomainModel):
    """A request, and what was read of it before it was accepted; None: only agents may understand it."""

    request: ApplicationRequest
    cv: BaseCv | None = None
    offer: JobOffer | None = None


class WaitingRun(DomainModel):
    """A run that was accepted and has not begun.

    Attributes:
        known: The durable engine has it: it waits for a worker.
    """

    run_id: UUID
    user_id: UUID
    accepted_at: datetime
    known: bool


class RunLimits(DomainModel):
    """How much one person may have made.

    Attributes:
        open_max: Runs that are not ended.
        per_hour_max: Runs accepted within an hour; None: any number.
    """

    open_max: int = 20
    per_hour_max: int | None = None


USUAL_LIMITS = RunLimits()


class RunEvents(Protocol):
    """The numbered event log of each run."""

    async def append(self, caller: Caller, run_id: UUID, drafts: Sequence[EventDraft]) -> None:
        """Appends events in one transaction and numbers them, under a lock on the run's row.

        A draft whose key is in the log already is left as it is; nothing follows a terminal event.
        Sets the run's progress, and its state from QUEUED to RUNNING.
        """
        ...

    def follow(self, caller: Caller, run_id: UUID, after_sequence: int) -> AsyncGenerator[RunEvent | None]:
        """Yields the events after a number, stored ones first, then live, and ends after the last one.

        Yields None when nothing happened for the heartbeat interval, and more often while the run waits to
        begin.

        Raises:
            NotFound: No such run of the caller's.
        """
        ...


class RunQueue(Protocol):
    """Starts runs so that they survive this process."""

    async def start(
        self, caller: Caller, run_id: UUID, behind: int = 0, read: Readings | None = None
    ) -> None:
        """Starts a run, once, here or on another worker; starting it again is fine.

        Args:
            caller: Whose it is.
            run_id: The run.
            behind: How many runs of theirs were accepted before and are not ended. Of runs that wait, the
                one with the fewest begins first.
            read: What was read of its request just now: if it begins here at once, it need not read that
                again.
        """
        ...

    async def check_room(self) -> None:
        """Returns if another run may wait.

        Raises:
            QueueFull: As many wait as may.
        """
        ...

    async def position(self, run_id: UUID) -> int:
        """Returns the run's place among those that wait, 1 for the next, some seconds old; 0: not waiting."""
        ...

    async def cancel(self, caller: Caller, run_id: UUID) -> None:
        """Stops a run at its next step boundary at the latest; an ended run stays as it is."""
        ...

    async def forget(self, run_ids: Sequence[UUID]) -> None:
        """Removes what is journaled of runs whose records are gone; runs that are unknown are fine."""
        ...

    async def check(self) -> None:
        """Raises Unavailable unless runs can be started."""
        ...
