"""The numbers of a process, one table of them; counting costs nothing where nobody reads.

Names are those of OpenTelemetry's semantic conventions where these have one. Labels are few and bounded:
methods, steps, states, models; never a user, a run or an address.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from enum import StrEnum
from types import TracebackType
from typing import Protocol

from cvtailor.domain.errors import CvtailorError

type Labels = Mapping[str, str]
type Tell = Callable[[float, Labels], None]
type Look = Callable[[], Mapping[Sequence[str], float]]
"""Returns how things are now, by the values of the labels."""

NO_LABELS: Labels = {}

_MOMENTS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_SPANS_OF_TIME = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900)
_TOKENS = (16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144)


class Kind(StrEnum):
    """How a number behaves."""

    COUNT = "count"
    """Only grows."""

    BALANCE = "balance"
    """Grows and shrinks by what is added."""

    SPREAD = "spread"
    """Many values, of which sum, number and buckets are kept."""

    LEVEL = "level"
    """The last value that was set."""

    SIGHT = "sight"
    """What is seen when somebody looks."""


class Metric:
    """One number, by its labels.

    Attributes:
        name: With dots; Prometheus reads it with underscores, with its unit, and ``_total`` if it counts.
        unit: By UCUM; what stands in braces is for people only.
        labels: The names of its labels, all of them.
        bounds: Of a spread's buckets.
    """

    def __init__(
        self,
        kind: Kind,
        name: str,
        unit: str,
        about: str,
        labels: Sequence[str] = (),
        bounds: Sequence[float] = (),
    ) -> None:
        self.kind, self.name, self.unit, self.about = kind, name, unit, about
        self.labels, self.bounds = tuple(labels), tuple(bounds)
        self._tell: Tell | None = None
        self._look: Look | None = None

    @property
    def is_bound(self) -> bool:
        """Whether what is told goes anywhere."""
        return self._tell is not None

    def bind(self, tell: Tell | None) -> None:
        """Sends what is told from now on somewhere; None: nowhere."""
        self._tell = tell

    def tell(self, value: float, labels: Labels = NO_LABELS) -> None:
        """Adds, records or sets, as its kind is."""
        if self._tell:
            self._tell(value, labels)

    def show(self, look: Look | None) -> None:
        """Says how a sight is seen; None: there is nothing to see."""
        self._look = look

    def seen(self) -> Mapping[Sequence[str], float]:
        """Returns what a sight shows now."""
        return self._look() if self._look else {}

    def timed(self, labels: Labels = NO_LABELS) -> AbstractContextManager[object]:
        """Records how long something takes, in seconds, with what it failed with as ``error.type``."""
        return _Timed(self, labels) if self._tell else _UNTIMED


class _Timed:
    """A time that runs."""

    __slots__ = ("_began", "_labels", "_metric")

    def __init__(self, metric: Metric, labels: Labels) -> None:
        self._metric, self._labels = metric, labels

    def __enter__(self) -> None:
        self._began = time.perf_counter()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        seconds, failed = time.perf_counter() - self._began, error_type(error) if error else ""
        self._metric.tell(seconds, {**self._labels, "error.type": failed})


_UNTIMED = nullcontext()


class Teller(Protocol):
    """Where numbers go; ``otel`` has the real one."""

    def bind(self, metric: Metric) -> None:
        """Makes a metric's numbers go there."""
        ...


def error_type(error: BaseException) -> str:
    """Returns what kind of error it is: our reason for it, else its class. Never its text."""
    return error.reason.value if isinstance(error, CvtailorError) else type(error).__name__


CALL_SECONDS = Metric(
    Kind.SPREAD,
    "rpc.server.call.duration",
    "s",
    "Calls, from their first byte to their status; of a stream, all its life.",
    ("rpc.method", "rpc.response.status_code"),
    _SPANS_OF_TIME,
)
STREAMS_OPEN = Metric(
    Kind.BALANCE, "cvtailor.streams.open", "{stream}", "Streams that are open.", ("rpc.method",)
)
EVENTS_TOLD = Metric(Kind.COUNT, "cvtailor.events.told", "{event}", "Events appended to the log.")
EVENT_DELAY_SECONDS = Metric(
    Kind.SPREAD,
    "cvtailor.event.delay",
    "s",
    "From an event to its watcher, of those that came while it watched; over machines, with their clocks.",
    bounds=_MOMENTS,
)
EVENTS_LISTENING = Metric(
    Kind.SIGHT, "cvtailor.events.listening", "1", "1 if events arrive by LISTEN, 0 if they are polled."
)

RUNS = Metric(
    Kind.LEVEL, "cvtailor.runs", "{run}", "Runs that wait or are in progress, of all processes.", ("state",)
)
QUEUE_AGE_SECONDS = Metric(
    Kind.LEVEL, "cvtailor.queue.oldest.age", "s", "Age of the run that has waited longest."
)
RUNS_ACCEPTED = Metric(Kind.COUNT, "cvtailor.runs.accepted", "{run}", "Runs that were accepted.")
RUNS_ENDED = Metric(
    Kind.COUNT, "cvtailor.runs.ended", "{run}", "Runs that ended, and why if badly.", ("state", "reason")
)
RUN_SECONDS = Metric(
    Kind.SPREAD,
    "cvtailor.run.duration",
    "s",
    "Runs, from being accepted to their end.",
    ("state",),
    _SPANS_OF_TIME,
)
RUN_WAIT_SECONDS = Metric(
    Kind.SPREAD,
    "cvtailor.run.wait",
    "s",
    "From being accepted to being begun, or taken over.",
    bounds=_SPANS_OF_TIME,
)
STEP_SECONDS = Metric(
    Kind.SPREAD, "cvtailor.step.duration", "s", "Steps of runs.", ("step", "error.type"), _SPANS_OF_TIME
)
RUNS_HERE = Metric(Kind.SIGHT, "cvtailor.process.runs", "{run}", "Runs in progress in this process.")

PROCESSES = Metric(Kind.LEVEL, "cvtailor.processes", "{process}", "Processes that are alive.", ("role",))
TAKEN_OVER = Metric(
    Kind.COUNT, "cvtailor.runs.taken_over", "{run}", "Runs taken from processes that died or left."
)
HEARTBEAT_SECONDS = Metric(
    Kind.SPREAD,
    "cvtailor.heartbeat.duration",
    "s",
    "Heartbeats, until Postgres has them.",
    ("error.type",),
    _MOMENTS,
)
HEARTBEAT_AT = Metric(
    Kind.LEVEL, "cvtailor.heartbeat.at", "s", "When the last heartbeat arrived, seconds since 1970."
)
DEPENDENCY_UP = Metric(
    Kind.LEVEL, "cvtailor.dependency.up", "1", "1 if a dependency works, by its probe.", ("dependency",)
)

MODEL_SECONDS = Metric(
    Kind.SPREAD,
    "gen_ai.client.operation.duration",
    "s",
    "Questions to models, with their retries.",
    ("gen_ai.operation.name", "gen_ai.agent.name", "gen_ai.request.model", "error.type"),
    _SPANS_OF_TIME,
)
MODEL_TOKENS = Metric(
    Kind.SPREAD,
    "gen_ai.client.token.usage",
    "{token}",
    "Tokens of a question or its answer.",
    ("gen_ai.operation.name", "gen_ai.agent.name", "gen_ai.request.model", "gen_ai.token.type"),
    _TOKENS,
)
MODEL_COST_USD = Metric(
    Kind.COUNT,
    "cvtailor.model.cost_usd",
    "{USD}",
    "What models cost, by the price table.",
    ("gen_ai.request.model",),
)
MODEL_BUDGETS_SPENT = Metric(
    Kind.COUNT, "cvtailor.model.budgets_spent", "{call}", "Questions not asked, for a budget was spent."
)

RENDER_SECONDS = Metric(
    Kind.SPREAD,
    "cvtailor.render.duration",
    "s",
    "Typesetting jobs, with their wait for a worker.",
    ("job", "error.type"),
    _MOMENTS,
)
RENDER_JOBS = Metric(
    Kind.SIGHT, "cvtailor.render.jobs", "{job}", "Typesetting jobs in hand and waiting.", ("state",)
)
RENDER_WORKERS = Metric(Kind.SIGHT, "cvtailor.render.workers", "{process}", "Typesetting processes.")
RENDER_WORKERS_LOST = Metric(
    Kind.COUNT,
    "cvtailor.render.workers_lost",
    "{process}",
    "Typesetting processes killed at their deadline, or dead.",
    ("cause",),
)
TRANSACTION_SECONDS = Metric(
    Kind.SPREAD,
    "db.client.operation.duration",
    "s",
    "Transactions, with their retries and their wait for a connection.",
    ("db.operation.name", "error.type"),
    _MOMENTS,
)
STORAGE_SECONDS = Metric(
    Kind.SPREAD,
    "cvtailor.storage.duration",
    "s",
    "What is asked of the document store, with retries.",
    ("operation", "error.type"),
    _MOMENTS,
)

PROCESS_CPU_SECONDS = Metric(
    Kind.SIGHT, "process.cpu.time", "s", "Processor time of this process, without typesetting."
)
PROCESS_MEMORY_BYTES = Metric(Kind.SIGHT, "process.memory.usage", "By", "Resident memory of this process.")
PROCESS_FILES = Metric(Kind.SIGHT, "process.open_file_descriptor.count", "{file}", "Files it has open.")
PROCESS_THREADS = Metric(Kind.SIGHT, "process.thread.count", "{thread}", "Its threads.")
PROCESS_UPTIME_SECONDS = Metric(Kind.SIGHT, "process.uptime", "s", "How long it has been up.")

METRICS: tuple[Metric, ...] = tuple(found for found in list(globals().values()) if isinstance(found, Metric))


def are_read() -> bool:
    """Whether anybody reads the numbers."""
    return RUNS_ENDED.is_bound


def start(teller: Teller | None) -> None:
    """Sends the numbers of this process somewhere, or nowhere any more."""
    for metric in METRICS:
        if teller:
            teller.bind(metric)
        else:
            metric.bind(None)
            metric.show(None)
