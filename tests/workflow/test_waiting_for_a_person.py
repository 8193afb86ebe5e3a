"""A run that waits for a person's answers when its worker is asked to go: on the real durable engine."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import psycopg
import pytest
from builders import a_caller, a_request
from cvtailor.adapters.embedded_engine import EmbeddedMatcher
from cvtailor.adapters.postgres.events import PostgresRunEvents
from cvtailor.adapters.postgres.overview import Overview
from cvtailor.adapters.postgres.records import PostgresRecords
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import InvalidInput
from cvtailor.domain.job_offer import JobOffer, JobPosting, Priority, Requirement, Span
from cvtailor.domain.run import QuestionAnswered, QuestionAsked, RunEvent, StepFinished
from cvtailor.domain.step_results import QuestionsClosed
from cvtailor.workflow.claims import RunClaims
from cvtailor.workflow.durable_runs import QUEUE, DurableRuns
from cvtailor.workflow.lease import Lease
from databases import Database
from journal_runs import runs_on

WAIT_SECONDS = 60.0
AT_ONCE_SECONDS = 5.0


class TwoGaps:
    """An ad of which ``a_base_cv`` shows nothing."""

    async def read(self, posting: JobPosting) -> JobOffer:
        asked = (
            Requirement(id=f"requirement[{n}]", text=text, priority=Priority.MUST, span=Span(start=0, end=1))
            for n, text in enumerate(("Kotlin", "Rust"))
        )
        return JobOffer(title="Engineer", requirements=tuple(asked))


class NoTailor:
    async def tailor(self, *_: object) -> None:
        raise InvalidInput("so far and no further")


@dataclass
class Scene:
    """A person, a run of theirs that asks, and its workers, one after the other."""

    database: Database
    records: PostgresRecords
    events: PostgresRunEvents
    claims: RunClaims
    me: Caller
    run_id: UUID
    application_id: UUID

    @asynccontextmanager
    async def worker(self) -> AsyncIterator[DurableRuns]:
        lease = Lease(60)
        lease.renew(lease.moment())
        ports = {
            "tailor": NoTailor(),
            "matcher": EmbeddedMatcher(today=lambda: date(2026, 1, 1)),
            "answer_wait_seconds": WAIT_SECONDS,
        }
        async with runs_on(
            self.database,
            self.records,
            self.events,
            offer_reader=TwoGaps(),  # type: ignore[arg-type]
            further_ports=ports,
            lease=lease,
            claims=self.claims,
        ) as runs:
            yield runs

    async def told(self, questions: int | None = None) -> list[RunEvent]:
        """Returns the events until so many questions, or until the run has ended."""
        told: list[RunEvent] = []
        async with asyncio.timeout(20), aclosing(self.events.follow(self.me, self.run_id, 0)) as log:
            async for event in log:
                told += [event] if event else []
                if len(questions_in(told)) == questions:
                    break
        return told

    async def answer(self, asked: QuestionAsked, text: str) -> None:
        place = asked.question.places[0].entry_id
        reply = QuestionAnswered(question_id=asked.question.id, text=text, entry_id=place)
        await self.records.answer(self.me, self.application_id, reply)

    async def asked_and_left(self) -> list[QuestionAsked]:
        """Lets a worker ask and go; returns the questions, once nobody has the run."""
        async with self.worker() as runs:
            await runs.start(self.me, self.run_id)
            asked = questions_in(await self.told(questions=2))
            runs.retire()
            async with asyncio.timeout(AT_ONCE_SECONDS):
                while self.status() != "ENQUEUED" or runs.active:  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
        return asked

    async def until_waited_for(self) -> None:
        """Returns once a worker listens to the run again."""
        async with asyncio.timeout(10):
            while self.run_id not in self.events._feeds:  # noqa: ASYNC110 -- it has no event for it
                await asyncio.sleep(0.02)

    def time_passes(self, seconds: float) -> None:
        with psycopg.connect(self.database.admin) as connection:
            connection.execute(
                "update generation_events set at = at - make_interval(secs => %s) where run_id = %s",
                [seconds, self.run_id],
            )

    def status(self) -> str:
        with psycopg.connect(self.database.admin) as connection:
            query = "select status from dbos.workflow_status where workflow_uuid = %s"
            found = connection.execute(query, [str(self.run_id)]).fetchone()
        assert found
        return str(found[0])


def questions_in(told: list[RunEvent]) -> list[QuestionAsked]:
    return [event.payload for event in told if isinstance(event.payload, QuestionAsked)]


def closed_in(told: list[RunEvent]) -> QuestionsClosed:
    results = [event.payload.result for event in told if isinstance(event.payload, StepFinished)]
    (closed,) = [result for result in results if isinstance(result, QuestionsClosed)]
    return closed


@pytest.fixture
async def scene(
    database: Database, records: PostgresRecords, events: PostgresRunEvents, overview: Overview
) -> Scene:
    me, request = a_caller(), a_request()
    interactive = request.options.model_copy(update={"interactive": True})
    accepted = await records.accept(me, "first", request.model_copy(update={"options": interactive}))
    claims = RunClaims(overview.ask, QUEUE)
    return Scene(database, records, events, claims, me, accepted.run_id, accepted.application_id)


async def test_it_is_handed_over_at_once_and_the_person_goes_on_answering(scene: Scene) -> None:
    kotlin, rust = await scene.asked_and_left()
    await scene.answer(kotlin, "Wrote the client in Kotlin")
    async with scene.worker():
        await scene.until_waited_for()
        await scene.answer(rust, "Wrote the server in Rust")
        told = await scene.told()
    assert questions_in(told) == [kotlin, rust]
    assert closed_in(told) == QuestionsClosed(asked=2, answered=2, remembered=0)


async def test_the_time_that_nobody_had_it_counts(scene: Scene) -> None:
    kotlin, _ = await scene.asked_and_left()
    await scene.answer(kotlin, "Wrote the client in Kotlin")
    scene.time_passes(WAIT_SECONDS)
    async with scene.worker(), asyncio.timeout(15):
        told = await scene.told()
    assert closed_in(told) == QuestionsClosed(asked=2, answered=1, remembered=0)
