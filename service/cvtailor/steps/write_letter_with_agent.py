"""Writes the letter with the embedded engine, then lets an agent write its body."""

from collections.abc import Sequence

from cvtailor.domain.application import TailoringOptions
from cvtailor.domain.base_cv import BaseCv
from cvtailor.domain.desk import Desk
from cvtailor.domain.drafts import Remark
from cvtailor.domain.grounding.agreement import evidence_in_place
from cvtailor.domain.job_offer import JobOffer
from cvtailor.domain.match_report import MatchReport
from cvtailor.domain.run import Step, Warned
from cvtailor.domain.tailored_cv import CoverLetter, TailoredCv
from cvtailor.domain.verification.letters import LetterCheck
from cvtailor.steps.agent_work import TRANSIENT, Crew, WithWarnings, fell_back

REFUSED = Warned(
    step=Step.WRITE_LETTER,
    code="model_letter_refused",
    message="Too little of the language model's letter rests on the CV; the letter was put together from the "
    "CV's own lines.",
)


async def write_letter_with_agent(
    crew: Crew,
    cv: BaseCv,
    offer: JobOffer,
    report: MatchReport,
    draft: TailoredCv,
    options: TailoringOptions,
) -> WithWarnings[CoverLetter]:
    """Writes a letter: greeting, what is applied for and leave by code, the body by an agent.

    Args:
        crew: Writes the body.
        cv: What the person has.
        offer: What is asked.
        report: How the CV answers it.
        draft: The tailored CV; nothing is told that it does not show.
        options: Tone and language.

    Returns:
        The agent's letter without the sentences that don't hold, if more than half of them do; else the
        embedded engine's.

    Raises:
        ModelRefused: The provider refuses the key, the model or the request.
        ModelUnavailable: Also ``ModelBudgetSpent``, ``ModelAnswerInvalid``: only if it may not fall back.
    """
    embedded = await crew.tailor.write_letter(cv, offer, report, draft, options)
    shown = evidence_in_place(draft)
    desk = Desk(cv, offer, report, draft, crew.skill_names, embedded.language, options.tone, shown)
    best = LetterCheck(None, 0, ())  # of equals the first one stays
    remarks: Sequence[Remark] = ()
    warnings: tuple[Warned, ...] = ()
    try:
        for number in range(1, crew.rounds_max + 1):
            check = desk.accept_letter(await crew.agents.write_letter(desk, remarks, crew.calls), embedded)
            best, remarks = max(best, check, key=_worth), check.remarks
            await crew.say(
                f"letter, round {number} of {crew.rounds_max}",
                number,
                crew.rounds_max,
                accepted=check.told,
                rejected=len(check.remarks),
            )
            if not remarks:
                break
    except TRANSIENT as error:
        if not crew.falls_back:
            raise
        warnings = (fell_back(Step.WRITE_LETTER, error),)
    if best.letter is None:
        return WithWarnings(embedded, warnings or (REFUSED,))
    return WithWarnings(best.letter, warnings)


def _worth(check: LetterCheck) -> int:
    """Returns how good a letter is; one of which no more than half holds is worth less than none."""
    return check.told - len(check.remarks)
