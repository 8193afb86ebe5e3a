"""What a run made, or why it made nothing."""

from typing import NamedTuple

from cvtailor_client import v1
from cvtailor_client.errors import RunCancelled, ServiceFixes
from cvtailor_client.refusals import refusal_of_run


class TailoredApplication(NamedTuple):
    """What a run made.

    Attributes:
        application: With documents, letter, e-mail, action points, and the evidence of every line.
        completed: The run's last event: what the CV covers, and what it lacks.
    """

    application: v1.Application
    completed: v1.Completed


def completed(last: v1.ApplicationEvent | None, application_id: str) -> v1.Completed:
    """Returns what a run's last event says of its success.

    Raises:
        CvTailorError: The run failed; of the class of its reason.
        RunCancelled: The run was cancelled.
    """
    match last and last.event:
        case v1.Completed() as done:
            return done
        case v1.Failed(reason=reason, message=message):
            raise refusal_of_run(reason, message, application_id)
        case v1.Cancelled():
            message = f"The run of application {application_id} was cancelled."
            raise RunCancelled(message, application_id=application_id)
    raise ServiceFixes(
        f"The run of application {application_id} ended with an event that this client doesn't know."
    )


def present(application: v1.Application | None) -> v1.Application:
    """Returns the application of an answer.

    Raises:
        ServiceFixes: The answer lacks it.
    """
    if application is None:
        raise ServiceFixes("The answer lacks the application that was asked for.")
    return application
