"""A run's questions and answers, through its event log."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import UTC, datetime

from cvtailor.domain.ports import RunEvents
from cvtailor.domain.question import Question
from cvtailor.domain.run import QuestionAnswered, QuestionAsked
from cvtailor.steps.ask import Open
from cvtailor.workflow.narrator import Narrator


class RunConversation:
    """Asks in the log and hears the answers there, so any process may take them (``Conversation``)."""

    def __init__(self, run: Narrator, events: RunEvents) -> None:
        self._run = run
        self._events = events

    async def ask(self, questions: Sequence[Question], wait_seconds: float) -> None:
        """See ``Conversation.ask``."""
        # All at once: whoever takes the run over finds each question in the log, or none.
        asked = (QuestionAsked(question=question, wait_seconds=wait_seconds) for question in questions)
        await self._run.say({each.question.id: each for each in asked})

    async def heard(self) -> AsyncGenerator[Open | QuestionAnswered]:
        """See ``Conversation.heard``."""
        async with aclosing(self._events.follow(self._run.caller, self._run.run_id, 0)) as log:
            async for event in log:
                match event and event.payload:
                    case QuestionAsked() as asked:
                        assert event  # noqa: S101
                        since = (datetime.now(UTC) - event.at).total_seconds()
                        yield Open(asked.question.id, asked.wait_seconds - since)
                    case QuestionAnswered() as reply:
                        yield reply
