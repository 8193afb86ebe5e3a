"""A run that begins where it was accepted takes over what was read there, and reads all else itself."""

from dataclasses import fields
from typing import Any

from builders import a_base_cv, a_request, an_offer
from cvtailor.domain.base_cv import BaseCv
from cvtailor.domain.job_offer import JobOffer, JobPosting
from cvtailor.domain.ports import Readings
from cvtailor.workflow.read_already import not_reading_again
from cvtailor.workflow.run_ports import Ports
from journal_runs import ACv

REQUEST = a_request()


class AnOffer:
    """Reads the same ad from whatever it is given; counts how often."""

    def __init__(self) -> None:
        self.times_read = 0

    async def read(self, posting: JobPosting) -> JobOffer:
        self.times_read += 1
        return an_offer()


def ports_with(cv_reader: ACv, offer_reader: AnOffer) -> Ports:
    ports: dict[str, Any] = dict.fromkeys(field.name for field in fields(Ports))
    return Ports(**ports | {"cv_reader": cv_reader, "offer_reader": offer_reader})


def readings(cv: BaseCv | None, offer: JobOffer | None) -> Readings:
    return Readings(request=REQUEST, cv=cv, offer=offer)


async def test_what_was_read_is_not_read_again() -> None:
    cv, offer = a_base_cv(), an_offer()
    cv_reader, offer_reader = ACv(), AnOffer()
    ports = not_reading_again(ports_with(cv_reader, offer_reader), readings(cv, offer))
    assert await ports.cv_reader.read(REQUEST.cv) is cv
    assert await ports.offer_reader.read(REQUEST.posting) is offer
    assert (cv_reader.times_read, offer_reader.times_read) == (0, 0)


async def test_what_could_not_be_read_is_tried_again() -> None:
    cv_reader, offer_reader = ACv(), AnOffer()
    ports = not_reading_again(ports_with(cv_reader, offer_reader), readings(None, None))
    await ports.cv_reader.read(REQUEST.cv)
    await ports.offer_reader.read(REQUEST.posting)
    assert (cv_reader.times_read, offer_reader.times_read) == (1, 1)
