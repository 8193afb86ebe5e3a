"""What whoever accepted a run has read of its request, used by the run if it begins in the same process."""

from dataclasses import dataclass, replace
from typing import Protocol

from cvtailor.domain.ports import Readings
from cvtailor.workflow.run_ports import Ports


class _Reader[S, R](Protocol):
    async def read(self, source: S, /) -> R: ...


@dataclass(frozen=True)
class _ReadAlready[S, R]:
    """A reader that has the outcome for one source."""

    source: S
    outcome: R
    reader: _Reader[S, R]

    async def read(self, source: S, /) -> R:
        """Returns the outcome; reads what is another source."""
        return self.outcome if source == self.source else await self.reader.read(source)


def not_reading_again(ports: Ports, read: Readings | None) -> Ports:
    """Returns the ports of a run, whose readers give what was read.

    The same source always gives the same reading, so that it does not matter who read it; of another
    source there is none.
    """
    if read is None:
        return ports
    cv_reader, offer_reader = ports.cv_reader, ports.offer_reader
    if read.cv is not None:
        cv_reader = _ReadAlready(read.request.cv, read.cv, cv_reader)
    if read.offer is not None:
        offer_reader = _ReadAlready(read.request.posting, read.offer, offer_reader)
    return replace(ports, cv_reader=cv_reader, offer_reader=offer_reader)
