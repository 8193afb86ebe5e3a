"""What became of requests, and what follows from it."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from benchmarks.figures import median, percentile

COMPLETED = "completed"
REFUSED = "RESOURCE_EXHAUSTED"
BACK_AFTER_CALLS = 5
"""So many in a row must be fast again before latency counts as back."""


class Call(NamedTuple):
    """One request; times are seconds from the begin of its load.

    Attributes:
        due: When it was to be sent.
        sent: When it was.
        ended: When its last event or its status arrived.
        end: Name of the last event, or status and reason.
        application_id: Empty if it was not accepted.
        retry_after_seconds: When the service says to try again, if it says so.
    """

    due: float
    sent: float
    ended: float
    end: str
    application_id: str = ""
    retry_after_seconds: float | None = None

    @property
    def seconds(self) -> float:
        """From when it was to be sent: who comes while the sender is late waits too."""
        return self.ended - self.due

    @property
    def completed(self) -> bool:
        """Whether there is a CV at the end."""
        return self.end == COMPLETED

    @property
    def refused(self) -> bool:
        """Whether the service said that it has too much to do."""
        return self.end.startswith(REFUSED)


class Served(NamedTuple):
    """What came of one load.

    Attributes:
        offered_per_s: How fast requests came.
        calls: Each of them.
        seconds: How long they came.
    """

    offered_per_s: float
    calls: Sequence[Call]
    seconds: float

    @property
    def completed(self) -> list[Call]:
        """Those with a CV at the end."""
        return [call for call in self.calls if call.completed]

    @property
    def refused(self) -> list[Call]:
        """Those that were told to come again."""
        return [call for call in self.calls if call.refused]

    @property
    def goodput_per_s(self) -> float:
        """Completed runs a second, until the last of them ended."""
        last = max((call.ended for call in self.completed), default=0.0)
        return len(self.completed) / max(self.seconds, last)

    @property
    def refused_share(self) -> float:
        """Of all that came."""
        return len(self.refused) / len(self.calls) if self.calls else 0.0

    def latency_s(self, percent: float) -> float | None:
        """From when a request was to be sent to its completed event; None if none was completed."""
        times = [call.seconds for call in self.completed]
        return percentile(times, percent) if times else None

    def refusal_ms(self, percent: float) -> float | None:
        """From when a request was to be sent to its refusal; None if none was refused."""
        times = [1000 * call.seconds for call in self.refused]
        return percentile(times, percent) if times else None

    def ends(self) -> dict[str, int]:
        """How many ended in which way, the most frequent first."""
        return dict(Counter(call.end for call in self.calls).most_common())


def ends_per_s(calls: Sequence[Call]) -> float:
    """Returns the pace at which a closed loop's runs ended, from its begin to the last.

    Raises:
        ValueError: None was completed, so nothing can be told of a capacity.
    """
    ended = [call.ended for call in calls if call.completed]
    if not ended:
        raise ValueError(f"none of {len(calls)} runs was completed: {Counter(call.end for call in calls)}")
    return len(ended) / max(ended)


def recovery_s(calls: Sequence[Call], overload_ends: float, bound_seconds: float) -> float | None:
    """Returns the seconds from the end of an overload until requests are served as usual.

    That is when the first of five in a row was due that were all completed; it and their median are within
    the bound.

    Args:
        calls: Those that came after it too; in any order.
        overload_ends: When the overload ended.
        bound_seconds: What counts as usual.

    Returns:
        None if they never are.
    """
    later = sorted(call for call in calls if call.due >= overload_ends)
    for n in range(len(later) - BACK_AFTER_CALLS + 1):
        few = later[n : n + BACK_AFTER_CALLS]
        usual = max(few[0].seconds, median([call.seconds for call in few])) <= bound_seconds
        if usual and all(call.completed for call in few):
            return few[0].due - overload_ends
    return None
