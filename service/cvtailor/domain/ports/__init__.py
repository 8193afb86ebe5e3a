"""What the steps need from the world. Adapters implement it; only ``app.py`` brings the two together."""

from cvtailor.domain.ports.agents import Agents, ModelCalls
from cvtailor.domain.ports.documents import ObjectStore, PageFit, PdfTextReader, RenderedCv, Typesetter
from cvtailor.domain.ports.engine import CvReader, Matcher, OfferReader, Tailor, TailoredDraft
from cvtailor.domain.ports.records import (
    AcceptedRun,
    ApplicationPage,
    ModelLedger,
    Records,
    Results,
    RunEvents,
    RunQueue,
)

__all__ = [
    "AcceptedRun",
    "Agents",
    "ApplicationPage",
    "CvReader",
    "Matcher",
    "ModelCalls",
    "ModelLedger",
    "ObjectStore",
    "OfferReader",
    "PageFit",
    "PdfTextReader",
    "Records",
    "RenderedCv",
    "Results",
    "RunEvents",
    "RunQueue",
    "Tailor",
    "TailoredDraft",
    "Typesetter",
]
