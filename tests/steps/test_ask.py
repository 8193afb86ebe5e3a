"""Asking over a conversation in memory; the log's own is driven end to end."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime
from uuid import uuid4

from cvtailor.domain.base_cv import BaseCv, Contact, Entry, EntryKind, Section, SectionKind
from cvtailor.domain.caller import Caller
from cvtailor.domain.job_offer import JobOffer, Priority, Requirement, Span
from cvtailor.domain.match_report import MatchReport, MatchStatus, RequirementMatch
from cvtailor.domain.question import Answer, Question, with_answers
from cvtailor.domain.run import QuestionAnswered
from cvtailor.steps.ask import Asked, Open, ask_about_gaps

JOB = Entry(id="experience[0]", kind=EntryKind.EXPERIENCE, organisation="Acme", title="Clerk")
CV = BaseCv(
    contact=Contact(name="Ada"),
    sections=(Section(key="experience", kind=SectionKind.EXPERIENCE, title="Experience", entries=(JOB,)),),
)
OFFER = JobOffer(
    title="Clerk",
    requirements=tuple(
        Requirement(id=f"requirement[{n}]", text=skill, priority=priority, span=Span(start=0, end=1))
        for n, (skill, priority) in enumerate(
            [("Kafka", Priority.MUST), ("Rust", Priority.MUST), ("Chess", Priority.NICE)]
        )
    ),
)


class WordMatcher:
    """Meets a requirement whose word stands in a line of the CV."""

    async def match(self, cv: BaseCv, offer: JobOffer) -> MatchReport:
        said = " ".join(line.text for _, entry in cv.entries() for line in entry.lines())
        return MatchReport(
            matches=tuple(
                RequirementMatch(
                    requirement_id=wanted.id,
                    status=MatchStatus.MET if wanted.text in said else MatchStatus.UNMET,
                )
                for wanted in offer.requirements
            )
        )


class Talk:
    """Answers each question at once as it was told to; keeps what becomes evidence."""

    def __init__(self, replies: dict[str, str], earlier: tuple[Answer, ...] = ()) -> None:
        self.replies, self.kept = replies, list(earlier)
        self.asked: list[Question] = []
        self.seconds_left: float | None = None

    async def ask(self, questions: Sequence[Question], wait_seconds: float) -> None:
        before = {question.id for question in self.asked}
        self.asked += [question for question in questions if question.id not in before]
        self.seconds_left = wait_seconds if self.seconds_left is None else self.seconds_left

    async def heard(self) -> AsyncGenerator[Open | QuestionAnswered]:
        assert self.seconds_left is not None
        for question in self.asked:
            yield Open(question.id, self.seconds_left)
        for question in self.asked:
            if (text := self.replies.get(question.requirement)) is not None:
                place = question.places[0]
                if text:
                    self.kept.append(answer(question.requirement, text))
                yield QuestionAnswered(question_id=question.id, text=text, entry_id=place.entry_id)
        await asyncio.Event().wait()


class KeptAnswers:
    def __init__(self, talk: Talk) -> None:
        self.talk = talk

    async def answers(self, caller: Caller) -> tuple[Answer, ...]:
        return tuple(self.talk.kept)


def answer(requirement: str, text: str, organisation: str = "Acme") -> Answer:
    return Answer(
        requirement=requirement,
        text=text,
        organisation=organisation,
        title="Clerk",
        given_at=datetime.now(UTC),
    )


async def ask(talk: Talk, wait_seconds: float) -> Asked:
    matcher, caller = WordMatcher(), Caller(user_id=uuid4())
    report = await matcher.match(CV, OFFER)
    return await ask_about_gaps(matcher, KeptAnswers(talk), caller, talk, CV, OFFER, report, wait_seconds)


async def test_each_unmet_must_have_is_asked_about_and_an_answer_becomes_a_line_of_its_job() -> None:
    talk = Talk({"Kafka": "Ran Kafka for a year", "Rust": ""})
    asked = await ask(talk, wait_seconds=5)
    assert [question.requirement for question in talk.asked] == ["Kafka", "Rust"]
    assert (asked.asked, asked.answered) == (2, 1)
    (line,) = asked.cv.sections[0].entries[0].highlights
    assert (line.id, line.text) == ("experience[0].answers[0]", "Ran Kafka for a year")
    assert asked.report.matches[0].status is MatchStatus.MET
    assert asked.report.matches[1].status is MatchStatus.UNMET


async def test_without_an_answer_in_time_the_run_goes_on() -> None:
    asked = await ask(Talk({}), wait_seconds=0.05)
    assert (asked.asked, asked.answered, asked.cv) == (2, 0, CV)


async def test_who_goes_on_with_a_run_waits_for_what_was_asked_and_not_for_what_it_would_ask() -> None:
    """Kafka was answered meanwhile, so it would ask about Rust under the number that Kafka had."""
    before = Talk({"Kafka": "Ran Kafka for a year", "Rust": ""})
    await ask(before, wait_seconds=5)
    after = Talk({"Kafka": "Ran Kafka for a year", "Rust": "Wrote Rust"}, tuple(before.kept))
    after.asked, after.seconds_left = before.asked, 5
    asked = await ask(after, wait_seconds=5)
    assert [question.requirement for question in after.asked] == ["Kafka", "Rust"]
    assert (asked.asked, asked.answered) == (2, 2)
    assert "Wrote Rust" in [line.text for line in asked.cv.sections[0].entries[0].highlights]


async def test_nor_does_it_wait_longer_than_the_person_was_told() -> None:
    talk = Talk({})
    talk.seconds_left = 0.0
    async with asyncio.timeout(5):
        asked = await ask(talk, wait_seconds=60)
    assert (asked.asked, asked.answered) == (2, 0)


async def test_a_run_that_is_not_interactive_asks_nothing() -> None:
    talk = Talk({"Kafka": "Ran Kafka"})
    asked = await ask(talk, wait_seconds=0)
    assert (talk.asked, asked.cv) == ([], CV)


async def test_what_was_answered_before_is_not_asked_again() -> None:
    talk = Talk({"Rust": ""}, earlier=(answer("Kafka", "Ran Kafka for a year"),))
    asked = await ask(talk, wait_seconds=5)
    assert [question.requirement for question in talk.asked] == ["Rust"]
    assert asked.remembered == 1


def test_an_answer_is_evidence_of_its_own_job_only() -> None:
    assert with_answers(CV, (answer("Kafka", "Ran Kafka", organisation="Initech"),)) == CV
