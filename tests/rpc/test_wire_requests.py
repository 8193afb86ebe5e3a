import pytest
from cvtailor.domain.application import ApplicationStatus, TailoringOptions, Theme, Tone
from cvtailor.domain.base_cv import CvFormat
from cvtailor.domain.errors import InvalidInput, Reason
from cvtailor.gen.cvtailor.v1 import application_pb2
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2 as pb
from cvtailor.rpc.wire import requests

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def asked(base_cv: pb.BaseCv, **options: object):
    return requests.application_request(
        pb.GenerateApplicationRequest(
            base_cv=base_cv,
            posting=pb.JobPosting(text="A job", source_url="https://example.org/job"),
            options=pb.GenerationOptions(**options),
        )
    )


def a_file(media_type: str) -> pb.BaseCv:
    return pb.BaseCv(file=pb.CvFile(content="Zoë".encode(), media_type=media_type))


@pytest.mark.parametrize(
    ("base_cv", "format", "field"),
    [
        (pb.BaseCv(rendercv_yaml="Zoë"), CvFormat.RENDERCV_YAML, "base_cv.rendercv_yaml"),
        (pb.BaseCv(json_resume="Zoë"), CvFormat.JSON_RESUME, "base_cv.json_resume"),
        (a_file("text/markdown"), CvFormat.MARKDOWN, "base_cv.file.content"),
        (a_file("text/plain"), CvFormat.PLAIN_TEXT, "base_cv.file.content"),
        (a_file("application/yaml"), CvFormat.RENDERCV_YAML, "base_cv.file.content"),
        (a_file("application/json"), CvFormat.JSON_RESUME, "base_cv.file.content"),
        (a_file("application/pdf"), CvFormat.PDF, "base_cv.file.content"),
        (a_file(DOCX), CvFormat.DOCX, "base_cv.file.content"),
        (a_file("Text/Markdown; charset=UTF-8"), CvFormat.MARKDOWN, "base_cv.file.content"),
        (a_file('text/plain ;format=flowed;charset="us-ascii"'), CvFormat.PLAIN_TEXT, "base_cv.file.content"),
    ],
)
def test_every_source_becomes_bytes_of_one_format(base_cv, format, field):
    cv = asked(base_cv).cv
    assert (cv.format, cv.content) == (format, "Zoë".encode())
    assert requests.cv_field(pb.GenerateApplicationRequest(base_cv=base_cv)) == field


@pytest.mark.parametrize(
    "media_type",
    ["application/msword", "text/html", "markdown", "text/plain; charset=utf-16", "text/", ";;;"],
)
def test_a_media_type_without_a_reader_is_refused_with_those_that_have_one(media_type):
    with pytest.raises(InvalidInput) as refused:
        asked(a_file(media_type))
    assert refused.value.reason is Reason.CV_FORMAT_UNSUPPORTED
    assert refused.value.field == "base_cv.file.media_type"
    for accepted in requests.CV_FORMATS:
        assert accepted in refused.value.message


def test_what_is_not_chosen_takes_the_defaults():
    assert asked(pb.BaseCv(json_resume="{}")).options == TailoringOptions()


def test_what_is_chosen_arrives():
    options = asked(
        pb.BaseCv(json_resume="{}"),
        theme=pb.THEME_SB2NOV,
        page_limit=2,
        language_code="de",
        keep_sections=["skills"],
        tone=pb.TONE_WARM,
    ).options
    assert options == TailoringOptions(
        theme=Theme.SB2NOV, page_limit=2, language="de", keep_sections=("skills",), tone=Tone.WARM
    )


@pytest.mark.parametrize(("given", "taken"), [(0, 50), (1, 1), (200, 200), (10_000, 200)])
def test_the_page_size_has_a_default_and_a_maximum(given, taken):
    assert requests.page_size(pb.ListApplicationsRequest(page_size=given)) == taken


def test_statuses_are_translated():
    request = pb.ListApplicationsRequest(statuses=[application_pb2.APPLICATION_STATUS_READY])
    assert requests.statuses(request) == (ApplicationStatus.READY,)
