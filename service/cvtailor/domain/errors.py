"""Errors that say who acts next; ``rpc.errors`` maps them to gRPC statuses in one table."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Self


class Reason(StrEnum):
    """Machine-readable reasons; each has its twin in the contract's ``ErrorReason``."""

    INVALID_ARGUMENT = "INVALID_ARGUMENT"
    CV_UNREADABLE = "CV_UNREADABLE"
    CV_FORMAT_UNSUPPORTED = "CV_FORMAT_UNSUPPORTED"
    POSTING_UNREADABLE = "POSTING_UNREADABLE"
    APPLICATION_NOT_FOUND = "APPLICATION_NOT_FOUND"
    DOCUMENT_NOT_FOUND = "DOCUMENT_NOT_FOUND"
    QUESTION_NOT_FOUND = "QUESTION_NOT_FOUND"
    QUESTION_CLOSED = "QUESTION_CLOSED"
    REQUEST_ID_REUSED = "REQUEST_ID_REUSED"
    RUN_ENDED = "RUN_ENDED"
    REVISION_STALE = "REVISION_STALE"
    RUN_IN_PROGRESS = "RUN_IN_PROGRESS"
    NOTHING_TO_REVISE = "NOTHING_TO_REVISE"
    EDIT_TARGET_UNKNOWN = "EDIT_TARGET_UNKNOWN"
    STATUS_STEP_REFUSED = "STATUS_STEP_REFUSED"
    LINKS_UNSUPPORTED = "LINKS_UNSUPPORTED"
    ACCOUNT_BANNED = "ACCOUNT_BANNED"
    ASSURANCE_TOO_LOW = "ASSURANCE_TOO_LOW"
    ANONYMOUS_REFUSED = "ANONYMOUS_REFUSED"
    PAGE_TOKEN_INVALID = "PAGE_TOKEN_INVALID"  # noqa: S105
    TOKEN_MISSING = "TOKEN_MISSING"  # noqa: S105
    TOKEN_INVALID = "TOKEN_INVALID"  # noqa: S105
    TOKEN_EXPIRED = "TOKEN_EXPIRED"  # noqa: S105
    PERMISSION_DENIED = "PERMISSION_DENIED"
    QUOTA_EXCEEDED = "QUOTA_EXCEEDED"
    QUEUE_FULL = "QUEUE_FULL"
    WATCHER_TOO_SLOW = "WATCHER_TOO_SLOW"
    RENDER_REFUSED = "RENDER_REFUSED"
    RENDER_TIMEOUT = "RENDER_TIMEOUT"
    ATS_CHECK_FAILED = "ATS_CHECK_FAILED"
    RUN_DEADLINE_EXCEEDED = "RUN_DEADLINE_EXCEEDED"
    MODEL_REFUSED = "MODEL_REFUSED"
    MODEL_UNAVAILABLE = "MODEL_UNAVAILABLE"
    MODEL_BUDGET_SPENT = "MODEL_BUDGET_SPENT"
    MODEL_ANSWER_INVALID = "MODEL_ANSWER_INVALID"
    SERVER_DRAINING = "SERVER_DRAINING"
    DEPENDENCY_UNAVAILABLE = "DEPENDENCY_UNAVAILABLE"
    INTERNAL = "INTERNAL"


class CvtailorError(Exception):
    """The root of the errors this service raises on purpose.

    Attributes:
        reason: Machine-readable reason.
        message: What is wrong and what to do, for a person.
        field: Path of the offending field of the request, or empty.
        line: One-based line in the offending document, or None.
        metadata: Further facts for programs; never CV text or tokens.
        caller_retries: Nothing is wrong with the request; it may succeed later.
    """

    reason = Reason.INTERNAL
    caller_retries = False

    def __init__(
        self,
        message: str,
        *,
        reason: Reason | None = None,
        field: str = "",
        line: int | None = None,
        **metadata: str,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason or type(self).reason
        self.field = field
        self.line = line
        self.metadata = metadata

    def __reduce__(self) -> tuple[object, ...]:
        """Keeps every attribute through pickling; ``BaseException`` would lose the keywords."""
        return _rebuild, (type(self), self.message, self.reason, self.field, self.line, self.metadata)

    @classmethod
    def rebuild(
        cls, message: str, reason: Reason, field: str, line: int | None, metadata: dict[str, str]
    ) -> Self:
        """Makes the error again from its parts."""
        return cls(message, reason=reason, field=field, line=line, **metadata)


def _rebuild(
    cls: type[CvtailorError],
    message: str,
    reason: Reason,
    field: str,
    line: int | None,
    metadata: dict[str, str],
) -> CvtailorError:
    return cls.rebuild(message, reason, field, line, metadata)


class CallerMustFix(CvtailorError):
    """The request is wrong; sending it again unchanged fails again."""

    reason = Reason.INVALID_ARGUMENT


class InvalidInput(CallerMustFix):
    """A field of the request, or a line of a document in it, is not acceptable."""


class NotUnderstood(InvalidInput):
    """A text is sound, but the embedded engine can't make sense of its words; an agent may."""


class NotFound(CallerMustFix):
    """There is no such thing, or it is not the caller's."""

    reason = Reason.APPLICATION_NOT_FOUND


class Conflict(CallerMustFix):
    """The request contradicts what is stored."""

    reason = Reason.REQUEST_ID_REUSED


class LinksUnsupported(CallerMustFix):
    """The documents are kept where no URL leads; the caller downloads them."""

    reason = Reason.LINKS_UNSUPPORTED


class Unauthenticated(CallerMustFix):
    """No valid token."""

    reason = Reason.TOKEN_MISSING


class Forbidden(CallerMustFix):
    """A valid token of someone who may not do this."""

    reason = Reason.PERMISSION_DENIED


class CallerMustRetry(CvtailorError):
    """Nothing is wrong with the request; it may succeed later.

    Attributes:
        retry_after_seconds: When to try again.
    """

    reason = Reason.DEPENDENCY_UNAVAILABLE
    caller_retries = True
    retry_after_seconds: float = 1.0


class Draining(CallerMustRetry):
    """This process is going away; another one answers."""

    reason = Reason.SERVER_DRAINING


class Unavailable(CallerMustRetry):
    """Postgres, the object store or the render pool does not answer."""


class QuotaExceeded(CallerMustRetry):
    """The caller has too much in progress, or asked for too much lately."""

    reason = Reason.QUOTA_EXCEEDED
    retry_after_seconds = 5.0


class QueueFull(CallerMustRetry):
    """As many runs wait, of whomever, as may."""

    reason = Reason.QUEUE_FULL
    retry_after_seconds = 10.0


class WatcherTooSlow(CallerMustRetry):
    """A stream was not read for so long that its place is given up; the log is there still."""

    reason = Reason.WATCHER_TOO_SLOW


class RenderTimeout(CallerMustRetry):
    """A document took longer to typeset than its deadline."""

    reason = Reason.RENDER_TIMEOUT


class ModelUnavailable(CallerMustRetry):
    """The provider of the language model does not answer, or asks to slow down."""

    reason = Reason.MODEL_UNAVAILABLE
    retry_after_seconds = 10.0


class ModelRefused(CvtailorError):
    """The provider refuses the key, the model or the request; the operator of the service acts."""

    reason = Reason.MODEL_REFUSED


class ModelBudgetSpent(CvtailorError):
    """The tokens, the money or the time for models are used up, of this run or this user."""

    reason = Reason.MODEL_BUDGET_SPENT


class ModelAnswerInvalid(CvtailorError):
    """The model's answer does not fit what was asked for, even after it was told so."""

    reason = Reason.MODEL_ANSWER_INVALID


class WeMustFix(CvtailorError):
    """A fault of the service; the caller can only report it."""


class RenderRefused(WeMustFix):
    """The typesetter refused a document that passed our own checks."""

    reason = Reason.RENDER_REFUSED


KINDS: Mapping[str, type[CvtailorError]] = {
    kind.__name__: kind
    for kind in list(vars().values())
    if isinstance(kind, type) and issubclass(kind, CvtailorError)
}
"""The errors above by name, for journals that must raise again what was raised."""
