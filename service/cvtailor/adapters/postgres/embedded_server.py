"""A private Postgres server in a folder: started by whoever needs it first, stopped by its last user."""

import fcntl
import hashlib
import json
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from subprocess import CalledProcessError, TimeoutExpired
from urllib.parse import quote

import structlog
from psycopg.pq import PGconn, Ping

from cvtailor.adapters.postgres.server_account import ServerAccount
from cvtailor.adapters.postgres.server_binaries import (
    comes_from_wheel,
    find_server_binaries,
    major_version,
    relocated,
)
from cvtailor.adapters.postgres.stale_server import clear_zombie, server_is_zombie
from cvtailor.domain.errors import Unavailable

_log = structlog.get_logger(__name__)

_SOCKET_PATH_BYTES_MAX = 100
_COMMAND_TIMEOUT_SECONDS = 120.0
_LOG_BYTES_MAX = 4_000_000
_ROOT_HOME = Path("/var/lib/cvtailor")

_SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # CVs and letters must not reach the log: no statements, and no values in the details of errors.
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_min_duration_statement": "-1",
    "log_error_verbosity": "terse",
}


class Login(StrEnum):
    """Who connects: the superuser, the service for its users, the durable engine."""

    ADMIN = "supabase_admin"
    SERVICE = "cvtailor_service"
    ENGINE = "cvtailor_engine"


class EmbeddedPostgres:
    """A Postgres server that listens on a socket only its user can open.

    Processes that share a folder share the server. Each holds a shared lock on ``users.lock`` while it
    uses the server; the kernel drops the lock with the process, however that ends. ``stop`` lets go, and
    if nobody else holds the lock, shuts the server down. A server left behind by a killed process is
    found running by the next one.

    Attributes:
        home: Where it lives: the folder asked for, or for root, whose home folders an unprivileged
            server can't enter, one below ``/var/lib/cvtailor``.
    """

    def __init__(
        self,
        home: Path,
        *,
        settings: Mapping[str, str] | None = None,
        programs: Path | None = None,
        start_timeout_seconds: float = 60.0,
    ) -> None:
        """Prepares; nothing is written or started yet.

        Args:
            home: A folder of its own; made if it isn't there.
            settings: Lines for ``postgresql.conf`` that differ from ours.
            programs: Folder with the server's programs; None finds them.
            start_timeout_seconds: How long a start may take, crash recovery included.
        """
        self._account = ServerAccount.choose()
        self._programs = programs
        self._settings = {**_SETTINGS, **(settings or {})}
        self._port = self._settings["port"]
        self.home = self._reachable(home.absolute())
        self._start_timeout_seconds = start_timeout_seconds
        self._data = self.home / "data"
        self._log_file = self._data / "server.log"
        self._sockets = self._socket_folder()
        self._users_lock: int | None = None

    def start(self) -> None:
        """Starts the server, or joins the one that runs; made from nothing the first time.

        Raises:
            Unavailable: It can't be made or started; the message ends with the server's own words.
        """
        if self._users_lock is not None:
            return
        try:
            self._make_folder(self.home, 0o711 if self._account.drop else 0o700)
            with self._exclusively():
                binaries = self._binaries()
                if not (self._data / "PG_VERSION").exists():
                    self._initialise(binaries)
                if self._ping() is not Ping.OK:
                    self._launch(binaries)
                self._users_lock = _open_lock(self.home / "users.lock")
                fcntl.flock(self._users_lock, fcntl.LOCK_SH)
        except (OSError, CalledProcessError, TimeoutExpired) as error:
            raise Unavailable(f"The Postgres server in {self.home} can't be started: {error}") from error

    def stop(self) -> None:
        """Lets go of the server, and shuts it down if nobody else uses it."""
        if self._users_lock is None:
            return
        with self._exclusively():
            lock, self._users_lock = self._users_lock, None
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                _log.debug("postgres left to its other users", home=str(self.home))
            else:
                self._shut_down()
            finally:
                fcntl.flock(lock, fcntl.LOCK_UN)
                os.close(lock)

    def dsn(self, login: Login, database: str = "postgres") -> str:
        """Returns the connection URI, password included: for libpq, and by its scheme for SQLAlchemy."""
        password = self._passwords()[login]
        return (
            f"postgresql://{login}:{quote(password, safe='')}@/{database}"
            f"?host={quote(str(self._sockets), safe='')}&port={self._port}"
        )

    def passwords(self) -> dict[str, str]:
        """Returns the passwords of the logins that the migrations make, for ``migrate``, by role name."""
        return {login.value: text for login, text in self._passwords().items() if login is not Login.ADMIN}

    def _passwords(self) -> dict[Login, str]:
        stored = json.loads((self.home / "passwords.json").read_text())
        return {login: stored[login] for login in Login}

    def _reachable(self, home: Path) -> Path:
        if self._account.reaches(home):
            return home
        if (home / "data").exists():
            # Another folder would be another, empty database.
            raise Unavailable(
                f"The database in {home} is there, but the server's account can't enter the folder any more: "
                "let others pass through its parents (chmod o+x)."
            )
        digest = hashlib.sha256(str(home).encode()).hexdigest()[:12]
        return _ROOT_HOME / f"postgres-{digest}"

    def _socket_folder(self) -> Path:
        inside = self.home / "socket"
        if len(os.fsencode(inside)) <= _SOCKET_PATH_BYTES_MAX - len(f"/.s.PGSQL.{self._port}"):
            return inside
        digest = hashlib.sha256(str(self.home).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"cvtailor-{digest}"

    def _binaries(self) -> Path:
        if self._programs:
            return self._programs
        version_file = self._data / "PG_VERSION"
        major = int(version_file.read_text()) if version_file.exists() else None
        found = find_server_binaries(major)
        if self._account.reaches(found) or not comes_from_wheel(found):
            return found
        self._make_folder(_ROOT_HOME, 0o711)
        version = major_version(found)
        digest = hashlib.sha256(str(found).encode()).hexdigest()[:12]
        return relocated(found, _ROOT_HOME / f"server-{version}-{digest}")

    def _make_folder(self, folder: Path, mode: int) -> None:
        folder.parent.mkdir(parents=True, exist_ok=True, mode=0o711 if self._account.drop else 0o755)
        folder.mkdir(exist_ok=True, mode=mode)
        if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
            raise Unavailable(f"{folder} belongs to another account; remove it or choose another folder.")
        folder.chmod(mode)

    @contextmanager
    def _exclusively(self) -> Iterator[None]:
        lock = _open_lock(self.home / "start.lock")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _initialise(self, binaries: Path) -> None:
        for unfinished in self.home.glob("data.*"):
            shutil.rmtree(unfinished)
        password_file = self.home / "passwords.json"
        if not password_file.exists():
            _write_private(password_file, json.dumps({login: secrets.token_urlsafe(24) for login in Login}))
        unfinished = self.home / f"data.{secrets.token_hex(4)}"
        unfinished.mkdir(mode=0o700)
        self._account.own(unfinished, 0o700)
        superuser_password = unfinished.with_suffix(".password")
        try:
            _write_private(superuser_password, self._passwords()[Login.ADMIN])
            self._account.own(superuser_password, 0o600)
            options = ["-E", "UTF8", "--locale=C", "--data-checksums", "--auth=scram-sha-256"]
            self._account.run(
                binaries / "initdb", "-D", unfinished, "-U", Login.ADMIN, *options,
                f"--pwfile={superuser_password}", timeout_seconds=_COMMAND_TIMEOUT_SECONDS,
            )  # fmt: skip
        finally:
            superuser_password.unlink(missing_ok=True)
        with (unfinished / "postgresql.conf").open("a") as configuration:
            configuration.write("\ninclude 'cvtailor.conf'\n")
        unfinished.rename(self._data)
        _sync_folder(self.home)
        _log.info("postgres initialised", home=str(self.home))

    def _launch(self, binaries: Path) -> None:
        self._make_socket_folder()
        settings = {**self._settings, "unix_socket_directories": str(self._sockets)}
        configuration = self._data / "cvtailor.conf"
        configuration.write_text("".join(f"{name} = '{value}'\n" for name, value in settings.items()))
        self._account.own(configuration, 0o600)
        if self._log_file.exists() and self._log_file.stat().st_size > _LOG_BYTES_MAX:
            self._log_file.replace(self._data / "server.log.1")
        deadline = time.monotonic() + self._start_timeout_seconds
        pause_seconds = 0.05
        while (answer := self._ping()) is not Ping.OK:
            # REJECT: it recovers from a crash or is shutting down. Both end by themselves.
            if answer is not Ping.REJECT:
                clear_zombie(self._data, self._sockets)
                self._pg_ctl(binaries, "start", "-w", "-l", str(self._log_file))
            if time.monotonic() > deadline:
                raise Unavailable(
                    f"The Postgres server in {self.home} did not start within"
                    f" {self._start_timeout_seconds:.0f} s: {self._last_words()}"
                )
            time.sleep(pause_seconds)
            pause_seconds = min(pause_seconds * 2, 1.0)

    def _shut_down(self) -> None:
        # Without pg_ctl's own wait, which takes a killed server that nobody reaps for one that goes on.
        self._pg_ctl(self._binaries(), "stop", "-m", "fast", "-W")
        deadline = time.monotonic() + self._start_timeout_seconds
        pid_file = self._data / "postmaster.pid"
        while pid_file.exists() and not server_is_zombie(self._data) and time.monotonic() < deadline:
            time.sleep(0.02)
        shutil.rmtree(self._sockets, ignore_errors=True)

    def _make_socket_folder(self) -> None:
        self._sockets.mkdir(mode=0o700, exist_ok=True)
        owners = {os.geteuid(), self._account.uid}
        if self._sockets.is_symlink() or self._sockets.stat().st_uid not in owners:
            raise Unavailable(f"{self._sockets} belongs to another account; remove it and start again.")
        self._account.own(self._sockets, 0o700)

    def _ping(self) -> Ping:
        return Ping(PGconn.ping(f"host='{self._sockets}' port={self._port} connect_timeout=5".encode()))

    def _pg_ctl(self, binaries: Path, action: str, *options: str) -> None:
        timeout = f"{self._start_timeout_seconds:.0f}"
        # Whether it worked is seen by asking the server itself.
        self._account.run(
            binaries / "pg_ctl", action, "-D", self._data, "-s", "-t", timeout, *options,
            check=False, timeout_seconds=self._start_timeout_seconds + 10,
        )  # fmt: skip

    def _last_words(self) -> str:
        try:
            lines = self._log_file.read_text(errors="replace").splitlines()
        except OSError:
            return "it wrote no log."
        return " | ".join(lines[-5:])


def _open_lock(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _write_private(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
