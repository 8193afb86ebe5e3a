"""Tailors with the embedded engine, then lets agents reword its lines, as far as the guard follows them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from cvtailor.domain.application import TailoringOptions
from cvtailor.domain.base_cv import BaseCv
from cvtailor.domain.desk import Desk
from cvtailor.domain.drafts import Plan, Remark, WrittenClaim
from cvtailor.domain.job_offer import JobOffer
from cvtailor.domain.match_report import MatchReport
from cvtailor.domain.ports import TailoredDraft
from cvtailor.domain.run import Step, Warned
from cvtailor.domain.tailored_cv import Claim
from cvtailor.domain.verification.claims import assembled, covers_no_less
from cvtailor.steps.agent_work import TRANSIENT, Crew, WithWarnings, fell_back

COVERS_LESS = Warned(
    step=Step.TAILOR,
    code="model_draft_covers_less",
    message="The language model's lines showed less of what the offer asks for; the CV's own lines are used.",
)


async def tailor_with_agents(
    crew: Crew, cv: BaseCv, offer: JobOffer, report: MatchReport, options: TailoringOptions
) -> WithWarnings[TailoredDraft]:
    """Tailors a CV: planned once, written and reviewed in rounds, put together by code.

    The embedded engine decides what is shown and in which order. A line that the guard or the critic still
    objects to after the last round stays as the CV has it.

    Args:
        crew: Plans, writes and reviews.
        cv: What the person has.
        offer: What is asked.
        report: How the CV answers it.
        options: The person's choices.

    Returns:
        A draft that shows no less of what the offer asks for than the embedded engine's.

    Raises:
        ModelRefused: The provider refuses the key, the model or the request.
        ModelUnavailable: Also ``ModelBudgetSpent``, ``ModelAnswerInvalid``: only if it may not fall back.
    """
    embedded = await crew.tailor.tailor(cv, offer, report, options)
    desk = Desk(cv, offer, report, embedded.cv, crew.skill_names, tone=options.tone)
    rounds = Rounds(crew, desk)
    warnings: tuple[Warned, ...] = ()
    try:
        await rounds.run()
    except TRANSIENT as error:
        if not crew.falls_back:
            raise
        warnings = (fell_back(Step.TAILOR, error),)
    draft = assembled(embedded.cv, rounds.accepted)
    if not covers_no_less(embedded.cv, draft, offer, report, crew.skill_names):
        return WithWarnings(embedded, (*warnings, COVERS_LESS))
    return WithWarnings(embedded.model_copy(update={"cv": draft}), warnings)


@dataclass
class Rounds:
    """The loop of writer, guard and critic.

    Attributes:
        accepted: The lines that hold so far, by claim id; what is in here is never written again.
    """

    crew: Crew
    desk: Desk
    accepted: dict[str, Claim] = field(default_factory=dict)

    async def run(self) -> None:
        """Plans, then writes."""
        crew = self.crew
        await crew.say("planning", 0, crew.rounds_max)
        plan = self.desk.plan_of(await crew.agents.plan(self.desk, crew.calls))
        await crew.say("planned", 0, crew.rounds_max, plan=plan)
        await self.write(plan)

    async def write(self, plan: Plan) -> None:
        """Writes until nothing is objected to, or the rounds are over."""
        remarks: tuple[Remark, ...] = ()
        rounds_max = self.crew.rounds_max
        for number in range(1, rounds_max + 1):
            refused = await self._round(plan, remarks)
            remarks = self.desk.known_remarks(refused)
            await self.crew.say(
                f"round {number} of {rounds_max}",
                number,
                rounds_max,
                accepted=len(self.accepted),
                rejected=len(refused),
            )
            if not remarks:
                return

    async def _round(self, plan: Plan, remarks: Sequence[Remark]) -> tuple[Remark, ...]:
        """Lets the writer write, and returns what speaks against its lines."""
        named = {remark.claim_id for remark in remarks}
        written = [
            line
            for line in await self.crew.agents.write(self.desk, plan, remarks, self.crew.calls)
            if line.claim_id not in self.accepted and (not named or line.claim_id in named)
        ]
        claims, refused = self.desk.accept(written)
        # What passed the guard is kept even if the critic can't be heard.
        self.accepted |= claims
        disliked = await self._disliked([line for line in written if line.claim_id in claims])
        for remark in disliked:
            del self.accepted[remark.claim_id]
        return (*refused, *disliked)

    async def _disliked(self, written: Sequence[WrittenClaim]) -> tuple[Remark, ...]:
        if not written:
            return ()
        known = {line.claim_id for line in written}
        remarks = await self.crew.agents.review(self.desk, written, self.crew.calls)
        return tuple({remark.claim_id: remark for remark in remarks if remark.claim_id in known}.values())
