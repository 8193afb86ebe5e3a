"""What the steps need from the world. Adapters implement it; only ``app.py`` brings the two together."""

from cvtailor.domain.ports.agents import Agents, ModelCalls
from cvtailor.domain.ports.documents import (
    ObjectIndex,
    ObjectStore,
    PageFit,
    PdfTextReader,
    RenderedCv,
    Typesetter,
)
from cvtailor.domain.ports.engine import CvReader, Matcher, OfferReader, Tailor, TailoredDraft
from cvtailor.domain.ports.records import (
    AcceptedRun,
    Accounts,
    ApplicationPage,
    DeletedRecords,
    KeptVersion,
    ModelLedger,
    PersonalRecords,
    Records,
    Results,
    RunEvents,
    RunQueue,
)

__all__ = [
    "AcceptedRun",
    "Accounts",
    "Agents",
    "ApplicationPage",
    "CvReader",
    "DeletedRecords",
    "KeptVersion",
    "Matcher",
    "ModelCalls",
    "ModelLedger",
    "ObjectIndex",
    "ObjectStore",
    "OfferReader",
    "PageFit",
    "PdfTextReader",
    "PersonalRecords",
    "Records",
    "RenderedCv",
    "Results",
    "RunEvents",
    "RunQueue",
    "Tailor",
    "TailoredDraft",
    "Typesetter",
]
