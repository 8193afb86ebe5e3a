"""``ModelLedger`` in Postgres: what was paid for, and the sums of it."""

from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import distinct, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col

from cvtailor.adapters.postgres.tables import ModelCallRow
from cvtailor.adapters.postgres.user_session import UserSessions
from cvtailor.domain.caller import Caller
from cvtailor.domain.model_calls import ModelCall, ModelUse

_MODEL_CHARS = 200

# Built once, as in ``event_log``. A day begins at midnight UTC, whatever the session's time zone is.
_calls = SQLModel.metadata.tables["model_calls"]
# Of whichever index: (user_id, run_id, ordinal) is unique too, and may see the other one first.
_ADD = insert(_calls).on_conflict_do_nothing()
_SPENT_TODAY = select(func.coalesce(func.sum(_calls.c.cost_usd), 0)).where(
    _calls.c.created_at >= func.date_trunc("day", func.now(), "UTC")
)


class PostgresModelLedger:
    """The model calls of callers; every transaction runs as the caller. See ``domain.ports.ModelLedger``."""

    def __init__(self, sessions: UserSessions) -> None:
        self._sessions = sessions

    async def note(self, caller: Caller, run_id: UUID, call: ModelCall) -> float:
        """See ``ModelLedger.note``."""
        values: dict[str, Any] = {
            **call.model_dump(),
            "id": uuid5(run_id, f"model_call/{call.ordinal}"),
            "user_id": caller.user_id,
            "run_id": run_id,
            "model": call.model[:_MODEL_CHARS],
        }

        async def work(session: AsyncSession) -> float:
            await session.execute(_ADD, values)
            return await _spent_today(session)

        return await self._sessions.transact(caller, work)

    async def spent_today(self, caller: Caller) -> float:
        """See ``ModelLedger.spent_today``."""
        return await self._sessions.transact(caller, _spent_today)


async def read_use(session: AsyncSession, run_id: UUID) -> ModelUse | None:
    """Returns what a run's model calls took together, or None if there were none."""
    calls, input_tokens, output_tokens, cost_usd, unpriced, names = (
        await session.execute(
            select(
                func.count(),
                func.sum(col(ModelCallRow.input_tokens)),
                func.sum(col(ModelCallRow.output_tokens)),
                func.coalesce(func.sum(col(ModelCallRow.cost_usd)), 0),
                func.bool_or(col(ModelCallRow.cost_usd).is_(None)),
                func.array_agg(distinct(col(ModelCallRow.model))),
            ).where(col(ModelCallRow.run_id) == run_id)
        )
    ).one()
    if not calls:
        return None
    return ModelUse(
        calls=calls,
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        cost_usd=None if unpriced else cost_usd,
        models=sorted(names),
    )


async def _spent_today(session: AsyncSession) -> float:
    return float(await session.scalar(_SPENT_TODAY) or 0)
