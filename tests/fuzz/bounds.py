"""What one input may cost: processor time of this process, and memory above what it had before."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CPU_SECONDS_MAX = 2.0
MEMORY_BYTES_MAX = 256 << 20
_STATUS, _REFERENCES = Path("/proc/self/status"), Path("/proc/self/clear_refs")
_RESET_PEAK = "5"


class TooMuch(AssertionError):
    """An input cost more than it may."""


@contextmanager
def bounded(
    cpu_seconds_max: float = CPU_SECONDS_MAX, memory_bytes_max: int = MEMORY_BYTES_MAX
) -> Iterator[None]:
    """Raises if what is done inside takes more.

    Processor time and not the clock's, so that a busy machine is no fault. What other processes take, such as
    that which reads PDFs, has bounds of its own.
    """
    _REFERENCES.write_text(_RESET_PEAK)
    memory, cpu = _resident_bytes("VmRSS"), time.process_time()
    yield
    cpu = time.process_time() - cpu
    if cpu > cpu_seconds_max:
        raise TooMuch(f"It took {cpu:.1f} s of processor time; at most {cpu_seconds_max:g} are allowed.")
    grown = _resident_bytes("VmHWM") - memory
    if grown > memory_bytes_max:
        raise TooMuch(f"It took {grown >> 20} MB of memory; at most {memory_bytes_max >> 20} are allowed.")


def _resident_bytes(kind: str) -> int:
    for line in _STATUS.read_text().splitlines():
        name, _, value = line.partition(":")
        if name == kind:
            return int(value.split()[0]) << 10
    raise AssertionError(f"{_STATUS} has no {kind}")
