"""A cancelled run stops within a second, asked of whichever process, and leaves only its row."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from cvtailor.adapters.postgres.embedded_server import EmbeddedPostgres, Login
from cvtailor.gen.cvtailor.v1 import application_pb2, cv_generator_pb2, event_pb2
from folders import home

from benchmarks.service_process import Client, ServiceProcess, example

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

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if b"POST" in await reader.read(65_536):
            self.asked.set()
            while await reader.read(65_536):
                pass
            self.closed_at = time.monotonic()
            self.closed.set()
        writer.close()


@contextmanager
def two_processes(folder: Path, **settings: str) -> Iterator[tuple[ServiceProcess, ServiceProcess]]:
    """One that works and answers, and one that only answers."""
    worker = ServiceProcess(folder, **settings)
    try:
        other = ServiceProcess(folder, "--api-only", **settings)
        try:
            yield worker, other
        finally:
            other.terminate()
    finally:
        worker.terminate()


async def cancel(client: Client, application_id: str) -> application_pb2.Application:
    request = cv_generator_pb2.CancelApplicationRequest(application_id=application_id)
    return (await client.stub.CancelApplication(request, metadata=client.metadata)).application


def files_in(folder: Path) -> list[Path]:
    return [path for path in (folder / "objects").glob("*/*/*") if path.is_file()]


def left_of(folder: Path, application_id: str) -> tuple[object, ...]:
    dsn = EmbeddedPostgres(folder / "postgres").dsn(Login.ADMIN)
    with psycopg.connect(dsn) as connection:
        connection.execute("set search_path = public")
        row = connection.execute(_LEFT, [application_id]).fetchone()
        assert row
        return row


async def test_a_call_of_a_model_is_closed_within_a_second_of_a_cancel_in_another_process() -> None:
    model = SilentModel()
    server = await asyncio.start_server(model.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    settings = {
        "model": "openai-compatible:silent",
        "model_base_url": f"http://127.0.0.1:{port}/v1",
        "model_api_key": "sk-silent",
    }
    with home() as folder, two_processes(folder, **settings) as (worker, other):
        async with Client(worker.address, worker.token) as here, Client(other.address, other.token) as there:
            events = here.events(example("engineer"))
            begun = await anext(events)
            async with asyncio.timeout(60):
                await model.asked.wait()
            application = await cancel(there, begun.application_id)
            cancelled_at = time.monotonic()
            assert application.status == application_pb2.APPLICATION_STATUS_CANCELLED
            *_, last = [event async for event in events if event.sequence]
            assert last.WhichOneof("event") == "cancelled"
            async with asyncio.timeout(10):
                await model.closed.wait()
            assert model.closed_at - cancelled_at < 2  # one, and one for a busy machine
            assert await asyncio.to_thread(left_of, folder, begun.application_id) == (
                0, 0, 0, ["cancelled"], 0
            )  # fmt: skip
    server.close()


async def test_at_whichever_moment_it_comes_no_file_and_no_row_stays() -> None:
    moments = [(event_pb2.STEP_FIT_PAGES, 0.05)]
    moments += [(event_pb2.STEP_RENDER, seconds) for seconds in (0.0, 0.02, 0.05, 0.1, 0.2)]

    async def cancelled_at(client: Client, step: int, seconds: float) -> tuple[str, str]:
        async for event in client.events(example("engineer")):
            if event.WhichOneof("event") == "step_started" and event.step_started.step == step:
                await asyncio.sleep(seconds)
                await cancel(client, event.application_id)
            last = event
        return last.application_id, str(last.WhichOneof("event"))

    with home() as folder, two_processes(folder) as (_, other):
        async with Client(other.address, other.token) as client:
            ended = await asyncio.gather(*(cancelled_at(client, *moment) for moment in moments))
            assert "cancelled" in dict(ended).values()
            # The worker learns of it within a second, lets the file in hand be written, then removes it.
            async with asyncio.timeout(10):
                while not await asyncio.to_thread(only_filed, folder, ended):  # noqa: ASYNC110 -- files have no event
                    await asyncio.sleep(0.1)


def only_filed(folder: Path, ended: list[tuple[str, str]]) -> bool:
    """Whether what is there is what the runs that were quicker than their cancel filed."""
    rows = {id: left_of(folder, id) for id, _ in ended}
    for id, how in ended:
        if how == "cancelled":
            assert rows[id][:4] == (0, 0, 0, ["cancelled"])
    filed = sum(int(str(row[1])) for row in rows.values())
    return {int(str(row[4])) for row in rows.values()} == {filed} and len(files_in(folder)) == filed
