"""What Envoy adds to a call and to an event, and how large the page's first load is.

On a real service with its gateway. The same client calls it directly and through Envoy, in turn, in one
run, because the machine is noisy. The call is one that the service answers from memory: the database's own
milliseconds would hide the gateway's fraction of one; a list of applications is measured beside it. Events
are those of real runs, each read by both ways at once. The page is what `npm run build` made.
"""

import asyncio
import json
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from cvtailor.gen.cvtailor.v1 import cv_generator_pb2, health_pb2
from cvtailor.gen.cvtailor.v1.health_pb2_grpc import HealthStub

from benchmarks.figures import median, options, percentile, show
from benchmarks.gateway_page import FirstLoad, first_load
from benchmarks.service_process import Client, ServiceProcess, example

_WARM_UP_CALLS = 50


type Call = Callable[[], Awaitable[object]]


@asynccontextmanager
async def both_ways(service: ServiceProcess, gateway: str) -> AsyncIterator[tuple[Client, Client]]:
    """Yields a client of the service, and one of the gateway before it."""
    async with AsyncExitStack() as stack:
        direct = await stack.enter_async_context(Client(service.address, service.token))
        through = await stack.enter_async_context(Client(gateway, service.token))
        yield direct, through


async def unary_ms(ways: Sequence[Call], calls: int) -> tuple[list[float], ...]:
    """Returns how long each call took, by way."""
    taken: tuple[list[float], ...] = tuple([] for _ in ways)
    for number in range(calls + _WARM_UP_CALLS):
        # Whoever comes first in a pair finds colder caches: they take turns in that, too.
        for way in (0, 1) if number % 2 else (1, 0):
            began = time.perf_counter()
            await ways[way]()
            if number >= _WARM_UP_CALLS:
                taken[way].append((time.perf_counter() - began) * 1e3)
    return taken


async def added_to_events_ms(ways: Sequence[Client], runs: int) -> list[float]:
    """Returns how much later each event of some runs came through the gateway."""
    added: list[float] = []
    for number in range(runs + 1):
        request = example("engineer")
        run = ways[0].stub.GenerateApplication(request, metadata=ways[0].metadata)
        application_id = (await run.read()).event.application_id
        order = ways if number % 2 else ways[::-1]
        arrivals = await asyncio.gather(*(_arrivals(way, application_id) for way in order))
        run.cancel()
        direct, through = arrivals if number % 2 else arrivals[::-1]
        if number:  # the first one warms up
            added += [
                (through[sequence] - at) * 1e3 for sequence, at in direct.items() if sequence in through
            ]
    return added


async def _arrivals(way: Client, application_id: str) -> dict[int, float]:
    """Returns when each event came that was made while we listened."""
    arrived = {}
    request = cv_generator_pb2.WatchApplicationRequest(application_id=application_id)
    async for answer in way.stub.WatchApplication(request, metadata=way.metadata):
        arrived[answer.event.sequence] = time.perf_counter()
    # What was there before is sent at once, and says nothing about the way of an event.
    return {sequence: at for sequence, at in arrived.items() if sequence > 5}


class Measured(NamedTuple):
    """What was measured: times in ms, direct and through the gateway."""

    unary: tuple[list[float], ...]
    lists: tuple[list[float], ...]
    events: list[float]
    page: FirstLoad


async def measure(quick: bool) -> Measured:
    """Starts everything and measures."""
    with tempfile.TemporaryDirectory(prefix="cvtailor-benchmark-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the account of the embedded Postgres must get through
        service = ServiceProcess(
            folder, "--web", "--web-port", "0", gateway_requests_per_second="none", log_level="warning"
        )
        try:
            url = json.loads((folder / "server.json").read_text())["web"]
            gateway = url.removeprefix("http://").rstrip("/")
            page = await first_load(url)
            async with both_ways(service, gateway) as ways:
                unary = await unary_ms([_check(way) for way in ways], 1000 if quick else 8000)
                lists = await unary_ms([way.list for way in ways], 150 if quick else 2000)
                events = await added_to_events_ms(ways, 5 if quick else 40)
        finally:
            service.terminate()
    return Measured(unary, lists, events, page)


def _check(way: Client) -> Call:
    stub = HealthStub(way.channel)
    return lambda: stub.Check(health_pb2.CheckRequest(), metadata=way.metadata)


def main() -> None:
    """Runs the benchmark."""
    chosen = options(__doc__)
    measured = asyncio.run(measure(chosen.quick))
    direct, through = map(median, measured.unary)
    list_direct, list_through = map(median, measured.lists)
    events, page = measured.events, measured.page
    kilobytes = page.compressed_bytes / 1000
    rows = [
        ("unary call, direct, p50", f"{direct:.2f} ms"),
        ("unary call, through Envoy, p50", f"{through:.2f} ms"),
        ("added to a unary call, p50", f"{through - direct:.2f} ms"),
        ("list of applications, direct, p50", f"{list_direct:.2f} ms"),
        ("added to a list of applications, p50", f"{list_through - list_direct:.2f} ms"),
        (f"added to an event, p50 ({len(events)} events)", f"{median(events):.2f} ms"),
        ("added to an event, p95", f"{percentile(events, 95):.2f} ms"),
        (f"first load of the page, {page.files} files, brotli", f"{kilobytes:.1f} kB"),
    ]
    figures = {
        "added_unary_p50_ms": round(through - direct, 3),
        "added_event_p50_ms": round(median(events), 3),
        "first_load_compressed_kb": round(kilobytes, 1),
        "unary_direct_p50_ms": round(direct, 3),
        "added_list_p50_ms": round(list_through - list_direct, 3),
        "events": len(events),
    }
    show("gateway", rows, figures, chosen.as_json)


if __name__ == "__main__":
    main()
