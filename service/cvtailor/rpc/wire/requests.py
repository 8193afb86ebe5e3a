"""Requests: wire → domain. Their fields have passed the contract's validation rules."""

from collections.abc import Mapping
from email.message import Message
from uuid import UUID

from cvtailor.domain import limits
from cvtailor.domain.application import (
    ApplicationChange,
    ApplicationRequest,
    ApplicationStatus,
    RevisionWish,
    TailoringOptions,
    Theme,
    Tone,
)
from cvtailor.domain.base_cv import CvFormat, CvSource
from cvtailor.domain.errors import InvalidInput, Reason
from cvtailor.domain.hidden_characters import shown
from cvtailor.domain.job_offer import JobPosting
from cvtailor.domain.revision import Edit
from cvtailor.domain.run import QuestionAnswered
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2 as pb
from cvtailor.rpc.wire.enums import EDIT_KIND_OF, STATUS_OF, THEME_OF, TONE_OF

CV_FORMATS: Mapping[str, CvFormat] = {
    "text/markdown": CvFormat.MARKDOWN,
    "text/plain": CvFormat.PLAIN_TEXT,
    "application/yaml": CvFormat.RENDERCV_YAML,
    "application/json": CvFormat.JSON_RESUME,
    "application/pdf": CvFormat.PDF,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": CvFormat.DOCX,
}
_CHARSETS = {"utf-8", "utf8", "us-ascii"}
_CV_FIELDS = {
    "rendercv_yaml": "base_cv.rendercv_yaml",
    "json_resume": "base_cv.json_resume",
    "file": "base_cv.file.content",
}
_MEDIA_TYPE_FIELD = "base_cv.file.media_type"

POSTING_FIELD = "posting.text"

_OF_THE_SERVICE = frozenset(
    {ApplicationStatus.GENERATING, ApplicationStatus.FAILED, ApplicationStatus.CANCELLED}
)
"""What becomes of runs; READY becomes of drafts, too, if their owners say so."""


def application_request(request: pb.GenerateApplicationRequest) -> ApplicationRequest:
    """Returns what the run is made from.

    Raises:
        InvalidInput: No reader for the CV's media type (``CV_FORMAT_UNSUPPORTED``).
    """
    return ApplicationRequest(
        cv=_cv_source(request.base_cv),
        posting=JobPosting(text=request.posting.text, source_url=request.posting.source_url),
        options=_options(request.options),
    )


def cv_field(request: pb.GenerateApplicationRequest) -> str:
    """Returns the path of the field that holds the CV's content."""
    source = request.base_cv.WhichOneof("source")
    return _CV_FIELDS[source] if source else "base_cv.source"


def canonical_uuid(text: str) -> UUID:
    """Returns the UUID of a validated field; the contract accepts upper case too."""
    return UUID(text)


def page_size(request: pb.ListApplicationsRequest) -> int:
    """Returns the number of applications to list."""
    return min(request.page_size or limits.LIST_PAGE_SIZE_DEFAULT, limits.LIST_PAGE_SIZE_MAX)


def statuses(request: pb.ListApplicationsRequest) -> tuple[ApplicationStatus, ...]:
    """Returns the statuses asked for; empty means all."""
    return tuple(STATUS_OF[status] for status in request.statuses)


def application_change(request: pb.UpdateApplicationRequest) -> ApplicationChange:
    """Returns what to change of an application.

    Raises:
        InvalidInput: The status is the service's to set.
    """
    status = STATUS_OF[request.status] if request.HasField("status") else None
    if status and status in _OF_THE_SERVICE:
        raise InvalidInput(
            f"{status.name} is the service's to set; to end a run, call CancelApplication.", field="status"
        )
    notes = request.notes if request.HasField("notes") else None
    return ApplicationChange(revision=request.revision, status=status, notes=notes)


def revision_wish(request: pb.ReviseApplicationRequest) -> RevisionWish:
    """Returns what the person wants of the next version."""
    return RevisionWish(
        application_id=canonical_uuid(request.application_id),
        parent_version=request.parent_version,
        edits=tuple(Edit(kind=EDIT_KIND_OF[edit.kind], target=edit.target) for edit in request.edits),
        feedback=shown(request.feedback).strip(),
        options=_chosen(request.options) if request.HasField("options") else None,
    )


def question_answered(request: pb.AnswerQuestionRequest) -> QuestionAnswered:
    """Returns the person's answer as one line, without what nobody sees: it may be printed in the CV.

    Raises:
        InvalidInput: It is too long once its letters are composed, of which one may become three.
    """
    text = " ".join(shown(request.text).split())
    if len(text) > limits.ANSWER_CHARS_MAX:
        raise InvalidInput(
            f"The answer has {len(text):,} characters as it is kept; at most {limits.ANSWER_CHARS_MAX}"
            " are allowed. Shorten it.",
            field="text",
        )
    return QuestionAnswered(question_id=request.question_id, text=text, entry_id=request.entry_id)


def link_lifetime_seconds(request: pb.CreateDocumentLinkRequest) -> int:
    """Returns how long a link is to work."""
    return request.lifetime_seconds or limits.DOCUMENT_LINK_SECONDS_DEFAULT


def _cv_source(base_cv: pb.BaseCv) -> CvSource:
    match base_cv.WhichOneof("source"):
        case "rendercv_yaml":
            return CvSource(format=CvFormat.RENDERCV_YAML, content=base_cv.rendercv_yaml.encode())
        case "json_resume":
            return CvSource(format=CvFormat.JSON_RESUME, content=base_cv.json_resume.encode())
        case "file":
            return CvSource(format=_cv_format(base_cv.file.media_type), content=base_cv.file.content)
        case None:
            raise InvalidInput("Send the CV in one of the fields of base_cv.", field="base_cv.source")


def _cv_format(media_type: str) -> CvFormat:
    header = Message()
    header["content-type"] = media_type
    # ``get_content_type`` answers text/plain when it can't parse, so the type is taken as it is written.
    cv_format = CV_FORMATS.get(media_type.partition(";")[0].strip().lower())
    if cv_format is None or header.get_content_charset("utf-8") not in _CHARSETS:
        accepted = ", ".join(CV_FORMATS)
        raise InvalidInput(
            f"No reader for a CV of type {media_type!r}; send one of {accepted}; text as UTF-8.",
            reason=Reason.CV_FORMAT_UNSUPPORTED,
            field=_MEDIA_TYPE_FIELD,
            accepted=accepted,
        )
    return cv_format


def _chosen(options: pb.GenerationOptions) -> TailoringOptions:
    """Returns options of which only those are set that were chosen."""
    names = {"language" if field.name == "language_code" else field.name for field, _ in options.ListFields()}
    return TailoringOptions.model_validate(_options(options).model_dump(include=names))


def _options(options: pb.GenerationOptions) -> TailoringOptions:
    return TailoringOptions(
        theme=THEME_OF.get(options.theme, Theme.CLASSIC),
        page_limit=options.page_limit or None,
        language=options.language_code,
        keep_sections=tuple(options.keep_sections),
        interactive=options.interactive,
        tone=TONE_OF.get(options.tone, Tone.NEUTRAL),
    )
