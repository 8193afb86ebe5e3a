"""The product: from a base CV and a job ad to a filed application, one step a line."""

from cvtailor.domain.base_cv import BaseCv
from cvtailor.domain.job_offer import JobOffer
from cvtailor.domain.match_report import MatchReport
from cvtailor.domain.ports import TailoredDraft
from cvtailor.domain.run import Step
from cvtailor.domain.tailored_cv import AgreedMessages, CheckedDraft
from cvtailor.steps.ask import Asked
from cvtailor.steps.fit_pages import FittedCv
from cvtailor.steps.render import StoredDocuments
from cvtailor.workflow import outcomes
from cvtailor.workflow.journal import RunCancelled, RunLost
from cvtailor.workflow.narrator import Narrator
from cvtailor.workflow.workbench import Letter, Workbench


async def generate_application(run: Narrator, bench: Workbench) -> None:
    """Makes one application.

    Raises:
        CvtailorError: A step failed; nothing it stored is left behind.
    """
    cv = await run.step(Step.READ_CV, BaseCv, bench.read_cv(), outcomes.CV_READ)
    offer = await run.step(Step.READ_OFFER, JobOffer, bench.read_offer(), outcomes.OFFER_READ)
    report = await run.step(Step.MATCH, MatchReport, bench.match(cv, offer), outcomes.MATCHED)
    asked = await run.step(Step.ASK, Asked, bench.ask(run, cv, offer, report), outcomes.ASKED)
    cv, report = asked.cv, asked.report
    draft = await run.step(Step.TAILOR, TailoredDraft, bench.tailor(cv, offer, report), outcomes.TAILORED)
    letter = await run.step(
        Step.WRITE_LETTER, Letter, bench.write_letter(cv, offer, report, draft), outcomes.LETTER_WRITTEN
    )
    checked = await run.step(
        Step.CHECK_CLAIMS, CheckedDraft, bench.check_claims(cv, offer, draft, letter), outcomes.CLAIMS_CHECKED
    )
    fitted = await run.step(
        Step.FIT_PAGES, FittedCv, bench.fit_pages(cv, checked, draft), outcomes.pages_fitted(offer, report)
    )
    agreed = await run.step(
        Step.CHECK_AGREEMENT,
        AgreedMessages,
        bench.check_agreement(cv, offer, checked, fitted),
        outcomes.AGREEMENT_CHECKED,
    )
    try:
        stored = await run.step(
            Step.RENDER,
            StoredDocuments,
            bench.render(cv, offer, report, draft, checked, fitted, agreed),
            outcomes.RENDERED,
        )
        await bench.file_records(run, cv, offer, report, fitted, agreed, letter.action_points, stored)
    except (Exception, RunCancelled):
        # What was stored a moment ago belongs to nobody now.
        await bench.discard_stored()
        raise
    except RunLost:
        # Lost to another worker, whose documents these are; or cancelled as the step ended.
        if await bench.has_ended():
            await bench.discard_stored()
        raise
