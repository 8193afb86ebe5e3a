"""Spans and numbers by OpenTelemetry.

Its providers are this module's own and not the global ones, by which libraries would tell what they please:
mcp-agent's spans, for one, hold keys.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from opentelemetry import context, trace
from opentelemetry.metrics import CallbackOptions, Meter, Observation
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.id_generator import IdGenerator, RandomIdGenerator
from opentelemetry.sdk.trace.sampling import Decision, Sampler, SamplingResult
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, SpanKind, StatusCode, TraceFlags
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from cvtailor.telemetry.metrics import Kind, Metric, Tell, error_type
from cvtailor.telemetry.spans import NOTHING, RUN_ID, Attributes, Noted, Value

_SAFE = re.compile(r"[\w.:/+<>-]{1,120}", re.ASCII)
_UNSAFE = "?"
_TRACEPARENT = TraceContextTextMapPropagator()
_ids_of_root: ContextVar[tuple[int, int] | None] = ContextVar("ids_of_root", default=None)


def safe(attributes: Attributes) -> dict[str, Value]:
    """Returns attributes without values that could be anybody's words: no value of ours has a blank."""
    return {
        name: value if not isinstance(value, str) or _SAFE.fullmatch(value) else _UNSAFE
        for name, value in attributes.items()
    }


class _Ids(IdGenerator):
    """Random ids, but for the root of a run's trace."""

    def __init__(self) -> None:
        self._random = RandomIdGenerator()

    def generate_trace_id(self) -> int:
        ids = _ids_of_root.get()
        return ids[0] if ids else self._random.generate_trace_id()

    def generate_span_id(self) -> int:
        ids = _ids_of_root.get()
        return ids[1] if ids else self._random.generate_span_id()


class _Ratio(Sampler):
    """Keeps a part of all traces, the same in every process.

    By the last 56 bits of the id, which are random in W3C's ids and in a run's: the SDK's own sampler takes
    64, of which a UUID fixes the first two.
    """

    def __init__(self, ratio: float) -> None:
        self._below = round(ratio * (1 << 56))

    def should_sample(
        self,
        parent_context: context.Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Any = None,
        links: Any = None,
        trace_state: Any = None,
    ) -> SamplingResult:
        """See ``Sampler``."""
        kept = trace_id & (1 << 56) - 1 < self._below
        return SamplingResult(Decision.RECORD_AND_SAMPLE if kept else Decision.DROP, attributes)

    def get_description(self) -> str:
        """See ``Sampler``."""
        return "by the last 56 bits"


def _root_ids(run_id: UUID) -> tuple[int, int]:
    # Its lower half is never 0: the variant of a UUID is in it.
    return run_id.int, run_id.int & (1 << 64) - 1


def _root_context(run_id: UUID) -> SpanContext:
    trace_id, span_id = _root_ids(run_id)
    return SpanContext(trace_id, span_id, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED))


class _Open:
    """A span that ends with a block, and is current in it."""

    __slots__ = ("_span", "_token")

    def __init__(self, span: Span) -> None:
        self._span = span

    def __enter__(self) -> Self:
        self._token = context.attach(trace.set_span_in_context(self._span))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        context.detach(self._token)
        if error is not None:
            # Its text and its traceback may quote a CV.
            self._span.set_attribute("error.type", error_type(error))
            if isinstance(error, Exception):
                self._span.set_status(StatusCode.ERROR)
        self._span.end()

    def note(self, attributes: Attributes) -> None:
        """See ``Noted``."""
        self._span.set_attributes(safe(attributes))


class _Call:
    """The span of a call; see ``OpenCall``."""

    __slots__ = ("_span",)

    def __init__(self, span: Span) -> None:
        self._span = span

    def enter(self) -> None:
        context.attach(trace.set_span_in_context(self._span))

    def note(self, attributes: Attributes) -> None:
        self._span.set_attributes(safe(attributes))

    def end(self, error: str = "") -> None:
        if error:
            self._span.set_attribute("error.type", error)
            self._span.set_status(StatusCode.ERROR)
        self._span.end()


class OtelTracing:
    """``Tracing`` by OpenTelemetry's SDK."""

    def __init__(self, resource: Resource, processors: Iterable[SpanProcessor], ratio: float = 1.0) -> None:
        """Makes the provider.

        Args:
            resource: What this process is.
            processors: Where spans go.
            ratio: The part of traces that is kept. All processes decide alike: by the trace's id.
        """
        self._provider = TracerProvider(
            sampler=_Ratio(ratio),
            resource=resource,
            id_generator=_Ids(),
            shutdown_on_exit=False,
        )
        for processor in processors:
            self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("cvtailor")

    def inside(self, name: str, attributes: Attributes) -> AbstractContextManager[Noted]:
        """See ``Tracing.inside``."""
        flags = trace.get_current_span().get_span_context().trace_flags
        if not flags.sampled:  # nor is it if there is none
            return NOTHING
        told = safe(attributes)
        full_name = f"{name} {next(iter(told.values()))}" if told else name
        return _Open(self._tracer.start_span(full_name, attributes=told))

    def of_run(self, run_id: UUID, name: str) -> AbstractContextManager[Noted]:
        """See ``Tracing.of_run``; the span links to what was current before: the call, if there is one."""
        parent = trace.set_span_in_context(NonRecordingSpan(_root_context(run_id)), context.Context())
        if not name:
            return _current(parent)
        before = trace.get_current_span().get_span_context()
        links = [trace.Link(before)] if before.is_valid else []
        attributes = {RUN_ID: str(run_id)}
        return _Open(self._tracer.start_span(name, parent, attributes=attributes, links=links))

    def ended_run(self, run_id: UUID, began_at: float, attributes: Attributes) -> None:
        """See ``Tracing.ended_run``."""
        token = _ids_of_root.set(_root_ids(run_id))
        try:
            span = self._tracer.start_span(
                "run",
                context.Context(),
                SpanKind.CONSUMER,
                {RUN_ID: str(run_id), **safe(attributes)},
                start_time=int(began_at * 1e9),
            )
        finally:
            _ids_of_root.reset(token)
        if attributes.get("state") == "failed":
            span.set_status(StatusCode.ERROR)
        span.end()

    def call(self, method: str, traceparent: str) -> _Call:
        """See ``Tracing.call``."""
        parent = _TRACEPARENT.extract({"traceparent": traceparent}, context.Context())
        attributes = {"rpc.system.name": "grpc", "rpc.method": method}
        return _Call(self._tracer.start_span(method, parent, SpanKind.SERVER, attributes))

    def link_run(self, run_id: UUID) -> None:
        """See ``Tracing.link_run``."""
        span = trace.get_current_span()
        span.set_attribute(RUN_ID, str(run_id))
        span.add_link(_root_context(run_id))

    def trace_id(self) -> str:
        """See ``Tracing.trace_id``."""
        current = trace.get_current_span().get_span_context()
        return trace.format_trace_id(current.trace_id) if current.is_valid else ""


@contextmanager
def _current(of: context.Context) -> Iterator[Noted]:
    token = context.attach(of)
    try:
        yield NOTHING
    finally:
        context.detach(token)


class OtelTeller:
    """``Teller`` by an OpenTelemetry meter."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter

    def bind(self, metric: Metric) -> None:
        """See ``Teller.bind``."""
        if metric.kind is Kind.SIGHT:
            create = (
                self._meter.create_observable_counter
                if metric.name == "process.cpu.time"
                else self._meter.create_observable_gauge
            )
            create(metric.name, [_observed(metric)], metric.unit, metric.about)
        else:
            metric.bind(self._tell(metric))

    def _tell(self, metric: Metric) -> Tell:
        named = (metric.name, metric.unit, metric.about)
        match metric.kind:
            case Kind.COUNT:
                return self._meter.create_counter(*named).add
            case Kind.BALANCE:
                return self._meter.create_up_down_counter(*named).add
            case Kind.LEVEL:
                return self._meter.create_gauge(*named).set
            case _:
                bounds = list(metric.bounds)
                return self._meter.create_histogram(*named, explicit_bucket_boundaries_advisory=bounds).record


def _observed(metric: Metric) -> Callable[[CallbackOptions], Iterable[Observation]]:
    def observe(_: CallbackOptions) -> Iterable[Observation]:
        for values, seen in metric.seen().items():
            yield Observation(seen, dict(zip(metric.labels, values, strict=True)))

    return observe
