"""Processes that watch over each other, and runs as DBOS writes them down."""

import asyncio
import json
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import Unavailable
from cvtailor.domain.ports import Readings, WaitingRun
from cvtailor.workflow.lease import Lease
from cvtailor.workflow.membership import Member, Membership
from cvtailor.workflow.recovery import Recovery
from databases import Database

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

    async def start(
        self, caller: Caller, run_id: UUID, behind: int = 0, read: Readings | None = None
    ) -> None:
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
