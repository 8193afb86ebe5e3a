"""Keeps what people answer about gaps, and tells it in the run's log."""

from datetime import UTC, datetime
from uuid import UUID, uuid5

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from cvtailor.adapters.postgres.event_log import LockedRun, extend_log, lock_run
from cvtailor.adapters.postgres.tables import AnswerRow, EventRow, RunRow
from cvtailor.domain.errors import Conflict, NotFound, Reason
from cvtailor.domain.limits import ANSWERS_MAX
from cvtailor.domain.question import Answer, Place, Question
from cvtailor.domain.run import EventDraft, QuestionAnswered, QuestionAsked


async def keep_answer(session: AsyncSession, application_id: UUID, reply: QuestionAnswered) -> None:
    """Does what ``Records.answer`` says, in the transaction of ``session``."""
    run = await lock_run(session, await _latest_run(session, application_id))
    question = await _question(session, run, reply.question_id)
    told = await _payload(session, run, f"answer/{reply.question_id}")
    if told is not None:
        if QuestionAnswered.model_validate(told) == reply:
            return
        raise Conflict(
            f"{reply.question_id} was answered before, otherwise.",
            reason=Reason.QUESTION_CLOSED,
            field="question_id",
        )
    if run.ended:
        raise Conflict(
            "The run has ended; generate again to use the answer.",
            reason=Reason.RUN_ENDED,
            field="question_id",
        )
    if reply.text:
        await _insert(session, run, question, _place(question, reply.entry_id), reply)
    draft = EventDraft(
        key=f"answer/{reply.question_id}",
        at=datetime.now(UTC),
        step_index=run.step_index,
        percent=run.percent,
        payload=reply,
    )
    await extend_log(session, run.id, [draft])


async def read_answers(session: AsyncSession) -> tuple[Answer, ...]:
    """Returns the newest answers of the session's user, oldest of them first."""
    newest = select(AnswerRow).order_by(col(AnswerRow.created_at).desc(), col(AnswerRow.id).desc())
    rows = (await session.scalars(newest.limit(ANSWERS_MAX))).all()
    return tuple(
        Answer(
            requirement=row.requirement,
            text=row.text,
            organisation=row.organisation,
            title=row.title,
            given_at=row.created_at,
        )
        for row in reversed(rows)
    )


async def _latest_run(session: AsyncSession, application_id: UUID) -> UUID:
    run_id = await session.scalar(
        select(col(RunRow.id))
        .where(col(RunRow.application_id) == application_id)
        .order_by(col(RunRow.created_at).desc())
        .limit(1)
    )
    if run_id is None:
        raise NotFound(f"There is no application {application_id} of yours.")
    return run_id


async def _payload(session: AsyncSession, run: LockedRun, key: str) -> dict[str, object] | None:
    found = select(col(EventRow.payload)).where(
        col(EventRow.user_id) == run.user_id, col(EventRow.run_id) == run.id, col(EventRow.key) == key
    )
    return await session.scalar(found)


async def _question(session: AsyncSession, run: LockedRun, question_id: str) -> Question:
    asked = await _payload(session, run, f"ask/{question_id}")
    if asked is None:
        raise NotFound(
            f"The run asks no {question_id}.", reason=Reason.QUESTION_NOT_FOUND, field="question_id"
        )
    return QuestionAsked.model_validate(asked).question


def _place(question: Question, entry_id: str) -> Place:
    for place in question.places:
        if place.entry_id == entry_id:
            return place
    raise NotFound(
        f"{question.id} names no place {entry_id}.", reason=Reason.QUESTION_NOT_FOUND, field="entry_id"
    )


async def _insert(
    session: AsyncSession, run: LockedRun, question: Question, place: Place, reply: QuestionAnswered
) -> None:
    await session.execute(
        insert(AnswerRow).values(
            id=uuid5(run.id, reply.question_id),
            user_id=run.user_id,
            application_id=run.application_id,
            requirement=question.requirement[:2000],
            text=reply.text,
            organisation=place.organisation[:1000],
            title=place.title[:1000],
        )
    )
