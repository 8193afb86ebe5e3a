"""Makes the next version of a CV as the person wishes: the writer tailors anew, within what is decided."""

from cvtailor.domain.application import TailoringOptions
from cvtailor.domain.base_cv import BaseCv
from cvtailor.domain.desk import Desk
from cvtailor.domain.drafts import Plan
from cvtailor.domain.grounding import SkillNames
from cvtailor.domain.job_offer import JobOffer
from cvtailor.domain.match_report import MatchReport
from cvtailor.domain.ports import Agents, ModelCalls, Tailor, TailoredDraft
from cvtailor.domain.revision import Revision, decisions
from cvtailor.domain.run import Progress, Step, Warned
from cvtailor.domain.verification.claims import covers_no_less
from cvtailor.steps.agent_work import TRANSIENT, WithWarnings, fell_back
from cvtailor.steps.revise import arranged, revised
from cvtailor.steps.tailor_with_agents import COVERS_LESS, Rounds


async def revise_with_agents(
    tailor: Tailor,
    agents: Agents,
    revision: Revision,
    cv: BaseCv,
    offer: JobOffer,
    report: MatchReport,
    options: TailoringOptions,
    skill_names: SkillNames,
    calls: ModelCalls,
    say: Progress,
    rounds_max: int = 2,
    *,
    falls_back: bool = True,
) -> WithWarnings[TailoredDraft]:
    """Makes the next version, for which the writer is told what the person wishes.

    Nothing is planned: the wish says what to change. The writer sees the base CV's lines without the hidden
    ones, and the same guard checks what it writes. A line that it leaves alone is worded as before.

    Args:
        tailor: The embedded engine's.
        agents: Write and review.
        revision: What is asked for, with a wish.
        cv: What the person has.
        offer: What is asked by the employer.
        report: How the CV answers it.
        options: The person's choices.
        skill_names: Names the skills in a text.
        calls: Makes the paid calls.
        say: Told of each round.
        rounds_max: How often the writer may try.
        falls_back: Whether the wording of the version before will do if the model fails.

    Raises:
        ModelRefused: The provider refuses the key, the model or the request.
        ModelUnavailable: Also ``ModelBudgetSpent``, ``ModelAnswerInvalid``: only if it may not fall back.
    """
    allowed = arranged(cv, decisions(cv, revision.edits))
    embedded = await tailor.tailor(allowed, offer, report, options)
    before = revised(embedded, cv, revision)
    desk = Desk(allowed, offer, report, embedded.cv, skill_names, tone=options.tone, wish=revision.feedback)
    rounds = Rounds(agents, desk, calls, say, rounds_max)
    warnings: tuple[Warned, ...] = ()
    try:
        await rounds.write(Plan())
    except TRANSIENT as error:
        if not falls_back:
            raise
        warnings = (fell_back(Step.TAILOR, error),)
    after = revised(embedded, cv, revision, rounds.accepted)
    if not covers_no_less(before.cv, after.cv, offer, report, skill_names):
        return WithWarnings(before, (*warnings, COVERS_LESS))
    return WithWarnings(after, warnings)
