"""What the agents cost beside the model: time, memory, and calls made twice after a crash.

A scripted model on loopback answers at once, so what is left is ours: prompts, wire, journal, checks, and the
scripted server itself. A service with agents and one without take turns in one run, because the machine is
noisy.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from cvtailor.gen.cvtailor.v1 import event_pb2
from rich.console import Console
from rich.table import Table

from benchmarks.agent_crashes import Boundary, Crash, CrashingService, KillPoint, boundaries_told
from benchmarks.figures import median, options, percentile, show
from benchmarks.service_process import Client, ServiceProcess, example
from tests.e2e.folders import home
from tests.model_servers import Asked, ModelServer, Script, UsesTools, honest_model

ROUNDS, QUICK_ROUNDS = 30, 2
QUICK_KILLS = 1
WARM_UP_ROUNDS = 1
TOOL_USES = 3
_PSS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


def chatty_model() -> Script:
    """Uses a tool before it answers, as often as it may: each use is one more call and hardly more work."""
    honest, look = honest_model(), UsesTools((("lookup_evidence", {"ids": ["skills[0].text"]}),))
    return lambda asked: look if asked.tools and len(asked.tool_results) < TOOL_USES else honest(asked)


@dataclass(frozen=True)
class SideBySide:
    """Milliseconds from request to the last event, turn by turn, and the memory of the processes.

    Attributes:
        chatty_ms: Of runs with the calls of ``with_agents_ms`` and ``extra_calls`` more.
    """

    embedded_ms: list[float]
    with_agents_ms: list[float]
    chatty_ms: list[float]
    calls: int
    extra_calls: int
    round_trip_ms: float
    with_agents_mib: float
    embedded_mib: float

    @property
    def overhead_per_run_ms(self) -> float:
        """What a run with agents takes longer than the one without just before it."""
        return median(_longer(self.with_agents_ms, self.embedded_ms))

    @property
    def overhead_per_call_ms(self) -> float:
        """What one more call makes a run longer."""
        return median(_longer(self.chatty_ms, self.with_agents_ms)) / self.extra_calls


def _longer(these: list[float], those: list[float]) -> list[float]:
    return [one - other for one, other in zip(these, those, strict=True)]


def memory_mib(process: ServiceProcess) -> float:
    """Returns the proportional set size of the service's own process, without typesetters and Postgres."""
    found = _PSS.search(Path(f"/proc/{process.process.pid}/smaps_rollup").read_text())
    return int(found[1]) / 1024 if found else 0.0


def bare_round_trip_ms(model: ModelServer, asked: list[Asked]) -> float:
    """Asks the same again without any of our code; returns ms per request."""
    with httpx.Client(timeout=10) as client:
        times = []
        for one in asked * 3:
            began = time.perf_counter()
            client.post(f"{model.openai_url}/chat/completions", json=one.body).raise_for_status()
            times.append((time.perf_counter() - began) * 1000)
    return median(times)


async def timed_run(client: Client) -> float:
    """Runs the engineer's example; returns ms."""
    began = time.perf_counter()
    events = await client.run(example("engineer"))
    assert events[-1].HasField("completed"), events[-1]
    return (time.perf_counter() - began) * 1000


def started(folder: Path, **settings: str) -> asyncio.Future[ServiceProcess]:
    """Starts a service beside whatever else starts; a run at a time needs one typesetter."""
    return asyncio.get_running_loop().run_in_executor(
        None, lambda: ServiceProcess(folder, log_level="warning", render_workers="1", **settings)
    )


@asynccontextmanager
async def talking_to(service: ServiceProcess) -> AsyncIterator[Client]:
    """A client of a service, which ends with it."""
    try:
        async with Client(service.address, service.token) as client:
            yield client
    finally:
        service.terminate()


async def side_by_side(model: ModelServer, rounds: int) -> SideBySide:
    """Lets both services take turns."""
    address = {"model": "openai-compatible:scripted", "model_base_url": model.openai_url}
    with home() as folder, home() as plain_folder:
        plain_service, service = await asyncio.gather(started(plain_folder), started(folder, **address))
        async with talking_to(plain_service) as plain_client, talking_to(service) as client:
            turns: list[tuple[float, float, float]] = []
            asked: list[list[Asked]] = [[], []]
            for _ in range(WARM_UP_ROUNDS + rounds):
                embedded = await timed_run(plain_client)
                times = []
                for number, script in enumerate((honest_model(), chatty_model())):
                    model.script, before = script, len(model.asked)
                    times.append(await timed_run(client))
                    asked[number] = model.asked[before:]
                turns.append((embedded, times[0], times[1]))
            embedded_ms, with_agents_ms, chatty_ms = zip(*turns[WARM_UP_ROUNDS:], strict=True)
            return SideBySide(
                embedded_ms=list(embedded_ms),
                with_agents_ms=list(with_agents_ms),
                chatty_ms=list(chatty_ms),
                calls=len(asked[0]),
                extra_calls=len(asked[1]) - len(asked[0]),
                round_trip_ms=await asyncio.to_thread(bare_round_trip_ms, model, asked[0]),
                with_agents_mib=memory_mib(service),
                embedded_mib=memory_mib(plain_service),
            )


async def crashes(model: ModelServer, quick: bool) -> tuple[int, list[Crash]]:
    """Kills at every boundary, or at a few; returns the calls of a run, too."""
    with home() as folder:
        service = CrashingService(folder, model)
        try:
            events = await service.undisturbed()
            points = kill_points(service.calls, events)
            if quick:
                points = points[:: max(1, len(points) // QUICK_KILLS)][:QUICK_KILLS]
            return service.calls, [await service.crash_at(point) for point in points]
        finally:
            service.process.terminate()


def kill_points(calls: int, events: list[event_pb2.ApplicationEvent]) -> list[KillPoint]:
    """Every call on its way, every answer on its way, and the begin and end of every step."""
    numbers = range(1, calls + 1)
    on_their_way = [KillPoint(kind, n) for n in numbers for kind in (Boundary.ASKED, Boundary.ANSWERED)]
    return [*on_their_way, *boundaries_told(events)]


def show_crashes(calls: int, made: list[Crash]) -> None:
    """Prints the table."""
    table = Table(title=f"killed with SIGKILL and started again; an undisturbed run makes {calls} calls")
    for heading in ("killed at", "calls", "settled, repeated", "in flight, repeated", "in usage", "ended"):
        table.add_column(heading)
    for crash in made:
        numbers = (crash.calls, crash.repeated, crash.in_flight_repeated, crash.usage_calls)
        table.add_row(*map(str, crash.points), *map(str, numbers), crash.ended)
    Console().print(table)


def main() -> None:
    """Runs the benchmark."""
    chosen = options(__doc__)
    with ModelServer(honest_model()) as model:
        sides = asyncio.run(side_by_side(model, QUICK_ROUNDS if chosen.quick else ROUNDS))
        calls, made = asyncio.run(crashes(model, chosen.quick))
    figures = {
        "overhead_per_call_ms": round(sides.overhead_per_call_ms, 1),
        "overhead_per_run_ms": round(sides.overhead_per_run_ms, 1),
        "paid_calls_repeated": sum(crash.repeated for crash in made),
        "in_flight_calls_repeated": sum(crash.in_flight_repeated for crash in made),
        "calls_never_made": sum(crash.missing for crash in made),
        "kills": len(made),
        "runs_completed_after_kill": sum(crash.ended == "completed" for crash in made),
        "calls_per_run": calls,
        "memory_with_agents_mib": round(sides.with_agents_mib),
        "memory_embedded_mib": round(sides.embedded_mib),
    }
    rows = [
        ("runs of each kind", str(len(sides.embedded_ms))),
        ("calls of a run", str(calls)),
        ("with agents, p50", f"{median(sides.with_agents_ms):.0f} ms"),
        ("with agents, p99", f"{percentile(sides.with_agents_ms, 99):.0f} ms"),
        ("embedded engine alone, p50", f"{median(sides.embedded_ms):.0f} ms"),
        ("embedded engine alone, p99", f"{percentile(sides.embedded_ms, 99):.0f} ms"),
        ("overhead per run (aim: below 400)", f"{figures['overhead_per_run_ms']} ms"),
        (
            f"overhead per call, from {sides.extra_calls} more calls a run (aim: below 10)",
            f"{figures['overhead_per_call_ms']} ms",
        ),
        ("of that, a bare HTTP request to the scripted model", f"{sides.round_trip_ms:.1f} ms"),
        ("memory of a process with agents", f"{figures['memory_with_agents_mib']} MiB"),
        ("memory of a process without", f"{figures['memory_embedded_mib']} MiB"),
        ("kills", str(len(made))),
        ("settled calls made again (aim: 0)", str(figures["paid_calls_repeated"])),
        ("calls in flight made again", str(figures["in_flight_calls_repeated"])),
    ]
    show("agents", rows, figures, chosen.as_json)
    if not chosen.as_json:
        show_crashes(calls, made)


if __name__ == "__main__":
    main()
