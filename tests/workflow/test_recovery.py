"""Whose runs are taken over, by whom, and what is done about runs that nobody works on."""

import asyncio
import json
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import InvalidInput, Unavailable
from cvtailor.domain.ports import WaitingRun
from cvtailor.workflow import recovery as recovery_module
from cvtailor.workflow.lease import Lease
from cvtailor.workflow.membership import Member, Membership
from cvtailor.workflow.recovery import Recovery
from databases import Database
from dbos_schema import engine_database, with_dbos

__all__ = ["engine_database", "with_dbos"]

DEAD_AFTER_SECONDS = 0.6


@dataclass
class Watched:
    """Runs as the watch sees them: what it starts and ends."""

    started: list[UUID] = field(default_factory=list)
    outdated: dict[UUID, str] = field(default_factory=dict)
    waiting: list[WaitingRun] = field(default_factory=list)
    asked_since: list[datetime] = field(default_factory=list)
    refuses: int = 0
    busy: list[str] = field(default_factory=list)

    async def start(self, caller: Caller, run_id: UUID, behind: int = 0) -> None:
        if self.refuses:
            self.refuses -= 1
            raise Unavailable("Postgres does not answer")
        self.started.append(run_id)

    def at_work(self) -> Sequence[str]:
        return self.busy

    async def end_given_up(self) -> None: ...

    async def end_outdated(self, run_id: UUID, user_id: UUID, version: str) -> None:
        self.outdated[run_id] = version

    async def unstarted(self, since: datetime, seconds: float, at_most: int) -> Sequence[WaitingRun]:
        self.asked_since.append(since)
        return [run for run in self.waiting if run.accepted_at > since][:at_most]


def a_member(
    name: str, role: str = "worker", version: str = "3", replays: Collection[str] = ("3",), store: str = "s"
) -> Member:
    return Member(name, f"host-of-{name}", role, version, replays, store)


@asynccontextmanager
async def joined(database: Database, member: Member, lease: Lease | None = None) -> AsyncIterator[Membership]:
    membership = Membership(
        database.engine,
        lease or Lease(0.8 * DEAD_AFTER_SECONDS),
        member,
        beat_seconds=0.1,
        dead_after_seconds=DEAD_AFTER_SECONDS,
    )
    await membership.join()
    try:
        yield membership
    finally:
        await membership.leave()


@asynccontextmanager
async def watching(
    database: Database, member: Member, runs: Watched | None = None, lease: Lease | None = None
) -> AsyncIterator[Recovery]:
    lease, runs = lease or Lease(0.8 * DEAD_AFTER_SECONDS), runs or Watched()
    async with joined(database, member, lease):
        recovery: Any = Recovery(
            database.engine,
            runs,  # type: ignore[arg-type]
            runs.unstarted,
            lease,
            member,
            queue="runs",
            beat_seconds=0.05,
            dead_after_seconds=DEAD_AFTER_SECONDS,
        )
        recovery.start()
        try:
            yield recovery
        finally:
            await recovery.close()


def a_run(
    database: Database,
    executor: str = "other",
    *,
    status: str = "PENDING",
    version: str = "3",
    updated_ago_seconds: float = 0,
) -> str:
    """Writes a run as DBOS would."""
    run_id, now_ms = str(uuid4()), int((datetime.now(UTC).timestamp() - updated_ago_seconds) * 1000)
    row = {
        "workflow_uuid": run_id,
        "status": status,
        "executor_id": executor,
        "application_version": version,
        "owner_xid": "token",
        "authenticated_user": str(uuid4()),
        "created_at": now_ms,
        "updated_at": now_ms,
        "recovery_attempts": 1,
        "priority": 0,
        "queue_name": "runs",
    }
    with psycopg.connect(database.admin) as connection:
        connection.execute(
            "insert into dbos.workflow_status select * from"
            " jsonb_populate_record(null::dbos.workflow_status, %s)",
            [json.dumps(defaults(connection) | row)],
        )
    return run_id


def defaults(connection: psycopg.Connection[Any]) -> dict[str, Any]:
    """What columns that may not be null hold if nothing is said."""
    found = connection.execute(
        "select column_name, data_type from information_schema.columns where table_schema = 'dbos'"
        " and table_name = 'workflow_status' and is_nullable = 'NO'"
    ).fetchall()
    return {name: False if kind == "boolean" else 0 for name, kind in found}


def state_of(database: Database, run_id: str) -> tuple[str, str, str | None]:
    """Returns (status, version, token) of a run."""
    with psycopg.connect(database.admin) as connection:
        query = (
            "select status, application_version, owner_xid from dbos.workflow_status where workflow_uuid = %s"
        )
        found = connection.execute(query, [run_id]).fetchone()
        assert found
        return found  # type: ignore[return-value]


async def until_it_is(database: Database, run_id: str, *expected: str | None) -> None:
    async with asyncio.timeout(10):
        while state_of(database, run_id) != expected:  # noqa: ASYNC110 -- tables have no event
            await asyncio.sleep(0.02)


async def a_while(rounds: int = 20) -> None:
    """Lets a watch look that often, and everybody who is silent become dead."""
    await asyncio.sleep(max(rounds * 0.05, 1.5 * DEAD_AFTER_SECONDS))


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


def waiting(count: int, began: datetime, step: timedelta = timedelta(milliseconds=1)) -> list[WaitingRun]:
    return [
        WaitingRun(run_id=uuid4(), user_id=uuid4(), accepted_at=began + n * step, known=False)
        for n in range(count)
    ]


def a_watch(runs: Watched) -> Recovery:
    """One that is asked by hand."""
    return Recovery(
        "",
        runs,  # type: ignore[arg-type]
        runs.unstarted,
        Lease(1),
        a_member("watch"),
        queue="runs",
        beat_seconds=1,
        dead_after_seconds=1,
    )


async def test_runs_that_nobody_started_are_started_however_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recovery_module, "_PAGE", 10)
    runs = Watched(waiting=waiting(35, datetime(2026, 1, 1, tzinfo=UTC)))
    await a_watch(runs)._start_forgotten()
    assert set(runs.started) == {run.run_id for run in runs.waiting}


async def test_those_accepted_at_the_same_moment_are_not_lost_between_pages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recovery_module, "_PAGE", 10)
    began = datetime(2026, 1, 1, tzinfo=UTC)
    same = waiting(5, began + timedelta(seconds=1), timedelta(0))
    runs = Watched(waiting=[*waiting(8, began), *same, *waiting(3, began + timedelta(seconds=2))])
    await a_watch(runs)._start_forgotten()
    assert set(runs.started) == {run.run_id for run in runs.waiting}


async def test_a_run_whose_acceptance_became_visible_late_is_found_by_a_later_look() -> None:
    began = datetime(2026, 1, 1, tzinfo=UTC)
    runs, late = Watched(waiting=waiting(3, began)), waiting(1, began - timedelta(seconds=10))
    watch = a_watch(runs)
    await watch._start_forgotten()
    runs.waiting = [*late, *(run.model_copy(update={"known": True}) for run in runs.waiting)]
    await watch._start_forgotten()
    assert runs.started[-1] == late[0].run_id


async def test_a_look_does_not_begin_with_the_oldest_each_time() -> None:
    began = datetime(2026, 1, 1, tzinfo=UTC)
    runs = Watched(waiting=waiting(3, began, timedelta(minutes=5)))
    watch = a_watch(runs)
    await watch._start_forgotten()
    await watch._start_forgotten()
    assert runs.asked_since == [
        datetime.fromtimestamp(0, UTC),
        began + timedelta(minutes=10) - recovery_module._LATE_COMMIT,
    ]


async def test_one_that_could_not_be_started_is_tried_again() -> None:
    runs = Watched(waiting=waiting(2, datetime(2026, 1, 1, tzinfo=UTC)), refuses=1)
    watch = a_watch(runs)
    with pytest.raises(Unavailable):
        await watch._start_forgotten()
    await watch._start_forgotten()
    assert set(runs.started) == {run.run_id for run in runs.waiting}


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
