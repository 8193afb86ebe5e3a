"""What the table of model calls lets nobody do, and when its day begins."""

import psycopg
import pytest
from builders import a_call, a_caller, a_request
from cvtailor.adapters.postgres.model_ledger import PostgresModelLedger
from cvtailor.adapters.postgres.records import PostgresRecords
from cvtailor.adapters.postgres.user_session import UserSessions
from cvtailor.domain.caller import Caller
from cvtailor.domain.ports import AcceptedRun
from databases import Database
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, ProgrammingError


@pytest.fixture
def me() -> Caller:
    return a_caller()


@pytest.fixture
async def mine(records: PostgresRecords, me: Caller) -> AcceptedRun:
    return await records.accept(me, "first", a_request())


async def as_user(sessions: UserSessions, caller: Caller, statement: str) -> None:
    await sessions.transact(caller, lambda session: session.execute(text(statement)))


@pytest.mark.parametrize(
    "statement",
    ["update model_calls set cost_usd = 0", "delete from model_calls", "truncate model_calls"],
)
async def test_nobody_takes_back_what_was_paid(
    sessions: UserSessions, ledger: PostgresModelLedger, me: Caller, mine: AcceptedRun, statement: str
) -> None:
    await ledger.note(me, mine.run_id, a_call())
    with pytest.raises(ProgrammingError, match="permission denied"):
        await as_user(sessions, me, statement)


async def test_nobody_adds_a_call_that_pays_something_back(
    sessions: UserSessions, me: Caller, mine: AcceptedRun
) -> None:
    refund = """
      insert into model_calls (ordinal, agent, model, input_tokens, output_tokens, cost_usd, duration_ms)
      values (1, 'writer', 'm', 0, 0, -1, 0)"""
    with pytest.raises(IntegrityError, match="cost_usd"):
        await as_user(sessions, me, refund)


async def test_deleting_an_application_does_not_refill_the_day(
    sessions: UserSessions, ledger: PostgresModelLedger, me: Caller, mine: AcceptedRun
) -> None:
    await ledger.note(me, mine.run_id, a_call())
    await as_user(sessions, me, f"delete from applications where id = '{mine.application_id}'")  # noqa: S608
    assert await ledger.spent_today(me) == 0.25


async def test_a_call_of_another_users_run_is_refused(
    ledger: PostgresModelLedger, records: PostgresRecords, mine: AcceptedRun
) -> None:
    stranger = a_caller()
    await records.ensure_user(stranger)
    with pytest.raises(IntegrityError, match="model_calls_user_id_run_id_fkey"):
        await ledger.note(stranger, mine.run_id, a_call())


async def test_what_was_paid_before_midnight_utc_is_not_of_today(
    database: Database, ledger: PostgresModelLedger, me: Caller, mine: AcceptedRun
) -> None:
    await ledger.note(me, mine.run_id, a_call(1))
    await ledger.note(me, mine.run_id, a_call(2))
    with psycopg.connect(database.admin) as connection:
        connection.execute(
            "update model_calls set created_at = date_trunc('day', now(), 'UTC') - interval '1 second' "
            "where ordinal = 1"
        )
        # A database that lives elsewhere has midnights of its own.
        connection.execute(f"alter database {database.name} set timezone to 'Pacific/Kiritimati'".encode())
    assert await ledger.spent_today(me) == 0.25
