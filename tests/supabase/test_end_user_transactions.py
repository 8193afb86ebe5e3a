"""What a transaction of the service can reach when things go wrong: of other users, nothing.

On each Postgres, over a direct connection and through a pooler in transaction mode, always with one
connection, so that each transaction inherits whatever the one before left behind.
"""
# ruff: noqa: S608 -- attacks are text

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack
from itertools import product

import psycopg
import pytest
from attacks import Scene, claims_of, commit_what_works, compromises, leftovers, loot, one_liners
from builders import a_caller
from cvtailor.adapters.postgres import claims_seal
from cvtailor.adapters.postgres.migrator import migrate
from cvtailor.adapters.postgres.user_session import UserSession, UserSessions, service_engine
from databases import Database
from full_records import fill, tables
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from supabase_servers import Server

from tests.pooler import Pooler, running_pooler

_ROLES = ("authenticated", "anon", "service_role")


@pytest.fixture(scope="session")
def pooler_of() -> Iterator[Callable[[Server], Pooler]]:
    running: dict[int, Pooler] = {}
    with ExitStack() as stack:

        def of(server: Server) -> Pooler:
            if server.major not in running:
                running[server.major] = stack.enter_context(running_pooler(server.postgres, server.port))
            return running[server.major]

        yield of


@pytest.fixture(params=["direct", "pooled"])
async def scene(
    request: pytest.FixtureRequest,
    server: Server,
    supabase_database: Database,
    pooler_of: Callable[[Server], Pooler],
) -> AsyncIterator[Scene]:
    dsn = supabase_database.service
    if request.param == "pooled":
        dsn = pooler_of(server).url(dsn)
    sessions = UserSessions(service_engine(dsn, pool_size=1))
    me, other = a_caller(), a_caller()
    for caller in (me, other):
        await fill(sessions, caller)
    scene = Scene(supabase_database, dsn, sessions, me, other)
    assert all(scene.others_rows().values()), "each table must have something to steal"
    yield scene
    await sessions.close()


def asking(question: str) -> Callable[[AsyncSession], Awaitable[object]]:
    async def work(session: AsyncSession) -> object:
        return await session.scalar(text(question))

    return work


async def test_a_compromised_transaction_gets_nothing_of_another_user(scene: Scene) -> None:
    before = scene.others_rows()
    for name, statements in compromises(scene).items():
        assert await commit_what_works(scene, statements) == [], name
        # Nor does the next transaction on that connection, whatever was left on it.
        assert await commit_what_works(scene, []) == [], name
    assert scene.others_rows() == before


async def test_claims_changed_within_one_statement_get_nothing(scene: Scene) -> None:
    for statement in one_liners(scene):
        try:
            seen = await scene.sessions.transact(scene.me, asking(statement))
        except DBAPIError as error:
            assert "not sealed" in str(error)  # noqa: PT017 -- either may be: nothing, or refused
        else:
            assert seen == 0, statement


def read_as(connection: psycopg.Connection, role: str, claims: str, table: str) -> None:
    with connection.transaction():
        connection.execute("select set_config('request.jwt.claims', %s, true)", [claims])
        connection.execute("select set_config('role', %s, true)", [role])
        connection.execute(f"select * from {table}".encode())


def test_without_a_seal_no_claims_show_anything(scene: Scene) -> None:
    forged = ["", "{", *(json.dumps({"sub": "", "role": role}) for role in _ROLES)]
    forged += [claims_of(caller, role=role) for caller in (scene.me, scene.other) for role in _ROLES]
    names = tables(scene.database.admin)
    with psycopg.connect(scene.dsn, prepare_threshold=None) as connection:
        for claims, role, table in product(forged, ["authenticated", *_ROLES[1:], "none"], names):
            with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.InvalidParameterValue)):
                read_as(connection, role, claims, table)


async def test_wrong_claims_end_before_the_first_row(scene: Scene) -> None:
    other, password = str(scene.other.user_id), make_url(scene.dsn).password
    wrong: list[tuple[dict[str, str], type[Exception]]] = [
        ({}, PermissionError),
        ({"role": "authenticated"}, PermissionError),
        ({"role": "authenticated", "sub": ""}, PermissionError),
        ({"role": "anon", "sub": other}, PermissionError),
        ({"role": "service_role", "sub": other}, PermissionError),
        ({"role": "authenticated", "sub": "nobody"}, DBAPIError),
        ({"role": "authenticated", "sub": f"{other}' or true"}, DBAPIError),
    ]
    for claims, error in wrong:
        info = {"claims": claims, "password": password}
        async with AsyncSession(scene.sessions._engine, sync_session_class=UserSession, info=info) as session:
            with pytest.raises(error):
                await session.scalar(text("select count(*) from applications"))


async def test_claims_of_other_names_change_nothing(scene: Scene) -> None:
    more = {"user_id": str(scene.other.user_id), "is_admin": True, "app_metadata": {"role": "service_role"}}
    info = {"claims": {**scene.me.claims(), **more}, "password": make_url(scene.dsn).password}
    async with AsyncSession(scene.sessions._engine, sync_session_class=UserSession, info=info) as session:
        assert await loot(session, scene) == []


async def test_what_a_transaction_leaves_behind_catches_nobody(scene: Scene) -> None:
    async def live(session: AsyncSession) -> tuple[str, str]:
        who = (await session.execute(text("select current_user, auth.uid()"))).one()
        # Without user_id: the default must be the one who is here.
        await session.execute(text("insert into applications (title) values ('secret')"))
        return who[0], str(who[1])

    async def spy(session: AsyncSession) -> list[str]:
        return [
            name
            for name in ("pg_temp.applications", "public.applications")
            if await session.scalar(text("select to_regclass(:name)"), {"name": name})
            and await session.scalar(text(f"select count(*) from {name} where title = 'secret'"))
        ]

    for name, statements in leftovers(scene).items():
        await commit_what_works(scene, statements)
        assert await scene.sessions.transact(scene.other, live) == ("authenticated", str(scene.other.user_id))
        assert await scene.sessions.transact(scene.me, spy) == [], name
    secrets = [row for row in scene.others_rows()["public.applications"] if "secret" in row]
    assert len(secrets) == len(leftovers(scene))


async def test_the_login_itself_reaches_nothing(scene: Scene) -> None:
    with psycopg.connect(scene.dsn, autocommit=True, prepare_threshold=None) as connection:
        for table in [*tables(scene.database.admin), "storage.objects", "auth.users", "dbos.workflow_status"]:
            with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedTable)):
                connection.execute(f"select * from {table}".encode())
        waiting = ("runs_waiting('0', 1)", "runs_waiting_since('-infinity', '0', 1)")
        for function in (*waiting, "run_heads('{}')", "orphaned_files('0', 1)"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"select * from cvtailor.{function}".encode())


async def test_a_statement_that_ends_the_transaction_and_begins_another_gets_nothing(scene: Scene) -> None:
    before = scene.others_rows()
    claim = f"select set_config('request.jwt.claims', '{claims_of(scene.other)}', true)".replace(":", r"\:")
    begin_again = f"commit; begin; set local role authenticated; {claim}; delete from applications"
    with pytest.raises(DBAPIError, match="not sealed"):
        await scene.sessions.transact(scene.me, asking(begin_again))
    assert scene.others_rows() == before


async def test_without_keys_the_same_attacks_succeed(scene: Scene) -> None:
    with psycopg.connect(scene.database.admin) as admin:
        admin.execute("delete from cvtailor.claims_keys")
    found = []
    for name, statements in compromises(scene).items():
        if await commit_what_works(scene, statements, commits=False):
            found.append(name)
    assert {"another sub", "another sub for the session", "older claims", "a guessed seal"} <= set(found)
    assert not {"other roles", "another login", "no role", "policies off", "the schema"} & set(found)
    seen = [await scene.sessions.transact(scene.me, asking(statement)) for statement in one_liners(scene)]
    assert any(seen)


async def test_a_new_password_seals_beside_the_one_before(scene: Scene) -> None:
    password = make_url(scene.dsn).password or ""

    async def count(session: AsyncSession) -> int:
        return await session.scalar(text("select count(*) from applications")) or 0

    try:
        migrate(scene.database.admin, {"cvtailor_service": "new"})
        assert await scene.sessions.transact(scene.me, count) == 1
        migrate(scene.database.admin, {"cvtailor_service": "newer"})
        with pytest.raises(DBAPIError, match="not sealed by the service"):
            await scene.sessions.transact(scene.me, count)
    finally:
        migrate(scene.database.admin, {"cvtailor_service": password})


async def test_a_seal_is_good_for_minutes_only(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims_seal, "_LIFETIME_SECONDS", -1)
    with pytest.raises(DBAPIError, match="have expired"):
        await scene.sessions.transact(scene.me, asking("select count(*) from applications"))


def test_every_table_of_users_asks_for_the_seal(supabase_database: Database) -> None:
    with psycopg.connect(supabase_database.admin) as admin:
        rows = admin.execute(
            "select format('%I.%I', schemaname, tablename) from pg_policies"
            " where permissive = 'RESTRICTIVE' and cmd = 'ALL' and qual like '%claimed_user%'"
        )
        asking = {table for (table,) in rows}
    assert asking == {*tables(supabase_database.admin), "storage.objects"}
