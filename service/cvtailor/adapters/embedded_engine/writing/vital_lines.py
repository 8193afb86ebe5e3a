"""Says which lines the answers to an offer rest on, so that they are the last to go."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from cvtailor.adapters.embedded_engine.skills.table import SkillTable
from cvtailor.domain.base_cv import EvidenceId, Section, SectionKind
from cvtailor.domain.job_offer import JobOffer, Priority
from cvtailor.domain.match_report import MatchReport, MatchStatus
from cvtailor.domain.tailored_cv import Claim

_STATUS_WEIGHT = {MatchStatus.MET: 1.0, MatchStatus.PARTLY: 0.5, MatchStatus.UNMET: 0.0}
_LEAST_VITAL = 0.05


@dataclass(frozen=True, slots=True)
class _Answer:
    """The lines any one of which shows that a must-have is met, and how much that counts."""

    evidence_ids: frozenset[EvidenceId]
    weight: float


class VitalLines:
    """The fewest lines that keep every answer to a must-have on the page.

    Args:
        sections: Of the base CV.
        offer: What is asked.
        report: How the CV answers it.
        table: The skill table.
    """

    def __init__(
        self, sections: Sequence[Section], offer: JobOffer, report: MatchReport, table: SkillTable
    ) -> None:
        musts = {item.id: item for item in offer.requirements if item.priority is Priority.MUST}
        self._answers = [
            _Answer(frozenset(match.evidence_ids), _STATUS_WEIGHT[match.status])
            for match in report.matches
            if match.requirement_id in musts and match.status is not MatchStatus.UNMET
        ]
        asked = frozenset(skill for must in musts.values() for skill in must.skills)
        # A machine looks for the name of a skill in its row, whatever line proves it besides.
        self._rows = {
            line.id: sum(skill in held for skill in asked)
            for section in sections
            if section.kind is SectionKind.SKILLS
            for entry in section.entries
            for line in entry.lines()
            if (held := table.proven_by(table.names(f"{entry.title}: {line.text}"))) & asked
        }

    def among(
        self, worths: Sequence[tuple[Claim, float]], shown_anyway: Collection[EvidenceId]
    ) -> Mapping[str, float]:
        """Returns, by claim id, how much would be lost with each line that an answer rests on.

        Args:
            worths: The claims that may go, and what each is worth besides.
            shown_anyway: Evidence that stays whatever goes, such as job titles.
        """
        vital = {
            claim.id: _LEAST_VITAL * self._rows[id]
            for claim, _ in worths
            for id in claim.evidence_ids
            if id in self._rows
        }
        rows = {id for claim, _ in worths if claim.id in vital for id in claim.evidence_ids}
        shown = rows.union(shown_anyway)
        for claim, _ in worths:
            if claim.id in vital:
                vital[claim.id] += self._carried(claim, self._answers)
        missing = [answer for answer in self._answers if not answer.evidence_ids & shown]
        while missing and worths:
            carried = {claim.id: self._carried(claim, missing) for claim, _ in worths}
            best, _ = max(worths, key=lambda pair: (carried[pair[0].id], pair[1]))
            if not carried[best.id]:
                break
            vital[best.id] = vital.get(best.id, 0.0) + carried[best.id]
            missing = [answer for answer in missing if not answer.evidence_ids & set(best.evidence_ids)]
        return vital

    def _carried(self, claim: Claim, answers: Sequence[_Answer]) -> float:
        ids = set(claim.evidence_ids)
        return sum(answer.weight for answer in answers if answer.evidence_ids & ids)
