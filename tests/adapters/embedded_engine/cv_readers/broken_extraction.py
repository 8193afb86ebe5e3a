"""The extraction of a PDF that has broken PDFium; a program. Its arguments: seconds, a file, a process.

Where a PDF would be read, it tries what no reader needs, and answers how each attempt ended.
"""

import ctypes
import os
import runpy
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cvtailor.adapters.confinement import landlock, system_call_filter

PROGRAM, SECONDS, FILE, SERVICE, *OPTIONS = sys.argv[1:]
_libc = ctypes.CDLL(None, use_errno=True)


def native(function: str, *arguments: Any) -> None:
    if getattr(_libc, function)(*arguments) < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def fork(fork: Callable[[], int]) -> None:
    child = fork()
    if child < 0:
        raise PermissionError
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


ATTEMPTS: dict[str, Callable[[], object]] = {
    "read /etc/passwd": lambda: os.open("/etc/passwd", os.O_RDONLY),
    "read a CV": lambda: os.open(FILE, os.O_RDONLY),
    "read a library": lambda: os.open(os.__file__, os.O_RDONLY),
    "list a folder": lambda: [*Path("/").iterdir()],
    "read the service's environment": lambda: os.open(f"/proc/{SERVICE}/environ", os.O_RDONLY),
    "read a CV, natively": lambda: native("open", FILE.encode(), os.O_RDONLY),
    "write": lambda: os.open(f"{FILE}.new", os.O_WRONLY | os.O_CREAT),
    "overwrite, natively": lambda: native("open", FILE.encode(), os.O_RDWR),
    "unlink, natively": lambda: native("unlink", FILE.encode()),
    "open a socket": lambda: socket.socket(),
    "open a socket, natively": lambda: native("socket", socket.AF_INET, socket.SOCK_DGRAM, 0),
    "fork": lambda: fork(os.fork),
    "fork, natively": lambda: fork(_libc.fork),
    "become a program, natively": lambda: native("execl", b"/bin/true", b"true", None),
    "signal the service, natively": lambda: native("kill", int(SERVICE), signal.SIGCONT),
    "have more memory": lambda: native("prlimit", 0, 9, (ctypes.c_ulong * 2)(4 << 30, 4 << 30), None),
}


def end_of(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except OSError as error:
        return type(error).__name__
    return "done"


def absent(*_: object) -> None:
    raise OSError("Function not implemented")


if "old_kernel" in OPTIONS:
    landlock.allow_only_reading = absent
    system_call_filter.forbid_all_but_computing = absent
extraction = runpy.run_path(PROGRAM)
if "old_kernel" not in OPTIONS:
    extraction["main"].__globals__["extract"] = lambda _: {
        name: end_of(attempt) for name, attempt in ATTEMPTS.items()
    }
sys.argv = [PROGRAM, SECONDS]
extraction["main"]()
