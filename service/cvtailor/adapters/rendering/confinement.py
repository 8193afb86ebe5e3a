"""What a worker gives up before it sees anybody's CV.

Nothing here needs privileges; what the system doesn't allow is left out. It is no full sandbox.
"""

import contextlib
import os
import resource
import signal
import sys
from pathlib import Path

ADDRESS_SPACE_BYTES_MAX = 1 << 30
_DEAD_PROXY = "http://127.0.0.1:9"
_FORBIDDEN = frozenset(
    {
        "os.exec",
        "os.fork",
        "os.forkpty",
        "os.posix_spawn",
        "os.system",
        "socket.__new__",
        "socket.getaddrinfo",
        "subprocess.Popen",
    }
)
"""Audit events of Python code that a typesetter has no business with."""


def leave_network() -> None:
    """Cuts the process off the network; to be called before it has a second thread.

    Where the system allows no namespace of its own, a dead proxy remains: Typst's downloader, which
    would fetch an unknown package, fails at once.
    """
    for scheme in ("http", "https", "all"):
        os.environ[f"{scheme}_proxy"] = os.environ[f"{scheme.upper()}_PROXY"] = _DEAD_PROXY
    for name in ("no_proxy", "NO_PROXY"):
        os.environ.pop(name, None)
    for flags in (os.CLONE_NEWNET, os.CLONE_NEWUSER | os.CLONE_NEWNET):
        with contextlib.suppress(OSError):
            os.unshare(flags)
            return


def use_one_thread() -> None:
    """Makes Typst work on one thread; each of more would reserve address space."""
    os.environ["RAYON_NUM_THREADS"] = "1"


def give_up_rights(cpu_seconds_max: int) -> None:
    """Bounds what the process may use, and forbids Python code the network and new processes.

    Args:
        cpu_seconds_max: Of the whole life of the process; stops one whose parent is gone.
    """
    for limit, most in (
        (resource.RLIMIT_AS, ADDRESS_SPACE_BYTES_MAX),
        (resource.RLIMIT_CPU, cpu_seconds_max),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # A tighter limit is in force already.
            resource.setrlimit(limit, (most, most))
    # pebble's own handler is Python code, which doesn't run while Typst does.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    sys.addaudithook(_refuse)


def resident_bytes() -> int:
    """Returns the memory that this process holds."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * resource.getpagesize()


def _refuse(event: str, _: object) -> None:
    if event in _FORBIDDEN:
        raise PermissionError(f"A typesetting process may not do this: {event}.")
