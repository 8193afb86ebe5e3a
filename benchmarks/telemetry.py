"""What telemetry costs, in processor time: ``python -m benchmarks.telemetry [--json]``."""

import asyncio
import json
import logging
import socket
import sys
import time
from collections.abc import Callable
from uuid import uuid4

from cvtailor.telemetry import spans
from cvtailor.telemetry.export import Collector, Export
from cvtailor.telemetry.metrics import STEP_SECONDS

SPANS_A_RUN = 60
RUNS = 300
SCRAPES = 50


def a_run() -> None:
    """Tells as many spans and times as a run does."""
    with spans.run_trace(uuid4()):
        for _ in range(SPANS_A_RUN):
            with spans.span("step", {"step": "match"}), STEP_SECONDS.timed({"step": "match"}):
                pass


def cpu_ms(work: Callable[[], object], times: int) -> float:
    """Returns the processor time of one call, all threads together."""
    began = time.process_time()
    for _ in range(times):
        work()
    return round((time.process_time() - began) / times * 1000, 3)


def measured() -> dict[str, float]:
    """Returns the figures; the collector is away, which is the dear case: all is tried, and dropped."""
    off = cpu_ms(a_run, RUNS)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        away = Collector(f"http://127.0.0.1:{taken.getsockname()[1]}")
        export = Export({"service.name": "cvtailor"}, away, paged=True)
        export.start()
        logging.getLogger("opentelemetry").handlers[:] = [logging.NullHandler()]
        on, scrape = cpu_ms(a_run, RUNS), cpu_ms(export.page, SCRAPES)
        asyncio.run(export.close())
    return {"run_off_ms": off, "run_on_ms": on, "scrape_ms": scrape}


if __name__ == "__main__":
    figures = measured()
    if "--json" in sys.argv:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:12} {value}")
