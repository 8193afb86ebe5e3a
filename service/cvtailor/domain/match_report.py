"""How the base CV answers the job offer."""

from enum import StrEnum

from cvtailor.domain.base_cv import EvidenceId
from cvtailor.domain.model import DomainModel


class MatchStatus(StrEnum):
    """How far the CV answers one requirement."""

    MET = "met"
    PARTLY = "partly"
    UNMET = "unmet"


class RequirementMatch(DomainModel):
    """One requirement and what in the CV answers it, best evidence first, and why."""

    requirement_id: str
    status: MatchStatus
    evidence_ids: tuple[EvidenceId, ...] = ()
    reason: str = ""


class RankedEvidence(DomainModel):
    """How much one line of the CV says about this offer; ``relevance`` is 0 to 1."""

    evidence_id: EvidenceId
    relevance: float


class LeftOut(DomainModel):
    """A line of the base CV that the tailored CV does not show, and why."""

    evidence_id: EvidenceId
    text: str
    reason: str


class Coverage(DomainModel):
    """Share of the requirements a CV shows evidence for, 0 to 1; partly counts half."""

    must: float
    nice: float


class MatchReport(DomainModel):
    """How the base CV answers the offer.

    Attributes:
        matches: One per requirement, in the offer's order.
        ranking: Every line of the CV, most relevant first.
        keywords_covered: Skills of the offer that the CV holds, canonical names.
        gaps: Skills and must-have requirements of the offer that the CV does not hold.
    """

    matches: tuple[RequirementMatch, ...] = ()
    ranking: tuple[RankedEvidence, ...] = ()
    keywords_covered: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
