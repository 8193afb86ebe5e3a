"""The very end of a process that served: nothing that waits for a database may hold it up."""

import os
import sys
import threading
import time

import structlog

from cvtailor.cli.exit_codes import ExitCode

log = structlog.get_logger(__name__)

_THREADS_SECONDS = 1.0


def end_threads() -> None:
    """Returns once other threads have ended; else ends the process here, successfully.

    Python waits for every thread, and the durable engine's wait for as long as Postgres is away. All that
    had to be closed is closed by now, and what those threads would write, others do again.
    """
    deadline = time.monotonic() + _THREADS_SECONDS
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join(max(0.0, deadline - time.monotonic()))
            if thread.is_alive():
                log.warning("threads_left", reason="they wait for Postgres")
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(ExitCode.OK)
