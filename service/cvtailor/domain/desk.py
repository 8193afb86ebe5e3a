"""What an agent may look at, and the tools it may call: nothing else of the run reaches a model."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from cvtailor.domain.application import Tone
from cvtailor.domain.base_cv import BaseCv, EvidenceId
from cvtailor.domain.coverage import coverage
from cvtailor.domain.drafts import LetterDraft, Plan, PlannedAnswer, Remark, WrittenClaim
from cvtailor.domain.fence import Fence
from cvtailor.domain.grounding import SkillNames
from cvtailor.domain.grounding.disguise import undisguised
from cvtailor.domain.grounding.instructions import without_instructions
from cvtailor.domain.grounding.offer_names import offer_names
from cvtailor.domain.job_offer import JobOffer
from cvtailor.domain.match_report import Coverage, MatchReport, MatchStatus
from cvtailor.domain.references import References
from cvtailor.domain.tailored_cv import Claim, CoverLetter, TailoredCv
from cvtailor.domain.verification.claims import ClaimRules
from cvtailor.domain.verification.letters import LetterCheck, check_letter

LOOKED_UP_MAX = 40
_LANGUAGE = re.compile(r"[a-z]{2}")


class Desk:
    """One run as the agents see it; facts are masked by references such as ``{n1}``.

    Args:
        cv: What the person has.
        offer: What is asked.
        report: How the CV answers it.
        draft: The tailored CV so far, as the embedded engine wrote it.
        skill_names: Names the skills in a text.
        language: BCP 47 primary language to write in; the CV's by default.
        tone: The tone asked for.
        shown: Ids of the evidence that may be told of; None for all of it.
        wish: What the person wants changed, in their own words.

    Attributes:
        offer_text: The ad's requirements and tasks as delimited data.
        evidence_text: Every line of the CV by id, masked, as delimited data.
        draft_text: The lines of the tailored CV that may be rewritten, by claim id, as delimited data.
        wish_text: The wish as delimited data; empty if there is none.
        language: As above.
        tone: As above.
    """

    def __init__(
        self,
        cv: BaseCv,
        offer: JobOffer,
        report: MatchReport,
        draft: TailoredCv,
        skill_names: SkillNames,
        language: str = "",
        tone: Tone = Tone.NEUTRAL,
        shown: Collection[EvidenceId] | None = None,
        wish: str = "",
    ) -> None:
        self._cv, self._offer, self._report = cv, offer, report
        self._skill_names = skill_names
        self._references = References(cv)
        self._rules = ClaimRules(cv, offer, draft, self._references, skill_names)
        # Whoever makes a wish knows CV and ad: their own words are part of what the marks are made of.
        self._fence = Fence(cv.model_dump_json(), offer.model_dump_json(), *([wish] if wish else []))
        self._lines = {
            id: text for id, text in self._references.lines.items() if shown is None or id in shown
        }
        wanted = language or cv.language
        self.language = wanted if _LANGUAGE.fullmatch(wanted) else "en"
        self.tone = tone
        self.offer_text = self._fence.around("job ad", self._offer_lines())
        self.evidence_text = self._fence.around("evidence", _listed(self._lines))
        self.draft_text = self.lines_to_write(Plan(), ())
        self.wish_text = self._fence.around("wish", " ".join(undisguised(wish).split())) if wish else ""

    def _offer_lines(self) -> str:
        names = offer_names(self._offer)
        requirements = (
            f"{item.id}: [{item.priority.value}] {_shown(item.text)}" for item in self._offer.requirements
        )
        tasks = (f"task: {_shown(task)}" for task in self._offer.responsibilities)
        return "\n".join((f"title: {names.title}", *requirements, *tasks))

    def answers_text(self, plan: Plan) -> str:
        """Returns which lines answer which requirement, by the plan, or as far as the engine found out."""
        answers = plan.answers or tuple(
            PlannedAnswer(requirement_id=match.requirement_id, evidence_ids=match.evidence_ids)
            for match in self._report.matches
            if match.status is not MatchStatus.UNMET
        )
        lines = (f"{answer.requirement_id} <- {' '.join(answer.evidence_ids)}" for answer in answers)
        return "\n".join(lines)

    def lines_to_write(self, plan: Plan, remarks: Sequence[Remark]) -> str:
        """Returns the lines that a writer should reword, as delimited data.

        Args:
            plan: What to move towards the offer; everything if it names nothing.
            remarks: If there are any, only the lines that they name.
        """
        named = {remark.claim_id for remark in remarks}
        sources = {
            id: claim
            for id, claim in self._rules.sources.items()
            if (id in named if named else not plan.rewrite or set(claim.evidence_ids) & set(plan.rewrite))
        }
        text = {id: self._references.lines[claim.evidence_ids[0]] for id, claim in sources.items()}
        return self._fence.around("lines", _listed(text))

    def sources_text(self) -> str:
        """Returns which line of the CV each line of the draft rests on."""
        return "\n".join(f"{id} <- {claim.evidence_ids[0]}" for id, claim in self._rules.sources.items())

    def written_text(self, written: Sequence[WrittenClaim]) -> str:
        """Returns a writer's lines beside their sources, as delimited data."""
        lines: list[str] = []
        for line in written:
            source = self._rules.sources.get(line.claim_id)
            if source:
                lines += [
                    f"{line.claim_id}: {line.text}",
                    f"  source: {self._references.lines[source.evidence_ids[0]]}",
                ]
        return self._fence.around("rewritten lines", "\n".join(lines))

    def lookup_evidence(self, ids: Iterable[EvidenceId]) -> dict[EvidenceId, str]:
        """Returns masked lines by id; unknown ids are left out."""
        wanted = list(dict.fromkeys(ids))[:LOOKED_UP_MAX]
        return {id: self._lines[id] for id in wanted if id in self._lines}

    def coverage(self, ids: Iterable[EvidenceId]) -> Coverage:
        """Returns how much of the offer a CV with these lines would answer."""
        return coverage(self._offer, self._report, frozenset(ids))

    def check_claims(self, written: Sequence[WrittenClaim]) -> tuple[Remark, ...]:
        """Returns what the guard objects to."""
        return self._rules.check(written)[1]

    def known_remarks(self, remarks: Iterable[Remark]) -> tuple[Remark, ...]:
        """Returns the remarks on lines that exist: what else a model wrote as an id goes nowhere."""
        return tuple(remark for remark in remarks if remark.claim_id in self._rules.sources)

    def accept(self, written: Sequence[WrittenClaim]) -> tuple[Mapping[str, Claim], tuple[Remark, ...]]:
        """Returns the lines that hold, facts put back, by claim id; and remarks for the others."""
        return self._rules.check(written)

    def accept_letter(self, letter: LetterDraft, embedded: CoverLetter) -> LetterCheck:
        """Puts the sentences that hold into the embedded engine's letter; and remarks on the others."""
        return check_letter(
            letter, embedded, self._cv, self._offer, self._lines, self._references, self._skill_names
        )

    def plan_of(self, plan: Plan) -> Plan:
        """Returns a plan as far as its ids exist, without repeats."""
        asked = {item.id for item in self._offer.requirements}
        answers = {
            answer.requirement_id: self._known(answer.evidence_ids)
            for answer in plan.answers
            if answer.requirement_id in asked
        }
        return Plan(
            answers=tuple(
                PlannedAnswer(requirement_id=id, evidence_ids=ids) for id, ids in answers.items() if ids
            ),
            order=self._known(plan.order),
            rewrite=self._known(plan.rewrite),
        )

    def _known(self, ids: Iterable[EvidenceId]) -> tuple[EvidenceId, ...]:
        return tuple(id for id in dict.fromkeys(ids) if id in self._lines)


def _listed(lines: Mapping[str, str]) -> str:
    return "\n".join(f"{id}: {' '.join(text.split())}" for id, text in lines.items())


def _shown(text: str) -> str:
    """Returns words of an ad without what is hidden in them or addressed to a model, on one line."""
    return " ".join(without_instructions(" ".join(undisguised(text).split())).split())
