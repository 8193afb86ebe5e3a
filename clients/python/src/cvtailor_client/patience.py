"""How long the client waits and how often it tries; every bound of it."""

import random
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Patience:
    """Bounds; the usual ones give up a stream after about a minute without any connection.

    Attributes:
        first_delay_seconds: About how long to wait after the first failure; each wait doubles the one before.
        delay_seconds_max: The longest of these waits.
        stream_failures_max: Failures in a row after which a run's stream gives up; a new event or a heartbeat
            begins anew.
        download_failures_max: Failures after which a download gives up.
        call_attempts_max: How often gRPC makes an idempotent call, 2 to 5; 1 for once only.
        retry_after_seconds_max: The longest wait that the service may ask for; asked for more, the client
            raises.
        silence_seconds_max: Silence after which a stream is taken for dead. The service sends a heartbeat
            every 15 s.
        call_seconds_max: Deadline of a call that is no stream, unless it gets its own.
    """

    first_delay_seconds: float = 0.25
    delay_seconds_max: float = 10.0
    stream_failures_max: int = 10
    download_failures_max: int = 2
    call_attempts_max: int = 4
    retry_after_seconds_max: float = 60.0
    silence_seconds_max: float = 45.0
    call_seconds_max: float = 60.0

    def delay_seconds(self, failure: int, retry_after_seconds: float = 0.0) -> float:
        """Returns how long to wait after the n-th failure in a row, from 1.

        Between half and all of what the doubling gives, at random, so that the clients of a service that
        comes back do not all come at once; never sooner than the service asked for.
        """
        full = min(self.first_delay_seconds * 2.0 ** (failure - 1), self.delay_seconds_max)
        return max(full * random.uniform(0.5, 1.0), retry_after_seconds)  # noqa: S311
