"""What a worker must not do, tried from Python, which has a hook, and from native code, which has none."""

import ctypes
import os
import posix
import resource
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import worker_jobs
from cvtailor.adapters.confinement import landlock, system_call_filter
from cvtailor.adapters.rendering import jobs

_libc = ctypes.CDLL(None, use_errno=True)
_ATTACH = 16


@dataclass(frozen=True)
class Targets:
    """What lies around a worker: a CV, a file that it reads, the service's process, another worker."""

    cv: Path
    package: Path
    service: int
    workers: tuple[int, ...]

    @property
    def worker(self) -> int:
        """A worker that is not this process."""
        return next(process for process in self.workers if process != os.getpid())


def _native(function: str, *arguments: Any) -> None:
    arguments = tuple(os.fsencode(a) if isinstance(a, Path) else a for a in arguments)
    if getattr(_libc, function)(*arguments) < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _fork(fork: Callable[[], int]) -> None:
    child = fork()
    if child < 0:
        raise PermissionError
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


READING: dict[str, Callable[[Targets], object]] = {
    "read /etc/passwd": lambda at: Path("/etc/passwd").read_bytes(),
    "read a CV": lambda at: at.cv.read_bytes(),
    "list a folder": lambda at: list(at.cv.parent.iterdir()),
    "read the service's environment": lambda at: Path(f"/proc/{at.service}/environ").read_bytes(),
    "read its memory": lambda at: Path(f"/proc/{at.service}/mem").read_bytes(),
    "read a CV, natively": lambda at: _native("open", at.cv, os.O_RDONLY),
}
BY_PYTHON: dict[str, Callable[[Targets], object]] = {
    "write": lambda at: (at.cv.parent / "new").write_text("x"),
    "overwrite": lambda at: at.package.write_text("x"),
    "make a folder": lambda at: (at.cv.parent / "folder").mkdir(),
    "unlink": lambda at: at.package.unlink(),
    "rename": lambda at: at.package.rename(at.package.with_name("other")),
    "link": lambda at: (at.cv.parent / "link").symlink_to(at.cv),
    "change rights": lambda at: at.package.chmod(0o777),
    "open a socket": lambda at: socket.socket(),
    "look up a name": lambda at: socket.getaddrinfo("localhost", 80),
    "fork": lambda at: _fork(os.fork),
    "start a program": lambda at: subprocess.run(["/bin/true"], check=True),
    "signal the service": lambda at: os.kill(at.service, signal.SIGCONT),
    "signal a worker": lambda at: os.kill(at.worker, signal.SIGKILL),
}
NATIVELY: dict[str, Callable[[Targets], object]] = {
    "write": lambda at: _native("open", at.cv.parent / "new", os.O_WRONLY | os.O_CREAT, 0o600),
    "overwrite": lambda at: _native("open", at.package, os.O_RDWR),
    "make a folder": lambda at: _native("mkdir", at.cv.parent / "folder", 0o700),
    "unlink": lambda at: _native("unlink", at.package),
    "rename": lambda at: _native("rename", at.package, at.package.with_name("other")),
    "link": lambda at: _native("symlink", at.cv, at.cv.parent / "link"),
    "change rights": lambda at: _native("chmod", at.package, 0o777),
    "shorten": lambda at: _native("truncate", at.package, 0),
    "open a socket": lambda at: _native("socket", socket.AF_INET, socket.SOCK_DGRAM, 0),
    "fork": lambda at: _fork(_libc.fork),
    "become a program": lambda at: _native("execl", b"/bin/true", b"true", None),
    "signal the service": lambda at: _native("kill", at.service, signal.SIGCONT),
    "signal a worker": lambda at: _native("kill", at.worker, signal.SIGKILL),
    "trace a worker": lambda at: _native("ptrace", _ATTACH, at.worker, None, None),
    "leave for another namespace": lambda at: _native("unshare", os.CLONE_NEWUSER),
}


def try_out(kind: str, at: Targets) -> dict[str, str]:
    """Tries everything of a kind; returns how each ended."""
    return {name: _end(lambda attempt=attempt: attempt(at)) for name, attempt in globals()[kind].items()}


def _end(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except OSError as error:
        return type(error).__name__
    return "done"


def raise_a_limit() -> str:
    """Tries to have more memory than a worker may."""
    try:
        resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    except ValueError as error:
        return str(error)
    return "raised"


def take_2_gigabytes() -> None:
    with jobs._faults_told_without_words():
        worker_jobs.hold_memory(2 << 30)


def recurse() -> None:
    def deeper() -> None:
        deeper()

    with jobs._faults_told_without_words():
        deeper()


def private_folder() -> tuple[tuple[int, str], list[str]]:
    """Returns which worker this is, what is the root to Typst here, and what is in it."""
    root = jobs._started()._root
    return (os.getpid(), root.name), [file.name for file in root.iterdir()]


def known_variables() -> list[str]:
    return [*os.environ, *map(os.fsdecode, posix.environ)]


def start_worker(cache_dir: Path, cpu_seconds_max: int) -> None:
    """Starts a worker that has loaded this module."""
    jobs.start_worker(cache_dir, cpu_seconds_max)


def start_worker_on_an_old_kernel(cache_dir: Path, cpu_seconds_max: int) -> None:
    """Starts a worker where the kernel has neither Landlock nor seccomp."""

    def absent(*_: object) -> None:
        raise OSError("Function not implemented")

    landlock.allow_only_reading = absent
    system_call_filter.forbid_all_but_computing = absent
    jobs.start_worker(cache_dir, cpu_seconds_max)


def start_worker_with_a_thread(cache_dir: Path, cpu_seconds_max: int) -> None:
    """Starts a worker with a thread that is there before any lock is, and so might stay without."""
    threading.Thread(target=time.sleep, args=(3600,), daemon=True).start()
    jobs.start_worker(cache_dir, cpu_seconds_max)
