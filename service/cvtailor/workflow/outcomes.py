"""What of each step's output goes to the event log."""

from collections.abc import Iterable, Sequence

from cvtailor.domain.base_cv import BaseCv
from cvtailor.domain.coverage import coverage
from cvtailor.domain.job_offer import JobOffer
from cvtailor.domain.match_report import MatchReport
from cvtailor.domain.ports import TailoredDraft
from cvtailor.domain.run import Step, Warned
from cvtailor.domain.step_results import (
    AgreementChecked,
    ClaimsChecked,
    CvRead,
    LetterWritten,
    Matched,
    OfferRead,
    PagesFitted,
    QuestionsClosed,
    Rendered,
    Tailored,
)
from cvtailor.domain.tailored_cv import AgreedMessages, CheckedDraft, RejectedClaim
from cvtailor.steps.ask import Asked
from cvtailor.steps.fit_pages import FittedCv
from cvtailor.steps.render import StoredDocuments
from cvtailor.workflow.work import Outcome
from cvtailor.workflow.workbench import Letter


def pages_fitted(offer: JobOffer, report: MatchReport) -> Outcome[FittedCv]:
    """Returns the outcome of FIT_PAGES, which weighs what the fitted CV still shows."""

    def result(fitted: FittedCv) -> PagesFitted:
        return PagesFitted(
            **fitted.model_dump(exclude={"cv", "density"}),
            coverage_before=coverage(offer, report),
            coverage_after=coverage(offer, report, fitted.cv.shown()),
        )

    return Outcome(result, _page_warnings)


def _unplaced(cv: BaseCv) -> Iterable[Warned]:
    for item in cv.unplaced:
        where = f"line {item.position.line}: " if item.position.line else ""
        yield Warned(
            step=Step.READ_CV, code="unplaced_text", message=where + item.reason, quote=item.text[:500]
        )


def _rejections(step: Step, rejected: Sequence[RejectedClaim]) -> Iterable[Warned]:
    for item in rejected:
        yield Warned(
            step=step,
            code="claim_rejected",
            message=f"{item.reason.value}: {item.detail}",
            quote=item.claim.text[:500],
        )


def _page_warnings(fitted: FittedCv) -> Iterable[Warned]:
    if fitted.pages > fitted.page_limit:
        yield Warned(
            step=Step.FIT_PAGES,
            code="page_limit_missed",
            message=f"{fitted.pages} pages instead of {fitted.page_limit}: what is left is marked to be "
            "kept, or is the name, employer or date of a job or degree, which are never dropped",
        )


def _reading_warnings(stored: StoredDocuments) -> Iterable[Warned]:
    for problem in stored.ats.problems:
        yield Warned(step=Step.RENDER, code="ats_problem", message=problem)
    if stored.missing_glyphs:
        yield Warned(
            step=Step.RENDER,
            code="missing_glyphs",
            message="the theme's fonts have no picture of some characters; they are left blank",
            quote=" ".join(stored.missing_glyphs),
        )


CV_READ = Outcome[BaseCv](
    lambda cv: CvRead(
        name=cv.contact.name,
        language=cv.language,
        sections=len(cv.sections),
        entries=sum(1 for _ in cv.entries()),
        lines=sum(1 for _, entry in cv.entries() for _ in entry.lines()),
    ),
    _unplaced,
)
OFFER_READ = Outcome[JobOffer](lambda offer: OfferRead(offer=offer))
MATCHED = Outcome[MatchReport](lambda report: Matched(report=report))
ASKED = Outcome[Asked](
    lambda asked: QuestionsClosed(asked=asked.asked, answered=asked.answered, remembered=asked.remembered)
)
TAILORED = Outcome[TailoredDraft](
    lambda draft: Tailored(
        headline=draft.cv.headline.text if draft.cv.headline else "",
        lines_kept=sum(1 for _ in draft.cv.claims()),
        left_out=draft.left_out,
    )
)
LETTER_WRITTEN = Outcome[Letter](
    lambda made: LetterWritten(
        subject=made.letter.subject,
        paragraphs=len(made.letter.paragraphs),
        email_subject=made.email.subject,
        email_paragraphs=len(made.email.paragraphs),
    )
)
CLAIMS_CHECKED = Outcome[CheckedDraft](
    lambda checked: ClaimsChecked(kept=checked.kept, rejected=checked.rejected),
    lambda checked: _rejections(Step.CHECK_CLAIMS, checked.rejected),
)
AGREEMENT_CHECKED = Outcome[AgreedMessages](
    lambda agreed: AgreementChecked(kept=agreed.kept, rejected=agreed.rejected),
    lambda agreed: _rejections(Step.CHECK_AGREEMENT, agreed.rejected),
)
RENDERED = Outcome[StoredDocuments](
    lambda stored: Rendered(documents=stored.documents, ats=stored.ats), _reading_warnings
)
