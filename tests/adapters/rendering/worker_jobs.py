"""What tests let a typesetting worker do."""

import contextlib
import fcntl
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import typst
from cvtailor.adapters.rendering import jobs


def start_worker(cache_dir: Path, cpu_seconds_max: int) -> None:
    """Starts a worker that has loaded this module, which lies where a worker may not read."""
    jobs.start_worker(cache_dir, cpu_seconds_max)


@contextlib.contextmanager
def known_to_workers(start: Callable[[Path, int], None] = start_worker) -> Iterator[None]:
    """Within, pools start their workers with a function of this module."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jobs, "start_worker", start)
        yield


def process_id() -> int:
    return os.getpid()


def hold_memory(size_bytes: int) -> int:
    """Takes memory and keeps it."""
    globals()["held"] = b"x" * size_bytes
    return os.getpid()


def sleep_forever() -> None:
    while True:
        time.sleep(3600)


def compute_forever() -> None:
    """Hangs inside Typst, where no Python signal handler runs."""
    spin = b"#for i in range(1000000) { for j in range(100000) { let _ = range(1000) } }"
    typst.Compiler(root=Path(__file__).parent).compile(input=spin, format="pdf")


def die() -> None:
    os.kill(os.getpid(), 9)


def die_in(process_id: int) -> str:
    if os.getpid() == process_id:
        die()
    return "done"


class Calling:
    """What a broken worker writes: a pickle that calls a function where it is read."""

    def __init__(self, function: Callable[..., object], *arguments: object) -> None:
        self._call = function, arguments

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return self._call


def answer_with_a_call(file: str) -> Calling:
    """Answers with what makes a file where it is read."""
    return Calling(os.mkdir, file)


def fail_with_a_call(file: str) -> None:
    raise ValueError(Calling(os.mkdir, file))


def write_past_the_pool(raw: bytes) -> None:
    """Writes into every pipe that a worker writes to, its answers' among them."""
    for number in range(3, 64):
        with contextlib.suppress(OSError):
            if fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ACCMODE == os.O_WRONLY:
                os.write(number, raw)
    sleep_forever()


def read_forever(pdf: bytes) -> None:
    sleep_forever()


def import_unknown_package() -> str:
    press = jobs._started()
    try:
        press._compiler().compile(input=b'#import "@preview/cetz:0.3.0": canvas', format="pdf")
    except typst.TypstError as error:
        return str(error)
    return "imported"


def attempts() -> dict[str, str]:
    """Tries what a worker may not do, and says how each ended."""
    tried = {
        "socket": lambda: socket.socket(),
        "name lookup": lambda: socket.getaddrinfo("localhost", 80),
        "subprocess": lambda: subprocess.run([sys.executable, "-c", ""], check=True),
        "file": lambda: Path(f"/tmp/cvtailor-worker-{os.getpid()}").write_text("x"),
    }
    ends = {}
    for name, attempt in tried.items():
        try:
            attempt()
            ends[name] = "done"
        except OSError as error:
            ends[name] = type(error).__name__
    return ends
