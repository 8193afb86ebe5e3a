"""The events of a run: domain → wire."""

from datetime import UTC, datetime, timedelta
from typing import assert_never

from google.protobuf.duration_pb2 import Duration

from cvtailor.domain import run, step_results
from cvtailor.domain.ats import AtsCheck
from cvtailor.domain.drafts import Plan
from cvtailor.gen.cvtailor.v1 import event_pb2 as pb
from cvtailor.gen.cvtailor.v1 import match_report_pb2
from cvtailor.rpc.wire.enums import AGENTS, STEPS, reason_to_wire
from cvtailor.rpc.wire.offer import (
    wire_coverage,
    wire_left_out,
    wire_offer,
    wire_rejected,
    wire_report,
)
from cvtailor.rpc.wire.parts import optional_id, timestamp, wire_document, wire_model_use


def wire_event(event: run.RunEvent) -> pb.ApplicationEvent:
    """Returns one element of a run's log."""
    message = _payload(event.payload)
    message.MergeFrom(
        pb.ApplicationEvent(
            application_id=str(event.application_id),
            run_id=str(event.run_id),
            sequence=event.sequence,
            event_time=timestamp(event.at),
            step_index=event.step_index,
            step_count=event.step_count,
            percent=event.percent,
        )
    )
    return message


def heartbeat(last: pb.ApplicationEvent, queue_position: int = 0) -> pb.ApplicationEvent:
    """Returns a sign of life that repeats how far ``last`` was, because progress never falls."""
    return pb.ApplicationEvent(
        application_id=last.application_id,
        run_id=last.run_id,
        event_time=timestamp(datetime.now(UTC)),
        step_index=last.step_index,
        step_count=last.step_count,
        percent=last.percent,
        heartbeat=pb.Heartbeat(queue_position=queue_position),
    )


def _payload(payload: run.EventPayload) -> pb.ApplicationEvent:
    match payload:
        case run.Accepted():
            return pb.ApplicationEvent(accepted=pb.Accepted(steps=[STEPS[step] for step in payload.steps]))
        case run.StepStarted():
            return pb.ApplicationEvent(step_started=pb.StepStarted(step=STEPS[payload.step]))
        case run.StepProgress():
            return pb.ApplicationEvent(step_progress=_progress(payload))
        case run.StepFinished():
            return pb.ApplicationEvent(step_finished=_finished(payload))
        case run.Warned():
            return pb.ApplicationEvent(warning=_warning(payload))
        case run.QuestionAsked():
            return pb.ApplicationEvent(question_asked=_question_asked(payload))
        case run.QuestionAnswered():
            return pb.ApplicationEvent(
                question_answered=pb.QuestionAnswered(
                    question_id=payload.question_id, text=payload.text, entry_id=payload.entry_id
                )
            )
        case run.Completed():
            return pb.ApplicationEvent(completed=_completed(payload))
        case run.Failed():
            return pb.ApplicationEvent(failed=_failed(payload))
        case run.Cancelled():
            return pb.ApplicationEvent(cancelled=pb.Cancelled())
        case _:
            assert_never(payload)


def _progress(progress: run.StepProgress) -> pb.StepProgress:
    return pb.StepProgress(
        step=STEPS[progress.step],
        message=progress.message,
        done=progress.done,
        total=progress.total,
        agent=AGENTS[progress.agent] if progress.agent else pb.AGENT_UNSPECIFIED,
        accepted=progress.accepted,
        rejected=progress.rejected,
        tokens=progress.tokens,
        plan=_plan(progress.plan) if progress.plan else None,
    )


def _plan(plan: Plan) -> pb.Plan:
    return pb.Plan(
        answers=(pb.Plan.Answer(**answer.model_dump()) for answer in plan.answers),
        order=plan.order,
        rewrite=plan.rewrite,
    )


def _warning(warned: run.Warned) -> pb.Warning:
    return pb.Warning(step=STEPS[warned.step], code=warned.code, message=warned.message, quote=warned.quote)


def _question_asked(asked: run.QuestionAsked) -> pb.QuestionAsked:
    question = asked.question
    places = (pb.Question.Place(entry_id=place.entry_id, label=place.label) for place in question.places)
    return pb.QuestionAsked(
        question=pb.Question(
            id=question.id,
            requirement_id=question.requirement_id,
            requirement=question.requirement,
            text=question.text,
            places=places,
        ),
        wait=_duration(asked.wait_seconds),
    )


def _completed(completed: run.Completed) -> pb.Completed:
    return pb.Completed(
        documents=map(wire_document, completed.documents),
        keywords_covered=completed.keywords_covered,
        gaps=completed.gaps,
        pages=completed.pages,
        model_use=wire_model_use(completed.model_use),
    )


def _failed(failed: run.Failed) -> pb.Failed:
    return pb.Failed(
        step=STEPS[failed.step] if failed.step else pb.STEP_UNSPECIFIED,
        reason=reason_to_wire(failed.reason),
        message=failed.message,
        retryable=failed.retryable,
    )


def _finished(finished: run.StepFinished) -> pb.StepFinished:
    message = _result(finished.result)
    duration = _duration(finished.duration_ms / 1000)
    message.MergeFrom(pb.StepFinished(step=STEPS[finished.step], duration=duration))
    return message


def _duration(seconds: float) -> Duration:
    duration = Duration()
    duration.FromTimedelta(timedelta(seconds=seconds))
    return duration


def _result(result: step_results.StepResult) -> pb.StepFinished:
    match result:
        case step_results.CvRead():
            return pb.StepFinished(cv_read=_cv_read(result))
        case step_results.OfferRead():
            return pb.StepFinished(offer_read=pb.OfferRead(offer=wire_offer(result.offer)))
        case step_results.Matched():
            return pb.StepFinished(matched=pb.Matched(report=wire_report(result.report)))
        case step_results.QuestionsClosed():
            return pb.StepFinished(
                questions_closed=pb.QuestionsClosed(
                    asked=result.asked, answered=result.answered, remembered=result.remembered
                )
            )
        case step_results.Tailored():
            return pb.StepFinished(tailored=_tailored(result))
        case step_results.LetterWritten():
            return pb.StepFinished(
                letter_written=pb.LetterWritten(
                    subject=result.subject,
                    paragraphs=result.paragraphs,
                    email_subject=result.email_subject,
                    email_paragraphs=result.email_paragraphs,
                )
            )
        case step_results.ClaimsChecked():
            return pb.StepFinished(
                claims_checked=pb.ClaimsChecked(
                    kept=result.kept, rejected=map(wire_rejected, result.rejected)
                )
            )
        case step_results.PagesFitted():
            return pb.StepFinished(pages_fitted=_pages_fitted(result))
        case step_results.AgreementChecked():
            return pb.StepFinished(
                agreement_checked=pb.AgreementChecked(
                    kept=result.kept, rejected=map(wire_rejected, result.rejected)
                )
            )
        case step_results.Rendered():
            documents = map(wire_document, result.documents)
            return pb.StepFinished(rendered=pb.Rendered(documents=documents, ats=_wire_ats(result.ats)))
        case step_results.RecordsFiled():
            return pb.StepFinished(records_filed=_records_filed(result))
        case _:
            assert_never(result)


def _cv_read(read: step_results.CvRead) -> pb.CvRead:
    return pb.CvRead(
        name=read.name,
        language_code=read.language,
        sections=read.sections,
        entries=read.entries,
        lines=read.lines,
    )


def _tailored(tailored: step_results.Tailored) -> pb.Tailored:
    return pb.Tailored(
        headline=tailored.headline,
        lines_kept=tailored.lines_kept,
        left_out=map(wire_left_out, tailored.left_out),
    )


def _pages_fitted(fitted: step_results.PagesFitted) -> pb.PagesFitted:
    return pb.PagesFitted(
        pages=fitted.pages,
        page_limit=fitted.page_limit,
        fill=fitted.fill,
        renders=fitted.renders,
        left_out=map(wire_left_out, fitted.left_out),
        coverage_before=wire_coverage(fitted.coverage_before),
        coverage_after=wire_coverage(fitted.coverage_after),
    )


def _wire_ats(check: AtsCheck) -> match_report_pb2.AtsCheck:
    return match_report_pb2.AtsCheck(
        extractors=check.extractors,
        lines=check.lines,
        intact=check.intact,
        in_order=check.in_order,
        problems=check.problems,
        lost=check.lost,
    )


def _records_filed(filed: step_results.RecordsFiled) -> pb.RecordsFiled:
    return pb.RecordsFiled(
        job_offer_id=str(filed.job_offer_id),
        cv_id=str(filed.cv_id),
        cv_version=filed.cv_version,
        communication_id=str(filed.communication_id),
        action_points=filed.action_points,
        email_communication_id=optional_id(filed.email_communication_id),
    )
