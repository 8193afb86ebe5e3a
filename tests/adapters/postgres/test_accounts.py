import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest
from builders import a_caller
from cvtailor.adapters.postgres.accounts import PostgresAccounts
from cvtailor.adapters.postgres.user_session import UserSessions, service_engine
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import CallerMustFix, Forbidden, Reason, Unauthenticated, Unavailable
from databases import Database
from sqlalchemy import event

BAN = "update auth.users set banned_until = now() + interval '1 hour'"
LIFT = "update auth.users set banned_until = now() - interval '1 second'"
DELETE = "update auth.users set deleted_at = now()"
REMOVE = "delete from auth.users"


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(sessions: UserSessions, clock: Clock) -> PostgresAccounts:
    return PostgresAccounts(sessions, makes_accounts=True, lifetime_seconds=30, clock=clock)


def change(database: Database, statement: str, *values: object) -> None:
    with psycopg.connect(database.admin, autocommit=True) as connection:
        connection.execute(statement.encode(), values)


def sign_up(database: Database, caller: Caller) -> Caller:
    change(database, "insert into auth.users (id) values (%s)", caller.user_id)
    return caller


async def refusal(accounts: PostgresAccounts, caller: Caller) -> CallerMustFix:
    with pytest.raises(CallerMustFix) as refused:
        await accounts.check(caller)
    return refused.value


@pytest.mark.parametrize(
    ("fate", "kind", "reason"),
    [
        (BAN, Forbidden, Reason.ACCOUNT_BANNED),
        (DELETE, Unauthenticated, Reason.TOKEN_INVALID),
        (DELETE + ", banned_until = now() + interval '1 hour'", Unauthenticated, Reason.TOKEN_INVALID),
    ],
    ids=["banned", "deleted", "banned and deleted"],
)
async def test_an_account_that_does_not_stand_is_refused_within_the_lifetime(
    database, accounts, clock, fate, kind, reason
):
    caller = sign_up(database, a_caller())
    await accounts.check(caller)
    change(database, fate)
    clock.now += 29
    await accounts.check(caller)
    clock.now += 1
    refused = await refusal(accounts, caller)
    assert (type(refused), refused.reason) == (kind, reason)


async def test_a_ban_that_ended_is_over_within_the_lifetime(database, accounts, clock):
    caller = sign_up(database, a_caller())
    change(database, BAN)
    await refusal(accounts, caller)
    change(database, LIFT)
    await refusal(accounts, caller)
    clock.now += 30
    await accounts.check(caller)


async def test_one_user_s_ban_is_nobody_else_s(database, accounts):
    banned = sign_up(database, a_caller())
    change(database, BAN)
    other = sign_up(database, a_caller())
    await accounts.check(other)
    assert (await refusal(accounts, banned)).reason is Reason.ACCOUNT_BANNED


async def test_where_no_supabase_auth_is_a_verified_user_gets_an_account(database, accounts, clock):
    caller = a_caller()
    await accounts.check(caller)
    change(database, BAN)
    clock.now += 30
    assert (await refusal(accounts, caller)).reason is Reason.ACCOUNT_BANNED


async def test_in_a_supabase_project_a_user_who_is_gone_stays_gone(database, sessions):
    project = PostgresAccounts(sessions, makes_accounts=False, lifetime_seconds=0)
    caller = sign_up(database, a_caller())
    await project.check(caller)
    change(database, REMOVE)
    assert (await refusal(project, caller)).reason is Reason.TOKEN_INVALID


async def test_where_accounts_can_t_be_made_after_all_the_user_is_refused(database, accounts):
    change(database, "drop function auth.ensure_current_user()")
    assert (await refusal(accounts, a_caller())).reason is Reason.TOKEN_INVALID


@pytest.fixture
async def nowhere() -> AsyncIterator[UserSessions]:
    sessions = UserSessions(service_engine("postgresql://nobody@127.0.0.1:1/none", pool_wait_seconds=0.1))
    yield sessions
    await sessions.close()


async def test_a_database_that_fails_lets_nobody_pass_whose_answer_is_old(database, accounts, clock, nowhere):
    banned = sign_up(database, a_caller())
    await accounts.check(banned)
    change(database, BAN)
    accounts._sessions = nowhere
    clock.now += 29
    await accounts.check(banned)
    clock.now += 1
    for _ in range(2):
        with pytest.raises(Unavailable):
            await accounts.check(banned)


def count_questions(sessions: UserSessions) -> list[str]:
    asked: list[str] = []

    @event.listens_for(sessions._engine.sync_engine, "before_cursor_execute")
    def _(_connection, _cursor, statement, *_more) -> None:
        if "account_state" in statement:
            asked.append(statement)

    return asked


async def test_many_calls_at_once_ask_once(database, accounts, sessions):
    caller = sign_up(database, a_caller())
    asked = count_questions(sessions)
    await asyncio.gather(*(accounts.check(caller) for _ in range(100)))
    assert len(asked) == 1


async def test_a_caller_who_hangs_up_spoils_it_for_nobody(database, accounts):
    caller = sign_up(database, a_caller())
    impatient = asyncio.create_task(accounts.check(caller))
    patient = asyncio.create_task(accounts.check(caller))
    await asyncio.sleep(0)
    impatient.cancel()
    await patient
    assert impatient.cancelled()


async def test_no_more_answers_are_kept_than_allowed_and_the_oldest_goes_first(database, sessions):
    accounts = PostgresAccounts(sessions, makes_accounts=True, accounts_max=2)
    first, second, third = a_caller(), a_caller(), a_caller()
    asked = count_questions(sessions)
    for caller in (first, second, third):
        await accounts.check(caller)
    asked.clear()
    for caller in (third, second, first):
        await accounts.check(caller)
    assert len(asked) == 1


async def test_with_no_lifetime_each_call_asks(database, sessions):
    accounts = PostgresAccounts(sessions, makes_accounts=False, lifetime_seconds=0)
    caller = sign_up(database, a_caller())
    await accounts.check(caller)
    change(database, BAN)
    await refusal(accounts, caller)
