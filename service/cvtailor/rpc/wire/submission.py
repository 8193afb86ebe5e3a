"""What made a CV, what went out of it, and where its application has been: domain → wire."""

from cvtailor.domain.application import CvVersion
from cvtailor.domain.cv_changes import LineChange
from cvtailor.domain.submission import Provenance, StatusChange, Submission
from cvtailor.gen.cvtailor.v1 import application_pb2 as pb
from cvtailor.rpc.wire.enums import LINE_FATES, STATUSES
from cvtailor.rpc.wire.parts import optional_id, timestamp, wire_document


def wire_provenance(provenance: Provenance | None) -> pb.Provenance | None:
    """Returns what made a version, or None, which leaves a message field unset."""
    if provenance is None:
        return None
    return pb.Provenance(
        engine=provenance.engine,
        app_version=provenance.app_version,
        models=provenance.models,
        prompt_versions=provenance.prompt_versions,
        changes=map(wire_line_change, provenance.changes),
    )


def wire_submission(submission: Submission | None) -> pb.Submission | None:
    """Returns what went out, or None, which leaves a message field unset."""
    if submission is None:
        return None
    return pb.Submission(
        submit_time=timestamp(submission.submitted_at),
        cv_id=optional_id(submission.cv_id),
        cv_version=submission.cv_version or 0,
        offer=pb.SentOffer(**submission.offer.model_dump()),
        documents=map(wire_document, submission.documents),
        messages=[
            pb.SentMessage(id=str(message.id), kind=message.kind, subject=message.subject, body=message.body)
            for message in submission.messages
        ],
        provenance=wire_provenance(submission.provenance),
    )


def wire_status_change(change: StatusChange) -> pb.StatusChange:
    """Returns a step of an application."""
    came_from = change.from_status
    return pb.StatusChange(
        from_status=STATUSES[came_from] if came_from else pb.APPLICATION_STATUS_UNSPECIFIED,
        to_status=STATUSES[change.to_status],
        change_time=timestamp(change.at),
    )


def wire_version(version: CvVersion) -> pb.CvVersion:
    """Returns a version in the list of an application's versions."""
    return pb.CvVersion(
        version=version.version,
        parent_version=version.parent_version,
        create_time=timestamp(version.created_at),
        run_id=optional_id(version.run_id),
        feedback=version.feedback,
    )


def wire_line_change(change: LineChange) -> pb.LineChange:
    """Returns a line of a diff."""
    return pb.LineChange(
        fate=LINE_FATES[change.fate],
        claim_id=change.claim_id,
        evidence_ids=change.evidence_ids,
        before=change.before,
        after=change.after,
        entry=change.entry,
    )
