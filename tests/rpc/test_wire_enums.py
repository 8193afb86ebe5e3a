import pytest
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
from cvtailor.rpc.wire import enums

FILES = (
    application_pb2,
    cv_generator_pb2,
    error_reason_pb2,
    event_pb2,
    job_offer_pb2,
    match_report_pb2,
)
TABLES = [
    (enums.THEMES, application.Theme, cv_generator_pb2.Theme),
    (enums.TONES, application.Tone, cv_generator_pb2.Tone),
    (enums.STATUSES, application.ApplicationStatus, application_pb2.ApplicationStatus),
    (enums.DOCUMENT_KINDS, application.DocumentKind, application_pb2.DocumentKind),
    (enums.LINE_FATES, cv_changes.LineFate, application_pb2.LineFate),
    (enums.EDIT_KINDS, revision.EditKind, cv_generator_pb2.Edit.Kind),
    (enums.REASONS, errors.Reason, error_reason_pb2.ErrorReason),
    (enums.STEPS, run.Step, event_pb2.Step),
    (enums.AGENTS, model_calls.AgentName, event_pb2.Agent),
    (enums.PRIORITIES, job_offer.Priority, job_offer_pb2.Requirement.Priority),
    (enums.REMOTE_POLICIES, job_offer.RemotePolicy, job_offer_pb2.RemotePolicy),
    (enums.MATCH_STATUSES, match_report.MatchStatus, match_report_pb2.RequirementMatch.Status),
    (enums.REJECTIONS, tailored_cv.RejectionReason, match_report_pb2.RejectedClaim.Reason),
]


@pytest.mark.parametrize(("table", "domain", "wire"), TABLES, ids=lambda part: getattr(part, "__name__", ""))
def test_every_value_has_exactly_one_twin(table, domain, wire):
    unspecified = set() if domain is job_offer.RemotePolicy else {0}
    assert set(table) == set(domain)
    assert set(table.values()) == set(wire.values()) - unspecified
    assert len(set(table.values())) == len(table)


def test_every_enum_of_the_contract_has_a_table():
    contract = set()
    for file in FILES:
        contract |= {enum.full_name for enum in file.DESCRIPTOR.enum_types_by_name.values()}
        for message in file.DESCRIPTOR.message_types_by_name.values():
            contract |= {enum.full_name for enum in message.enum_types}
    assert contract == {wire.DESCRIPTOR.full_name for _, _, wire in TABLES}


def test_a_value_without_a_twin_stops_the_import():
    class Step(run.StrEnum):
        READ_MIND = "read_mind"

    with pytest.raises(ValueError, match="STEP_READ_MIND"):
        enums._twins(Step, event_pb2.Step, "STEP")


def test_a_reason_of_another_version_is_told_as_internal():
    assert enums.reason_to_wire("FROM_THE_FUTURE") == error_reason_pb2.ERROR_REASON_INTERNAL
    assert enums.reason_to_wire("CV_UNREADABLE") == error_reason_pb2.ERROR_REASON_CV_UNREADABLE
