"""Processes that come to a database: who is let in, and how they are heard."""

import asyncio

import psycopg
import pytest
from cvtailor.domain.errors import InvalidInput
from cvtailor.workflow.lease import Lease
from cvtailor.workflow.membership import Membership
from databases import Database
from watching_processes import DEAD_AFTER_SECONDS, a_member, joined


async def test_two_folders_behind_one_database_are_refused_with_the_reason(engine_database: Database) -> None:
    async with joined(engine_database, a_member("first", store="folder a")):
        with pytest.raises(InvalidInput, match=r"host-of-first .* A folder belongs to one machine"):
            async with joined(engine_database, a_member("second", store="folder b")):
                raise AssertionError("it was let in")
        async with joined(engine_database, a_member("third", store="folder a")):
            pass
    async with joined(engine_database, a_member("second", store="folder b")):
        pass


async def test_of_two_that_start_at_once_with_different_folders_one_is_refused(
    engine_database: Database,
) -> None:
    async def starts(name: str) -> bool:
        membership = Membership(
            engine_database.engine, Lease(5), a_member(name, store=name), beat_seconds=1, dead_after_seconds=5
        )
        try:
            await membership.join()
        except InvalidInput:
            return False
        assert membership._task
        membership._task.cancel()
        return True

    assert sorted(await asyncio.gather(*map(starts, "abcd"))) == [False, False, False, True]


async def test_heartbeats_begin_again_after_their_connections_were_cut(engine_database: Database) -> None:
    lease = Lease(0.8 * DEAD_AFTER_SECONDS)
    async with joined(engine_database, a_member("one"), lease):
        cut = (
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and application_name = 'cvtailor-heartbeat'"
        )
        async with await psycopg.AsyncConnection.connect(
            engine_database.admin, autocommit=True
        ) as connection:
            async with asyncio.timeout(5):
                while not await (await connection.execute(cut)).fetchall():  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
        moment = lease._until
        async with asyncio.timeout(5):
            while lease._until <= moment or not lease.held:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
