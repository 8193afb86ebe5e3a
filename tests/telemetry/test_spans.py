"""What a span may say, and how a run's trace comes together out of many processes."""

import asyncio
from collections.abc import Iterator
from uuid import UUID, uuid4, uuid5

import pytest
from cvtailor.domain.errors import InvalidInput
from cvtailor.telemetry import spans
from cvtailor.telemetry.otel import OtelTracing
from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

RUN = UUID("6d3c1f0e-2a51-5b6e-9c1d-0123456789ab")


class Kept(InMemorySpanExporter):
    """Spans in memory."""

    def named(self, name: str) -> ReadableSpan:
        (found,) = [span for span in self.get_finished_spans() if span.name == name]
        return found


@pytest.fixture
def kept() -> Iterator[Kept]:
    exporter = Kept()
    spans.start(OtelTracing(Resource({}), [SimpleSpanProcessor(exporter)]))
    yield exporter
    spans.start(None)


def test_without_a_collector_a_span_is_nothing() -> None:
    assert spans.span("step", {"step": "match"}) is spans.run_trace(RUN, "accept") is spans.NOTHING
    assert spans.call_span("x", "") is spans.NOTHING
    assert spans.trace_id() == ""


def test_processes_that_know_the_same_run_tell_one_trace(kept: Kept) -> None:
    with spans.run_trace(RUN, "accept"):
        pass
    with spans.run_trace(RUN), spans.span("step", {"step": "match"}):
        pass
    spans.tell_ended_run(RUN, 1.5, {"state": "succeeded"})

    root = kept.named("run")
    assert root.context.trace_id == RUN.int
    assert root.parent is None
    assert root.start_time == 1_500_000_000
    for name in ("accept", "step match"):
        span = kept.named(name)
        assert span.context.trace_id == RUN.int
        assert span.parent
        assert span.parent.span_id == root.context.span_id


async def test_a_call_is_in_its_callers_trace_and_linked_with_the_run(kept: Kept) -> None:
    theirs = "0af7651916cd43dd8448eb211c80319c"

    async def call() -> None:
        parent = f"00-{theirs}-b7ad6b7169203331-01"
        open_call = spans.call_span("cvtailor.v1.CvGenerator/GenerateApplication", parent)
        open_call.enter()
        spans.about_run(RUN)
        with spans.run_trace(RUN, "accept"):
            pass
        open_call.end()

    await asyncio.create_task(call())  # as gRPC does it: each call in a task, and so a context, of its own

    told = kept.named("cvtailor.v1.CvGenerator/GenerateApplication")
    assert told.context.trace_id == int(theirs, 16)
    assert [link.context.trace_id for link in told.links] == [RUN.int]
    assert [link.context.trace_id for link in kept.named("accept").links] == [int(theirs, 16)]


def test_work_that_belongs_to_nothing_has_no_span(kept: Kept) -> None:
    with spans.run_trace(uuid4()):
        pass  # leaves nothing behind that the next one could belong to
    with spans.span("transaction"):
        pass

    assert kept.get_finished_spans() == ()


def test_the_words_of_an_error_and_values_with_blanks_stay_out(kept: Kept) -> None:
    def fail() -> None:
        with spans.run_trace(RUN), spans.span("step") as step:
            step.note({"cvtailor.model": "Ada Example, Berlin", "cvtailor.count": 3})
            raise InvalidInput("line 3: 'Ada Example' is no date")

    with pytest.raises(InvalidInput):
        fail()

    told = kept.named("step").to_json()
    assert "Ada" not in told
    assert kept.named("step").attributes == {
        "cvtailor.model": "?",
        "cvtailor.count": 3,
        "error.type": "INVALID_ARGUMENT",
    }


def test_libraries_that_trace_for_themselves_reach_no_collector_of_ours(kept: Kept) -> None:
    assert not isinstance(trace.get_tracer_provider(), TracerProvider)
    theirs = trace.get_tracer("mcp-agent")
    with spans.run_trace(RUN), theirs.start_as_current_span("call", attributes={"key": "sk-1"}):
        pass

    assert kept.get_finished_spans() == ()


def test_a_part_of_the_runs_is_kept_the_same_in_every_process() -> None:
    runs = [uuid5(RUN, str(number)) for number in range(1000)]

    def kept_of(ratio: float) -> set[int]:
        exporter = Kept()
        spans.start(OtelTracing(Resource({}), [SimpleSpanProcessor(exporter)], ratio))
        for run_id in runs:
            with spans.run_trace(run_id, "accept"):
                pass
        spans.start(None)
        return {span.context.trace_id for span in exporter.get_finished_spans()}

    assert 200 < len(kept_of(0.25)) < 300
    assert kept_of(0.25) == kept_of(0.25) < kept_of(0.5)
    assert len(kept_of(1)) == 1000
    assert kept_of(0) == set()
