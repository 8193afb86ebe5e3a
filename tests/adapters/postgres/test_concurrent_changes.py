"""Two sessions change one application at the same time: its history and what was sent stay whole."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import psycopg
import pytest
from builders import a_caller, a_request, completed, some_results
from cvtailor.adapters.postgres.records import PostgresRecords
from databases import Database

ADD_DOCUMENT = b"""
    insert into documents (user_id, cv_id, version, name, kind, media_type, path, sha256, size_bytes)
    select user_id, cv_id, version, 'late.pdf', kind, media_type, path, sha256, size_bytes
    from documents where name = 'cv.pdf'"""


@pytest.fixture
async def application_id(records: PostgresRecords) -> UUID:
    me = a_caller()
    run = await records.accept(me, "first", a_request())
    await records.file_results(me, run.run_id, some_results(me, run.run_id), [completed()])
    return run.application_id


def become(status: str, application_id: UUID) -> bytes:
    return f"update applications set status = '{status}' where id = '{application_id}'".encode()  # noqa: S608


def at_once(database: Database, first: bytes, second: bytes) -> None:
    """Runs ``first``, and in another session ``second``, which must wait for it; then commits both."""
    name = uuid4().hex
    with (
        ThreadPoolExecutor(1) as elsewhere,
        psycopg.connect(database.admin) as holder,
        psycopg.connect(database.admin, application_name=name, autocommit=True) as waiter,
        psycopg.connect(database.admin, autocommit=True) as observer,
    ):
        holder.execute(first)
        waiting = elsewhere.submit(waiter.execute, second)
        seen = (
            "select count(*) from pg_stat_activity where application_name = %s and wait_event_type = 'Lock'"
        )
        while observer.execute(seen, [name]).fetchone() == (0,):
            assert not waiting.done()
        holder.commit()
        waiting.result(10)


def test_steps_at_the_same_time_are_counted_one_after_the_other(
    database: Database, application_id: UUID
) -> None:
    at_once(database, become("submitted", application_id), become("withdrawn", application_id))
    with psycopg.connect(database.admin) as connection:
        history = connection.execute(
            "select ordinal, to_status from application_status_changes order by ordinal"
        ).fetchall()
    assert history == [(1, "generating"), (2, "ready"), (3, "submitted"), (4, "withdrawn")]


def test_a_step_that_another_session_made_impossible_is_refused(
    database: Database, application_id: UUID
) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match="can't go from withdrawn to submitted"):
        at_once(database, become("withdrawn", application_id), become("submitted", application_id))


def test_a_document_that_is_being_added_goes_out_too(database: Database, application_id: UUID) -> None:
    at_once(database, ADD_DOCUMENT, become("submitted", application_id))
    with psycopg.connect(database.admin) as connection:
        sent = connection.execute(
            'select documents @> \'[{"name": "late.pdf"}]\' from submissions'
        ).fetchone()
    assert sent == (True,)


def test_a_document_is_too_late_for_a_submission_that_is_being_made(
    database: Database, application_id: UUID
) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match="no document is added to it"):
        at_once(database, become("submitted", application_id), ADD_DOCUMENT)
