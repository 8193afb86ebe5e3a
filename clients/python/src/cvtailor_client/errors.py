"""Errors by who acts next; one table from the contract's reasons to their classes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from cvtailor_client.v1 import ErrorReason


class FieldViolation(NamedTuple):
    """What is wrong with one field of a request.

    Attributes:
        field: Its path in the request (``posting.text``).
        description: For people.
        reason: For programs: the rule that it breaks, or the reason of the error.
    """

    field: str
    description: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Particulars:
    """What is known of an error beyond its message; see ``CvTailorError``."""

    reason: ErrorReason = ErrorReason.UNSPECIFIED
    code: str = ""
    violations: tuple[FieldViolation, ...] = ()
    retry_after: timedelta | None = None
    metadata: Mapping[str, str] | None = None
    request_id: str = ""
    application_id: str = ""


class CvTailorError(Exception):
    """Every error that the service tells of, and every way not to reach it.

    Attributes:
        message: What is wrong and what to do, for a person.
        reason: Why, in the contract's words; UNSPECIFIED if the service was not reached, or is newer.
        code: Name of the gRPC status (``NOT_FOUND``); empty if a run failed, which ends its call OK.
        violations: The fields of the request that are wrong.
        retry_after: When the same request may succeed, if the service says so.
        metadata: Further facts for programs, such as ``line`` of an unreadable CV.
        request_id: ``x-request-id`` of the call, as in the service's log; empty if it was not reached.
        application_id: The application whose run failed, if one did.
    """

    def __init__(self, message: str, particulars: Particulars | None = None, **known: object) -> None:
        super().__init__(message)
        known_of = particulars or Particulars(**known)  # type: ignore[arg-type]
        self.message = message
        self.particulars = known_of
        self.reason = known_of.reason
        self.code = known_of.code
        self.violations = known_of.violations
        self.retry_after = known_of.retry_after
        self.metadata = dict(known_of.metadata or {})
        self.request_id = known_of.request_id
        self.application_id = known_of.application_id

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.message, self.particulars)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.message!r}, reason={self.reason.name})"

    @property
    def incident(self) -> str:
        """What to quote in a report; empty if it is no fault of the service."""
        return self.metadata.get("incident", "")

    @property
    def line(self) -> int | None:
        """One-based line of the CV that can't be read."""
        line = self.metadata.get("line", "")
        return int(line) if line.isdecimal() else None


class CallerFixes(CvTailorError):
    """The request is wrong; sent again unchanged it fails again."""


class InvalidRequest(CallerFixes):
    """A field, or a document in it, is not acceptable; ``violations`` names it."""


class Unauthenticated(CallerFixes):
    """There is no valid token."""


class PermissionDenied(CallerFixes):
    """A valid token of someone who may not do this."""


class NotFound(CallerFixes):
    """There is no such thing, or it is not the caller's."""


class Conflict(CallerFixes):
    """The request doesn't fit what is there: look again, and decide anew."""


class CallerRetries(CvTailorError):
    """Nothing is wrong with the request; it may succeed later (``retry_after``)."""


class Unavailable(CallerRetries):
    """The service, or something it stands on, does not answer, or has too much to do."""


class QuotaExceeded(CallerRetries):
    """The caller has too much in progress, or has spent too much."""


class RunInProgress(CallerRetries):
    """A run of this application is at work; wait for its end."""


class DeadlineExceeded(CallerRetries):
    """It took longer than it may. A run that was begun goes on: watch it."""


class ServiceFixes(CvTailorError):
    """Whoever operates the service acts; ``incident`` is what to quote."""


class RunCancelled(CvTailorError):
    """The run was cancelled by its owner; nobody has to act."""


CLASSES: Mapping[ErrorReason, type[CvTailorError]] = {
    ErrorReason.INVALID_ARGUMENT: InvalidRequest,
    ErrorReason.CV_UNREADABLE: InvalidRequest,
    ErrorReason.CV_FORMAT_UNSUPPORTED: InvalidRequest,
    ErrorReason.POSTING_UNREADABLE: InvalidRequest,
    ErrorReason.PAGE_TOKEN_INVALID: InvalidRequest,
    ErrorReason.EDIT_TARGET_UNKNOWN: InvalidRequest,
    ErrorReason.APPLICATION_NOT_FOUND: NotFound,
    ErrorReason.DOCUMENT_NOT_FOUND: NotFound,
    ErrorReason.QUESTION_NOT_FOUND: NotFound,
    ErrorReason.REQUEST_ID_REUSED: Conflict,
    ErrorReason.QUESTION_CLOSED: Conflict,
    ErrorReason.RUN_ENDED: Conflict,
    ErrorReason.REVISION_STALE: Conflict,
    ErrorReason.STATUS_STEP_REFUSED: Conflict,
    ErrorReason.NOTHING_TO_REVISE: Conflict,
    ErrorReason.LINKS_UNSUPPORTED: Conflict,
    ErrorReason.TOKEN_MISSING: Unauthenticated,
    ErrorReason.TOKEN_INVALID: Unauthenticated,
    ErrorReason.TOKEN_EXPIRED: Unauthenticated,
    ErrorReason.PERMISSION_DENIED: PermissionDenied,
    ErrorReason.ASSURANCE_TOO_LOW: PermissionDenied,
    ErrorReason.ANONYMOUS_REFUSED: PermissionDenied,
    ErrorReason.QUOTA_EXCEEDED: QuotaExceeded,
    ErrorReason.MODEL_BUDGET_SPENT: QuotaExceeded,
    ErrorReason.RUN_IN_PROGRESS: RunInProgress,
    ErrorReason.RENDER_TIMEOUT: DeadlineExceeded,
    ErrorReason.RUN_DEADLINE_EXCEEDED: DeadlineExceeded,
    ErrorReason.SERVER_DRAINING: Unavailable,
    ErrorReason.DEPENDENCY_UNAVAILABLE: Unavailable,
    ErrorReason.MODEL_UNAVAILABLE: Unavailable,
    ErrorReason.QUEUE_FULL: Unavailable,
    ErrorReason.WATCHER_TOO_SLOW: Unavailable,
    ErrorReason.UNSPECIFIED: ServiceFixes,
    ErrorReason.INTERNAL: ServiceFixes,
    ErrorReason.RENDER_REFUSED: ServiceFixes,
    ErrorReason.ATS_CHECK_FAILED: ServiceFixes,
    ErrorReason.MODEL_REFUSED: ServiceFixes,
    ErrorReason.MODEL_ANSWER_INVALID: ServiceFixes,
    ErrorReason.ACCOUNT_BANNED: ServiceFixes,
}
"""By reason; a test compares it with the comments of the contract."""
