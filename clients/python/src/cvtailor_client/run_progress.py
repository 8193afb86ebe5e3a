"""How far a run's log has been read."""

from dataclasses import dataclass, field

from cvtailor_client.errors import Conflict, ServiceFixes
from cvtailor_client.live_stream import lost
from cvtailor_client.v1 import ApplicationEvent, Cancelled, Completed, Failed, Heartbeat


class OtherRun(Conflict):
    """The stream tells of another run than before: a newer one of the same application."""

    def __init__(self, run_id: str) -> None:
        super().__init__("The application has a newer run.")
        self.run_id = run_id

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.run_id,)


def is_last(event: ApplicationEvent) -> bool:
    """Whether a run is over with this event: completed, failed or cancelled."""
    return isinstance(event.event, Completed | Failed | Cancelled)


@dataclass
class RunProgress:
    """How far a run's log has been read.

    Attributes:
        application_id: UUID; empty while it is not known.
        run_id: UUID; empty until something of the run was read.
        sequence: Of the last event that was read.
        ended: Whether the last event was read.
    """

    application_id: str = ""
    run_id: str = ""
    sequence: int = 0
    ended: bool = False
    _gap_after: int | None = field(default=None, repr=False)

    def is_news(self, event: ApplicationEvent) -> bool:
        """Whether a message says something that was not read yet, were it only that the run lives."""
        return event.sequence > self.sequence or isinstance(event.event, Heartbeat)

    def read(self, event: ApplicationEvent) -> ApplicationEvent | None:
        """Takes a message of a stream.

        Returns:
            The event if it is the next one of the log; None for heartbeats, for what was read before, and for
            what this client is too old to know.

        Raises:
            OtherRun: It belongs to another run.
            CvTailorError: Events are missing: the first time as a lost connection, then for good.
        """
        self.application_id = self.application_id or event.application_id
        self.run_id = self.run_id or event.run_id
        if event.run_id and event.run_id != self.run_id:
            raise OtherRun(event.run_id)
        if event.sequence <= self.sequence:
            return None
        if event.sequence > self.sequence + 1:
            self._miss(event.sequence)
        self.sequence = event.sequence
        self.ended = is_last(event)
        return event if event.event is not None else None

    def restart(self, run_id: str) -> None:
        """Begins to read the log of another run of the application."""
        self.run_id, self.sequence, self.ended = run_id, 0, False

    def _miss(self, next_sequence: int) -> None:
        message = f"Event {next_sequence} came after event {self.sequence}."
        # Reading on from the same place again would not mend a log that has a hole.
        if self._gap_after == self.sequence:
            raise ServiceFixes(message)
        self._gap_after = self.sequence
        raise lost(message)
