"""PgBouncer in transaction mode, as Supavisor and Supabase's dedicated pooler work."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cvtailor.adapters.postgres.embedded_server import EmbeddedPostgres, Login
from sqlalchemy import make_url

from tests.ports_of_loopback import free_port

PROGRAM = Path("/usr/sbin/pgbouncer")
_START_SECONDS = 10


@dataclass(frozen=True)
class Pooler:
    """A pooler in front of a server.

    Attributes:
        port: On 127.0.0.1.
    """

    port: int

    def url(self, dsn: str) -> str:
        """Returns the URL that leads where the DSN does, through the pooler."""
        pooled = make_url(dsn).set(host="127.0.0.1", port=self.port, query={})
        return pooled.render_as_string(hide_password=False)


@contextmanager
def running_pooler(server: EmbeddedPostgres, server_port: int, *, pool_size: int = 1) -> Iterator[Pooler]:
    """Starts a pooler; with a pool of one, every transaction of a login meets the same session.

    Args:
        server: Whose logins it knows.
        server_port: Where that listens on 127.0.0.1.
        pool_size: Connections to the server, of each login.
    """
    folder = Path(tempfile.mkdtemp(prefix="cvtailor-pooler-", dir="/var/tmp"))
    port = free_port()
    _write_configuration(folder, server.passwords(), server_port, port, pool_size)
    account = _account()
    if account:
        for path in (folder, *folder.iterdir()):
            os.chown(path, account.pw_uid, account.pw_gid)
    process = subprocess.Popen(
        [PROGRAM, "--quiet", folder / "pgbouncer.ini"],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
    )
    try:
        _await_listener(port, process, folder)
        yield Pooler(port)
    finally:
        process.terminate()
        process.wait(timeout=_START_SECONDS)
        shutil.rmtree(folder)


def _write_configuration(
    folder: Path, passwords: Mapping[str, str], server_port: int, port: int, pool_size: int
) -> None:
    users = folder / "users.txt"
    users.write_text("".join(f'"{login}" "{passwords[login]}"\n' for login in (Login.SERVICE, Login.ENGINE)))
    settings = {
        "listen_addr": "127.0.0.1",
        "listen_port": port,
        "unix_socket_dir": "",
        "auth_type": "scram-sha-256",
        "auth_file": users,
        "logfile": folder / "pgbouncer.log",
        "pool_mode": "transaction",
        "default_pool_size": pool_size,
        "max_client_conn": 400,
        "query_wait_timeout": 20,
    }
    lines = ["[databases]", f"* = host=127.0.0.1 port={server_port}", "[pgbouncer]"]
    lines += [f"{name} = {value}" for name, value in settings.items()]
    (folder / "pgbouncer.ini").write_text("\n".join(lines) + "\n")


def _account() -> pwd.struct_passwd | None:
    """PgBouncer refuses to run as root."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _await_listener(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            log = folder / "pgbouncer.log"
            words = log.read_text() if log.exists() else "it wrote no log"
            assert process.poll() is None, f"PgBouncer ended: {words}"
            assert time.monotonic() < deadline, f"PgBouncer does not listen: {words}"
            time.sleep(0.01)
        else:
            return
