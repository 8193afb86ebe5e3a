"""What a cancelled run leaves, and a model that never answers."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
from cvtailor.adapters.postgres.embedded_server import EmbeddedPostgres, Login
from cvtailor.gen.cvtailor.v1 import application_pb2, cv_generator_pb2

from benchmarks.service_process import Client

_LEFT = """
select (select count(*) from cvs where application_id = a.id),
  (select count(*) from documents d join cvs c on c.id = d.cv_id where c.application_id = a.id),
  (select count(*) from communications where application_id = a.id),
  (select array_agg(r.state::text) from generation_runs r where r.application_id = a.id),
  (select count(*) from storage.objects o where o.name like a.user_id || '/%%')
from applications a where a.id = %s
"""


class SilentModel:
    """Takes questions and never answers; knows when each connection that asked one was closed."""

    def __init__(self) -> None:
        self.asked, self.closed = asyncio.Event(), asyncio.Event()
        self.closed_at = 0.0

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[dict[str, str]]:
        """Serves on loopback; yields the settings that lead there."""
        server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        yield {
            "model": "openai-compatible:silent",
            "model_base_url": f"http://127.0.0.1:{port}/v1",
            "model_api_key": "sk-silent",
        }
        server.close()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if b"POST" in await reader.read(65_536):
            self.asked.set()
            while await reader.read(65_536):
                pass
            self.closed_at = time.monotonic()
            self.closed.set()
        writer.close()


async def cancel(client: Client, application_id: str) -> application_pb2.Application:
    """Cancels an application; returns it as it then is."""
    request = cv_generator_pb2.CancelApplicationRequest(application_id=application_id)
    return (await client.stub.CancelApplication(request, metadata=client.metadata)).application


def files_in(folder: Path) -> list[Path]:
    """The stored files."""
    return [path for path in (folder / "objects").glob("*/*/*") if path.is_file()]


def left_of(folder: Path, application_id: str) -> tuple[object, ...]:
    """Counts CVs, documents and letters; lists the states of the runs; counts the user's stored objects."""
    dsn = EmbeddedPostgres(folder / "postgres").dsn(Login.ADMIN)
    with psycopg.connect(dsn) as connection:
        connection.execute("set search_path = public")
        row = connection.execute(_LEFT, [application_id]).fetchone()
        assert row
        return row
