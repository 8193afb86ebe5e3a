"""A journal, a log and a ledger in memory; the real ones have tests of their own."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Sequence
from typing import Any
from uuid import UUID, uuid4

from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import Unavailable
from cvtailor.domain.model_calls import ModelCall
from cvtailor.domain.run import EventDraft, RunEvent
from cvtailor.workflow.journal import Json
from cvtailor.workflow.narrator import Narrator


class MemoryJournal:
    """Keeps outcomes by name; tries ``attempts`` times."""

    def __init__(self, attempts: int = 1) -> None:
        self.outcomes: dict[str, Json] = {}
        self.attempts = attempts

    async def record(self, name: str, work: Callable[[], Awaitable[Json]]) -> Json:
        for left in reversed(range(self.attempts)):
            if name in self.outcomes:
                break
            try:
                self.outcomes[name] = await work()
            except Unavailable:
                if not left:
                    raise
        return self.outcomes[name]

    async def patiently[T](self, work: Callable[[], Awaitable[T]]) -> T:
        return await work()

    async def while_here[T](self, work: Coroutine[Any, Any, T]) -> T:
        return await work


class MemoryEvents:
    """Keeps drafts by key, as the log does; refuses ``failures`` times first."""

    def __init__(self, failures: int = 0) -> None:
        self.drafts: dict[str, EventDraft] = {}
        self.failures = failures

    async def append(self, caller: Caller, run_id: UUID, drafts: Sequence[EventDraft]) -> None:
        if self.failures:
            self.failures -= 1
            raise Unavailable("Postgres restarts")
        for draft in drafts:
            self.drafts.setdefault(draft.key, draft)

    def follow(self, caller: Caller, run_id: UUID, after_sequence: int) -> AsyncGenerator[RunEvent | None]:
        raise AssertionError("a run does not read its log")


class MemoryLedger:
    """Keeps calls by ordinal; refuses ``failures`` times first."""

    def __init__(self, failures: int = 0, spent_before_usd: float = 0) -> None:
        self.calls: dict[int, ModelCall] = {}
        self.failures = failures
        self.spent_before_usd = spent_before_usd

    async def note(self, caller: Caller, run_id: UUID, call: ModelCall) -> float:
        if self.failures:
            self.failures -= 1
            raise Unavailable("Postgres restarts")
        self.calls.setdefault(call.ordinal, call)
        return await self.spent_today(caller)

    async def spent_today(self, caller: Caller) -> float:
        return self.spent_before_usd + sum(call.cost_usd or 0 for call in self.calls.values())


def narrate(events: MemoryEvents, journal: MemoryJournal) -> Narrator:
    return Narrator(Caller(user_id=uuid4()), uuid4(), events, journal)
