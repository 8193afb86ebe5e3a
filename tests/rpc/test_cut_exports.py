"""An export that is cut, by its reader or by a server that goes, leaves no transaction open in Postgres."""

import grpc.aio
import psycopg
import pytest
from builders import a_request
from cvtailor.adapters.postgres.personal_records import PostgresPersonalRecords
from cvtailor.adapters.postgres.records import PostgresRecords
from cvtailor.adapters.postgres.user_session import UserSessions
from cvtailor.domain.caller import Caller
from cvtailor.gen.cvtailor.v1 import personal_data_pb2 as pb
from databases import Database
from rpc.rpc_samples import ALICE
from rpc.rpc_serving import Served, serving, token_of
from waiting import until

_EVENTS_OF_10_KB = """
insert into generation_events (user_id, run_id, sequence, key, at, step_index, step_count, percent, payload)
select user_id, id, 10 + n, 'event/' || n, now(), 1, 11, 1, json_build_object('words',
  (select string_agg(md5(n::text || m), '') from generate_series(1, 300) m))
from generation_runs, generate_series(1, 600) n
"""
_AT_WORK = "select state, query from pg_stat_activity where usename = 'cvtailor_service' and state <> 'idle'"


def ask(database: Database, question: str) -> list[tuple[object, ...]]:
    with psycopg.connect(database.admin, autocommit=True) as connection:
        return connection.execute(f"{question} and datname = current_database()".encode()).fetchall()


@pytest.fixture
async def personal(
    database: Database, records: PostgresRecords, sessions: UserSessions
) -> PostgresPersonalRecords:
    """Somebody with more than an export reads ahead."""
    await records.accept(Caller(user_id=ALICE), "first", a_request())
    with psycopg.connect(database.admin) as connection:
        connection.execute(_EVENTS_OF_10_KB)
    return PostgresPersonalRecords(sessions)


async def begun(served: Served) -> grpc.aio.UnaryStreamCall:
    call = served.personal_stub.ExportMyData(pb.ExportMyDataRequest(), metadata=token_of())
    for _ in range(5):
        assert await call.read()
    return call


async def test_a_reader_who_hangs_up(personal: PostgresPersonalRecords, database: Database) -> None:
    async with serving(personal=personal) as served:
        call = await begun(served)
        assert ask(database, _AT_WORK)
        call.cancel()
        await until(lambda: not ask(database, _AT_WORK))


async def test_a_server_that_goes(personal: PostgresPersonalRecords, database: Database) -> None:
    async with serving(personal=personal) as served:
        _call = await begun(served)
        assert ask(database, _AT_WORK)
        await served.server.drain(grace_seconds=0, lame_duck_seconds=0)
        assert ask(database, _AT_WORK) == []
