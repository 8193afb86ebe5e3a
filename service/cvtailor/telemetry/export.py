"""Where spans and numbers leave the process: OTLP to a collector, and the registry of the metrics page."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import override

import structlog
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics import AlwaysOffExemplarFilter, MeterProvider
from opentelemetry.sdk.metrics.export import MetricReader, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from prometheus_client import CollectorRegistry, generate_latest

from cvtailor.telemetry import metrics, spans
from cvtailor.telemetry.otel import OtelTeller, OtelTracing
from cvtailor.telemetry.process import show_process

_EXPORT_SECONDS_MAX = 3
_SPANS_WAITING_MAX = 4096
_SPANS_AT_ONCE = 512
_METRICS_PAUSE_SECONDS = 15
_TOLD_EVERY_SECONDS = 60
_LAST_SPANS_SECONDS = 2

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Collector:
    """Where an OpenTelemetry collector takes OTLP over HTTP.

    Attributes:
        endpoint: Its base URL.
        headers: Sent with every request; they may hold a key.
        trace_ratio: The part of traces that it gets.
    """

    endpoint: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    trace_ratio: float = 1.0


class Export:
    """Collects what this process tells, and sends or shows it, from ``start`` to ``close``."""

    def __init__(self, about: Mapping[str, str], collector: Collector | None, paged: bool) -> None:
        """Makes what is needed; nothing is sent yet.

        Args:
            about: What this process is, by the names of the semantic conventions.
            collector: Gets spans and numbers; None: nobody.
            paged: Whether ``page`` will be asked for.
        """
        resource = Resource.create(dict(about))
        readers: list[MetricReader] = []
        self._registry = CollectorRegistry() if paged else None
        self._spans: BatchSpanProcessor | None = None
        self._tracing: OtelTracing | None = None
        if self._registry:
            readers.append(PrometheusMetricReader(scope_info_enabled=False, registry=self._registry))
        if collector:
            readers.append(_sent_metrics(collector))
            self._spans = _sent_spans(collector)
            self._tracing = OtelTracing(resource, [self._spans], collector.trace_ratio)
        # An exemplar would put the id of a run into the numbers.
        self._meters = MeterProvider(
            readers, resource, exemplar_filter=AlwaysOffExemplarFilter(), shutdown_on_exit=False
        )

    def start(self) -> None:
        """Begins to collect."""
        _tell_failures_rarely()
        metrics.start(OtelTeller(self._meters.get_meter("cvtailor")))
        show_process()
        spans.start(self._tracing)

    async def close(self) -> None:
        """Sends what is left, if that goes quickly, and ends."""
        spans.start(None)
        metrics.start(None)
        # What is cut off in its tries is no news.
        logging.getLogger("opentelemetry").handlers[:] = [logging.NullHandler()]
        if self._spans:
            with suppress(TimeoutError):
                async with asyncio.timeout(_LAST_SPANS_SECONDS):
                    await asyncio.to_thread(self._spans.force_flush)
            # Ends what is still being tried, and with it the thread that tries.
            await asyncio.to_thread(self._spans.span_exporter.shutdown)
            await asyncio.to_thread(self._spans.shutdown)
        await asyncio.to_thread(self._meters.shutdown, 1000 * _EXPORT_SECONDS_MAX)

    def page(self) -> bytes:
        """Returns all numbers as Prometheus reads them."""
        return generate_latest(self._registry) if self._registry else b""


def _sent_spans(collector: Collector) -> BatchSpanProcessor:
    """Sends spans in batches from a thread of its own; what finds no place to wait is dropped."""
    exporter = OTLPSpanExporter(
        f"{collector.endpoint}/v1/traces", headers=collector.headers, timeout=_EXPORT_SECONDS_MAX
    )
    return BatchSpanProcessor(
        exporter,
        max_queue_size=_SPANS_WAITING_MAX,
        max_export_batch_size=_SPANS_AT_ONCE,
        schedule_delay_millis=1000,
    )


def _sent_metrics(collector: Collector) -> MetricReader:
    exporter = OTLPMetricExporter(
        f"{collector.endpoint}/v1/metrics", headers=dict(collector.headers), timeout=_EXPORT_SECONDS_MAX
    )
    return PeriodicExportingMetricReader(
        exporter,
        export_interval_millis=1000 * _METRICS_PAUSE_SECONDS,
        export_timeout_millis=1000 * _EXPORT_SECONDS_MAX,
    )


class _Rarely(logging.Handler):
    """Tells that telemetry fails once a minute at most, and not in its words, which may quote a URL."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(logging.WARNING)
        self._clock = clock
        self._told_at = float("-inf")
        self._untold = 0

    @override
    def emit(self, record: logging.LogRecord) -> None:
        if self._clock() - self._told_at < _TOLD_EVERY_SECONDS:
            self._untold += 1
            return
        log.warning("telemetry_not_sent", by=record.name, untold=self._untold)
        self._told_at, self._untold = self._clock(), 0


def _tell_failures_rarely() -> None:
    logger = logging.getLogger("opentelemetry")
    logger.handlers[:] = [_Rarely()]
    logger.propagate = False
    logger.setLevel(logging.WARNING)
