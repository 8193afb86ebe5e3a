"""One look at a run: its events, gathered into one answer."""

from cvtailor.cli.display import summary_of
from cvtailor.gen.cvtailor.v1 import application_pb2, event_pb2
from cvtailor.mcp_server.answers import (
    NEXT_STEPS,
    FailureAnswer,
    PlaceAnswer,
    QuestionAnswer,
    RunAnswer,
    RunStateName,
    documents_of,
    failure_of,
    lower_name,
    reason_name,
)


class RunSoFar:
    """Gathers the events of one look at a run."""

    def __init__(self, application_id: str = "", last_sequence: int = 0) -> None:
        self.application_id = application_id
        self.percent = 0
        self.ended = False
        self._seen = False
        self._last_sequence = last_sequence
        self._state: RunStateName = "running"
        self._happened: list[str] = []
        self._warnings: list[str] = []
        self._questions: dict[str, QuestionAnswer] = {}
        self._completed = event_pb2.Completed()
        self._failure: FailureAnswer | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing was seen."""
        return not self._seen

    def add(self, event: event_pb2.ApplicationEvent) -> str:
        """Takes an event in and returns it in words."""
        self.application_id, self._seen = event.application_id, True
        self._last_sequence, self.percent = event.sequence, event.percent
        self._take(event)
        return _words(event)

    def end_as(self, application: application_pb2.Application) -> None:
        """Takes the state from the records, if no event told it."""
        status = application.status
        if status == application_pb2.APPLICATION_STATUS_GENERATING:
            return
        self.ended, self.percent = True, 100
        self._completed.documents.extend(application.documents)
        self._failure = failure_of(application)
        self._state = "failed" if self._failure else "ready"
        if status == application_pb2.APPLICATION_STATUS_CANCELLED:
            self._state = "cancelled"

    def answer(self) -> RunAnswer:
        """Returns what was gathered."""
        state = "asking" if self._state == "running" and self._questions else self._state
        return RunAnswer(
            application_id=self.application_id,
            state=state,
            percent=self.percent,
            last_sequence=self._last_sequence,
            happened=self._happened,
            warnings=self._warnings,
            questions=list(self._questions.values()) if state == "asking" else [],
            documents=documents_of(self._completed.documents),
            pages=self._completed.pages,
            covered=list(self._completed.keywords_covered),
            gaps=list(self._completed.gaps),
            failure=self._failure,
            next_step=NEXT_STEPS[state],
        )

    def _take(self, event: event_pb2.ApplicationEvent) -> None:
        match event.WhichOneof("event"):
            case "warning":
                self._warnings.append(_words(event).removeprefix("warning: "))
            case "question_asked":
                asked = event.question_asked.question
                self._questions[asked.id] = QuestionAnswer(
                    question_id=asked.id,
                    text=asked.text,
                    requirement=asked.requirement,
                    places=[PlaceAnswer(entry_id=each.entry_id, label=each.label) for each in asked.places],
                )
            case "question_answered":
                self._questions.pop(event.question_answered.question_id, None)
            case "step_finished":
                self._happened.append(_words(event))
                if event.step_finished.step == event_pb2.STEP_ASK:
                    self._questions.clear()
            case "completed":
                self._completed, self._state, self.ended = event.completed, "ready", True
            case "cancelled":
                self._state, self.ended = "cancelled", True
            case "failed":
                failed = event.failed
                self._failure = FailureAnswer(
                    reason=reason_name(failed.reason), message=failed.message, retryable=failed.retryable
                )
                self._state, self.ended = "failed", True


def _words(event: event_pb2.ApplicationEvent) -> str:
    kind = str(event.WhichOneof("event"))
    if kind in ("step_started", "step_progress", "step_finished"):
        told = getattr(event, kind)
        step = lower_name(event_pb2.Step.Name(told.step), "STEP_").replace("_", " ")
        said = {"step_started": "began", "step_progress": getattr(told, "message", "")}
        return f"{step}: {said.get(kind) or summary_of(event.step_finished) or 'done'}"
    if kind == "warning":
        quote = f" “{event.warning.quote}”" if event.warning.quote else ""
        return f"warning: {event.warning.message}{quote}"
    if kind == "question_asked":
        return f"question: {event.question_asked.question.text}"
    if kind == "failed":
        return f"failed: {event.failed.message}"
    return kind.replace("_", " ")
