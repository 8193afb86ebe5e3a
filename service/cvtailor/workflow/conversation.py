"""A run's questions and answers, through its event log."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from cvtailor.domain.ports import RunEvents
from cvtailor.domain.question import Question
from cvtailor.domain.run import QuestionAnswered, QuestionAsked
from cvtailor.workflow.narrator import Narrator


class RunConversation:
    """Asks in the log and hears the answers there, so any process may take them (``Conversation``)."""

    def __init__(self, run: Narrator, events: RunEvents) -> None:
        self._run = run
        self._events = events

    async def ask(self, question: Question, wait_seconds: float) -> None:
        """See ``Conversation.ask``."""
        await self._run.say(question.id, QuestionAsked(question=question, wait_seconds=wait_seconds))

    async def answers(self) -> AsyncGenerator[QuestionAnswered]:
        """See ``Conversation.answers``."""
        async with aclosing(self._events.follow(self._run.caller, self._run.run_id, 0)) as log:
            async for event in log:
                if event and isinstance(event.payload, QuestionAnswered):
                    yield event.payload
