"""Runs on the real durable engine and the real records, which read a CV and fail at the ad, or wait there."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import fields
from types import MappingProxyType
from typing import Any
from uuid import uuid4

from builders import a_base_cv
from cvtailor.adapters.postgres.events import PostgresRunEvents
from cvtailor.adapters.postgres.records import PostgresRecords
from cvtailor.domain.base_cv import BaseCv, CvSource
from cvtailor.domain.errors import InvalidInput
from cvtailor.domain.job_offer import JobOffer, JobPosting
from cvtailor.workflow.durable_runs import DurableRuns
from cvtailor.workflow.run_ports import Ports
from databases import Database
from everywhere import tables_that_say

MARKER = "Moved 40 services to Postgres"
"""A line of ``a_base_cv``."""


class ACv:
    """Reads the same CV from whatever it is given; counts how often."""

    def __init__(self) -> None:
        self.times_read = 0

    async def read(self, source: CvSource) -> BaseCv:
        self.times_read += 1
        return a_base_cv()


class NoOffer:
    """Refuses every ad, once ``opened`` is set."""

    def __init__(self) -> None:
        self.opened, self.reached = asyncio.Event(), asyncio.Event()
        self.opened.set()

    async def read(self, posting: JobPosting) -> JobOffer:
        self.reached.set()
        await self.opened.wait()
        raise InvalidInput("that is no job ad")


@asynccontextmanager
async def runs_on(
    database: Database,
    records: PostgresRecords,
    events: PostgresRunEvents,
    *,
    cv_reader: ACv | None = None,
    offer_reader: NoOffer | None = None,
    executor_id: str = "",
    further_ports: Mapping[str, object] = MappingProxyType({}),
    run_deadline_seconds: float = 60,
    **options: Any,
) -> AsyncIterator[DurableRuns]:
    """Launches them; closes at the end."""
    ports: dict[str, Any] = dict.fromkeys(field.name for field in fields(Ports))
    ports |= {"records": records, "events": events}
    ports |= {"cv_reader": cv_reader or ACv(), "offer_reader": offer_reader or NoOffer(), **further_ports}
    runs = DurableRuns(
        database.engine,
        Ports(**ports),
        executor_id=executor_id or uuid4().hex,
        run_concurrency=4,
        queue_poll_seconds=0.05,
        run_deadline_seconds=run_deadline_seconds,
        **options,
    )
    await runs.launch()
    try:
        yield runs
    finally:
        await runs.close(drain_seconds=0)


def rows_that_say(database: Database, text: str) -> list[str]:
    """Returns the tables of DBOS's schema that hold the text anywhere; as often as they hold it."""
    return tables_that_say(database.admin, "dbos", text)


async def until_nothing_says(database: Database, text: str) -> None:
    """Waits until no table of DBOS's schema holds the text."""
    async with asyncio.timeout(10):
        while rows_that_say(database, text):  # noqa: ASYNC110 -- tables have no event
            await asyncio.sleep(0.02)
