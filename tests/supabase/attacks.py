"""What a statement that somebody smuggled into a transaction of the service might try."""
# ruff: noqa: S608 -- attacks are text

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from cvtailor.adapters.postgres.claims_seal import seal_claims
from cvtailor.adapters.postgres.user_session import UserSessions
from cvtailor.domain.caller import Caller
from databases import Database
from full_records import changeable, rows_of, tables
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True)
class Scene:
    """Two users with a row in every table; ``me`` is the one whose statements are compromised."""

    database: Database
    dsn: str
    sessions: UserSessions
    me: Caller
    other: Caller

    def others_rows(self) -> dict[str, list[str]]:
        return rows_of(self.database.admin, self.other.user_id)


def claims_of(caller: Caller, **more: object) -> str:
    return json.dumps({**caller.claims(), "exp": 4_000_000_000, **more})


@asynccontextmanager
async def tolerant(session: AsyncSession) -> AsyncIterator[None]:
    """Goes on after what Postgres refuses. By hand: ``begin_nested`` would set role and claims again."""
    await session.execute(text("savepoint attempt"))
    try:
        yield
    except DBAPIError:
        await session.execute(text("rollback to savepoint attempt"))
    else:
        await session.execute(text("release savepoint attempt"))


async def loot(session: AsyncSession, scene: Scene) -> list[str]:
    """Reads, changes and deletes all it can; returns where it found rows of the other user."""
    found = []
    mine = str(scene.me.user_id)
    for table, column in changeable(scene.database.admin).items():
        owner = "split_part(name, '/', 1)" if table.startswith("storage") else "user_id::text"
        theirs = f"where {owner} <> '{mine}'"
        for attempt in (
            f"select count(*) from {table} {theirs}",
            f"with gone as (delete from {table} {theirs} returning 1) select count(*) from gone",
            (
                f"with own as (update {table} set {column} = {column} {theirs} returning 1)"
                " select count(*) from own"
            ),
        ):
            async with tolerant(session):
                if await session.scalar(text(attempt)):
                    found.append(attempt)
    return found


class _NotThisTime(Exception):
    pass


async def commit_what_works(scene: Scene, statements: list[str], *, commits: bool = True) -> list[str]:
    """Runs the statements as ``me`` and then loots; whatever Postgres accepts is committed."""
    found: list[str] = []

    async def work(session: AsyncSession) -> None:
        for statement in statements:
            async with tolerant(session):
                await session.execute(text(statement.replace(":", r"\:")))
        found.extend(await loot(session, scene))
        if not commits:
            raise _NotThisTime

    with suppress(_NotThisTime):
        await scene.sessions.transact(scene.me, work)
    return found


def compromises(scene: Scene) -> dict[str, list[str]]:
    """Returns what a statement that somebody smuggled in might begin with."""
    theirs, other = claims_of(scene.other), str(scene.other.user_id)
    password = make_url(scene.dsn).password or ""
    _, my_seal = seal_claims(scene.me.claims(), password)
    _, guessed = seal_claims(scene.other.claims(), password + "?")
    claim = f"select set_config('request.jwt.claims', '{theirs}', true)"
    roles = ("service_role", "postgres", "supabase_admin", "cvtailor_engine", "supabase_storage_admin")
    return {
        "other roles": [f"set local role {role}" for role in roles],
        "other roles for the session": [f"set session role {role}" for role in roles],
        "no role": ["reset role"],
        "none": ["set role none"],
        "another login": [f"set session authorization {role}" for role in roles],
        "everything reset": ["reset all", "reset session authorization", "reset role"],
        "policies off": ["set row_security = off"],
        "triggers off": ["set session_replication_role = replica"],
        "another sub": [claim],
        "another sub for the session": [claim.replace("true", "false")],
        "another sub after leaving the role": ["reset role", "set role authenticated", claim],
        "another sub as service_role": [
            f"select set_config('request.jwt.claims', '{claims_of(scene.other, role='service_role')}', true)"
        ],
        "older claims": [f"select set_config('request.jwt.claim.sub', '{other}', true)"],
        "my seal under other claims": [claim, f"select set_config('cvtailor.seal', '{my_seal}', true)"],
        "a guessed seal": [claim, f"select set_config('cvtailor.seal', '{guessed}', true)"],
        "no seal": [claim, "select set_config('cvtailor.seal', '', true)"],
        "no claims": ["select set_config('request.jwt.claims', '', true)"],
        "the service's keys": ["delete from cvtailor.claims_keys", claim],
        "definers' functions": [
            claim,
            "select cvtailor.delete_my_records()",
            "select cvtailor.runs_waiting('0', 9)",
            "select cvtailor.runs_waiting_since('-infinity', '0', 9)",
            f"select cvtailor.run_heads(array['{other}']::uuid[])",
            "select cvtailor.purge_requests('0', 9)",
            "select cvtailor.purge_events('0', 9)",
            "select cvtailor.purge_personal_data_log('0', 9)",
            "select cvtailor.orphaned_files('0', 9)",
        ],
        "the schema": [
            "alter table applications disable row level security",
            'drop policy "Claims of the service are sealed" on applications',
            "create policy mine on applications using (true)",
            "grant authenticated to anon",
            "alter role cvtailor_service bypassrls",
            "create or replace function auth.uid() returns uuid language sql as $$ select null::uuid $$",
        ],
    }


def one_liners(scene: Scene) -> list[str]:
    """Returns statements that change the claims while they run, and count the other's rows."""
    claim = f"set_config('request.jwt.claims', '{claims_of(scene.other)}', true)".replace(":", r"\:")
    theirs = f"user_id = '{scene.other.user_id}'"
    return [
        f"select count(*) from (select {claim} offset 0) c, applications a where a.{theirs}",
        f"with c as materialized (select {claim}) select count(a.id) from c, applications a where a.{theirs}",
        f"select count(*) from cvs where {theirs} and (select {claim}) is not null",
        (
            f"select (select count(*) from cvs where {theirs} and c.set_config <> '')"
            f" from (select {claim} offset 0) c"
        ),
    ]


def leftovers(scene: Scene) -> dict[str, list[str]]:
    """Returns what a compromised transaction may leave on its session, for the next user to stumble on."""
    me = str(scene.me.user_id)
    traps = [
        f"create temp table {table.partition('.')[2]} as table {table} with no data"
        for table in tables(scene.database.admin)
    ]
    return {
        "role": ["set session role authenticated"],
        "claims": [f"""set session "request.jwt.claims" = '{claims_of(scene.me)}'"""],
        "older claims": [f"""set session "request.jwt.claim.sub" = '{me}'"""],
        "seal": ["""set session "cvtailor.seal" = 'x'"""],
        "search path": ["set session search_path = pg_temp, public", *traps],
        "temporary tables": traps,
        "prepared statements": ["prepare trap as select 1", 'prepare "_pg3_0" as select 1'],
        "advisory locks": ["select pg_advisory_lock(1)"],
        "listening": ["listen cvtailor_run_events"],
        "cursors": ["declare trap cursor with hold for select * from applications"],
    }
