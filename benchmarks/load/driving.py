"""The service under load, the process that makes the load, and what the database has of it."""

import asyncio
import json
import shutil
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import psycopg
from cvtailor.adapters.auth.local_keys import LocalKeys
from cvtailor.adapters.postgres.embedded_server import EmbeddedPostgres, Login

from benchmarks.load.calls import Call
from benchmarks.service_process import ServiceProcess

USERS = 200
_TOKEN_SECONDS = 6 * 3600
_ANSWER_BYTES_MAX = 64 << 20
_STOP_SECONDS = 10
_RUNS = """
select r.application_id::text, r.state = 'succeeded' and r.finished_at is not null
  and 1 = (select count(*) from public.generation_events e where e.run_id = r.id
    and e.payload ->> 'type' in ('completed', 'failed', 'cancelled'))
  and r.last_sequence = (select count(*) from public.generation_events e where e.run_id = r.id)
from public.generation_runs r
"""


class Kept(NamedTuple):
    """What the database says of runs.

    Attributes:
        runs: All it has.
        lost: Those that it or a client knows of, and that were not completed exactly once.
        untold: Those that no client was told of.
    """

    runs: int
    lost: int
    untold: int


def own_database(home: Path) -> str:
    """Returns how to reach the database that a service has in its folder."""
    return EmbeddedPostgres(home / "postgres").dsn(Login.ADMIN)


def kept(dsn: str, told: Collection[str]) -> Kept:
    """Compares what clients were told, by applications, with what the database has."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        completed = {str(id): bool(once) for id, once in connection.execute(_RUNS).fetchall()}
    lost = (completed.keys() | set(told)) - {id for id, once in completed.items() if once}
    return Kept(len(completed), len(lost), len(completed.keys() - set(told)))


class Generator:
    """The process that sends requests.

    Attributes:
        processor_shares: Part of one processor that it took, for each load.
    """

    def __init__(self, process: Process) -> None:
        self.processor_shares: list[float] = []
        self._process = process

    async def open_loop(self, due: Sequence[float], users: int = USERS) -> list[Call]:
        """Has requests sent when they are due; returns what became of them once all have ended."""
        return await self._calls({"due": list(due), "users": users})

    async def closed_loop(self, clients: int, seconds: float, users: int = USERS) -> list[Call]:
        """Has clients ask for one run after the other."""
        return await self._calls({"clients": clients, "seconds": seconds, "users": users})

    async def _calls(self, asked: dict[str, object]) -> list[Call]:
        report = await self.ask(asked)
        self.processor_shares.append(report["processor_share"])
        return [Call(*call) for call in report["calls"]]

    async def ask(self, asked: dict[str, object]) -> dict[str, Any]:
        """Sends a line and returns the answer."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(asked).encode() + b"\n")
        line = await self._process.stdout.readline()
        if not line:
            raise RuntimeError("The process that makes the load has ended; its own output says why.")
        answer: dict[str, Any] = json.loads(line)
        return answer


@asynccontextmanager
async def running_service(settings: dict[str, str]) -> AsyncIterator[ServiceProcess]:
    """Starts a service with a database of its own; removes all of it in the end."""
    home = Path(tempfile.mkdtemp(prefix="cvtailor-bench-"))
    home.chmod(0o755)  # the server of a root user runs as another and must get through
    service = None
    try:
        service = await asyncio.to_thread(ServiceProcess, home, log_level="warning", **settings)
        yield service
    finally:
        if service:
            await asyncio.to_thread(service.terminate)
        shutil.rmtree(home, ignore_errors=True)


@asynccontextmanager
async def running_generator(service: ServiceProcess) -> AsyncIterator[Generator]:
    """Starts the process that makes the load."""
    keys = LocalKeys(service.data_dir / "auth")
    tokens = [keys.mint(uuid4(), _TOKEN_SECONDS) for _ in range(USERS)]
    command = (sys.executable, "-m", "benchmarks.load.generator")
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, limit=_ANSWER_BYTES_MAX)
    try:
        generator = Generator(process)
        await generator.ask({"address": service.address, "tokens": tokens})
        yield generator
    finally:
        assert process.stdin
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), _STOP_SECONDS)
        except TimeoutError:
            process.kill()
