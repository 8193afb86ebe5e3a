"""PgBouncer in transaction mode before the benchmark's Postgres."""

import asyncio
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from cvtailor.adapters.postgres.embedded_server import Login

from benchmarks.scale.cluster import Cluster, free_port

PROGRAM = Path("/usr/sbin/pgbouncer")
_START_SECONDS = 10
_POOL_SIZE = 20


@asynccontextmanager
async def running_pooler(cluster: Cluster) -> AsyncIterator[int]:
    """Starts it and yields its port."""
    folder, port = Path(tempfile.mkdtemp(prefix="cvtailor-pooler-", dir="/var/tmp")), free_port()
    passwords = cluster.server.passwords()
    users = folder / "users.txt"
    users.write_text("".join(f'"{login}" "{passwords[login]}"\n' for login in (Login.SERVICE, Login.ENGINE)))
    lines = [
        "[databases]",
        f"* = host=127.0.0.1 port={cluster.port}",
        "[pgbouncer]",
        "listen_addr = 127.0.0.1",
        f"listen_port = {port}",
        "unix_socket_dir =",
        "auth_type = scram-sha-256",
        f"auth_file = {users}",
        "pool_mode = transaction",
        f"default_pool_size = {_POOL_SIZE}",
        "max_client_conn = 400",
    ]
    (folder / "pgbouncer.ini").write_text("\n".join(lines) + "\n")
    account = pwd.getpwnam("nobody") if os.geteuid() == 0 else None  # it refuses to run as root
    if account:
        for path in (folder, *folder.iterdir()):
            os.chown(path, account.pw_uid, account.pw_gid)
    process = subprocess.Popen(  # noqa: ASYNC220
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
        await asyncio.to_thread(_await_listener, port, process)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=_START_SECONDS)
        shutil.rmtree(folder)


def _await_listener(port: int, process: subprocess.Popen[bytes]) -> None:
    last = time.monotonic() + _START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            assert process.poll() is None, "PgBouncer ended"
            assert time.monotonic() < last, "PgBouncer does not listen"
            time.sleep(0.02)
        else:
            return
