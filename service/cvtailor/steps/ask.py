"""Asks the person about gaps instead of inventing, and makes evidence of the answers."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Protocol

from cvtailor.domain.base_cv import BaseCv
from cvtailor.domain.caller import Caller
from cvtailor.domain.job_offer import JobOffer
from cvtailor.domain.match_report import MatchReport
from cvtailor.domain.model import DomainModel
from cvtailor.domain.ports import Matcher, Records
from cvtailor.domain.question import Question, questions_about, with_answers
from cvtailor.domain.run import QuestionAnswered


class Asked(DomainModel):
    """The CV with the person's answers as further evidence, and how it answers the offer now.

    Attributes:
        asked: Questions of this run.
        answered: Of them, answered with something to tell.
        remembered: Answers of earlier runs that belong to an entry of this CV.
    """

    cv: BaseCv
    report: MatchReport
    asked: int = 0
    answered: int = 0
    remembered: int = 0


class Conversation(Protocol):
    """Says the questions of a run, and hears the answers."""

    async def ask(self, question: Question, wait_seconds: float) -> None:
        """Tells everybody who watches; telling it again changes nothing."""
        ...

    def answers(self) -> AsyncGenerator[QuestionAnswered]:
        """Yields the answers to this run's questions, those given already first."""
        ...


async def ask_about_gaps(
    matcher: Matcher,
    records: Records,
    owner: Caller,
    conversation: Conversation,
    cv: BaseCv,
    offer: JobOffer,
    report: MatchReport,
    wait_seconds: float,
) -> Asked:
    """Uses earlier answers, then asks about the must-haves that are still unmet.

    Args:
        matcher: Answers the requirements anew when there is further evidence.
        records: Holds the answers.
        owner: Whose they are.
        conversation: The run's.
        cv: What the person has.
        offer: What is asked.
        report: How the CV answers it.
        wait_seconds: How long to wait for answers in all; 0 asks nothing.

    Raises:
        Unavailable: Postgres does not answer.
    """
    base = cv
    cv = with_answers(base, await records.answers(owner))
    remembered = _lines(cv) - _lines(base)
    if remembered:
        report = await matcher.match(cv, offer)
    questions = questions_about(cv, offer, report) if wait_seconds else ()
    if not questions:
        return Asked(cv=cv, report=report, remembered=remembered)
    for question in questions:
        await conversation.ask(question, wait_seconds)
    answered = await _answers(conversation, questions, wait_seconds)
    if answered:
        cv = with_answers(base, await records.answers(owner))
        report = await matcher.match(cv, offer)
    return Asked(cv=cv, report=report, asked=len(questions), answered=answered, remembered=remembered)


async def _answers(conversation: Conversation, questions: tuple[Question, ...], wait_seconds: float) -> int:
    """Waits until every question is closed or time is up; returns how many had something to tell."""
    still_open, told = {question.id for question in questions}, 0
    try:
        async with asyncio.timeout(wait_seconds), aclosing(conversation.answers()) as replies:
            async for reply in replies:
                if reply.question_id in still_open:
                    still_open.remove(reply.question_id)
                    told += bool(reply.text)
                if not still_open:
                    break
    except TimeoutError:
        pass
    return told


def _lines(cv: BaseCv) -> int:
    return sum(1 for _, entry in cv.entries() for _ in entry.lines())
