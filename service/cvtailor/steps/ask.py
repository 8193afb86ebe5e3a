"""Asks the person about gaps instead of inventing, and makes evidence of the answers."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import NamedTuple, Protocol

from cvtailor.domain.base_cv import BaseCv
from cvtailor.domain.caller import Caller
from cvtailor.domain.job_offer import JobOffer
from cvtailor.domain.match_report import MatchReport
from cvtailor.domain.model import DomainModel
from cvtailor.domain.ports import Matcher, Records
from cvtailor.domain.question import Question, questions_about, with_answers
from cvtailor.domain.run import QuestionAnswered

_HEARING_SECONDS = 1.0
"""What was answered while nobody had the run is heard, also if the time is up by then."""


class Asked(DomainModel):
    """The CV with the person's answers as further evidence, and how it answers the offer now.

    Attributes:
        asked: Questions of this run.
        answered: Of them, answered with something to tell.
        remembered: Answers of earlier runs that belong to an entry of this CV; and of this one, if they
            closed every gap while no worker had the run.
    """

    cv: BaseCv
    report: MatchReport
    asked: int = 0
    answered: int = 0
    remembered: int = 0


class Open(NamedTuple):
    """A question that was asked, by this worker or one before, and how much longer it waits."""

    question_id: str
    seconds_left: float


class Conversation(Protocol):
    """Says the questions of a run, and hears the answers."""

    async def ask(self, questions: Sequence[Question], wait_seconds: float) -> None:
        """Tells everybody who watches; a question whose id was asked before stays as it was asked."""
        ...

    def heard(self) -> AsyncGenerator[Open | QuestionAnswered]:
        """Yields this run's questions and the answers to them, in order, those of before first."""
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
    await conversation.ask(questions, wait_seconds)
    asked, answered = await _answers(conversation, questions, wait_seconds)
    if answered:
        cv = with_answers(base, await records.answers(owner))
        report = await matcher.match(cv, offer)
        # What was answered before another worker took the run over was there at the beginning already.
        remembered = max(_lines(cv) - _lines(base) - answered, 0)
    return Asked(cv=cv, report=report, asked=asked, answered=answered, remembered=remembered)


async def _answers(
    conversation: Conversation, questions: tuple[Question, ...], wait_seconds: float
) -> tuple[int, int]:
    """Waits until every question is closed or time is up.

    What counts is what was asked. A worker that goes on with the run may have other questions, or none
    for what was answered meanwhile; and the person was promised one time to answer.

    Returns:
        How many questions there were, and how many had something to tell.
    """
    unheard, still_open, asked, told = {question.id for question in questions}, set[str](), 0, 0
    now = asyncio.get_running_loop().time
    try:
        async with asyncio.timeout(wait_seconds) as patience, aclosing(conversation.heard()) as log:
            async for each in log:
                if isinstance(each, Open):
                    unheard.discard(each.question_id)
                    still_open.add(each.question_id)
                    asked += 1
                    # Clocks of machines differ: never longer than from now on.
                    left_seconds = min(max(each.seconds_left, _HEARING_SECONDS), wait_seconds)
                    patience.reschedule(now() + left_seconds)
                elif each.question_id in still_open:
                    still_open.remove(each.question_id)
                    told += bool(each.text)
                if not unheard and not still_open:
                    break
    except TimeoutError:
        pass
    return asked, told


def _lines(cv: BaseCv) -> int:
    return sum(1 for _, entry in cv.entries() for _ in entry.lines())
