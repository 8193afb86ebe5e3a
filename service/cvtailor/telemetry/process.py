"""What a process is, as the machine sees it."""

import os
import threading
import time
from pathlib import Path

from cvtailor.telemetry import metrics

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def show_process() -> None:
    """Lets processor time, memory, files and threads of this process be seen."""
    began = time.monotonic()
    metrics.PROCESS_CPU_SECONDS.show(lambda: {(): time.process_time()})
    metrics.PROCESS_MEMORY_BYTES.show(lambda: {(): _resident_bytes()})
    metrics.PROCESS_FILES.show(lambda: {(): float(sum(1 for _ in Path("/proc/self/fd").iterdir()))})
    metrics.PROCESS_THREADS.show(lambda: {(): float(threading.active_count())})
    metrics.PROCESS_UPTIME_SECONDS.show(lambda: {(): time.monotonic() - began})


def _resident_bytes() -> float:
    return float(Path("/proc/self/statm").read_text().split()[1]) * _PAGE_BYTES
