"""What whoever accepted a run has read of its request, used by the run if it begins in the same process."""

from dataclasses import dataclass, replace

from cvtailor.domain.ports import Readings
from cvtailor.workflow.run_ports import Ports


@dataclass(frozen=True)
class _ReadAlready[R]:
    """A reader that has read the one source a run has."""

    outcome: R

    async def read(self, _source: object, /) -> R:
        """Returns what was read."""
        return self.outcome


def not_reading_again(ports: Ports, read: Readings | None) -> Ports:
    """Returns the ports of one run, whose readers give what was read of its request."""
    if read is None:
        return ports
    return replace(
        ports,
        cv_reader=ports.cv_reader if read.cv is None else _ReadAlready(read.cv),
        offer_reader=ports.offer_reader if read.offer is None else _ReadAlready(read.offer),
    )
