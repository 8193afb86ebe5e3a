"""Loads what the first run would otherwise wait for: language model, stemmers, extractors."""

import structlog

from cvtailor.domain.application import TailoringOptions
from cvtailor.domain.base_cv import CvFormat, CvSource
from cvtailor.domain.grounding import check_claims
from cvtailor.domain.job_offer import JobPosting
from cvtailor.steps.report_document import report_html
from cvtailor.workflow.run_ports import Ports

_CV = CvSource(
    format=CvFormat.MARKDOWN,
    content=b"# Ada Example\n\n## Experience\n\n### Clerk, Acme (2019 - 2021)\n\n- Filed forms in English\n",
)
_POSTING = JobPosting(text="Clerk at Initech, London. Requirements: you can file forms, and speak English.")

log = structlog.get_logger(__name__)


async def warm_up(ports: Ports, *, works: bool = True) -> None:
    """Goes through the steps on a CV of one line; a failure only costs the warmth.

    Args:
        ports: What runs work with.
        works: Whether this process does runs; one that only accepts them reads what it accepts.
    """
    try:
        cv, offer = await ports.cv_reader.read(_CV), await ports.offer_reader.read(_POSTING)
        if not works:
            return
        report = await ports.matcher.match(cv, offer)
        draft = await ports.tailor.tailor(cv, offer, report, TailoringOptions())
        letter = await ports.tailor.write_letter(cv, offer, report, draft.cv, TailoringOptions())
        email = await ports.tailor.write_email(cv, offer, report, draft.cv, TailoringOptions())
        check_claims(cv, draft.cv, letter, email, offer, ports.skill_names)
        made = await ports.typesetter.render(draft.cv, TailoringOptions().theme)
        await ports.pdf_text.read(made.pdf)
        report_html("# Warm")
    except Exception as error:
        log.warning("warm_up_failed", error=type(error).__name__)
