"""What the steps need from the world. Adapters implement it; only ``app.py`` brings the two together."""

from cvtailor.domain.ports.agents import Agents, ModelCalls
from cvtailor.domain.ports.documents import (
    ObjectIndex,
    ObjectStore,
    PageFit,
    PdfTextReader,
    RenderedCv,
    TypesetCv,
    Typesetter,
)
from cvtailor.domain.ports.engine import CvReader, Matcher, OfferReader, Tailor, TailoredDraft
from cvtailor.domain.ports.records import (
    Accounts,
    ApplicationPage,
    DeletedRecords,
    KeptVersion,
    ModelLedger,
    PersonalRecords,
    Records,
    Results,
)
from cvtailor.domain.ports.runs import USUAL_LIMITS, AcceptedRun, RunEvents, RunLimits, RunQueue, WaitingRun

__all__ = [
    "USUAL_LIMITS",
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
    "RunLimits",
    "RunQueue",
    "Tailor",
    "TailoredDraft",
    "TypesetCv",
    "Typesetter",
    "WaitingRun",
]
