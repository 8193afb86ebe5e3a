"""A Postgres server, and the processes of the service that share it over TCP, as in production."""

import asyncio
import re
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
from cvtailor.adapters.auth.local_keys import LocalKeys
from cvtailor.adapters.postgres.embedded_server import EmbeddedPostgres, Login
from cvtailor.adapters.postgres.migrator import migrate
from sqlalchemy import make_url

from benchmarks.service_process import CVTAILOR, Client, ServiceProcess, environment
from tests.ports_of_loopback import free_port

TOKEN_SECONDS = 6 * 3600
_PROGRAMS = Path("/usr/lib/postgresql/15/bin")
_COUNTER = Path("/usr/lib/postgresql/15/lib/pg_stat_statements.so")
_SERVER = {"shared_buffers": "512MB", "max_wal_size": "8GB", "max_connections": "400"}
# One person of the benchmark stands for many, and no queue here is too long.
_SETTINGS = {"runs_per_user_max": "100000", "queue_max": "1000000", "housekeeping_seconds": "3600"}
_STOP_SECONDS = 60
_START_SECONDS_MAX = 90
_STATEMENT_SECONDS_MAX = 300


class WorkerProcess:
    """A ``cvtailor worker``; waits until it works."""

    def __init__(self, data_dir: Path, **settings: str) -> None:
        self.log = (data_dir / f"worker-{uuid4().hex[:6]}.log").open("w+")
        self.process = subprocess.Popen(
            [*CVTAILOR, "worker"],
            env=environment(data_dir, **settings),
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        assert self.process.stdout
        late = threading.Timer(_START_SECONDS_MAX, self.process.kill)
        late.start()
        begun = self.process.stdout.readline()
        late.cancel()
        if "works" not in begun:
            raise AssertionError(f"the worker did not start:\n{Path(self.log.name).read_text()}")

    def kill(self) -> None:
        """Ends it at once, as a crash would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=10)

    def terminate(self) -> int:
        """Asks it to stop and returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=_STOP_SECONDS)


class Cluster:
    """What shares one database.

    Attributes:
        folder: Of documents, keys and logs; every process has it.
        port: Of Postgres, on loopback.
        counts_statements: Whether the server has pg_stat_statements.
        workers: Those that live.
    """

    def __init__(self, folder: Path, server: EmbeddedPostgres, port: int, counts_statements: bool) -> None:
        self.folder = folder
        self.port = port
        self.counts_statements = counts_statements
        self.workers: list[WorkerProcess] = []
        self.server = server
        self._apis: list[ServiceProcess] = []
        self._keys = LocalKeys(folder / "auth")
        self._settings = {
            **_SETTINGS,
            "database_url": self.url(Login.SERVICE),
            "engine_database_url": self.url(Login.ENGINE),
        }

    def url(self, login: Login, port: int | None = None) -> str:
        """Returns the URL of a login over TCP, of the server or of a pooler before it."""
        url = make_url(self.server.dsn(login)).set(host="127.0.0.1", port=port or self.port, query={})
        return url.render_as_string(hide_password=False)

    def admin(self) -> psycopg.Connection:
        """Returns a new connection of the superuser."""
        bound = f"-c statement_timeout={_STATEMENT_SECONDS_MAX}s"
        return psycopg.connect(self.server.dsn(Login.ADMIN), autocommit=True, options=bound)

    def token(self, user_id: UUID) -> str:
        """Returns a token of a user."""
        return self._keys.mint(user_id, TOKEN_SECONDS)

    def client(self, api: ServiceProcess, user_id: UUID) -> Client:
        """Returns a client of one process, as a user; to be closed."""
        return Client(api.address, self.token(user_id))

    async def api(self, **settings: str) -> ServiceProcess:
        """Starts a process that answers calls and does no runs."""
        chosen = {**self._settings, **settings}
        api = await asyncio.to_thread(ServiceProcess, self.folder, "--api-only", **chosen)
        self._apis.append(api)
        return api

    async def stop_api(self, api: ServiceProcess) -> None:
        """Ends one of them at once."""
        self._apis.remove(api)
        await asyncio.to_thread(api.kill)

    async def work(self, count: int, **settings: str) -> None:
        """Starts or stops workers until so many live."""
        while len(self.workers) > count:
            await asyncio.to_thread(self.workers.pop().terminate)
        chosen = {**self._settings, **settings}
        missing = count - len(self.workers)
        self.workers += await asyncio.gather(
            *(asyncio.to_thread(WorkerProcess, self.folder, **chosen) for _ in range(missing))
        )

    def worker_of(self, executor_id: str) -> WorkerProcess | None:
        """Returns the process behind the engine's name for it; None if it is gone."""
        numbers = re.findall(r"(?<=-)\d+(?=-)", executor_id)
        return next((one for one in self.workers if str(one.process.pid) in numbers), None)

    def close(self) -> None:
        """Ends every process."""
        processes: list[ServiceProcess | WorkerProcess] = [*self._apis, *self.workers]
        for process in processes:
            if process.process.poll() is None:
                process.kill()


@asynccontextmanager
async def running_cluster() -> AsyncIterator[Cluster]:
    """Starts Postgres 15, if this machine has it, else the embedded one; removes all of it in the end."""
    folder = Path(tempfile.mkdtemp(prefix="cvtailor-bench-", dir="/var/tmp"))
    folder.chmod(0o711)  # the server of a root user runs as another and must get through
    port, counts = free_port(), _COUNTER.exists()
    settings = {**_SERVER, "listen_addresses": "127.0.0.1", "port": str(port)}
    if counts:
        settings |= {"shared_preload_libraries": "pg_stat_statements", "pg_stat_statements.max": "10000"}
    programs = _PROGRAMS if _PROGRAMS.exists() else None
    server = EmbeddedPostgres(folder / "postgres", settings=settings, programs=programs)
    cluster = None
    try:
        await asyncio.to_thread(server.start)
        migrate(server.dsn(Login.ADMIN), server.passwords())
        cluster = Cluster(folder, server, port, counts)
        if counts:
            with cluster.admin() as connection:
                connection.execute("create extension pg_stat_statements")
        yield cluster
    finally:
        if cluster:
            cluster.close()
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
