"""One table for each enum: the domain's value and its twin on the wire.

Twins carry the same name behind the wire's prefix, so a table is made by looking each name up; a value
without a twin stops the import.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from cvtailor.domain import (
    application,
    cv_changes,
    errors,
    job_offer,
    match_report,
    model_calls,
    revision,
    run,
    tailored_cv,
)
from cvtailor.gen.cvtailor.v1 import (
    application_pb2,
    cv_generator_pb2,
    error_reason_pb2,
    event_pb2,
    job_offer_pb2,
    match_report_pb2,
)


class _WireEnum[W](Protocol):
    """The part of a generated enum that the tables need."""

    def Value(self, name: str) -> W:  # noqa: N802
        """Returns the number of a name; raises ValueError if there is none."""


def _twins[D: StrEnum, W](domain: type[D], wire: _WireEnum[W], prefix: str) -> Mapping[D, W]:
    return {value: wire.Value(f"{prefix}_{value.name}") for value in domain}


def _reverse[D, W](table: Mapping[D, W]) -> Mapping[W, D]:
    return {wire: domain for domain, wire in table.items()}


THEMES = _twins(application.Theme, cv_generator_pb2.Theme, "THEME")
TONES = _twins(application.Tone, cv_generator_pb2.Tone, "TONE")
STATUSES = _twins(application.ApplicationStatus, application_pb2.ApplicationStatus, "APPLICATION_STATUS")
DOCUMENT_KINDS = _twins(application.DocumentKind, application_pb2.DocumentKind, "DOCUMENT_KIND")
LINE_FATES = _twins(cv_changes.LineFate, application_pb2.LineFate, "LINE_FATE")
EDIT_KINDS = _twins(revision.EditKind, cv_generator_pb2.Edit.Kind, "KIND")
REASONS = _twins(errors.Reason, error_reason_pb2.ErrorReason, "ERROR_REASON")
STEPS = _twins(run.Step, event_pb2.Step, "STEP")
AGENTS = _twins(model_calls.AgentName, event_pb2.Agent, "AGENT")
PRIORITIES = _twins(job_offer.Priority, job_offer_pb2.Requirement.Priority, "PRIORITY")
MATCH_STATUSES = _twins(match_report.MatchStatus, match_report_pb2.RequirementMatch.Status, "STATUS")
REJECTIONS = _twins(tailored_cv.RejectionReason, match_report_pb2.RejectedClaim.Reason, "REASON")
# The only enum whose zero value means something: the posting does not say.
REMOTE_POLICIES = {
    job_offer.RemotePolicy.UNKNOWN: job_offer_pb2.REMOTE_POLICY_UNSPECIFIED,
    job_offer.RemotePolicy.ON_SITE: job_offer_pb2.REMOTE_POLICY_ON_SITE,
    job_offer.RemotePolicy.HYBRID: job_offer_pb2.REMOTE_POLICY_HYBRID,
    job_offer.RemotePolicy.REMOTE: job_offer_pb2.REMOTE_POLICY_REMOTE,
}

THEME_OF = _reverse(THEMES)
TONE_OF = _reverse(TONES)
STATUS_OF = _reverse(STATUSES)
EDIT_KIND_OF = _reverse(EDIT_KINDS)


def reason_to_wire(reason: str) -> error_reason_pb2.ErrorReason.ValueType:
    """Returns the twin of a recorded reason; one that this version does not know becomes INTERNAL."""
    try:
        return REASONS[errors.Reason(reason)]
    except ValueError:
        return error_reason_pb2.ERROR_REASON_INTERNAL
