"""The numbers: few labels, none of them anybody's; nothing where nobody reads."""

import re
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from cvtailor.domain.errors import InvalidInput
from cvtailor.telemetry import metrics
from cvtailor.telemetry.metrics import METRICS, STEP_SECONDS, Kind, Metric


class Reader:
    """Reads what is told, and refuses labels that are not in the table."""

    def __init__(self) -> None:
        self.told: list[tuple[str, float, dict[str, str]]] = []

    def bind(self, metric: Metric) -> None:
        def tell(value: float, labels: metrics.Labels) -> None:
            assert set(labels) <= set(metric.labels), metric.name
            self.told.append((metric.name, value, dict(labels)))

        metric.bind(tell)


@pytest.fixture
def reader() -> Iterator[Reader]:
    found = Reader()
    metrics.start(found)
    yield found
    metrics.start(None)


def test_names_are_dotted_words_and_every_metric_says_what_it_is() -> None:
    assert len({metric.name for metric in METRICS}) == len(METRICS) > 25
    for metric in METRICS:
        assert re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", metric.name)
        assert metric.about.endswith(".")
        assert metric.unit
        assert (metric.kind is Kind.SPREAD) == bool(metric.bounds)


def test_no_label_could_hold_a_person_a_run_or_an_address() -> None:
    labels = {label for metric in METRICS for label in metric.labels}

    assert not [label for label in labels if re.search(r"id$|user|path|address|url|host|message", label)]


def test_a_failed_step_is_timed_with_the_reason_and_not_the_words(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "time", SimpleNamespace(perf_counter=iter((10.0, 12.5)).__next__))
    with pytest.raises(InvalidInput), STEP_SECONDS.timed({"step": "match"}):
        raise InvalidInput("line 3: 'Ada Example' is no date")

    ((name, seconds, labels),) = reader.told
    assert (name, labels) == (
        "cvtailor.step.duration",
        {"step": "match", "error.type": "INVALID_ARGUMENT"},
    )
    assert seconds == 2.5


def test_nothing_is_told_once_nobody_reads(reader: Reader) -> None:
    metrics.start(None)
    STEP_SECONDS.tell(1, {"step": "match"})

    assert reader.told == []
    assert not metrics.are_read()
