"""What every ``ModelLedger`` must do; an adapter joins by a fixture of its own."""

import asyncio

import pytest
from builders import a_call, a_caller, a_request
from cvtailor.domain.caller import Caller
from cvtailor.domain.model_calls import ModelUse
from cvtailor.domain.ports import AcceptedRun, ModelLedger, Records


@pytest.fixture
def me() -> Caller:
    return a_caller()


@pytest.fixture
async def mine(records: Records, me: Caller) -> AcceptedRun:
    return await records.accept(me, "first", a_request())


async def test_a_call_is_noted_once_however_often_it_is_told(
    ledger: ModelLedger, records: Records, me: Caller, mine: AcceptedRun
) -> None:
    sums = await asyncio.gather(*(ledger.note(me, mine.run_id, a_call()) for _ in range(6)))
    assert set(sums) == {0.25}
    use = (await records.get(me, mine.application_id)).model_use
    assert use
    assert use.calls == 1


async def test_an_application_tells_what_its_run_took(
    ledger: ModelLedger, records: Records, me: Caller, mine: AcceptedRun
) -> None:
    assert (await records.get(me, mine.application_id)).model_use is None
    calls = [a_call(1), a_call(2, model="anthropic:claude", input_tokens=50), a_call(3)]
    for call in calls:
        await ledger.note(me, mine.run_id, call)
    use = (await records.get(me, mine.application_id)).model_use
    assert use == ModelUse.of(calls).model_copy(update={"models": ("anthropic:claude", "openai:gpt-4.1")})


async def test_one_call_without_a_price_makes_the_price_of_all_unknown(
    ledger: ModelLedger, records: Records, me: Caller, mine: AcceptedRun
) -> None:
    assert await ledger.note(me, mine.run_id, a_call(1)) == 0.25
    assert await ledger.note(me, mine.run_id, a_call(2, cost_usd=None)) == 0.25
    use = (await records.get(me, mine.application_id)).model_use
    assert use
    assert use.cost_usd is None


async def test_a_day_adds_up_over_the_runs_of_one_person(
    ledger: ModelLedger, records: Records, me: Caller, mine: AcceptedRun
) -> None:
    second = await records.accept(me, "second", a_request())
    stranger = a_caller()
    theirs = await records.accept(stranger, "first", a_request())
    assert await ledger.spent_today(me) == 0
    await ledger.note(me, mine.run_id, a_call())
    await ledger.note(me, second.run_id, a_call())
    await ledger.note(stranger, theirs.run_id, a_call())
    assert await ledger.spent_today(me) == 0.5
    assert await ledger.spent_today(stranger) == 0.25
