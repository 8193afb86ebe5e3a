"""Applications: domain → wire."""

from cvtailor.domain.application import ActionPoint, Application, ApplicationStatus
from cvtailor.gen.cvtailor.v1 import application_pb2 as pb
from cvtailor.rpc.wire.enums import STATUSES, reason_to_wire
from cvtailor.rpc.wire.parts import (
    optional_id,
    timestamp,
    wire_claim,
    wire_date,
    wire_document,
    wire_model_use,
)
from cvtailor.rpc.wire.submission import (
    wire_provenance,
    wire_status_change,
    wire_submission,
    wire_version,
)


def wire_application(application: Application, *, complete: bool) -> pb.Application:
    """Returns an application; what lists leave out, only if ``complete``."""
    return pb.Application(
        id=str(application.id),
        status=STATUSES[application.status],
        title=application.title,
        company=application.company,
        create_time=timestamp(application.created_at),
        update_time=timestamp(application.updated_at),
        revision=application.revision,
        run_id=str(application.run_id),
        cv_id=optional_id(application.cv_id),
        cv_version=application.cv_version or 0,
        documents=map(wire_document, application.documents),
        letter_text=application.letter_text,
        email_subject=application.email_subject,
        email_text=application.email_text,
        action_points=map(_action_point, application.action_points if complete else ()),
        failure=_failure(application),
        claims=map(wire_claim, application.claims if complete else ()),
        model_use=wire_model_use(application.model_use if complete else None),
        notes=application.notes if complete else "",
        provenance=wire_provenance(application.provenance if complete else None),
        submission=wire_submission(application.submission if complete else None),
        status_changes=map(wire_status_change, application.status_changes if complete else ()),
        versions=map(wire_version, application.versions if complete else ()),
    )


def _action_point(point: ActionPoint) -> pb.ActionPoint:
    return pb.ActionPoint(
        title=point.title,
        details=point.details,
        priority=point.priority,
        due_date=wire_date(point.due_on),
    )


def _failure(application: Application) -> pb.Failure | None:
    if application.status is not ApplicationStatus.FAILED:
        return None
    return pb.Failure(reason=reason_to_wire(application.failure_reason), message=application.failure_message)
