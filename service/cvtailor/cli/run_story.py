"""What the events of an application's last run tell that its records do not: offer, match, reasons."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import grpc
import grpc.aio

from cvtailor.cli.connection import Connection
from cvtailor.gen.cvtailor.v1 import (
    application_pb2,
    cv_generator_pb2,
    event_pb2,
    job_offer_pb2,
    match_report_pb2,
)

_REPLAY_SECONDS = 5


@dataclass
class RunStory:
    """The last run, as far as its events are kept; what is not told is None or empty.

    Attributes:
        reasons: Why a line of the base CV is left out, by its evidence id.
    """

    offer: job_offer_pb2.JobOffer | None = None
    report: match_report_pb2.MatchReport | None = None
    coverage: match_report_pb2.Coverage | None = None
    completed: event_pb2.Completed | None = None
    reasons: dict[str, str] = field(default_factory=dict)

    def add(self, event: event_pb2.ApplicationEvent) -> None:
        """Takes in an event."""
        if event.HasField("completed"):
            self.completed = event.completed
        finished = event.step_finished
        match finished.WhichOneof("result"):
            case "offer_read":
                self.offer = finished.offer_read.offer
            case "matched":
                self.report = finished.matched.report
            case "tailored":
                self._reasons_of(finished.tailored.left_out)
            case "pages_fitted":
                self.coverage = finished.pages_fitted.coverage_after
                self._reasons_of(finished.pages_fitted.left_out)

    def requirements(self) -> Mapping[str, job_offer_pb2.Requirement]:
        """Returns what the offer asks for, by id."""
        return {each.id: each for each in self.offer.requirements} if self.offer else {}

    def _reasons_of(self, left_out: Iterable[match_report_pb2.LeftOut]) -> None:
        self.reasons.update((each.evidence_id, each.reason) for each in left_out)


async def story_of(connection: Connection, application: application_pb2.Application) -> RunStory:
    """Returns the story of an application's last run; an empty one while it is at work."""
    story = RunStory()
    if application.status == application_pb2.APPLICATION_STATUS_GENERATING:
        return story
    watch = cv_generator_pb2.WatchApplicationRequest(application_id=application.id)
    answers = connection.stub.WatchApplication(watch, metadata=connection.metadata, timeout=_REPLAY_SECONDS)
    try:
        async for answer in answers:
            story.add(answer.event)
    except grpc.aio.AioRpcError as error:
        # A run that began meanwhile goes on for longer; what it has told until now will do.
        if error.code() is not grpc.StatusCode.DEADLINE_EXCEEDED:
            raise
    finally:
        answers.cancel()
    return story
