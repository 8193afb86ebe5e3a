"""Whose runs are taken over, and by whom."""

import asyncio

import psycopg
from cvtailor.workflow import recovery as recovery_module
from cvtailor.workflow.lease import Lease
from databases import Database
from watching_processes import (
    DEAD_AFTER_SECONDS,
    Watched,
    a_member,
    a_run,
    a_while,
    joined,
    state_of,
    until_it_is,
    watching,
)


async def test_the_runs_of_a_process_that_fell_silent_go_back_to_the_queue(engine_database: Database) -> None:
    lease = Lease(1)
    async with joined(engine_database, a_member("other"), lease) as other:
        assert other._task
        other._task.cancel()
        run_id = a_run(engine_database)
        began = asyncio.get_running_loop().time()
        async with watching(engine_database, a_member("watch")):
            await until_it_is(engine_database, run_id, "ENQUEUED", "3", None)
        assert asyncio.get_running_loop().time() - began > 0.5 * DEAD_AFTER_SECONDS


async def test_of_one_that_said_that_it_leaves_they_go_at_once(engine_database: Database) -> None:
    async with watching(engine_database, a_member("watch")):
        async with joined(engine_database, a_member("other")):
            run_id = a_run(engine_database)
        async with asyncio.timeout(0.8 * DEAD_AFTER_SECONDS):
            await until_it_is(engine_database, run_id, "ENQUEUED", "3", None)


async def test_of_one_that_lives_they_stay(engine_database: Database) -> None:
    async with joined(engine_database, a_member("other")), watching(engine_database, a_member("watch")):
        run_id = a_run(engine_database, updated_ago_seconds=3600)
        await a_while()
        assert state_of(engine_database, run_id) == ("PENDING", "3", "token")


async def test_what_broke_off_in_this_very_process_goes_back_to_the_queue(engine_database: Database) -> None:
    busy = a_run(engine_database, "watch", updated_ago_seconds=60)
    broken = a_run(engine_database, "watch", updated_ago_seconds=60)
    async with watching(engine_database, a_member("watch"), Watched(busy=[busy])):
        await until_it_is(engine_database, broken, "ENQUEUED", "3", None)
        assert state_of(engine_database, busy) == ("PENDING", "3", "token")


async def test_what_begins_in_it_just_now_stays(engine_database: Database) -> None:
    """DBOS writes that a run begins before it counts it among those at work."""
    begins = a_run(engine_database, "watch", updated_ago_seconds=-60)
    async with watching(engine_database, a_member("watch")):
        await a_while()
        assert state_of(engine_database, begins) == ("PENDING", "3", "token")


async def test_of_one_that_has_not_sent_a_heartbeat_yet_they_stay_for_a_while(
    engine_database: Database,
) -> None:
    async with watching(engine_database, a_member("watch")):
        fresh = a_run(engine_database, "newcomer")
        old = a_run(engine_database, "newcomer", updated_ago_seconds=60)
        await until_it_is(engine_database, old, "ENQUEUED", "3", None)
        assert state_of(engine_database, fresh) == ("PENDING", "3", "token")
        await until_it_is(engine_database, fresh, "ENQUEUED", "3", None)


async def test_of_two_that_find_the_same_dead_one_a_single_one_takes_its_runs(
    engine_database: Database,
) -> None:
    runs = [a_run(engine_database, "dead", updated_ago_seconds=60) for _ in range(20)]
    facts = {"executor_id": "me", "queue": "runs", "dead_after": DEAD_AFTER_SECONDS}
    async with joined(engine_database, a_member("watch")):

        async def take() -> int:
            async with await psycopg.AsyncConnection.connect(engine_database.engine) as connection:
                return len(await (await connection.execute(recovery_module._TAKE_OVER, facts)).fetchall())

        taken = await asyncio.gather(*(take() for _ in range(4)))
    assert sorted(taken) == [0, 0, 0, len(runs)]


async def test_who_was_cut_off_gives_others_time_to_be_heard_again(engine_database: Database) -> None:
    """After Postgres was away all heartbeats are old: who comes back first must not take all runs."""
    lease, runs = Lease(0.8 * DEAD_AFTER_SECONDS), Watched()
    async with watching(engine_database, a_member("watch"), runs, lease) as recovery:
        assert recovery._sees_others()
        lease._until = float("-inf")
        assert not recovery._sees_others()
        lease.renew(lease.moment())
        assert not recovery._sees_others()
        async with asyncio.timeout(5):
            while not recovery._sees_others():  # noqa: ASYNC110 -- the clock has no event
                await asyncio.sleep(0.02)
        assert lease.term_seconds >= DEAD_AFTER_SECONDS
