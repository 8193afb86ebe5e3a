"""The Supabase CLI that ``clients/web`` pins, on this repository and a database of the tests."""

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[2]
WEB = REPOSITORY / "clients" / "web"

_TIMEOUT_SECONDS = 60
# The loopback guard is Python's. This keeps other programs on this machine: nothing answers there.
_NOWHERE = "http://127.0.0.1:9"


class NotInstalled(AssertionError):
    """The programs of ``clients/web`` aren't there."""


@dataclass(frozen=True)
class Answer:
    """How a command ended, and what it said on each stream."""

    code: int
    out: str
    notes: str

    @property
    def results(self) -> list[Any]:
        """What was found, of a command that was asked for JSON."""
        found: list[Any] = json.loads(self.out)["results"]
        return found


@dataclass(frozen=True)
class SupabaseCli:
    """Commands on the repository's ``supabase`` folder, or on that of ``project``.

    Attributes:
        home: An empty folder: no login, settings or telemetry id of the machine's own user.
    """

    home: Path
    project: Path = REPOSITORY

    def __call__(self, *command: str, database: str) -> Answer:
        """Runs a command on the database at that URL."""
        where = f"--remote={database}", f"--workdir={self.project}"
        return self._run([str(program("supabase")), *command, *where], {})

    def npm(self, script: str, **variables: str) -> Answer:
        """Runs a script of ``clients/web``."""
        program("supabase")
        return self._run(["npm", "run", "--silent", f"--prefix={WEB}", script], variables)

    def _run(self, command: list[str], variables: Mapping[str, str]) -> Answer:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "HTTP_PROXY": _NOWHERE,
            "HTTPS_PROXY": _NOWHERE,
            "SUPABASE_TELEMETRY_DISABLED": "1",
            "SUPABASE_NO_UPDATE_NOTIFIER": "1",
            "NPM_CONFIG_UPDATE_NOTIFIER": "false",
            "PGSSLMODE": "disable",
            **variables,
        }
        ended = subprocess.run(
            command, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL,
            timeout=_TIMEOUT_SECONDS, check=False,
        )  # fmt: skip
        return Answer(ended.returncode, ended.stdout, ended.stderr)


def program(name: str) -> Path:
    """Returns a program that ``clients/web`` pins.

    Raises:
        NotInstalled: It isn't there; the message says how to get it.
    """
    path = WEB / "node_modules" / ".bin" / name
    if not path.exists():
        raise NotInstalled(f"{path} is missing. Install it (Node 20 or newer): npm ci --prefix clients/web")
    return path


@pytest.fixture
def supabase(tmp_path: Path) -> SupabaseCli:
    """The CLI on this repository."""
    home = tmp_path / "home"
    home.mkdir()
    return SupabaseCli(home)
