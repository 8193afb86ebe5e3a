from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

from cvtailor.domain.application import ActionPoint, ApplicationStatus, DocumentKind
from cvtailor.domain.model_calls import ModelUse
from cvtailor.domain.tailored_cv import Claim
from cvtailor.gen.cvtailor.v1 import application_pb2, error_reason_pb2
from cvtailor.rpc.wire.application import wire_application
from cvtailor.rpc.wire.parts import timestamp
from event_reading import read_document, read_model_use
from rpc.rpc_samples import NOW, a_document, an_application

USE = ModelUse(calls=2, input_tokens=900, output_tokens=80, cost_usd=None, models=("ollama:phi4",))
CLAIM = Claim(id="summary[0]", text="Nurse", evidence_ids=("summary[0].text",))


def test_an_application_is_told_with_all_it_holds():
    full = an_application(
        title="Nurse",
        company="Charité",
        revision=3,
        cv_id=UUID(int=7),
        cv_version=2,
        documents=(a_document(), a_document("cv-page-1.png", kind=DocumentKind.CV_PAGE_PNG, page=1)),
        action_points=(ActionPoint(title="Call", details="them", priority=0, due_on=date(2026, 4, 1)),),
        letter_text="Dear",
        email_subject="Application",
        email_text="Hello",
        claims=(CLAIM,),
        model_use=USE,
    )
    wire = wire_application(full, complete=True)
    assert (wire.id, wire.run_id, wire.cv_id) == (str(full.id), str(full.run_id), str(UUID(int=7)))
    assert (wire.title, wire.company, wire.letter_text) == ("Nurse", "Charité", "Dear")
    assert (wire.email_subject, wire.email_text) == ("Application", "Hello")
    assert (wire.revision, wire.cv_version) == (3, 2)
    assert wire.create_time.ToDatetime(UTC) == NOW
    assert [read_document(each).name for each in wire.documents] == ["cv.pdf", "cv-page-1.png"]
    (point,) = wire.action_points
    assert (point.title, point.details, point.priority) == ("Call", "them", 0)
    assert (point.due_date.year, point.due_date.month, point.due_date.day) == (2026, 4, 1)
    assert list(wire.claims[0].evidence_ids) == ["summary[0].text"]
    assert read_model_use(wire.model_use) == USE


def test_a_list_tells_neither_claims_nor_action_points_nor_what_models_took():
    full = an_application(claims=(CLAIM,), action_points=(ActionPoint(title="Call"),), model_use=USE)
    wire = wire_application(full, complete=False)
    assert not wire.claims
    assert not wire.action_points
    assert not wire.HasField("model_use")


def test_only_a_failed_application_has_a_failure():
    reason = {"failure_reason": "RENDER_TIMEOUT", "failure_message": "Too slow."}
    failed = wire_application(an_application(status=ApplicationStatus.FAILED, **reason), complete=False)
    assert failed.failure.reason == error_reason_pb2.ERROR_REASON_RENDER_TIMEOUT
    assert failed.failure.message == "Too slow."
    assert not wire_application(an_application(), complete=True).HasField("failure")


def test_where_a_document_is_stored_stays_inside():
    wire = wire_application(an_application(documents=(a_document(path="secret/place"),)), complete=True)
    assert b"secret" not in wire.SerializeToString()
    assert "path" not in application_pb2.Document.DESCRIPTOR.fields_by_name


def test_a_time_of_any_zone_is_told_in_utc():
    berlin = timezone(timedelta(hours=2))
    assert timestamp(datetime(2026, 7, 1, 14, tzinfo=berlin)).ToJsonString() == "2026-07-01T12:00:00Z"
