"""Makes the next version of a CV as the person wishes: the writer tailors anew, within what is decided."""

from cvtailor.domain.application import TailoringOptions
from cvtailor.domain.base_cv import BaseCv
from cvtailor.domain.desk import Desk
from cvtailor.domain.drafts import Plan
from cvtailor.domain.job_offer import JobOffer
from cvtailor.domain.match_report import MatchReport
from cvtailor.domain.ports import TailoredDraft
from cvtailor.domain.revision import Revision, decisions
from cvtailor.domain.run import Step, Warned
from cvtailor.domain.verification.claims import covers_no_less
from cvtailor.steps.agent_work import TRANSIENT, Crew, WithWarnings, fell_back
from cvtailor.steps.revise import arranged, revised
from cvtailor.steps.tailor_with_agents import COVERS_LESS, Rounds


async def revise_with_agents(
    crew: Crew,
    revision: Revision,
    cv: BaseCv,
    offer: JobOffer,
    report: MatchReport,
    options: TailoringOptions,
) -> WithWarnings[TailoredDraft]:
    """Makes the next version, for which the writer is told what the person wishes.

    Nothing is planned: the wish says what to change. The writer sees the base CV's lines without the hidden
    ones, and the same guard checks what it writes. A line that it leaves alone is worded as before.

    Args:
        crew: Writes and reviews.
        revision: What is asked for, with a wish.
        cv: What the person has.
        offer: What is asked by the employer.
        report: How the CV answers it.
        options: The person's choices.

    Raises:
        ModelRefused: The provider refuses the key, the model or the request.
        ModelUnavailable: Also ``ModelBudgetSpent``, ``ModelAnswerInvalid``: only if it may not fall back.
    """
    allowed = arranged(cv, decisions(cv, revision.edits))
    embedded = await crew.tailor.tailor(allowed, offer, report, options)
    before = revised(embedded, cv, revision)
    desk = Desk(
        allowed, offer, report, embedded.cv, crew.skill_names, tone=options.tone, wish=revision.feedback
    )
    rounds = Rounds(crew, desk)
    warnings: tuple[Warned, ...] = ()
    try:
        await rounds.write(Plan())
    except TRANSIENT as error:
        if not crew.falls_back:
            raise
        warnings = (fell_back(Step.TAILOR, error),)
    after = revised(embedded, cv, revision, rounds.accepted)
    if not covers_no_less(before.cv, after.cv, offer, report, crew.skill_names):
        return WithWarnings(before, (*warnings, COVERS_LESS))
    return WithWarnings(after, warnings)
