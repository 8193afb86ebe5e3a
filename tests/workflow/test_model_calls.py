"""Paid calls over a journal, a log and a ledger in memory."""

import asyncio
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest
from cvtailor.domain.drafts import Plan
from cvtailor.domain.errors import CvtailorError, ModelBudgetSpent, ModelRefused, ModelUnavailable
from cvtailor.domain.model_calls import AgentName, ModelReply, ModelUse
from cvtailor.domain.run import Step, StepProgress
from cvtailor.workflow import model_calls
from cvtailor.workflow.model_calls import JournaledCalls, ModelBudget
from cvtailor.workflow.model_gate import ModelGate
from workflow_fakes import MemoryEvents, MemoryJournal, MemoryLedger, narrate

REPLY = ModelReply(
    model="openai:gpt-4.1", text="{}", input_tokens=900, output_tokens=100, cost_usd=0.25, duration_ms=700
)


@dataclass
class Provider:
    """Counts what is paid for; its replies can be errors."""

    replies: list[ModelReply | Exception] = field(default_factory=list)
    asked: int = 0

    async def __call__(self) -> ModelReply:
        self.asked += 1
        reply = self.replies.pop(0) if self.replies else REPLY
        if isinstance(reply, Exception):
            raise reply
        return reply


@dataclass
class Run:
    """What outlives a worker: journal, log and ledger."""

    journal: MemoryJournal = field(default_factory=MemoryJournal)
    events: MemoryEvents = field(default_factory=MemoryEvents)
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    gate: ModelGate = field(default_factory=ModelGate)

    def calls(self, **limits: float) -> JournaledCalls:
        narrator = narrate(self.events, self.journal)
        narrator.current = Step.TAILOR
        return JournaledCalls(narrator, self.ledger, ModelBudget(**limits), self.gate)

    def told(self) -> list[StepProgress]:
        return [draft.payload for draft in self.events.drafts.values()]


async def test_a_worker_that_takes_over_pays_for_no_call_twice() -> None:
    run, provider = Run(), Provider()
    first = run.calls()
    for agent in (AgentName.PLANNER, AgentName.WRITER):
        await first.call(agent, provider)
    second = run.calls()
    for agent in (AgentName.PLANNER, AgentName.WRITER, AgentName.CRITIC):
        assert await second.call(agent, provider) == REPLY
    assert provider.asked == 3
    assert list(run.journal.outcomes) == ["model/1/planner", "model/2/writer", "model/3/critic"]
    assert second.use == ModelUse.of(run.ledger.calls.values())


@pytest.mark.parametrize(
    "error", [ModelUnavailable("it is down"), ModelRefused("no such model"), ModelBudgetSpent("none left")]
)
async def test_a_verdict_is_written_down_and_raised_again_as_what_it_was(error: CvtailorError) -> None:
    run, provider = Run(), Provider([error])
    for _ in range(2):
        with pytest.raises(type(error), match=error.message) as caught:
            await run.calls().call(AgentName.WRITER, provider)
        assert caught.value.caller_retries == error.caller_retries
    assert provider.asked == 1
    assert run.ledger.calls == {}


async def test_an_answer_that_could_not_be_noted_is_not_asked_for_again() -> None:
    run, provider = Run(MemoryJournal(attempts=3), ledger=MemoryLedger(failures=2)), Provider()
    assert await run.calls().call(AgentName.WRITER, provider) == REPLY
    assert (provider.asked, len(run.ledger.calls)) == (1, 1)


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ({"tokens_per_run_max": 2000}, "2000 tokens of 2000"),
        ({"cost_per_run_max_usd": 0.5}, r"\$0.5000 of \$0.5"),
        ({"cost_per_user_and_day_max_usd": 0.5}, r"today.*\$0.5000 of \$0.5"),
    ],
)
async def test_a_spent_budget_ends_the_calls_of_a_run_and_of_whoever_takes_it_over(
    limits: dict[str, float], message: str
) -> None:
    run, provider = Run(), Provider()
    for _ in range(2):
        calls = run.calls(**limits)
        for _ in range(2):
            await calls.call(AgentName.WRITER, provider)
        with pytest.raises(ModelBudgetSpent, match=message):
            await calls.call(AgentName.WRITER, provider)
    assert provider.asked == 2


async def test_what_other_runs_of_the_day_cost_counts_before_the_first_call() -> None:
    run, provider = Run(ledger=MemoryLedger(spent_before_usd=2)), Provider()
    calls = run.calls(cost_per_user_and_day_max_usd=2)
    with pytest.raises(ModelBudgetSpent, match="midnight"):
        await calls.call(AgentName.WRITER, provider)
    assert provider.asked == 0


async def test_a_call_without_a_known_price_does_not_stop_a_run_that_has_a_budget() -> None:
    run, unpriced = Run(), REPLY.model_copy(update={"cost_usd": None})
    calls = run.calls(cost_per_run_max_usd=0.1)
    for _ in range(2):
        await calls.call(AgentName.WRITER, Provider([unpriced]))
    assert calls.use.cost_usd is None


async def test_a_call_that_outlasts_the_run_s_time_is_cut_short() -> None:
    async def never() -> ModelReply:
        await asyncio.Event().wait()
        raise AssertionError

    run = Run()
    for _ in range(2):
        with pytest.raises(ModelBudgetSpent, match=r"took 0.01 s"):
            await run.calls(seconds_per_run_max=0.01).call(AgentName.WRITER, never)


async def test_the_time_that_postgres_takes_is_not_charged_to_the_models(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run, seconds = Run(MemoryJournal(attempts=3), ledger=MemoryLedger(failures=2)), 0.0
    note = run.ledger.note

    async def slow_note(*of: object) -> float:
        nonlocal seconds
        seconds += 100
        return await note(*of)

    async def answer() -> ModelReply:
        nonlocal seconds
        seconds += 2
        return REPLY

    monkeypatch.setattr(model_calls, "time", SimpleNamespace(monotonic=lambda: seconds))
    monkeypatch.setattr(run.ledger, "note", slow_note)
    await run.calls(seconds_per_run_max=180).call(AgentName.WRITER, answer)
    assert run.journal.outcomes["model/1/writer"]["seconds"] == 2


async def test_the_time_of_calls_before_a_crash_counts() -> None:
    run = Run()
    run.journal.outcomes["model/1/writer"] = {
        "reply": REPLY.model_dump(mode="json"),
        "seconds": 9.0,
        "spent_today_usd": 0.0,
    }
    calls, provider = run.calls(seconds_per_run_max=9), Provider()
    await calls.call(AgentName.WRITER, provider)
    with pytest.raises(ModelBudgetSpent, match="took 9 s"):
        await calls.call(AgentName.WRITER, provider)


async def test_progress_tells_who_works_in_which_round_and_the_tokens_so_far() -> None:
    run, provider = Run(), Provider()
    calls = run.calls()
    await calls.call(AgentName.PLANNER, provider)
    plan = Plan(order=("experience[0].highlights[0]",))
    await calls.progress("planned", 0, 2, plan=plan)
    await calls.call(AgentName.WRITER, provider)
    await calls.progress("round 1 of 2", 1, 2, accepted=5, rejected=1)
    await calls.call(AgentName.CRITIC, provider)
    assert [told.message for told in run.told()] == [
        "planner",
        "planned",
        "writer, round 1 of 2, 1,000 tokens so far",
        "round 1 of 2",
        "critic, round 2 of 2, 2,000 tokens so far",
    ]
    assert [told.plan for told in run.told()] == [None, plan, None, None, None]
    assert [told.tokens for told in run.told()] == [0, 1000, 1000, 2000, 2000]
    last = run.told()[-1]
    assert (last.agent, last.accepted, last.rejected) == (AgentName.CRITIC, 5, 1)


async def test_a_refusal_shuts_the_gate_and_a_journaled_one_does_not() -> None:
    run, refusing = Run(), Provider([ModelRefused("the key is revoked")])
    with pytest.raises(ModelRefused):
        await run.calls().call(AgentName.WRITER, refusing)
    with pytest.raises(ModelRefused, match="revoked"):
        run.gate.check()
    elsewhere = Run(run.journal)
    with pytest.raises(ModelRefused):
        await elsewhere.calls().call(AgentName.WRITER, refusing)
    elsewhere.gate.check()
