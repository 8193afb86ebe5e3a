"""Reads, compares and writes: what turns a CV and an ad into claims."""

from typing import Protocol

from cvtailor.domain.application import (
    ActionPoint,
    TailoringOptions,
)
from cvtailor.domain.base_cv import BaseCv, CvSource
from cvtailor.domain.job_offer import JobOffer, JobPosting
from cvtailor.domain.match_report import LeftOut, MatchReport
from cvtailor.domain.model import DomainModel
from cvtailor.domain.tailored_cv import CoverLetter, EmailDraft, TailoredCv


class CvReader(Protocol):
    """Understands base CVs."""

    async def read(self, source: CvSource) -> BaseCv:
        """Reads a CV.

        Raises:
            InvalidInput: It is not what its format says, or holds no name or no content; the message
                names the line and the field (``CV_UNREADABLE``, ``CV_FORMAT_UNSUPPORTED``).
            NotUnderstood: Of these, the case of a sound text in which no name or no content is found.
        """
        ...


class OfferReader(Protocol):
    """Understands job ads."""

    async def read(self, posting: JobPosting) -> JobOffer:
        """Reads an ad.

        Raises:
            NotUnderstood: Nothing is found in it that could be asked of a person (``POSTING_UNREADABLE``).
        """
        ...


class Matcher(Protocol):
    """Compares what is asked with what the person has."""

    async def match(self, cv: BaseCv, offer: JobOffer) -> MatchReport:
        """Ranks the CV's lines for the offer and answers each requirement."""
        ...


class TailoredDraft(DomainModel):
    """A tailored CV and the order in which lines would go if space is short.

    Attributes:
        drop_order: Ids of claims of ``cv``, the most dispensable first. Never names a claim whose
            base line is marked "always keep"; an entry's facts are never dropped this way.
        left_out: Lines of the base CV that the draft does not show.
    """

    cv: TailoredCv
    drop_order: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


class Tailor(Protocol):
    """Writes for one offer, in claims."""

    async def tailor(
        self, cv: BaseCv, offer: JobOffer, report: MatchReport, options: TailoringOptions
    ) -> TailoredDraft:
        """Chooses, orders and words the CV for the offer."""
        ...

    async def write_letter(
        self,
        cv: BaseCv,
        offer: JobOffer,
        report: MatchReport,
        draft: TailoredCv,
        options: TailoringOptions,
    ) -> CoverLetter:
        """Writes the cover letter, of evidence that the draft shows."""
        ...

    async def write_email(
        self,
        cv: BaseCv,
        offer: JobOffer,
        report: MatchReport,
        draft: TailoredCv,
        options: TailoringOptions,
    ) -> EmailDraft:
        """Writes the e-mail that carries CV and letter, of evidence that the draft shows."""
        ...

    async def suggest_actions(
        self, cv: BaseCv, offer: JobOffer, report: MatchReport
    ) -> tuple[ActionPoint, ...]:
        """Suggests what the person should do next."""
        ...
