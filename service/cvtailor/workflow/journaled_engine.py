"""The embedded engine inside composed steps: each thing it makes is journaled, like the calls beside it."""

from collections.abc import Awaitable, Callable

from cvtailor.domain.application import ActionPoint, TailoringOptions
from cvtailor.domain.ats import PdfText
from cvtailor.domain.base_cv import BaseCv, CvSource
from cvtailor.domain.job_offer import JobOffer, JobPosting
from cvtailor.domain.match_report import MatchReport
from cvtailor.domain.model import DomainModel
from cvtailor.domain.ports import CvReader, OfferReader, PdfTextReader, Tailor, TailoredDraft
from cvtailor.domain.tailored_cv import CoverLetter, EmailDraft, TailoredCv
from cvtailor.workflow.narrator import Narrator


class _ActionPoints(DomainModel):
    points: tuple[ActionPoint, ...]


class _Readings(DomainModel):
    texts: tuple[PdfText, ...]


class _Journaled:
    def __init__(self, run: Narrator) -> None:
        self._run = run

    async def _recall[T: DomainModel](
        self, part: str, output: type[T], work: Callable[[], Awaitable[T]]
    ) -> T:
        return await self._run.recall(f"embedded/{part}", output, work)


class JournaledCvReader(_Journaled):
    """A ``CvReader`` that reads once a run."""

    def __init__(self, run: Narrator, reader: CvReader) -> None:
        super().__init__(run)
        self._reader = reader

    async def read(self, source: CvSource) -> BaseCv:
        """See ``CvReader.read``."""
        return await self._recall("read_cv", BaseCv, lambda: self._reader.read(source))


class JournaledOfferReader(_Journaled):
    """An ``OfferReader`` that reads once a run."""

    def __init__(self, run: Narrator, reader: OfferReader) -> None:
        super().__init__(run)
        self._reader = reader

    async def read(self, posting: JobPosting) -> JobOffer:
        """See ``OfferReader.read``."""
        return await self._recall("read_offer", JobOffer, lambda: self._reader.read(posting))


class JournaledPdfText(_Journaled):
    """A ``PdfTextReader`` for the base CV, read once a run."""

    def __init__(self, run: Narrator, reader: PdfTextReader) -> None:
        super().__init__(run)
        self._reader = reader

    async def read(self, pdf: bytes) -> tuple[PdfText, ...]:
        """See ``PdfTextReader.read``."""

        async def work() -> _Readings:
            return _Readings(texts=await self._reader.read(pdf))

        return (await self._recall("cv_text", _Readings, work)).texts


class JournaledTailor(_Journaled):
    """A ``Tailor`` that writes each thing once a run."""

    def __init__(self, run: Narrator, tailor: Tailor) -> None:
        super().__init__(run)
        self._tailor = tailor

    async def tailor(
        self, cv: BaseCv, offer: JobOffer, report: MatchReport, options: TailoringOptions
    ) -> TailoredDraft:
        """See ``Tailor.tailor``."""
        return await self._recall(
            "tailor", TailoredDraft, lambda: self._tailor.tailor(cv, offer, report, options)
        )

    async def write_letter(
        self,
        cv: BaseCv,
        offer: JobOffer,
        report: MatchReport,
        draft: TailoredCv,
        options: TailoringOptions,
    ) -> CoverLetter:
        """See ``Tailor.write_letter``."""
        return await self._recall(
            "letter", CoverLetter, lambda: self._tailor.write_letter(cv, offer, report, draft, options)
        )

    async def write_email(
        self,
        cv: BaseCv,
        offer: JobOffer,
        report: MatchReport,
        draft: TailoredCv,
        options: TailoringOptions,
    ) -> EmailDraft:
        """See ``Tailor.write_email``."""
        return await self._recall(
            "email", EmailDraft, lambda: self._tailor.write_email(cv, offer, report, draft, options)
        )

    async def suggest_actions(
        self, cv: BaseCv, offer: JobOffer, report: MatchReport
    ) -> tuple[ActionPoint, ...]:
        """See ``Tailor.suggest_actions``."""

        async def work() -> _ActionPoints:
            return _ActionPoints(points=await self._tailor.suggest_actions(cv, offer, report))

        return (await self._recall("actions", _ActionPoints, work)).points
