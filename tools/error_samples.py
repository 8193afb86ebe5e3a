"""One error for each reason, as the service raises it.

Where it takes no database, model or typesetter, the service's own code raises it here. The others are put
together as that code does; a test finds each of their messages in the code. What only the gateway tells comes
from its table of replies.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any
from uuid import UUID

import jwt
from cvtailor.adapters.auth.verifier import JwtVerifier
from cvtailor.adapters.embedded_engine.cv_readers.reader import read_cv
from cvtailor.adapters.embedded_engine.offers.reader import EmbeddedOfferReader
from cvtailor.adapters.postgres.page_token import PageToken
from cvtailor.domain import errors
from cvtailor.domain.base_cv import CvFormat, CvSource
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import CvtailorError, Reason
from cvtailor.domain.job_offer import JobPosting
from cvtailor.gateway.replies import replies
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2 as pb
from cvtailor.rpc.admission import Admission, Requirements
from cvtailor.rpc.errors import internal_error
from cvtailor.rpc.validation import validate
from cvtailor.rpc.wire.requests import application_request
from cvtailor.workflow.waiting_line import WaitingLine
from google.rpc.status_pb2 import Status
from grpc.aio import Metadata

_APPLICATION = UUID("724941f7-dd87-5c87-86fb-4df7799f8980")
_REQUEST = UUID("4b0ad1a6-1ba4-4ac8-a7ba-27cfa2b3e5a1")
_USER = UUID("7014cd9b-4ae5-5af9-992b-088339d4a5c3")
_SECRET = "a secret of the samples, thirty-two bytes"  # noqa: S105
_ISSUER = "https://project.supabase.co/auth/v1"
_CV_WITH_A_FAULT = b"cv:\n  name: Ada Example\n  sections:\n    experience: [\n"


def _raised(call: Callable[[], object]) -> CvtailorError:
    try:
        outcome = call()
        if isinstance(outcome, Coroutine):
            asyncio.run(outcome)
    except CvtailorError as error:
        return error
    raise AssertionError("the sample of an error raised none")


def _verified(**claims: Any) -> CvtailorError:
    known = {"sub": str(_USER), "aud": "authenticated", "iss": _ISSUER, "role": "authenticated", "iat": 1}
    token = jwt.encode({**known, "exp": 2, **claims}, _SECRET, algorithm="HS256")
    return _raised(lambda: JwtVerifier(None, issuer=_ISSUER, hs256_secret=_SECRET).verify(token))


def _unread_format() -> CvtailorError:
    file = pb.CvFile(content=b"{\\rtf1}", media_type="application/rtf")
    return _raised(lambda: application_request(pb.GenerateApplicationRequest(base_cv=pb.BaseCv(file=file))))


class _NoRoom:
    async def waiting_count(self, at_most: int) -> int:
        return at_most

    async def waiting_line(self, at_most: int) -> Sequence[UUID]:
        raise AssertionError("nobody asks for a place in a sample")


async def _nobody(token: str) -> Caller:
    raise AssertionError(f"no token is verified in a sample, and not {token}")


SAMPLES: Mapping[Reason, Callable[[], CvtailorError | Status]] = {
    Reason.INVALID_ARGUMENT: lambda: _raised(
        lambda: validate(pb.GetApplicationRequest(application_id="the-first-one"))
    ),
    Reason.CV_UNREADABLE: lambda: _raised(
        lambda: read_cv(CvSource(format=CvFormat.RENDERCV_YAML, content=_CV_WITH_A_FAULT))
    ),
    Reason.CV_FORMAT_UNSUPPORTED: _unread_format,
    Reason.POSTING_UNREADABLE: lambda: _raised(
        lambda: EmbeddedOfferReader().read(JobPosting(text="Lorem ipsum dolor sit amet, consectetur elit."))
    ),
    Reason.APPLICATION_NOT_FOUND: lambda: errors.NotFound(
        f"There is no application {_APPLICATION} of yours."
    ),
    Reason.DOCUMENT_NOT_FOUND: lambda: errors.NotFound(
        "The application has no document 'resume.pdf'; GetApplication lists those it has.",
        reason=Reason.DOCUMENT_NOT_FOUND,
        field="name",
    ),
    Reason.REQUEST_ID_REUSED: lambda: errors.Conflict(
        f"request_id {_REQUEST} was used for another request; choose a new one.", field="request_id"
    ),
    Reason.PAGE_TOKEN_INVALID: lambda: _raised(lambda: PageToken.decode("page-2", "")),
    Reason.TOKEN_MISSING: lambda: _raised(lambda: Admission(_nobody).caller(Metadata())),
    Reason.TOKEN_INVALID: lambda: _verified(exp=4102444800, aud="anon"),
    Reason.TOKEN_EXPIRED: _verified,
    Reason.PERMISSION_DENIED: lambda: errors.Forbidden(
        "The policies don't let this user store an object there."
    ),
    Reason.QUOTA_EXCEEDED: lambda: next(
        reply.status() for reply in replies(0) if reply.reason is Reason.QUOTA_EXCEEDED
    ),
    Reason.RENDER_REFUSED: lambda: errors.RenderRefused("rendercv refuses the CV at sections.experience.0."),
    Reason.RENDER_TIMEOUT: lambda: errors.RenderTimeout(
        "The CV took longer than 20 seconds to typeset; shorten it."
    ),
    Reason.SERVER_DRAINING: lambda: errors.Draining(
        "This server is shutting down; nothing is lost. Call again, or reattach to a run with "
        "WatchApplication."
    ),
    Reason.DEPENDENCY_UNAVAILABLE: lambda: errors.Unavailable("Postgres does not answer: connection refused"),
    Reason.INTERNAL: lambda: internal_error("3f9c0d41b7aa"),
    Reason.RUN_ENDED: lambda: errors.Conflict(
        "The run has ended; generate again to use the answer.", reason=Reason.RUN_ENDED, field="question_id"
    ),
    Reason.RUN_DEADLINE_EXCEEDED: lambda: errors.Unavailable(
        "the run took longer than 600 s and was stopped", reason=Reason.RUN_DEADLINE_EXCEEDED
    ),
    Reason.ATS_CHECK_FAILED: lambda: errors.WeMustFix(
        "1 of 66 pieces of the CV can't be read back from its PDF; choose another theme, and report it",
        reason=Reason.ATS_CHECK_FAILED,
    ),
    Reason.QUESTION_NOT_FOUND: lambda: errors.NotFound(
        "The run asks no question[7].", reason=Reason.QUESTION_NOT_FOUND, field="question_id"
    ),
    Reason.QUESTION_CLOSED: lambda: errors.Conflict(
        "question[0] was answered before, otherwise.", reason=Reason.QUESTION_CLOSED, field="question_id"
    ),
    Reason.MODEL_REFUSED: lambda: errors.ModelRefused(
        "'openai:gpt-4.1' needs a key: set CVTAILOR_MODEL_API_KEY."
    ),
    Reason.MODEL_UNAVAILABLE: lambda: errors.ModelUnavailable(
        "No model answers: 'openai:gpt-4.1' answered 503. Try again later."
    ),
    Reason.MODEL_BUDGET_SPENT: lambda: errors.ModelBudgetSpent("the run's models cost $0.5012 of $0.5"),
    Reason.MODEL_ANSWER_INVALID: lambda: errors.ModelAnswerInvalid(
        "The writer answered twice in a form that cannot be used: lines: Field required."
    ),
    Reason.REVISION_STALE: lambda: errors.Conflict(
        "The application is at revision 5 now, not 4; read it again and decide anew.",
        reason=Reason.REVISION_STALE,
        field="revision",
        revision="5",
    ),
    Reason.STATUS_STEP_REFUSED: lambda: errors.Conflict(
        "The run makes the application ready when it is done. Possible until then: withdrawn, archived.",
        reason=Reason.STATUS_STEP_REFUSED,
        field="status",
    ),
    Reason.LINKS_UNSUPPORTED: lambda: errors.LinksUnsupported(
        "Documents are kept in a folder of the server here, to which no URL leads: use DownloadDocument."
    ),
    Reason.ACCOUNT_BANNED: lambda: errors.Forbidden(
        "This account is banned; ask whoever runs the service.", reason=Reason.ACCOUNT_BANNED
    ),
    Reason.ASSURANCE_TOO_LOW: lambda: _raised(
        lambda: Requirements(second_factor=True).check(Caller(user_id=_USER, aal="aal1"))
    ),
    Reason.ANONYMOUS_REFUSED: lambda: _raised(
        lambda: Requirements(anonymous_allowed=False).check(Caller(user_id=_USER, is_anonymous=True))
    ),
    Reason.RUN_IN_PROGRESS: lambda: errors.Conflict(
        "A run of this application is at work; wait for its end (WatchApplication), or cancel it.",
        reason=Reason.RUN_IN_PROGRESS,
        field="application_id",
    ),
    Reason.NOTHING_TO_REVISE: lambda: errors.Conflict(
        "The CV or the ad that this application was made of is not kept any more, or it was entered by hand; "
        "generate a new one.",
        reason=Reason.NOTHING_TO_REVISE,
        field="application_id",
    ),
    Reason.EDIT_TARGET_UNKNOWN: lambda: errors.InvalidInput(
        "The base CV has no line 'experience[9].highlights[0]'; `Claim.evidence_ids` and "
        "`LineChange.evidence_ids` name those it has.",
        reason=Reason.EDIT_TARGET_UNKNOWN,
        field="edits[0].target",
    ),
    Reason.QUEUE_FULL: lambda: _raised(lambda: WaitingLine(_NoRoom(), queue_max=10_000).check_room()),
    Reason.WATCHER_TOO_SLOW: lambda: errors.WatcherTooSlow(
        "This stream was not read for 60 s and is closed; nothing is lost. Call again, or reattach to a run "
        "with WatchApplication and the last sequence that arrived."
    ),
}
