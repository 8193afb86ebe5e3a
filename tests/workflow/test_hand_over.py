"""A run whose worker goes, was stopped, or lost Postgres for a while: on the real durable engine."""

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
from cvtailor.domain.errors import Reason, Unavailable
from cvtailor.domain.run import EventDraft, Failed, RunEvent, RunState
from cvtailor.workflow import narrator
from cvtailor.workflow.claims import RunClaims
from cvtailor.workflow.durable_runs import QUEUE, DurableRuns
from cvtailor.workflow.lease import Lease
from databases import Database
from journal_runs import ACv, NoOffer, runs_on

A_MOMENT_SECONDS = 0.4


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


async def test_nothing_is_begun_without_the_lease_and_what_was_not_taken_over_goes_on(scene: Scene) -> None:
    scene.lapse()
    scene.cvs.opened.set()
    await asyncio.sleep(A_MOMENT_SECONDS)
    assert not scene.offers.reached.is_set()
    scene.renew()
    events = await scene.told()
    assert scene.cvs.times_read == 1
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    assert isinstance(events[-1].payload, Failed)
    assert events[-1].payload.message == "that is no job ad"


async def test_a_run_that_was_taken_over_meanwhile_is_left_alone(scene: Scene) -> None:
    await scene.stop_between_steps()
    scene.lose()
    scene.go_on()
    await scene.until_idle()
    assert not scene.offers.reached.is_set()
    assert scene.steps() == ["read_cv"]
    assert scene.row() == ("PENDING", "another")
    assert await scene.records.state_of(scene.me, scene.run_id) is RunState.RUNNING


async def test_one_that_this_same_process_took_again_is_not_gone_on_with_twice(scene: Scene) -> None:
    """By the executor's id it would be ours; the execution that lost it is another one."""
    await scene.stop_between_steps()
    scene._change("status = 'PENDING', owner_xid = 'another'")
    scene.go_on()
    await scene.until_idle()
    assert not scene.offers.reached.is_set()


async def test_what_a_step_made_of_a_run_that_was_lost_meanwhile_is_not_written(scene: Scene) -> None:
    scene.lapse()
    scene.lose()
    scene.renew()
    scene.cvs.opened.set()
    await scene.until_idle()
    assert scene.steps() == []
    assert not scene.offers.reached.is_set()


async def test_a_process_that_lost_a_run_serves_others(scene: Scene) -> None:
    scene.lapse()
    scene.lose()
    scene.renew()
    scene.cvs.opened.set()
    other = (await scene.records.accept(scene.me, "second", a_request())).run_id
    await scene.runs.start(scene.me, other)
    async with asyncio.timeout(20), aclosing(scene.log.follow(scene.me, other, 0)) as log:
        told = [event async for event in log if event]
    assert isinstance(told[-1].payload, Failed)


async def test_while_nobody_can_say_whose_the_run_is_it_waits(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(narrator, "_APPEND_PAUSES_SECONDS", ())
    scene.claims.misses = 2
    scene.lapse()
    scene.renew()
    scene.cvs.opened.set()
    events = await scene.told()
    assert scene.claims.misses == 0
    assert isinstance(events[-1].payload, Failed)
    assert events[-1].payload.message == "that is no job ad"
    assert scene.cvs.times_read == 1


async def test_what_fails_because_postgres_is_away_is_tried_until_it_is_back(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long: the pauses of the log and of the steps would end, and the run with them."""
    monkeypatch.setattr(narrator, "_APPEND_PAUSES_SECONDS", ())
    await scene.stop_between_steps()
    scene.events.away = True
    scene.events.goes_on.set()
    async with asyncio.timeout(10):
        await scene.events.tried.wait()
    await asyncio.sleep(A_MOMENT_SECONDS)
    assert scene.events.refused == 1
    scene.events.away = False
    scene.renew()
    events = await scene.told()
    assert isinstance(events[-1].payload, Failed)
    assert events[-1].payload.message == "that is no job ad"
    assert scene.cvs.times_read == 1


async def test_a_process_that_goes_hands_a_run_over_as_its_step_ends(scene: Scene) -> None:
    scene.runs.retire()
    await asyncio.sleep(A_MOMENT_SECONDS)
    assert scene.row()[0] == "PENDING"
    scene.cvs.opened.set()
    await scene.until_it_is("ENQUEUED", None)
    assert scene.steps() == ["read_cv"]
    assert not scene.offers.reached.is_set()
    assert await scene.records.state_of(scene.me, scene.run_id) is RunState.RUNNING
    await scene.until_idle()


async def test_it_takes_nothing_from_the_queue_any_more(scene: Scene) -> None:
    scene.runs.retire()
    other = (await scene.records.accept(scene.me, "second", a_request())).run_id
    await scene.runs.start(scene.me, other)
    scene.cvs.opened.set()
    await scene.until_idle()
    await asyncio.sleep(A_MOMENT_SECONDS)
    assert await scene.records.state_of(scene.me, other) is RunState.QUEUED


async def test_a_run_whose_deadline_passed_while_nobody_had_it_is_ended(scene: Scene) -> None:
    scene.lapse()
    scene.lose()
    scene.renew()
    scene.cvs.opened.set()
    await scene.until_idle()
    scene._change("status = 'CANCELLED', completed_at = (extract(epoch from now()) * 1000)::bigint")
    await scene.runs.end_given_up()
    last = (await scene.told())[-1].payload
    assert isinstance(last, Failed)
    assert last.reason == Reason.RUN_DEADLINE_EXCEEDED


async def test_nothing_of_a_lost_or_cancelled_run_is_printed(
    scene: Scene, capfd: pytest.CaptureFixture[str]
) -> None:
    """DBOS prints tracebacks of executions that nobody waits for; they quote what they failed on."""
    scene.lapse()
    scene.lose()
    scene.renew()
    scene.cvs.opened.set()
    await scene.until_idle()
    other = (await scene.records.accept(scene.me, "second", a_request())).run_id
    scene.offers.opened.clear()
    await scene.runs.start(scene.me, other)
    await scene.offers.reached.wait()
    await scene.runs.cancel(scene.me, other)
    await scene.until_idle()
    scene._change("status = 'CANCELLED', owner_xid = null")
    await asyncio.sleep(1.5)
    printed = capfd.readouterr()
    assert "Traceback" not in printed.err + printed.out
    assert "never retrieved" not in printed.err + printed.out
    assert "durable_engine" not in printed.err + printed.out


async def test_a_run_of_a_version_that_is_gone_ends_and_who_watches_learns_it(scene: Scene) -> None:
    scene.lapse()
    scene.lose()
    scene.renew()
    scene.cvs.opened.set()
    await scene.until_idle()
    watching = asyncio.create_task(scene.told())
    await scene.runs.end_outdated(scene.run_id, scene.me.user_id, "2")
    last = (await watching)[-1].payload
    assert isinstance(last, Failed)
    assert last.retryable
    assert "version 2" in last.message
    assert scene.steps() == []
    assert await scene.records.state_of(scene.me, scene.run_id) is RunState.FAILED
