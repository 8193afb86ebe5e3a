"""The port for operators."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from collectors import page
from cvtailor.domain.errors import InvalidInput
from cvtailor.telemetry.page import OperatorPage, Readiness

FINE = Readiness(True, "serving", {})


class Served:
    """The page of a process that is as the test says."""

    def __init__(self) -> None:
        self.readiness = FINE
        self.port = 0

    async def ask(self) -> Readiness:
        return self.readiness


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    found = Served()
    operators = OperatorPage("127.0.0.1", 0, metrics=lambda: b"up 1\n", readiness=found.ask)
    found.port = await operators.start()
    yield found
    await operators.close()


async def raw(port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = await reader.read()
    writer.close()
    return answer


async def test_it_has_three_pages(served: Served) -> None:
    assert await page(served.port, "/metrics") == (200, "up 1\n")
    assert await page(served.port, "/healthz") == (200, '{"status": "alive"}\n')
    assert await page(served.port, "/readyz?x=1") == (200, '{"status": "serving", "failing": {}}\n')
    assert (await page(served.port, "/debug"))[0] == 404


async def test_a_process_that_takes_no_work_says_why(served: Served) -> None:
    served.readiness = Readiness(False, "not_serving", {"postgres": "Postgres does not answer."})

    status, body = await page(served.port, "/readyz")

    assert status == 503
    assert body == '{"status": "not_serving", "failing": {"postgres": "Postgres does not answer."}}\n'
    assert (await page(served.port, "/healthz"))[0] == 200


async def test_only_get_is_answered_and_nonsense_is_not(served: Served) -> None:
    assert b"405" in await raw(served.port, b"POST /metrics HTTP/1.1\r\n\r\n")
    assert await raw(served.port, b"GET /" + b"x" * 20_000) == b""
    assert (await page(served.port, "/healthz"))[0] == 200


async def test_many_that_say_nothing_keep_nobody_from_asking_once_they_go(served: Served) -> None:
    silent = [await asyncio.open_connection("127.0.0.1", served.port) for _ in range(40)]
    for _, writer in silent:
        writer.close()
        await writer.wait_closed()

    assert (await page(served.port, "/healthz"))[0] == 200


async def test_a_port_that_is_taken_is_told_by_the_setting(served: Served) -> None:
    second = OperatorPage("127.0.0.1", served.port, metrics=lambda: b"", readiness=served.ask)

    with pytest.raises(InvalidInput, match="CVTAILOR_METRICS_PORT"):
        await second.start()
