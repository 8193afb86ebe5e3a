"""What was logged."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from structlog.testing import LogCapture


@contextmanager
def captured_log() -> Iterator[list[dict[str, Any]]]:
    """Yields the list of the lines that are logged inside, and after they were read from Envoy."""
    capture = LogCapture()
    before = structlog.get_config()
    structlog.configure(processors=[capture], cache_logger_on_first_use=False)
    try:
        yield capture.entries  # type: ignore[misc]
    finally:
        structlog.configure(**before)
