from datetime import UTC
from uuid import UUID

from cvtailor.domain.application import ApplicationStatus
from cvtailor.domain.cv_changes import LineChange, LineFate
from cvtailor.domain.submission import Provenance, SentMessage, SentOffer, StatusChange
from cvtailor.gen.cvtailor.v1 import application_pb2 as pb
from cvtailor.rpc.wire.application import wire_application
from event_reading import UNTOLD_PATH, read_document
from rpc.rpc_samples import NOW, a_document, a_submission, an_application

LEFT_OUT = LineChange(fate=LineFate.LEFT_OUT, evidence_ids=("skills[0].text",), before="COBOL")
REWORDED = LineChange(
    fate=LineFate.REWORDED,
    claim_id="experience[0].highlights[0]",
    evidence_ids=("experience[0].highlights[1]",),
    before="Ran it",
    after="Operated it",
    entry="Engineer, Acme",
)
PROVENANCE = Provenance(
    engine="openai:gpt-4.1 and embedded",
    app_version="1.2.3",
    models=("openai:gpt-4.1",),
    prompt_versions={"writer": "0123456789ab"},
    changes=(REWORDED, LEFT_OUT),
)
SENT = a_submission(
    cv_id=UUID(int=7),
    cv_version=2,
    offer=SentOffer(
        title="Nurse",
        company="Charité",
        location="Berlin",
        source_url="https://example.org/1",
        posting="We look for a nurse.",
        posting_sha256="00" * 32,
    ),
    documents=(a_document(path=UNTOLD_PATH),),
    messages=(SentMessage(id=UUID(int=8), kind="letter", subject="Application", body="Dear"),),
    provenance=PROVENANCE,
)
STEPS = (
    StatusChange(from_status=None, to_status=ApplicationStatus.DRAFT, at=NOW),
    StatusChange(from_status=ApplicationStatus.DRAFT, to_status=ApplicationStatus.SUBMITTED, at=NOW),
)
SUBMITTED = an_application(notes="Call them", provenance=PROVENANCE, submission=SENT, status_changes=STEPS)


def read_provenance(wire: pb.Provenance) -> Provenance:
    return Provenance(
        engine=wire.engine,
        app_version=wire.app_version,
        models=tuple(wire.models),
        prompt_versions=dict(wire.prompt_versions),
        changes=tuple(
            LineChange(
                fate=LineFate[pb.LineFate.Name(change.fate).removeprefix("LINE_FATE_")],
                claim_id=change.claim_id,
                evidence_ids=tuple(change.evidence_ids),
                before=change.before,
                after=change.after,
                entry=change.entry,
            )
            for change in wire.changes
        ),
    )


def test_what_made_a_cv_arrives_whole() -> None:
    assert read_provenance(wire_application(SUBMITTED, complete=True).provenance) == PROVENANCE


def test_what_went_out_arrives_whole() -> None:
    wire = wire_application(SUBMITTED, complete=True).submission
    offer = {name: getattr(wire.offer, name) for name in SentOffer.model_fields}
    read = a_submission(
        submitted_at=wire.submit_time.ToDatetime(UTC),
        cv_id=UUID(wire.cv_id),
        cv_version=wire.cv_version,
        offer=SentOffer(**offer),
        documents=tuple(map(read_document, wire.documents)),
        messages=tuple(
            SentMessage(id=UUID(each.id), kind=each.kind, subject=each.subject, body=each.body)
            for each in wire.messages
        ),
        provenance=read_provenance(wire.provenance),
    )
    assert read == SENT


def test_where_it_has_been_is_told_in_order_and_begins_nowhere() -> None:
    first, second = wire_application(SUBMITTED, complete=True).status_changes
    assert (first.from_status, first.to_status) == (0, pb.APPLICATION_STATUS_DRAFT)
    assert (second.from_status, second.to_status) == (
        pb.APPLICATION_STATUS_DRAFT,
        pb.APPLICATION_STATUS_SUBMITTED,
    )
    assert second.change_time.ToDatetime(UTC) == NOW


def test_a_list_tells_neither_notes_nor_history() -> None:
    wire = wire_application(SUBMITTED, complete=False)
    assert not wire.notes
    assert not wire.status_changes
    assert not wire.HasField("provenance")
    assert not wire.HasField("submission")


def test_what_was_never_sent_and_made_by_nobody_is_unset() -> None:
    wire = wire_application(an_application(), complete=True)
    assert not wire.HasField("provenance")
    assert not wire.HasField("submission")


def test_a_submission_without_a_cv_names_none() -> None:
    wire = wire_application(an_application(submission=a_submission()), complete=True).submission
    assert (wire.cv_id, wire.cv_version) == ("", 0)
