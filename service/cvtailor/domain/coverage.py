"""How much of an offer a CV answers, as one number a priority."""

from collections.abc import Container

from cvtailor.domain.base_cv import EvidenceId
from cvtailor.domain.job_offer import JobOffer, Priority
from cvtailor.domain.match_report import Coverage, MatchReport, MatchStatus

_WEIGHT = {MatchStatus.MET: 1.0, MatchStatus.PARTLY: 0.5, MatchStatus.UNMET: 0.0}


def coverage(offer: JobOffer, report: MatchReport, shown: Container[EvidenceId] | None = None) -> Coverage:
    """Weighs the matches whose evidence a CV shows.

    Args:
        offer: What is asked.
        report: How the base CV answers it.
        shown: Ids of the evidence a tailored CV shows; None stands for the whole base CV.

    Returns:
        1.0 for a priority that the offer has no requirement of.
    """
    weights: dict[Priority, list[float]] = {Priority.MUST: [], Priority.NICE: []}
    priority_of = {requirement.id: requirement.priority for requirement in offer.requirements}
    for match in report.matches:
        visible = shown is None or any(id in shown for id in match.evidence_ids)
        weights[priority_of[match.requirement_id]].append(_WEIGHT[match.status] if visible else 0.0)
    must, nice = (
        sum(found) / len(found) if found else 1.0
        for found in (weights[Priority.MUST], weights[Priority.NICE])
    )
    return Coverage(must=must, nice=nice)
