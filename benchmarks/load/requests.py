"""Requests for CVs that are no two alike, made in little time."""

from uuid import uuid4

from cvtailor.gen.cvtailor.v1 import cv_generator_pb2

from benchmarks.pipeline.cvs import engineer

_PLACEHOLDER = "Wordofitsown"


class Requests:
    """The engineer's example with a word in it; its YAML is made once, for whoever asks has times to keep."""

    def __init__(self) -> None:
        self._template = engineer(_PLACEHOLDER)

    def with_word(self, word: str) -> cv_generator_pb2.GenerateApplicationRequest:
        """Returns a new request with a word of its own in the name and in each bullet point."""
        request = cv_generator_pb2.GenerateApplicationRequest()
        request.CopyFrom(self._template)
        request.request_id = str(uuid4())
        request.base_cv.rendercv_yaml = request.base_cv.rendercv_yaml.replace(_PLACEHOLDER, word)
        return request
