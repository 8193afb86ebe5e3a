"""Wire events → domain: the inverse of ``rpc.wire.events``, to show that nothing is lost on the way.

Only what the contract leaves out on purpose can't be read back: a document's path, the ranking.
"""

from datetime import UTC, date
from uuid import UUID

from cvtailor.domain import run, step_results
from cvtailor.domain.application import Document
from cvtailor.domain.ats import AtsCheck
from cvtailor.domain.drafts import Plan, PlannedAnswer
from cvtailor.domain.job_offer import JobOffer, Requirement, Salary, Span
from cvtailor.domain.match_report import Coverage, LeftOut, MatchReport, RequirementMatch
from cvtailor.domain.model_calls import ModelUse
from cvtailor.domain.question import Place, Question
from cvtailor.domain.tailored_cv import Claim, RejectedClaim
from cvtailor.gen.cvtailor.v1 import error_reason_pb2, event_pb2
from cvtailor.rpc.wire import enums

UNTOLD_PATH = "not on the wire"
_RESULTS = {
    "cv_read": lambda read: step_results.CvRead(
        language=read.language_code, **_scalars(read, "language_code")
    ),
    "offer_read": lambda read: step_results.OfferRead(offer=_offer(read.offer)),
    "matched": lambda matched: step_results.Matched(report=_report(matched.report)),
    "questions_closed": lambda closed: step_results.QuestionsClosed(**_scalars(closed)),
    "tailored": lambda tailored: step_results.Tailored(
        left_out=_left_out(tailored.left_out), **_scalars(tailored, "left_out")
    ),
    "letter_written": lambda written: step_results.LetterWritten(**_scalars(written)),
    "claims_checked": lambda checked: step_results.ClaimsChecked(
        kept=checked.kept, rejected=tuple(map(_rejected, checked.rejected))
    ),
    "agreement_checked": lambda agreed: step_results.AgreementChecked(
        kept=agreed.kept, rejected=tuple(map(_rejected, agreed.rejected))
    ),
    "pages_fitted": lambda fitted: step_results.PagesFitted(
        left_out=_left_out(fitted.left_out),
        coverage_before=Coverage(**_scalars(fitted.coverage_before)),
        coverage_after=Coverage(**_scalars(fitted.coverage_after)),
        **_scalars(fitted, "left_out", "coverage_before", "coverage_after"),
    ),
    "rendered": lambda rendered: step_results.Rendered(
        documents=tuple(map(read_document, rendered.documents)), ats=_ats(rendered.ats)
    ),
    "records_filed": lambda filed: step_results.RecordsFiled(
        email_communication_id=filed.email_communication_id or None,
        **_scalars(filed, "email_communication_id"),
    ),
}
_PAYLOADS = {
    "accepted": lambda accepted: run.Accepted(steps=tuple(map(_step, accepted.steps))),
    "step_started": lambda started: run.StepStarted(step=_step(started.step)),
    "step_progress": lambda progress: run.StepProgress(
        step=_step(progress.step),
        agent=_of(enums.AGENTS, progress.agent) if progress.agent else None,
        plan=_plan(progress.plan) if progress.HasField("plan") else None,
        **_scalars(progress, "step", "agent", "plan"),
    ),
    "step_finished": lambda finished: run.StepFinished(
        step=_step(finished.step),
        duration_ms=finished.duration.ToMilliseconds(),
        result=_RESULTS[finished.WhichOneof("result")](getattr(finished, finished.WhichOneof("result"))),
    ),
    "warning": lambda warning: run.Warned(step=_step(warning.step), **_scalars(warning, "step")),
    "question_asked": lambda asked: run.QuestionAsked(
        question=_question(asked.question), wait_seconds=asked.wait.ToTimedelta().total_seconds()
    ),
    "question_answered": lambda answered: run.QuestionAnswered(**_scalars(answered)),
    "completed": lambda completed: run.Completed(
        documents=tuple(map(read_document, completed.documents)),
        keywords_covered=tuple(completed.keywords_covered),
        gaps=tuple(completed.gaps),
        pages=completed.pages,
        model_use=read_model_use(completed.model_use) if completed.HasField("model_use") else None,
    ),
    "failed": lambda failed: run.Failed(
        step=_step(failed.step) if failed.step else None,
        reason=error_reason_pb2.ErrorReason.Name(failed.reason).removeprefix("ERROR_REASON_"),
        message=failed.message,
        retryable=failed.retryable,
    ),
    "cancelled": lambda _: run.Cancelled(),
}


def read_event(event: event_pb2.ApplicationEvent) -> run.RunEvent:
    kind = event.WhichOneof("event")
    return run.RunEvent(
        run_id=UUID(event.run_id),
        application_id=UUID(event.application_id),
        sequence=event.sequence,
        at=event.event_time.ToDatetime(UTC),
        step_index=event.step_index,
        step_count=event.step_count,
        percent=event.percent,
        payload=_PAYLOADS[kind](getattr(event, kind)),
    )


def read_document(document) -> Document:
    return Document(
        kind=_of(enums.DOCUMENT_KINDS, document.kind),
        page=document.page or None,
        path=UNTOLD_PATH,
        **_scalars(document, "kind", "page"),
    )


def read_model_use(use) -> ModelUse:
    return ModelUse(
        models=tuple(use.models),
        cost_usd=use.cost_usd if use.HasField("cost_usd") else None,
        **_scalars(use, "models", "cost_usd"),
    )


def _plan(plan) -> Plan:
    return Plan(
        answers=tuple(
            PlannedAnswer(requirement_id=answer.requirement_id, evidence_ids=tuple(answer.evidence_ids))
            for answer in plan.answers
        ),
        order=tuple(plan.order),
        rewrite=tuple(plan.rewrite),
    )


def _scalars(message, *but: str) -> dict[str, object]:
    fields = (field.name for field in message.DESCRIPTOR.fields)
    return {name: getattr(message, name) for name in fields if name not in but}


def _of(table, wire):
    return next(domain for domain, twin in table.items() if twin == wire)


def _step(wire) -> run.Step:
    return _of(enums.STEPS, wire)


def _question(question) -> Question:
    # The label is all that the wire has of a place's name.
    places = (Place(entry_id=place.entry_id, organisation=place.label, title="") for place in question.places)
    return Question(places=tuple(places), **_scalars(question, "places"))


def _ats(check) -> AtsCheck:
    return AtsCheck.model_validate({name: getattr(check, name) for name in AtsCheck.model_fields})


def _left_out(lines) -> tuple[LeftOut, ...]:
    return tuple(LeftOut(**_scalars(line)) for line in lines)


def _rejected(rejected) -> RejectedClaim:
    claim = rejected.claim
    return RejectedClaim(
        claim=Claim(id=claim.id, text=claim.text, evidence_ids=tuple(claim.evidence_ids)),
        reason=_of(enums.REJECTIONS, rejected.reason),
        detail=rejected.detail,
        replacement=rejected.replacement,
    )


def _report(report) -> MatchReport:
    return MatchReport(
        matches=tuple(
            RequirementMatch(
                requirement_id=match.requirement_id,
                status=_of(enums.MATCH_STATUSES, match.status),
                evidence_ids=tuple(match.evidence_ids),
                reason=match.reason,
            )
            for match in report.matches
        ),
        keywords_covered=tuple(report.keywords_covered),
        gaps=tuple(report.gaps),
    )


def _offer(offer) -> JobOffer:
    deadline, salary = offer.deadline, offer.salary
    lists = ("responsibilities", "skills", "languages_asked")
    return JobOffer(
        remote_policy=_of(enums.REMOTE_POLICIES, offer.remote_policy),
        salary=Salary(
            minimum=salary.minimum,
            maximum=salary.maximum or None,
            currency=salary.currency_code,
            period=salary.period,
        )
        if offer.HasField("salary")
        else None,
        language=offer.language_code,
        requirements=tuple(map(_requirement, offer.requirements)),
        years_asked=offer.years_asked or None,
        deadline=date(deadline.year, deadline.month, deadline.day) if offer.HasField("deadline") else None,
        spans={name: Span(**_scalars(span)) for name, span in offer.spans.items()},
        **{name: tuple(getattr(offer, name)) for name in lists},
        **_scalars(
            offer,
            *("remote_policy", "salary", "language_code", "requirements", "years_asked"),
            *("deadline", "spans", *lists),
        ),
    )


def _requirement(requirement) -> Requirement:
    return Requirement(
        id=requirement.id,
        text=requirement.text,
        priority=_of(enums.PRIORITIES, requirement.priority),
        skills=tuple(requirement.skills),
        span=Span(**_scalars(requirement.span)),
    )
