"""How much one person may have in progress, and may begin within an hour."""

import asyncio
import os
import sys
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from builders import a_caller, a_request, cancelled, completed, some_results
from cvtailor.adapters.postgres.records import PostgresRecords
from cvtailor.adapters.postgres.user_session import UserSessions
from cvtailor.domain.application import RevisionWish
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import Conflict, QuotaExceeded
from cvtailor.domain.ports import AcceptedRun, RunLimits
from cvtailor.domain.run import RunState
from databases import Database
from psycopg import sql

PROCESS = Path(__file__).with_name("accepting_process.py")


def limited(sessions: UserSessions, **limits: int) -> PostgresRecords:
    return PostgresRecords(sessions, RunLimits(**limits))


async def begin(records: PostgresRecords, caller: Caller, request_id: str = "") -> AcceptedRun:
    return await records.accept(caller, request_id or str(uuid4()), a_request())


async def refused(records: PostgresRecords, caller: Caller) -> QuotaExceeded:
    with pytest.raises(QuotaExceeded) as refusal:
        await begin(records, caller)
    return refusal.value


async def accepted_by_a_process(database: Database, person: UUID, requests: int, open_max: int) -> int:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        PROCESS,
        database.service,
        str(person),
        str(requests),
        str(open_max),
        env={**os.environ, "PYTHONPATH": str(PROCESS.parents[2])},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    printed, said = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, said.decode()
    return int(printed)


async def test_of_forty_requests_at_once_over_two_processes_only_so_many_are_accepted(
    database: Database,
) -> None:
    me = a_caller()
    accepted = await asyncio.gather(
        *(accepted_by_a_process(database, me.user_id, requests=20, open_max=3) for _ in range(2))
    )
    assert sum(accepted) == 3
    assert rows(database, "generation_runs") == rows(database, "applications") == 3


async def test_a_refused_request_leaves_nothing_and_another_person_is_not_affected(
    sessions: UserSessions, database: Database
) -> None:
    records, me = limited(sessions, open_max=1), a_caller()
    await begin(records, me)
    refusal = await refused(records, me)
    assert "1 of your runs are in progress" in refusal.message
    assert (await begin(records, a_caller())).created
    assert rows(database, "applications") == rows(database, "generation_events") == 2


async def test_a_known_request_attaches_although_the_limit_is_reached(sessions: UserSessions) -> None:
    records, me = limited(sessions, open_max=1, per_hour_max=1), a_caller()
    run = await begin(records, me, "mine")
    assert await begin(records, me, "mine") == run.model_copy(update={"created": False, "first": None})
    with pytest.raises(Conflict):
        await records.accept(me, "mine", a_request("Another ad, for a nurse in Bern, full time."))


async def test_a_run_that_ended_frees_its_place(sessions: UserSessions) -> None:
    records, me = limited(sessions, open_max=1), a_caller()
    run = await begin(records, me)
    await refused(records, me)
    await records.end_run(me, run.run_id, RunState.CANCELLED, cancelled())
    assert (await begin(records, me)).created


async def test_a_further_version_counts_as_well(sessions: UserSessions) -> None:
    records, me = limited(sessions, open_max=1), a_caller()
    made = await begin(records, me)
    await records.file_results(me, made.run_id, some_results(me, made.run_id), [completed()])
    await begin(records, me)
    wish = RevisionWish(application_id=made.application_id, feedback="shorter")
    with pytest.raises(QuotaExceeded):
        await records.accept_revision(me, str(uuid4()), wish)


async def test_runs_within_an_hour_are_limited_and_the_refusal_says_until_when(
    sessions: UserSessions, database: Database
) -> None:
    records, me = limited(sessions, per_hour_max=2), a_caller()
    for minutes in (50, 20):
        run = await begin(records, me)
        await records.end_run(me, run.run_id, RunState.CANCELLED, cancelled())
        age(database, run.run_id, timedelta(minutes=minutes))
    refusal = await refused(records, me)
    assert 590 < refusal.retry_after_seconds <= 600  # then the older one is an hour old
    age(database, run.run_id, timedelta(minutes=61))
    assert (await begin(records, me)).created


async def test_how_many_of_the_same_person_are_before_it_is_told(sessions: UserSessions) -> None:
    records, me = limited(sessions), a_caller()
    assert [(await begin(records, me)).behind for _ in range(3)] == [0, 1, 2]
    assert (await begin(records, a_caller())).behind == 0


def rows(database: Database, table: str) -> int:
    with psycopg.connect(database.admin) as connection:
        count = connection.execute(sql.SQL("select from {}").format(sql.Identifier("public", table)))
        return count.rowcount


def age(database: Database, run_id: UUID, age: timedelta) -> None:
    with psycopg.connect(database.admin, autocommit=True) as connection:
        connection.execute(
            "update public.generation_runs set created_at = now() - %s where id = %s", [age, run_id]
        )
