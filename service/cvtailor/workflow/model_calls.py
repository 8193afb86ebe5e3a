"""Paid calls through the journal: each is made once, within a budget, and told while it goes on."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from cvtailor.domain.drafts import Plan
from cvtailor.domain.errors import (
    ModelAnswerInvalid,
    ModelBudgetSpent,
    ModelRefused,
    ModelUnavailable,
)
from cvtailor.domain.model_calls import USD_DIGITS, AgentName, ModelCall, ModelReply, ModelUse
from cvtailor.domain.ports import ModelLedger
from cvtailor.domain.run import StepProgress
from cvtailor.telemetry.metrics import MODEL_BUDGETS_SPENT
from cvtailor.workflow.journal import Json, error_from_json, error_to_json
from cvtailor.workflow.model_gate import ModelGate
from cvtailor.workflow.model_telling import told_of_model
from cvtailor.workflow.narrator import Narrator

_VERDICTS = (ModelRefused, ModelUnavailable, ModelBudgetSpent, ModelAnswerInvalid)
"""Errors that end a call for good: written down like an answer, so that a worker that takes the run over
decides as the first one did."""

_IN_ROUNDS = frozenset({AgentName.WRITER, AgentName.CRITIC, AgentName.LETTER_WRITER})


@dataclass(frozen=True)
class ModelBudget:
    """What models may take; None is no limit. Money counts only calls whose price is known.

    A call that begins below a limit may end above it, by its own size at most.
    """

    tokens_per_run_max: int | None = None
    cost_per_run_max_usd: float | None = None
    cost_per_user_and_day_max_usd: float | None = None
    seconds_per_run_max: float | None = None


class JournaledCalls:
    """The model calls of one run (``ModelCalls``), and its agents' progress (``Progress``).

    Calls come one after the other. Everything that is decided here is decided by figures from the
    journal, so a worker that goes through the run again makes the same calls under the same names, and
    gets from the journal what they brought.
    """

    def __init__(
        self,
        run: Narrator,
        ledger: ModelLedger,
        budget: ModelBudget,
        gate: ModelGate,
        prompt_versions: Mapping[AgentName, str] | None = None,
    ) -> None:
        """Takes the run, and what it may use; ``prompt_versions`` are those this worker has."""
        self._run = run
        self._ledger = ledger
        self._budget = budget
        self._gate = gate
        self._prompt_versions = prompt_versions or {}
        self._prompts: dict[str, str] = {}
        self._calls: list[ModelCall] = []
        self._asked = 0
        self._seconds = 0.0
        self._spent_today_usd: float | None = None
        self._last: StepProgress | None = None

    @property
    def use(self) -> ModelUse:
        """What the run's calls took so far."""
        return ModelUse.of(self._calls)

    @property
    def prompts(self) -> Mapping[str, str]:
        """By agent that was answered, the version of the prompt it worked with last."""
        return dict(self._prompts)

    async def call(self, agent: AgentName, ask: Callable[[], Awaitable[ModelReply]]) -> ModelReply:
        """See ``ModelCalls.call``."""
        self._check_budget()
        self._asked += 1
        # Told while the call goes on, which is never quicker; the next call waits for both.
        telling = asyncio.create_task(self._tell_agent(agent))
        try:
            record = await self._run.journal.record(
                f"model/{self._asked}/{agent}", self._attempt(self._asked, agent, ask)
            )
        finally:
            await telling
        self._seconds += float(str(record["seconds"]))
        if error := record.get("error"):
            raise error_from_json(error)
        reply = ModelReply.model_validate(record["reply"])
        self._calls.append(_call_of(self._asked, agent, reply))
        if prompt_version := record.get("prompt_version"):
            self._prompts[agent.value] = str(prompt_version)
        self._spent_today_usd = float(str(record["spent_today_usd"]))
        return reply

    async def progress(
        self,
        message: str,
        done: int,
        total: int,
        *,
        accepted: int = 0,
        rejected: int = 0,
        plan: Plan | None = None,
    ) -> None:
        """See ``Progress``.

        What it says of the rounds that are done is said again with each call.
        """
        step = self._run.current
        assert step, "only a step has progress"  # noqa: S101
        self._last = StepProgress(
            step=step, message=message, done=done, total=total, accepted=accepted, rejected=rejected
        )
        await self._run.tell_progress(self._last.model_copy(update={"tokens": self.use.tokens, "plan": plan}))

    def _attempt(
        self, ordinal: int, agent: AgentName, ask: Callable[[], Awaitable[ModelReply]]
    ) -> Callable[[], Awaitable[Json]]:
        """Returns what the journal may try again: a call that was answered is never made again."""
        reply: ModelReply | None = None
        seconds = 0.0

        async def answered() -> ModelReply:
            # The provider's time alone: what Postgres takes, or lacks, is not charged to the models.
            nonlocal seconds
            began = time.monotonic()
            try:
                return await self._ask(agent, ask)
            finally:
                seconds += time.monotonic() - began

        async def attempt() -> Json:
            nonlocal reply
            try:
                if reply is None:
                    await self._check_day()
                    reply = await answered()
            except _VERDICTS as error:
                if isinstance(error, ModelBudgetSpent):
                    MODEL_BUDGETS_SPENT.tell(1)
                return {"error": error_to_json(error), "seconds": seconds}
            call = _call_of(ordinal, agent, reply)
            spent_today_usd = await self._ledger.note(self._run.caller, self._run.run_id, call)
            return {
                "reply": reply.model_dump(mode="json"),
                "seconds": seconds,
                "spent_today_usd": spent_today_usd,
                # Written down with the answer: the worker that files the run may have other prompts.
                "prompt_version": self._prompt_versions.get(agent, ""),
            }

        return attempt

    async def _ask(self, agent: AgentName, ask: Callable[[], Awaitable[ModelReply]]) -> ModelReply:
        limit = self._budget.seconds_per_run_max
        try:
            async with asyncio.timeout(None if limit is None else limit - self._seconds) as deadline:
                reply = await told_of_model(agent, ask)
        except TimeoutError as error:
            if not deadline.expired():
                raise
            raise self._out_of_time() from error
        except ModelRefused as error:
            self._gate.note_refusal(error)
            raise
        self._gate.note_reply()
        return reply

    def _check_budget(self) -> None:
        budget, use = self._budget, self.use
        if budget.tokens_per_run_max is not None and use.tokens >= budget.tokens_per_run_max:
            raise ModelBudgetSpent(
                f"the run's models used {use.tokens} tokens of {budget.tokens_per_run_max}"
            )
        spent_usd = sum(call.cost_usd or 0 for call in self._calls)
        if budget.cost_per_run_max_usd is not None and spent_usd >= budget.cost_per_run_max_usd:
            raise ModelBudgetSpent(
                f"the run's models cost ${spent_usd:.4f} of ${budget.cost_per_run_max_usd:g}"
            )
        if budget.seconds_per_run_max is not None and self._seconds >= budget.seconds_per_run_max:
            raise self._out_of_time()
        self._check_spent_today(self._spent_today_usd)

    async def _check_day(self) -> None:
        """Looks at what the person's other runs cost, once; every note of a call tells it again."""
        if self._spent_today_usd is None and self._budget.cost_per_user_and_day_max_usd is not None:
            self._check_spent_today(await self._ledger.spent_today(self._run.caller))

    def _check_spent_today(self, spent_usd: float | None) -> None:
        limit_usd = self._budget.cost_per_user_and_day_max_usd
        if limit_usd is not None and spent_usd is not None and spent_usd >= limit_usd:
            raise ModelBudgetSpent(
                f"your runs of today had models that cost ${spent_usd:.4f} of ${limit_usd:g}; "
                "the budget is fresh at midnight UTC"
            )

    def _out_of_time(self) -> ModelBudgetSpent:
        return ModelBudgetSpent(f"the run's models took {self._budget.seconds_per_run_max:g} s, all they had")

    async def _tell_agent(self, agent: AgentName) -> None:
        step, tokens = self._run.current, self.use.tokens
        assert step, "only a step calls models"  # noqa: S101
        if self._last is None or self._last.step is not step:
            self._last = StepProgress(step=step, message="")
        words = [agent.replace("_", " ")]
        if agent in _IN_ROUNDS and self._last.done < self._last.total:
            words.append(f"round {self._last.done + 1} of {self._last.total}")
        if tokens:
            words.append(f"{tokens:,} tokens so far")
        told = {"message": ", ".join(words), "agent": agent, "tokens": tokens}
        await self._run.tell_progress(self._last.model_copy(update=told))


def _call_of(ordinal: int, agent: AgentName, reply: ModelReply) -> ModelCall:
    return ModelCall(
        ordinal=ordinal,
        agent=agent,
        model=reply.model,
        input_tokens=reply.input_tokens,
        output_tokens=reply.output_tokens,
        cost_usd=None if reply.cost_usd is None else round(reply.cost_usd, USD_DIGITS),
        duration_ms=reply.duration_ms,
    )
