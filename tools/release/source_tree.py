"""The sources of a release: what git knows of the repository, in a folder of their own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
PYTHON_CLIENT = Path("clients/python")
WEB_CLIENT = Path("clients/web")
_NODE_MODULES = WEB_CLIENT / "node_modules"
COMMAND_SECONDS = 600
_UMASK = 0o022
"""The packages say who may read their files; that is not for the builder's shell to decide."""


class ReleaseRefused(Exception):
    """What can't be released: what is wrong, and what to do."""


@dataclass(frozen=True)
class Revision:
    """What is built.

    Attributes:
        version: As Python writes it, `1.2.3` or `1.2.3.dev4`.
        committed_at: Seconds since 1970; the time of everything that is packed.
        name: What the sources are called on the web: the tag of a release, else the commit.
    """

    version: str
    committed_at: int
    name: str


def run(command: list[str | Path], folder: Path, variables: Mapping[str, str] | None = None) -> str:
    """Runs a command of the virtual environment or the system; returns what it prints.

    Raises:
        ReleaseRefused: It failed; with the end of what it said.
    """
    # Programs of this environment come first, whoever calls.
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    done = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env={**environment, "PATH": path, **(variables or {})},
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
        umask=_UMASK,
        check=False,
    )
    if done.returncode:
        said = f"{done.stdout}\n{done.stderr}".strip()[-2000:]
        raise ReleaseRefused(f"{' '.join(map(str, command[:4]))} … failed:\n{said}")
    return done.stdout


def revision(repository: Path = REPOSITORY) -> Revision:
    """What the repository is at: its version comes from the newest tag `vX.Y.Z`, as in every build."""
    version = run([sys.executable, "-m", "hatchling", "version"], repository).strip()
    commit, committed_at = run(["git", "log", "-1", "--format=%H %ct"], repository).split()
    is_release = f"v{version}" in run(["git", "tag", "--points-at", "HEAD"], repository).split()
    return Revision(version, int(committed_at), f"v{version}" if is_release else commit)


def lay_out(folder: Path, repository: Path = REPOSITORY) -> Path:
    """Copies every file that git does not ignore; the installed npm packages are linked to."""
    names = run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], repository)
    for name in names.split("\0"):
        source = repository / name
        if name and source.is_file():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
            target.chmod(0o755 if os.access(source, os.X_OK) else 0o644)
    modules = (repository / _NODE_MODULES).resolve()
    if not modules.is_dir():
        raise ReleaseRefused("The npm packages are not installed: npm ci --prefix clients/web")
    (folder / _NODE_MODULES).symlink_to(modules)
    return folder
