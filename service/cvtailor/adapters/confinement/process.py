"""What a process gives up: the network at once, then the files, and at last all but computing.

Nothing here needs privileges. What the kernel doesn't allow is left out and told, and Python's own hook
stands in for it as far as it goes.
"""

import contextlib
import os
import posix
import resource
import signal
import sys
import sysconfig
from collections.abc import Callable, Iterable
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from cvtailor.adapters.confinement import kernel, landlock, system_call_filter

ADDRESS_SPACE_BYTES_MAX = 1 << 30
_OURS = __name__.partition(".")[0]
_DEAD_PROXY = "http://127.0.0.1:9"
_KEPT_VARIABLES = frozenset({"HOME", "LANG", "LC_ALL", "LC_CTYPE", "PATH", "TMPDIR", "TZ"})
_FORBIDDEN = frozenset(
    {
        "os.chmod",
        "os.chown",
        "os.exec",
        "os.fork",
        "os.forkpty",
        "os.killpg",
        "os.link",
        "os.mkdir",
        "os.posix_spawn",
        "os.remove",
        "os.rename",
        "os.rmdir",
        "os.symlink",
        "os.system",
        "os.truncate",
        "socket.__new__",
        "socket.getaddrinfo",
        "subprocess.Popen",
    }
)
"""Audit events of Python code that only computes has no business with."""
_NOT_READING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


class Lock(StrEnum):
    """A lock of the kernel's; its value says what a process whose libraries are broken could do without."""

    FILES = "read any file that its user may (no Landlock)"
    CALLS = "make any system call that its user may (no seccomp)"


def leave_network() -> None:
    """Cuts the process off the network; to be called before it has a second thread.

    Where the system allows no namespace of its own, a dead proxy remains until ``give_up_rights``:
    Typst's downloader, which would fetch an unknown package, fails at once.
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


def forget_environment() -> None:
    """Wipes what the service's process was told in its environment, keys and passwords among it."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in _KEPT_VARIABLES or value == _DEAD_PROXY or name == "RAYON_NUM_THREADS"
    }
    os.environ.clear()
    posix.environ.clear()
    # The last fields of the line: where it starts, where it ends, and the exit code.
    start, end, _ = Path("/proc/self/stat").read_text("ascii").split()[-3:]
    kernel.wipe(int(start), int(end))
    os.environ.update(kept)


def read_only(folders: Iterable[Path]) -> tuple[Lock, ...]:
    """Leaves the process nothing of the file system but reading its libraries and these folders.

    To be called before it has a second thread: another would keep what it may.

    Returns:
        The lock, if it can't be had.
    """
    _memory()  # Opened while it can be.
    return _read_only({*_libraries(), *folders})


def read_nothing() -> tuple[Lock, ...]:
    """Leaves the process nothing of the file system; like ``read_only``, without the libraries."""
    return _read_only(())


def give_up_rights(cpu_seconds_max: int) -> tuple[Lock, ...]:
    """Bounds what the process may use, and forbids it files, the network and other processes.

    Args:
        cpu_seconds_max: Of the whole life of the process; stops one whose parent is gone.

    Returns:
        The lock, if it can't be had.
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
    try:
        system_call_filter.forbid_all_but_computing()
    except OSError:
        return (Lock.CALLS,)
    return ()


def resident_bytes() -> int:
    """Returns the memory that this process holds."""
    return int(os.pread(_memory(), 200, 0).split()[1]) * resource.getpagesize()


@cache
def _memory() -> int:
    """Returns where the kernel tells how much memory this process holds, open."""
    return os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)


def _read_only(folders: Iterable[Path]) -> tuple[Lock, ...]:
    try:
        is_alone = len(list(Path("/proc/self/task").iterdir())) == 1
        kernel.renounce_privileges()
        landlock.allow_only_reading(folders)
    except OSError:
        return (Lock.FILES,)
    return () if is_alone else (Lock.FILES,)


def _libraries() -> Iterable[Path]:
    """Yields the folders of Python and of what is installed beside it; of our own code, no more than that."""
    yield from (Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib"))
    for name, module in sys.modules.items():
        if "." not in name and hasattr(module, "__path__") and module.__file__:
            package = Path(module.__file__).parent
            yield package if name == _OURS else package.parent


def _is_another_process(arguments: tuple[Any, ...]) -> bool:
    return bool(arguments[0] != os.getpid())


def _is_for_writing(arguments: tuple[Any, ...]) -> bool:
    return bool(arguments[2] & _NOT_READING)


_FORBIDDEN_IF: dict[str, Callable[[tuple[Any, ...]], bool]] = {
    "open": _is_for_writing,
    "os.kill": _is_another_process,
}


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    forbidden_if = _FORBIDDEN_IF.get(event)
    if event in _FORBIDDEN or (forbidden_if and forbidden_if(arguments)):
        raise PermissionError(f"A confined process may not do this: {event}.")
