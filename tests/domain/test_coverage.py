from cvtailor.domain.coverage import coverage
from cvtailor.domain.job_offer import JobOffer, Priority, Requirement, Span
from cvtailor.domain.match_report import Coverage, MatchReport, MatchStatus, RequirementMatch


def requirement(number: int, priority: Priority) -> Requirement:
    return Requirement(id=f"requirement[{number}]", text="x", priority=priority, span=Span(start=0, end=1))


def match(number: int, status: MatchStatus, *evidence: str) -> RequirementMatch:
    return RequirementMatch(requirement_id=f"requirement[{number}]", status=status, evidence_ids=evidence)


OFFER = JobOffer(
    title="Nurse",
    requirements=(
        requirement(0, Priority.MUST),
        requirement(1, Priority.MUST),
        requirement(2, Priority.NICE),
    ),
)
REPORT = MatchReport(
    matches=(
        match(0, MatchStatus.MET, "a", "b"),
        match(1, MatchStatus.PARTLY, "c"),
        match(2, MatchStatus.UNMET),
    )
)


def test_partly_counts_half_and_unmet_nothing() -> None:
    assert coverage(OFFER, REPORT) == Coverage(must=0.75, nice=0.0)


def test_evidence_that_is_not_shown_does_not_count() -> None:
    assert coverage(OFFER, REPORT, shown={"b"}) == Coverage(must=0.5, nice=0.0)


def test_a_priority_nobody_asked_for_is_covered() -> None:
    assert coverage(JobOffer(title="Nurse"), MatchReport()) == Coverage(must=1.0, nice=1.0)
