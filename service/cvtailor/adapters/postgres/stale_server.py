"""Clears what a killed server leaves behind where Postgres itself can't tell that it is dead.

In a container whose first process reaps no orphans, a killed server stays a zombie. Postgres and pg_ctl
take it for alive: the one would never start again, the other would wait for it to stop. Where there is no
``/proc``, nothing is known, and Postgres decides.
"""

from pathlib import Path


def server_is_zombie(data: Path) -> bool:
    """Whether the process named in a data folder's pid file is dead and only not yet reaped."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, ValueError, IndexError):
        return False
    return state == "Z"


def clear_zombie(data: Path, sockets: Path) -> None:
    """Removes the lock files of a zombie, once none of its children works in the folder any more."""
    if server_is_zombie(data) and not any(_works_in(process, data) for process in _processes()):
        for lock in (data / "postmaster.pid", *sockets.glob(".s.PGSQL.*.lock")):
            lock.unlink(missing_ok=True)


def _processes() -> list[Path]:
    return list(Path("/proc").glob("[0-9]*"))


def _works_in(process: Path, data: Path) -> bool:
    try:
        return (process / "cwd").samefile(data)
    except OSError:
        return False
