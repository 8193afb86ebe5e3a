"""One request that arrives many times at once begins one run, and every caller is attached to it."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import psycopg
import pytest
from builders import a_caller, a_request, completed, some_results
from cvtailor.adapters.postgres.records import PostgresRecords
from cvtailor.adapters.postgres.user_session import UserSessions, service_engine
from cvtailor.domain.application import RevisionWish
from databases import Database

CALLERS_AT_ONCE = 8
ROUNDS = 5
# Between its look for a row that is there and the entries in the indexes Postgres writes the row. If that
# takes long, what else befalls one call in a hundred befalls every round.
_SLOW_TO_WRITE = """
alter table public.applications add column ballast text;
alter table public.applications alter column ballast set storage external,
  alter column ballast set default repeat('x', 4000000);
"""


@pytest.fixture
async def records(database: Database) -> AsyncIterator[PostgresRecords]:
    """Those of a process that has a connection for every caller."""
    sessions = UserSessions(service_engine(database.service, pool_size=CALLERS_AT_ONCE))
    yield PostgresRecords(sessions)
    await sessions.close()


async def test_a_first_request_sent_many_times_at_once_is_one_application_for_every_caller(
    database: Database, records: PostgresRecords
) -> None:
    with psycopg.connect(database.admin, autocommit=True) as connection:
        connection.execute(_SLOW_TO_WRITE.encode())
    for _ in range(ROUNDS):
        me, request_id, request = a_caller(), str(uuid4()), a_request()
        accepted = await asyncio.gather(
            *(records.accept(me, request_id, request) for _ in range(CALLERS_AT_ONCE))
        )
        assert len({each.application_id for each in accepted}) == 1
        assert sum(each.created for each in accepted) == 1


async def test_a_revision_sent_many_times_at_once_is_one_run_for_every_caller(
    records: PostgresRecords,
) -> None:
    me = a_caller()
    made = await records.accept(me, str(uuid4()), a_request())
    await records.file_results(me, made.run_id, some_results(me, made.run_id), [completed()])
    wish, request_id = RevisionWish(application_id=made.application_id, feedback="shorter"), str(uuid4())
    accepted = await asyncio.gather(
        *(records.accept_revision(me, request_id, wish) for _ in range(CALLERS_AT_ONCE))
    )
    assert {each.application_id for each in accepted} == {made.application_id}
    assert len({each.run_id for each in accepted}) == 1
    assert sum(each.created for each in accepted) == 1
