"""What every run works with; only the wiring brings it together."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from cvtailor.domain.ports import (
    Agents,
    CvReader,
    Matcher,
    ModelLedger,
    ObjectStore,
    OfferReader,
    PdfTextReader,
    Records,
    RunEvents,
    Tailor,
    Typesetter,
)
from cvtailor.workflow.model_calls import ModelBudget
from cvtailor.workflow.model_gate import ModelGate


@dataclass(frozen=True)
class Models:
    """What runs with agents work with.

    Attributes:
        rounds_max: How often the writer may write.
        falls_back: Whether the embedded engine goes on where a model fails; else the run fails.
    """

    agents: Agents
    ledger: ModelLedger
    gate: ModelGate
    budget: ModelBudget
    rounds_max: int
    falls_back: bool


@dataclass(frozen=True)
class Ports:
    """Everything a run works with.

    Attributes:
        engine: Name and version of the embedded engine.
        models: None: the embedded engine works alone.
    """

    cv_reader: CvReader
    offer_reader: OfferReader
    matcher: Matcher
    tailor: Tailor
    typesetter: Typesetter
    pdf_text: PdfTextReader
    objects: ObjectStore
    records: Records
    events: RunEvents
    skill_names: Callable[[str], Iterable[str]]
    answer_wait_seconds: float
    today: Callable[[], date]
    engine: str
    models: Models | None = None
