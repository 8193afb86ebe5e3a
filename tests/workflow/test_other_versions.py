"""Runs that another version of the service began: adopted, left alone, or ended."""

import asyncio
from uuid import UUID

import psycopg
import pytest
from cvtailor.workflow import recovery as recovery_module
from databases import Database
from watching_processes import Watched, a_member, a_run, a_while, joined, state_of, watching


@pytest.mark.parametrize("status", ["ENQUEUED", "PENDING"])
async def test_a_run_of_an_older_version_that_can_be_replayed_is_adopted(
    status: str, engine_database: Database
) -> None:
    run_id = a_run(engine_database, "dead", status=status, version="2", updated_ago_seconds=60)
    async with watching(engine_database, a_member("new", version="3", replays=("2", "3"))):
        async with asyncio.timeout(10):
            while state_of(engine_database, run_id)[:2] != ("ENQUEUED", "3"):  # noqa: ASYNC110
                await asyncio.sleep(0.02)


async def test_not_while_a_worker_of_that_version_lives(engine_database: Database) -> None:
    run_id = a_run(engine_database, "", status="ENQUEUED", version="2")
    async with (
        joined(engine_database, a_member("old", version="2", replays=("2",))),
        watching(engine_database, a_member("new", version="3", replays=("2", "3"))),
    ):
        await a_while()
        assert state_of(engine_database, run_id)[1] == "2"


async def test_nor_one_that_can_not_be_replayed(engine_database: Database) -> None:
    run_id = a_run(engine_database, "", status="ENQUEUED", version="1")
    async with watching(engine_database, a_member("new", version="3", replays=("2", "3"))):
        await a_while()
        assert state_of(engine_database, run_id)[1] == "1"


async def test_a_process_that_only_answers_calls_adopts_nothing_and_keeps_nothing_from_being_adopted(
    engine_database: Database,
) -> None:
    run_id = a_run(engine_database, "", status="ENQUEUED", version="2")
    async with watching(engine_database, a_member("api", role="api", version="3", replays=("2", "3"))):
        await a_while()
        assert state_of(engine_database, run_id)[1] == "2"
        async with (
            joined(engine_database, a_member("old-api", role="api", version="2", replays=("2",))),
            watching(engine_database, a_member("new", version="3", replays=("2", "3"))),
        ):
            async with asyncio.timeout(10):
                while state_of(engine_database, run_id)[1] != "3":  # noqa: ASYNC110
                    await asyncio.sleep(0.02)


async def test_a_run_of_an_older_version_that_nobody_can_go_on_with_is_ended(
    engine_database: Database,
) -> None:
    runs, old = Watched(), a_run(engine_database, "", status="ENQUEUED", version="2", updated_ago_seconds=60)
    fresh = a_run(engine_database, "", status="ENQUEUED", version="2")
    newer = a_run(engine_database, "", status="ENQUEUED", version="4", updated_ago_seconds=60)
    async with watching(engine_database, a_member("new", version="3"), runs):
        async with asyncio.timeout(10):
            while not runs.outdated:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
    assert runs.outdated == {UUID(old): "2"}
    assert {fresh, newer}.isdisjoint(map(str, runs.outdated))


async def test_it_is_not_while_a_worker_of_its_version_lives(engine_database: Database) -> None:
    runs = Watched()
    a_run(engine_database, "", status="ENQUEUED", version="2", updated_ago_seconds=60)
    async with (
        joined(engine_database, a_member("old", version="2", replays=("2",))),
        watching(engine_database, a_member("new", version="3"), runs),
    ):
        await a_while()
    assert runs.outdated == {}


async def test_nor_where_it_only_waits_for_a_worker_to_be_started(engine_database: Database) -> None:
    runs = Watched()
    a_run(engine_database, "", status="ENQUEUED", version="3", updated_ago_seconds=7200)
    async with watching(engine_database, a_member("api", role="api", version="3"), runs):
        await a_while()
    assert runs.outdated == {}


@pytest.mark.parametrize("at_the_same_moment", [True, False])
async def test_it_is_found_however_far_behind_in_the_queue_and_again_from_the_front(
    at_the_same_moment: bool, engine_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A part at a time, also where more than a part was accepted at once."""
    monkeypatch.setattr(recovery_module, "_PART", 3)
    for number in range(10):
        a_run(engine_database, "", status="ENQUEUED", updated_ago_seconds=60 - number)
    if at_the_same_moment:
        with psycopg.connect(engine_database.admin) as connection:
            connection.execute("update dbos.workflow_status set created_at = 1")
    last = a_run(engine_database, "", status="ENQUEUED", version="2", updated_ago_seconds=40)
    runs = Watched()
    async with watching(engine_database, a_member("new", version="3"), runs) as recovery:
        recovery._outdated_after_seconds = 0
        await until_outdated(runs, last)
        first = a_run(engine_database, "", status="ENQUEUED", version="2", updated_ago_seconds=61)
        with psycopg.connect(engine_database.admin) as connection:
            connection.execute("delete from dbos.workflow_status where workflow_uuid = %s", [last])
        await until_outdated(runs, first)
    assert set(map(str, runs.outdated)) == {first, last}


async def until_outdated(runs: Watched, run_id: str) -> None:
    async with asyncio.timeout(10):
        while UUID(run_id) not in runs.outdated:  # noqa: ASYNC110 -- a watch has no event for it
            await asyncio.sleep(0.02)
