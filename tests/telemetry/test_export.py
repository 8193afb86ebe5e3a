"""What is told while the collector is away, and how seldom."""

import asyncio
import logging
import time
from contextlib import AsyncExitStack
from uuid import uuid4

import pytest
import structlog
from cvtailor.app.roles import Role
from cvtailor.app.telemetry import started_export
from cvtailor.domain.errors import InvalidInput
from cvtailor.settings import Settings
from cvtailor.telemetry import export, spans
from cvtailor.telemetry.export import Collector, Export

from tests.ports_of_loopback import free_port


def nobody_there() -> str:
    return f"http://127.0.0.1:{free_port()}"


async def test_a_collector_that_is_away_blocks_nobody_and_is_told_of_once() -> None:
    away = Export({"service.name": "cvtailor"}, Collector(nobody_there(), {"x-key": "quollkey"}), paged=False)
    with structlog.testing.capture_logs() as lines:
        away.start()
        began = time.thread_time()  # of this thread alone: it sends nothing, and waits for nobody
        for _ in range(5_000):
            with spans.run_trace(uuid4(), "accept"):
                pass
        seconds = time.thread_time() - began
        for _ in range(3):
            logging.getLogger("opentelemetry.sdk").error("Failed to export to http://quollhost: quollkey")
        async with asyncio.timeout(15):
            await away.close()

    assert seconds < 3
    assert [line["event"] for line in lines] == ["telemetry_not_sent"]
    assert "quoll" not in str(lines)


def test_after_a_minute_it_is_told_again_and_how_often_it_was_not() -> None:
    now = 100.0
    rarely = export._Rarely(lambda: now)
    record = logging.LogRecord("opentelemetry.x", logging.ERROR, "x.py", 1, "failed", (), None)
    with structlog.testing.capture_logs() as lines:
        for seconds in (0, 1, 59, 61):
            now = 100.0 + seconds
            rarely.emit(record)

    assert [line["untold"] for line in lines] == [0, 2]


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"otlp_endpoint": "http://me:secret@127.0.0.1:4318"}, "CVTAILOR_OTLP_HEADERS"),
        ({"otlp_endpoint": "127.0.0.1:4318"}, "CVTAILOR_OTLP_ENDPOINT"),
        ({"otlp_endpoint": "http://127.0.0.1:4318", "otlp_headers": "secret"}, "NAME=VALUE"),
    ],
)
async def test_settings_that_lead_nowhere_are_refused_without_being_repeated(
    settings: dict[str, str], told: str
) -> None:
    async with AsyncExitStack() as stack:
        with pytest.raises(InvalidInput, match=told) as refused:
            started_export(Settings(**settings), Role.ALL, "me", stack)  # type: ignore[arg-type]

    assert "secret" not in refused.value.message


async def test_nothing_is_imported_or_started_unless_a_setting_asks() -> None:
    async with AsyncExitStack() as stack:
        assert started_export(Settings(), Role.ALL, "me", stack) is None
    assert not spans.tracing_is_on()
