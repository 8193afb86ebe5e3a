"""A service of several processes and all that it stands on, each part of it breakable."""

import asyncio
import os
import resource
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

import jwt
import psycopg
from cutting_proxy import CuttingProxy
from cvtailor.adapters.postgres.embedded_server import EmbeddedPostgres, Login
from cvtailor.adapters.postgres.migrator import migrate
from cvtailor.adapters.postgres.stale_server import server_is_zombie
from following_client import FollowingClient, Person
from psycopg.conninfo import conninfo_to_dict

from benchmarks.service_process import CVTAILOR
from tests.model_servers import ModelServer
from tests.storage_server import PUBLISHABLE_KEY, StorageServer, private_jwk

_SECRET = "a secret of thirty-two bytes at least, of the tests"
_START_SECONDS_MAX = 60
_END_SECONDS_MAX = 60
_QUICK = {
    "render_workers": "1",
    "worker_beat_seconds": "0.5",
    "worker_dead_after_seconds": "2",
    "heartbeat_seconds": "1",
    "event_poll_seconds": "1",
    "housekeeping_seconds": "1",
    "drain_seconds": "5",
    "lame_duck_seconds": "0",
    "runs_per_user_max": "1000",
    "storage_timeout_seconds": "4",
    "model_call_timeout_seconds": "4",
    "run_deadline_seconds": "120",
}


_IN_PROGRESS = "select 1 from dbos.workflow_status where status in ('PENDING', 'ENQUEUED')"


class Process:
    """A process of the service, in a session of its own, so that what it leaves behind can be found."""

    def __init__(self, name: str, command: Sequence[str | Path], environment: dict[str, str]) -> None:
        self.name = name
        # A pipe, not a file: a limit on the size of files must not reach the log.
        self._process = subprocess.Popen(
            [str(word) for word in command],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        self.pid = self._process.pid
        self.log = bytearray()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stderr
        for line in self._process.stderr:
            self.log += line

    def first_line(self) -> str:
        """Returns what it says when it is up."""
        assert self._process.stdout
        line = self._process.stdout.readline().decode()
        assert line, f"{self.name} did not start:\n{self.log.decode()}"
        return line

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def limit_files(self, bytes_max: int | None) -> None:
        """Lets no file grow beyond a size, as a full disk does, in it and in those it starts; None: lifted.

        The error is EFBIG where a disk says ENOSPC; both reach the code as an OSError of the write.
        """
        _, hard = resource.prlimit(self.pid, resource.RLIMIT_FSIZE)
        soft = resource.RLIM_INFINITY if bytes_max is None else bytes_max
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (soft, hard))

    def wait(self) -> int:
        return self._process.wait(_END_SECONDS_MAX)

    def children(self) -> list[int]:
        """The processes that it started."""
        return [pid for pid in _alive_in_session(self.pid) if pid != self.pid]

    def survivors(self) -> list[int]:
        """Processes of its session that live on; nothing, if none does after a moment."""
        deadline = time.monotonic() + _END_SECONDS_MAX
        while (found := _alive_in_session(self.pid)) and time.monotonic() < deadline:
            time.sleep(0.1)
        return found


def _alive_in_session(session: int) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, of = status.read_text().rpartition(")")[2].split()[:4]
        except OSError:
            continue
        if int(of) == session and state != "Z":
            found.append(int(status.parent.name))
    return found


class World:
    """One API process, workers, and what they share.

    Attributes:
        folder: Data folder of all of them.
        clients: The wire between clients and the API process.
        wires: The wires between processes and Postgres, by the processes' names.
        ended: Processes that are no more.
    """

    def __init__(self, folder: Path, postgres: EmbeddedPostgres, stack: AsyncExitStack) -> None:
        self.folder = folder
        self.processes: dict[str, Process] = {}
        self.ended: list[Process] = []
        self.wires: dict[str, CuttingProxy] = {}
        self.storage: StorageServer | None = None
        self.model: ModelServer | None = None
        self._postgres = postgres
        self._stack = stack
        self._api_port = 0
        self._settings = dict(_QUICK)
        (folder / "tmp").mkdir()

    async def open(self) -> None:
        self.clients = await self._stack.enter_async_context(CuttingProxy(self._to_api))

    @property
    def dsn(self) -> str:
        """The superuser's."""
        return self._postgres.dsn(Login.ADMIN)

    def with_storage_server(self) -> None:
        """Keeps documents where HTTP leads; to be called before the first process starts."""
        key = private_jwk()
        self.storage = self._stack.enter_context(StorageServer(self.dsn, key))
        self._settings |= {
            "supabase_url": self.storage.url,
            "supabase_publishable_key": PUBLISHABLE_KEY,
            "supabase_signing_key": key,
        }

    def with_model(self, model: ModelServer) -> None:
        """Lets agents work; to be called before the first process starts."""
        self.model = self._stack.enter_context(model)
        address = {"model": "openai-compatible:scripted", "model_base_url": model.openai_url}
        self._settings |= {**address, "model_api_key": "sk-scripted"}

    def token(self, user_id: UUID) -> str:
        """Makes an account and returns its access token."""
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            connection.execute(
                "insert into auth.users (id, aud, role) values (%s, 'authenticated', 'authenticated')"
                " on conflict do nothing",
                (user_id,),
            )
        now = int(time.time())
        issuer = f"{self.storage.url}/auth/v1" if self.storage else "cvtailor-local"
        claims = {"sub": str(user_id), "aud": "authenticated", "role": "authenticated", "iss": issuer}
        return jwt.encode({**claims, "iat": now, "exp": now + 7200}, _SECRET, "HS256")

    def client(self, person: Person) -> FollowingClient:
        """Returns a client of a person, over the wire that may break."""
        return FollowingClient(f"127.0.0.1:{self.clients.port}", self.token(person.user_id))

    async def start_api(self) -> None:
        api = await self._start("api", [*CVTAILOR, "serve", "--api-only", "--port", "0"])
        self._api_port = int((await asyncio.to_thread(api.first_line)).rsplit(":", 1)[1])

    async def start_worker(self, name: str, *command: str | Path, **settings: str) -> Process:
        """Starts a worker and returns when it works; other commands than ours may be workers too."""
        worker = await self._start(name, command or (*CVTAILOR, "worker"), **settings)
        await asyncio.to_thread(worker.first_line)
        return worker

    async def restart(self, name: str) -> None:
        """Waits for the end of a process that was told to go, and starts the next of its name."""
        await self.end(name)
        await (self.start_api() if name == "api" else self.start_worker(name))

    async def end(self, name: str, number: signal.Signals | None = None) -> int:
        """Waits for the end of a process, after a signal if one is given; returns its exit code."""
        process = self.processes.pop(name)
        if number:
            process.send(number)
        code = await asyncio.to_thread(process.wait)
        self.ended.append(process)
        return code

    async def crash_postgres(self) -> None:
        """Restarts Postgres as ``pg_ctl restart -m immediate`` does: backends quit, the log is replayed."""
        await asyncio.to_thread(self._crash_postgres)

    async def settle(self) -> None:
        """Returns once no run is in progress, by the durable engine's own account; gives up after a while."""
        async with asyncio.timeout(_END_SECONDS_MAX):
            async with await psycopg.AsyncConnection.connect(self.dsn, autocommit=True) as connection:
                while await (await connection.execute(_IN_PROGRESS)).fetchone():  # noqa: ASYNC110
                    await asyncio.sleep(0.1)

    def documents(self) -> Mapping[str, bytes]:
        """What the store holds, by path."""
        if self.storage:
            return {path: stored.content for path, stored in self.storage.stored.items()}
        folder = self.folder / "objects"
        return {
            str(file.relative_to(folder)): file.read_bytes()
            for file in folder.rglob("*")
            if file.is_file() and file.name != ".identity"
        }

    def leftovers(self) -> list[str]:
        """Temporary files, unfinished folders, and processes that outlive those that started them."""
        packages = list((self.folder / "typst").iterdir())
        return [
            *(f"temporary file {file}" for file in (self.folder / "tmp").iterdir()),
            *(f"unfinished packages {folder}" for folder in packages if len(packages) > 1),
            *(f"process {pid} of {ended.name}" for ended in self.ended for pid in ended.survivors()),
        ]

    def logs(self) -> str:
        """What all processes said that was no chatter, for a test that failed."""
        return "\n".join(
            f"--- {process.name} {process.pid}\n{process.log.decode(errors='replace')[-200000:]}"
            for process in (*self.ended, *self.processes.values())
        )

    async def close(self) -> None:
        for name in list(self.processes):
            self.processes[name].send(signal.SIGCONT)
            await self.end(name, signal.SIGTERM)

    async def _start(self, name: str, command: Sequence[str | Path], **settings: str) -> Process:
        if name not in self.wires:
            self.wires[name] = await self._stack.enter_async_context(CuttingProxy(self._to_postgres))
        databases = {
            "database_url": self._through(name, Login.SERVICE),
            "engine_database_url": self._through(name, Login.ENGINE),
        }
        named = {**self._settings, **databases, "jwt_secret": _SECRET, **settings}
        environment = {
            **os.environ,
            "CVTAILOR_DATA_DIR": str(self.folder),
            "TMPDIR": str(self.folder / "tmp"),
            **{f"CVTAILOR_{key.upper()}": value for key, value in named.items()},
        }
        self.processes[name] = Process(name, command, environment)
        return self.processes[name]

    def _through(self, name: str, login: Login) -> str:
        password = quote(self._postgres._passwords()[login], safe="")
        return f"postgresql://{login}:{password}@127.0.0.1:{self.wires[name].port}/postgres"

    async def _to_postgres(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        place = conninfo_to_dict(self.dsn)
        return await asyncio.open_unix_connection(f"{place['host']}/.s.PGSQL.{place['port']}")

    async def _to_api(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self._api_port)

    def _crash_postgres(self) -> None:
        pid_file = self._postgres.home / "data" / "postmaster.pid"
        os.kill(int(pid_file.read_text().split()[0]), signal.SIGQUIT)
        while pid_file.exists() and not server_is_zombie(pid_file.parent):
            time.sleep(0.02)
        self._postgres.stop()
        self._postgres.start()


@asynccontextmanager
async def world(prepare: Callable[[World], None] = lambda _: None) -> AsyncIterator[World]:
    """Yields one with an API process and no worker; ends every process."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(_folder())
        postgres = stack.enter_context(_postgres(folder))
        made = World(folder, postgres, stack)
        await made.open()
        prepare(made)
        try:
            await made.start_api()
            yield made
        finally:
            await made.close()


@contextmanager
def _folder() -> Iterator[Path]:
    # Not one of pytest's: every pytest that starts closes their parent to the account of Postgres.
    folder = Path(tempfile.mkdtemp(prefix="cvtailor-faults-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _postgres(folder: Path) -> Iterator[EmbeddedPostgres]:
    # The machine does not crash, so what is written is written: fsync would only cost time.
    server = EmbeddedPostgres(folder / "postgres", settings={"fsync": "off", "max_connections": "200"})
    server.start()
    try:
        migrate(server.dsn(Login.ADMIN), server.passwords())
        yield server
    finally:
        server.stop()
