"""What acting as the end user costs, and how fast lists and lookups are among a million applications.

On an embedded Postgres of its own. Both kinds of transaction take turns in one run, over pools of the
same kind, because the machine is noisy: one becomes the user, under row-level security; the other is a
login that bypasses it. The queries behind a list and a lookup are explained as the service sends them.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple
from uuid import uuid4

import structlog
from cvtailor.adapters.postgres.records import PostgresRecords
from cvtailor.adapters.postgres.user_session import UserSessions
from cvtailor.domain.application import ApplicationStatus
from cvtailor.domain.caller import Caller
from sqlalchemy import Connection, CursorResult, TextClause, event, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from benchmarks.figures import median, options, percentile, show
from benchmarks.records_load import CLIENTS, Database, Load, filled, numbered

PAGE_SIZE = 50

_SEQUENTIAL = ("Seq Scan", "Sample Scan")
# What the service does most often: an event of a run is numbered and told, thirty times a run.
_TELL = (
    text("select state, last_sequence from generation_runs where id = :run_id for update"),
    text("""
    insert into generation_events (user_id, run_id, sequence, key, at, step_count, percent, payload)
    select user_id, id, last_sequence + 1, :key, now(), 11, 50, '{"type": "step_progress"}'
    from generation_runs where id = :run_id
    """),
    text("update generation_runs set last_sequence = last_sequence + 1 where id = :run_id"),
)
# The least a transaction can do, so that what comes on top weighs the most.
_READ = (text("select status, title, company, revision from applications where id = :application_id"),)


class Size(NamedTuple):
    """How much is measured."""

    load: Load
    rounds: int
    round_seconds: float
    lookups: int


FULL = Size(Load(users=10_000, applications=1_000_000), rounds=12, round_seconds=1.0, lookups=1_000)
QUICK = Size(Load(users=1_000, applications=100_000), rounds=4, round_seconds=0.5, lookups=300)

type Work = Callable[[AsyncSession], Awaitable[None]]
type Transact = Callable[[Caller, Work], Awaitable[None]]


async def bypass(engine: AsyncEngine, work: Work) -> None:
    """Runs a transaction as the login itself."""
    session = AsyncSession(engine, expire_on_commit=False)
    async with session, session.begin():
        await work(session)


async def transactions_per_second(
    database: Database, transact: Transact, statements: Sequence[TextClause], seconds: float
) -> float:
    """Runs small transactions from several clients at once, for one round."""
    ends = time.perf_counter() + seconds

    async def client() -> int:
        done = 0
        while time.perf_counter() < ends:
            caller, n = database.someone()
            ids = {
                "application_id": numbered("application", n),
                "run_id": numbered("run", n),
                "key": uuid4().hex,
            }
            await transact(caller, partial(execute, statements, ids))
            done += 1
        return done

    began = time.perf_counter()
    done = sum(await asyncio.gather(*(client() for _ in range(CLIENTS))))
    return done / (time.perf_counter() - began)


async def execute(statements: Sequence[TextClause], ids: Mapping[str, object], session: AsyncSession) -> None:
    """Executes statements that each must concern one row."""
    for statement in statements:
        found: CursorResult[Any] = await session.execute(statement, ids)  # type: ignore[assignment]
        assert found.rowcount == 1


class Rates(NamedTuple):
    """Transactions a second, by round."""

    as_user: list[float]
    bypassing: list[float]

    @property
    def ratio(self) -> float:
        """Of the medians."""
        return median(self.as_user) / median(self.bypassing)


async def side_by_side(
    database: Database, statements: Sequence[TextClause], rounds: int, seconds: float
) -> Rates:
    """Lets both take turns; who begins changes with each round."""
    sessions = UserSessions(database.as_user)
    kinds: list[tuple[list[float], Transact]] = [
        ([], sessions.transact),
        ([], lambda _, work: bypass(database.bypassing, work)),
    ]
    for number in range(rounds + 1):
        for rates, transact in kinds if number % 2 else reversed(kinds):
            rate = await transactions_per_second(database, transact, statements, seconds)
            if number:  # the first round opens the connections
                rates.append(rate)
    return Rates(kinds[0][0], kinds[1][0])


class Latencies(NamedTuple):
    """Milliseconds."""

    lists: list[float]
    gets: list[float]


async def looked_up(database: Database, lookups: int) -> Latencies:
    """Lists and gets as random people, one call at a time; every other list is of the second page."""
    records = PostgresRecords(UserSessions(database.as_user))
    found = Latencies([], [])
    for number in range(lookups):
        caller, n = database.someone()
        token = (await records.list(caller, PAGE_SIZE, "")).next_page_token if number % 2 else ""
        began = time.perf_counter()
        page = await records.list(caller, PAGE_SIZE, token)
        found.lists.append((time.perf_counter() - began) * 1000)
        assert page.applications
        began = time.perf_counter()
        application = await records.get(caller, numbered("application", n))
        found.gets.append((time.perf_counter() - began) * 1000)
        assert application.documents
    return found


class Explained(NamedTuple):
    """How Postgres answered one query."""

    call: str
    scans: str
    sequential: bool
    buffers: int
    ms: float


async def explained(database: Database) -> list[Explained]:
    """Explains every query that a list and a lookup send, as the user who sends it."""
    records = PostgresRecords(UserSessions(database.as_user))
    caller, n = database.someone()
    token = (await records.list(caller, PAGE_SIZE, "")).next_page_token
    calls: Mapping[str, Callable[[], Awaitable[object]]] = {
        "list": lambda: records.list(caller, PAGE_SIZE, ""),
        "list, second page": lambda: records.list(caller, PAGE_SIZE, token),
        "list, of one status": lambda: records.list(caller, PAGE_SIZE, "", [ApplicationStatus.SUBMITTED]),
        "get": lambda: records.get(caller, numbered("application", n)),
    }
    return [
        await explain(database, caller, name, statement, parameters)
        for name, call in calls.items()
        for statement, parameters in await sent(database.as_user, call)
    ]


async def sent(engine: AsyncEngine, call: Callable[[], Awaitable[object]]) -> list[tuple[str, Any]]:
    """Returns the queries that a call sends."""
    queries: list[tuple[str, Any]] = []

    def note(_: Connection, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        if "set_config" not in statement:
            queries.append((statement, parameters))

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    await call()
    event.remove(engine.sync_engine, "before_cursor_execute", note)
    return queries


async def explain(
    database: Database, caller: Caller, call: str, statement: str, parameters: Any
) -> Explained:
    """Runs a query under EXPLAIN."""

    async def work(session: AsyncSession) -> dict[str, Any]:
        connection = await session.connection()
        asked = f"explain (analyze, buffers, format json) {statement}"
        plan: dict[str, Any] = (await connection.exec_driver_sql(asked, parameters)).scalar_one()[0]
        return plan

    plan = await UserSessions(database.as_user).transact(caller, work)
    root = plan["Plan"]
    nodes = list(nodes_of(root))
    sequential = [
        f"SEQ SCAN OF {node['Relation Name']}" for node in nodes if node["Node Type"] in _SEQUENTIAL
    ]
    indexes = dict.fromkeys(node["Index Name"] for node in nodes if "Index Name" in node)
    return Explained(
        call=call,
        scans=", ".join([*indexes, *sequential]),
        sequential=bool(sequential),
        buffers=root["Shared Hit Blocks"] + root["Shared Read Blocks"],
        ms=plan["Planning Time"] + plan["Execution Time"],
    )


def nodes_of(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yields a plan's nodes."""
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes_of(part)


async def measure(*, quick: bool) -> tuple[dict[str, float], list[tuple[str, str]]]:
    """Returns the figures and the rows of the table."""
    size = QUICK if quick else FULL
    async with filled(size.load) as database:
        telling = await side_by_side(database, _TELL, size.rounds, size.round_seconds)
        reading = await side_by_side(database, _READ, size.rounds, size.round_seconds)
        times = await looked_up(database, size.lookups)
        plans = await explained(database)
    figures = {
        "tx_per_s_as_end_user": round(median(telling.as_user)),
        "ratio_to_bypass": round(telling.ratio, 3),
        "list_p99_ms": round(percentile(times.lists, 99), 2),
        "get_p99_ms": round(percentile(times.gets, 99), 2),
        "applications": size.load.applications,
        "users": size.load.users,
        "index_scans_only": not any(plan.sequential for plan in plans),
    }
    rows = [
        ("applications, of users", f"{size.load.applications:,} of {size.load.users:,}"),
        ("time to make them", f"{database.seconds_to_fill:.1f} s"),
        *rows_of("telling an event", telling),
        *rows_of("reading one row", reading),
        (f"list of {PAGE_SIZE}, p50 / p99", f"{median(times.lists):.2f} / {figures['list_p99_ms']} ms"),
        ("get with CV and letter, p50 / p99", f"{median(times.gets):.2f} / {figures['get_p99_ms']} ms"),
        *((f"{plan.call}: {plan.scans}", f"{plan.ms:.2f} ms, {plan.buffers} buffers") for plan in plans),
    ]
    return figures, rows


def rows_of(what: str, rates: Rates) -> list[tuple[str, str]]:
    """Returns the rows of one kind of transaction."""
    return [
        (f"{what}, as the end user", f"{median(rates.as_user):,.0f} tx/s"),
        (f"{what}, bypassing policies", f"{median(rates.bypassing):,.0f} tx/s"),
        ("ratio", f"{rates.ratio:.3f}"),
    ]


def main() -> None:
    """Runs the benchmark."""
    chosen = options(__doc__)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))  # stdout is for the figures
    figures, rows = asyncio.run(measure(quick=chosen.quick))
    show("records", rows, figures, chosen.as_json)


if __name__ == "__main__":
    main()
