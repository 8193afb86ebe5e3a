"""Reads a request before it is accepted."""

from cvtailor.domain.application import ApplicationRequest
from cvtailor.domain.base_cv import PROSE_FORMATS
from cvtailor.domain.errors import InvalidInput, NotUnderstood
from cvtailor.domain.ports import CvReader, OfferReader, Readings
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2 as pb
from cvtailor.rpc.wire import requests


async def read_on_trial(
    request: pb.GenerateApplicationRequest,
    asked: ApplicationRequest,
    cv_reader: CvReader,
    offer_reader: OfferReader,
    *,
    with_agents: bool,
) -> Readings:
    """Refuses what no run could read, before any row of it exists; returns what it read.

    Words that only the embedded engine can't make sense of are left to the agents, if there are any.

    Raises:
        InvalidInput: CV or ad can't be read; with the field of the request.
    """
    cv, offer = None, None
    try:
        cv = await cv_reader.read(asked.cv)
    except InvalidInput as error:
        agents_may_try = with_agents and isinstance(error, NotUnderstood)
        if not (agents_may_try and asked.cv.format in PROSE_FORMATS):
            raise _at_field(error, requests.cv_field(request)) from error
    try:
        offer = await offer_reader.read(asked.posting)
    except InvalidInput as error:
        if not (with_agents and isinstance(error, NotUnderstood)):
            raise _at_field(error, requests.POSTING_FIELD) from error
    return Readings(request=asked, cv=cv, offer=offer)


def _at_field(error: InvalidInput, field: str) -> InvalidInput:
    """Returns a reader's error with the request's field, which only this layer knows."""
    return InvalidInput(error.message, reason=error.reason, field=field, line=error.line, **error.metadata)
