"""A run in the middle of a step, on the real durable engine, and everything that may go away around it."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

import psycopg
import pytest
from builders import a_caller, a_request
from cvtailor.adapters.postgres.events import PostgresRunEvents
from cvtailor.adapters.postgres.overview import Overview
from cvtailor.adapters.postgres.records import PostgresRecords
from cvtailor.domain.base_cv import BaseCv, CvSource
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import Unavailable
from cvtailor.domain.run import EventDraft, RunEvent
from cvtailor.workflow.claims import RunClaims
from cvtailor.workflow.durable_runs import QUEUE, DurableRuns
from cvtailor.workflow.lease import Lease
from databases import Database
from journal_runs import ACv, NoOffer, runs_on


class GatedCv(ACv):
    """Holds whoever reads until ``opened`` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.opened, self.reached = asyncio.Event(), asyncio.Event()

    async def read(self, source: CvSource) -> BaseCv:
        self.reached.set()
        await self.opened.wait()
        return await super().read(source)


class ForgetfulClaims(RunClaims):
    """Does not know so many times, as if Postgres were away."""

    misses = 0

    async def holds(self, run_id: str, token: str | None) -> bool:
        if self.misses:
            self.misses -= 1
            raise Unavailable("Postgres does not answer")
        return await super().holds(run_id, token)


@dataclass
class EventsAway:
    """The log, unless it is away; counts who tried, and may hold who is between two steps."""

    events: PostgresRunEvents
    away: bool = False
    refused: int = 0
    tried: asyncio.Event = field(default_factory=asyncio.Event)
    between_steps: asyncio.Event = field(default_factory=asyncio.Event)
    goes_on: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.goes_on.set()

    async def append(self, caller: Caller, run_id: UUID, drafts: Sequence[EventDraft]) -> None:
        if any(draft.key == "read_offer/started" for draft in drafts):
            self.between_steps.set()
            await self.goes_on.wait()
        if self.away:
            self.refused += 1
            self.tried.set()
            raise Unavailable("Postgres does not answer")
        await self.events.append(caller, run_id, drafts)

    def follow(self, caller: Caller, run_id: UUID, after_sequence: int) -> AsyncGenerator[RunEvent | None]:
        return self.events.follow(caller, run_id, after_sequence)


@dataclass
class Scene:
    """A run in the middle of reading its CV, and everything around it."""

    database: Database
    records: PostgresRecords
    log: PostgresRunEvents
    events: EventsAway
    claims: ForgetfulClaims
    me: Caller
    run_id: UUID
    runs: DurableRuns
    lease: Lease = field(default_factory=lambda: Lease(60))
    cvs: GatedCv = field(default_factory=GatedCv)
    offers: NoOffer = field(default_factory=NoOffer)

    def lapse(self) -> None:
        """As if this process had been stopped for long."""
        self.lease._until = float("-inf")

    def renew(self) -> None:
        self.lease.renew(self.lease.moment())

    def lose(self) -> None:
        """As another worker takes the run over and begins it."""
        self._change("status = 'PENDING', owner_xid = 'another', executor_id = 'another'")

    def _change(self, what: str) -> None:
        with psycopg.connect(self.database.admin) as connection:
            query = f"update dbos.workflow_status set {what} where workflow_uuid = %s"  # noqa: S608
            connection.execute(query.encode(), [str(self.run_id)])

    def row(self) -> tuple[str, str | None]:
        """Returns (status, token) of the run."""
        query = "select status, owner_xid from dbos.workflow_status where workflow_uuid = %s"
        with psycopg.connect(self.database.admin) as connection:
            found = connection.execute(query, [str(self.run_id)]).fetchone()
        assert found
        return found  # type: ignore[return-value]

    def steps(self) -> list[str]:
        """Returns the journaled steps."""
        query = (
            "select function_name from dbos.operation_outputs where workflow_uuid = %s order by function_id"
        )
        with psycopg.connect(self.database.admin) as connection:
            return [str(row[0]) for row in connection.execute(query, [str(self.run_id)])]

    async def stop_between_steps(self) -> None:
        """Stops the process after one step was written down and before the next one begins."""
        self.events.goes_on.clear()
        self.cvs.opened.set()
        await self.events.between_steps.wait()
        self.lapse()

    def go_on(self) -> None:
        """As if heartbeats came first, which they may."""
        self.renew()
        self.events.goes_on.set()

    async def told(self) -> list[RunEvent]:
        """Returns all events, once the run has ended."""
        async with asyncio.timeout(20), aclosing(self.log.follow(self.me, self.run_id, 0)) as log:
            return [event async for event in log if event]

    async def until_it_is(self, *row: str | None) -> None:
        async with asyncio.timeout(10):
            while self.row() != row:  # noqa: ASYNC110 -- tables have no event
                await asyncio.sleep(0.02)

    async def until_idle(self) -> None:
        async with asyncio.timeout(10):
            while self.runs.active:  # noqa: ASYNC110
                await asyncio.sleep(0.02)


@asynccontextmanager
async def scene_of(
    database: Database, records: PostgresRecords, log: PostgresRunEvents, overview: Overview
) -> AsyncIterator[Scene]:
    me = a_caller()
    run_id = (await records.accept(me, "first", a_request())).run_id
    events, claims = EventsAway(log), ForgetfulClaims(overview.ask, QUEUE)
    lease, cvs, offers = Lease(60), GatedCv(), NoOffer()
    lease.renew(lease.moment())
    async with runs_on(
        database,
        records,
        events,  # type: ignore[arg-type]
        cv_reader=cvs,
        offer_reader=offers,
        lease=lease,
        claims=claims,
    ) as runs:
        await runs.start(me, run_id)
        await cvs.reached.wait()
        yield Scene(database, records, log, events, claims, me, run_id, runs, lease, cvs, offers)
        cvs.opened.set()


@pytest.fixture
async def scene(
    database: Database, records: PostgresRecords, events: PostgresRunEvents, overview: Overview
) -> AsyncIterator[Scene]:
    async with scene_of(database, records, events, overview) as one:
        yield one
