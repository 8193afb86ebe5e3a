"""What messages of several kinds hold: domain → wire."""

from datetime import date, datetime
from uuid import UUID

from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date  # type: ignore[import-untyped]

from cvtailor.domain.documents import Document
from cvtailor.domain.model_calls import ModelUse
from cvtailor.domain.tailored_cv import Claim
from cvtailor.gen.cvtailor.v1 import application_pb2 as pb
from cvtailor.gen.cvtailor.v1 import match_report_pb2
from cvtailor.rpc.wire.enums import DOCUMENT_KINDS


def timestamp(at: datetime) -> Timestamp:
    """Returns a point in time; ``at`` must carry its zone."""
    stamp = Timestamp()
    stamp.FromDatetime(at)
    return stamp


def wire_date(day: date | None) -> Date | None:
    """Returns a day, or None, which leaves a message field unset."""
    return Date(year=day.year, month=day.month, day=day.day) if day else None


def optional_id(value: UUID | None) -> str:
    """Returns an id as text, empty if there is none yet."""
    return str(value) if value else ""


def wire_document(document: Document) -> pb.Document:
    """Returns a document; where it is stored stays inside."""
    return pb.Document(
        name=document.name,
        kind=DOCUMENT_KINDS[document.kind],
        media_type=document.media_type,
        size_bytes=document.size_bytes,
        sha256=document.sha256,
        page=document.page or 0,
    )


def wire_claim(claim: Claim) -> match_report_pb2.Claim:
    """Returns a claim with its evidence."""
    return match_report_pb2.Claim(id=claim.id, text=claim.text, evidence_ids=claim.evidence_ids)


def wire_model_use(use: ModelUse | None) -> pb.ModelUse | None:
    """Returns what model calls took, or None, which leaves a message field unset."""
    return pb.ModelUse(**use.model_dump()) if use else None
