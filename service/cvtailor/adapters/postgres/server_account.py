"""The account the server runs under: ours, or an unprivileged one where we are root."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True)
class ServerAccount:
    """An operating-system account; ``drop`` says that children must change to it."""

    uid: int
    gid: int
    drop: bool

    @classmethod
    def choose(cls, unprivileged: str = "nobody") -> Self:
        """Returns our own account, or the unprivileged one: Postgres refuses to run as root."""
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid(), drop=False)
        entry = pwd.getpwnam(unprivileged)
        return cls(entry.pw_uid, entry.pw_gid, drop=True)

    def run(
        self, *command: str | Path, check: bool = True, timeout_seconds: float
    ) -> subprocess.CompletedProcess[bytes]:
        """Runs a program under the account, with an environment of its own.

        Its output goes to files of its own choice: a server that inherits our pipes would keep them.
        """
        return subprocess.run(  # noqa: S603 -- programs found by us, no shell
            command,
            check=check,
            timeout=timeout_seconds,
            cwd="/",
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user=self.uid if self.drop else None,
            group=self.gid if self.drop else None,
            extra_groups=[] if self.drop else None,
        )

    def reaches(self, folder: Path) -> bool:
        """Whether the account may enter a folder, or where it doesn't exist yet, its nearest ancestor."""
        existing = next(path for path in (folder, *folder.parents) if path.exists())
        if not self.drop:
            return os.access(existing, os.X_OK)
        return self.run("test", "-x", existing, check=False, timeout_seconds=20).returncode == 0

    def own(self, path: Path, mode: int) -> None:
        """Makes a path the account's, with a mode."""
        path.chmod(mode)
        if self.drop:
            os.chown(path, self.uid, self.gid)
