"""The job offer and how the CV answers it: domain → wire."""

from cvtailor.domain.job_offer import JobOffer, Requirement, Salary, Span
from cvtailor.domain.match_report import Coverage, LeftOut, MatchReport, RequirementMatch
from cvtailor.domain.tailored_cv import RejectedClaim
from cvtailor.gen.cvtailor.v1 import job_offer_pb2 as offer_pb
from cvtailor.gen.cvtailor.v1 import match_report_pb2 as report_pb
from cvtailor.rpc.wire.enums import MATCH_STATUSES, PRIORITIES, REJECTIONS, REMOTE_POLICIES
from cvtailor.rpc.wire.parts import wire_claim, wire_date


def wire_offer(offer: JobOffer) -> offer_pb.JobOffer:
    """Returns an offer; what the posting does not say stays unset."""
    return offer_pb.JobOffer(
        title=offer.title,
        company=offer.company,
        location=offer.location,
        remote_policy=REMOTE_POLICIES[offer.remote_policy],
        employment_type=offer.employment_type,
        seniority=offer.seniority,
        salary=_salary(offer.salary) if offer.salary else None,
        language_code=offer.language,
        requirements=map(_requirement, offer.requirements),
        responsibilities=offer.responsibilities,
        skills=offer.skills,
        years_asked=offer.years_asked or 0,
        languages_asked=offer.languages_asked,
        education_asked=offer.education_asked,
        deadline=wire_date(offer.deadline),
        contact_name=offer.contact_name,
        contact_email=offer.contact_email,
        spans={field: _span(span) for field, span in offer.spans.items()},
    )


def wire_report(report: MatchReport) -> report_pb.MatchReport:
    """Returns a report; the ranking of all lines stays inside, it is the matcher's working paper."""
    return report_pb.MatchReport(
        matches=map(_match, report.matches),
        keywords_covered=report.keywords_covered,
        gaps=report.gaps,
    )


def wire_coverage(coverage: Coverage) -> report_pb.Coverage:
    """Returns the share of requirements answered."""
    return report_pb.Coverage(must=coverage.must, nice=coverage.nice)


def wire_left_out(line: LeftOut) -> report_pb.LeftOut:
    """Returns a line that is not shown."""
    return report_pb.LeftOut(evidence_id=line.evidence_id, text=line.text, reason=line.reason)


def wire_rejected(rejected: RejectedClaim) -> report_pb.RejectedClaim:
    """Returns a claim that the guard refused."""
    return report_pb.RejectedClaim(
        claim=wire_claim(rejected.claim),
        reason=REJECTIONS[rejected.reason],
        detail=rejected.detail,
        replacement=rejected.replacement,
    )


def _salary(salary: Salary) -> offer_pb.Salary:
    return offer_pb.Salary(
        minimum=salary.minimum,
        maximum=salary.maximum or 0,
        currency_code=salary.currency,
        period=salary.period,
    )


def _span(span: Span) -> offer_pb.TextSpan:
    return offer_pb.TextSpan(start=span.start, end=span.end)


def _requirement(requirement: Requirement) -> offer_pb.Requirement:
    return offer_pb.Requirement(
        id=requirement.id,
        text=requirement.text,
        priority=PRIORITIES[requirement.priority],
        skills=requirement.skills,
        span=_span(requirement.span),
    )


def _match(match: RequirementMatch) -> report_pb.RequirementMatch:
    return report_pb.RequirementMatch(
        requirement_id=match.requirement_id,
        status=MATCH_STATUSES[match.status],
        evidence_ids=match.evidence_ids,
        reason=match.reason,
    )
