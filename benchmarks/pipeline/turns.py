"""What is measured in turns, because the machine is noisy: each thing once a round."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Self

from benchmarks.pipeline import memory
from benchmarks.pipeline.chromium import PROGRAM, Chromium, timed_cold_print
from benchmarks.pipeline.cvs import engineer, new_word
from benchmarks.pipeline.plain_rendercv import BareRendercv, Parts, cached_packages, timed_cli
from benchmarks.pipeline.service_runs import Run, timed_run
from benchmarks.scale.told import in_turn
from benchmarks.service_process import Client, ServiceProcess

_BURSTS_MIN = 4
"""Through as many points goes the line that says how memory grows."""


class Wanted(NamedTuple):
    """How many runs at once.

    Attributes:
        bursts: Turns, at most.
        runs_a_burst: Runs in each; memory is measured after it.
        ceiling_seconds: How long bare renders have all cores after it.
        seconds_max: No burst but the first few begins later.
    """

    bursts: int
    runs_a_burst: int
    ceiling_seconds: float
    seconds_max: float


class Made(NamedTuple):
    """The CV that a run has made, as YAML, and the word that is in no other."""

    yaml: str
    word: str


@dataclass
class SideBySide:
    """What was measured side by side, in ms unless said otherwise."""

    runs: list[Run] = field(default_factory=list)
    bare: list[Parts] = field(default_factory=list)
    bare_again: list[Parts] = field(default_factory=list)
    cli: list[float] = field(default_factory=list)
    chromium: list[float] = field(default_factory=list)
    chromium_idle: list[float] = field(default_factory=list)
    chromium_cold: list[float] = field(default_factory=list)


@dataclass
class Bursts:
    """What came of many runs at once.

    Attributes:
        runs_per_s: Whole runs of the service, of each burst.
        renders_per_s: Bare renders on all cores, of each burst.
        samples: Memory after each burst.
    """

    runs_per_s: list[float] = field(default_factory=list)
    renders_per_s: list[float] = field(default_factory=list)
    samples: list[memory.Sample] = field(default_factory=list)


class Others:
    """All that the service is measured beside, warm: rendercv on each core, and a browser.

    Args:
        home: For their files.
        cores: Processes of rendercv.
    """

    def __init__(self, home: Path, cores: int) -> None:
        self.home = home
        self.environment = cached_packages(home)
        self._open = ExitStack()
        self.bare = [
            self._open.enter_context(BareRendercv(home / f"bare-{core}", self.environment))
            for core in range(cores)
        ]
        self.chromium = self._open.enter_context(Chromium(home)) if PROGRAM else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def warm_up(self, made: Made) -> None:
        """Does once, unmeasured, what is done faster from the second time on."""
        self.renders_per_s(0.5, made)
        SideBySideRound(self, SideBySide()).chromium(made, cold=False)

    def renders_per_s(self, seconds: float, made: Made) -> float:
        """Renders on all cores at once, each time another text; returns renders a second."""
        futures = [bare.renders_in(seconds, made.yaml, made.word) for bare in self.bare]
        return sum(renders / took for renders, took in (future.result() for future in futures))


class SideBySideRound:
    """One turn of each of the others."""

    def __init__(self, others: Others, seen: SideBySide) -> None:
        self._others, self._seen = others, seen

    def rendercv(self, made: Sequence[Made]) -> None:
        """Renders the CVs of some runs, then the last one once more, and that with the CLI."""
        bare = self._others.bare[0]
        self._seen.bare += [bare.render(one.yaml) for one in made]
        self._seen.bare_again.append(bare.render(made[-1].yaml))
        self._seen.cli.append(timed_cli(self._others.home, self._others.environment, made[-1].yaml))

    def chromium(self, made: Made, *, cold: bool = True) -> None:
        """Prints a CV in the running browser, twice, and in one started for it."""
        browser, page = self._others.chromium, self._others.home / "cv.html"
        if not browser:
            return
        html = self._others.bare[0].html(made.yaml)
        for wait_for_idle, times in ((False, self._seen.chromium), (True, self._seen.chromium_idle)):
            page.write_text(html.replace(made.word, new_word()))
            times.append(browser.timed_print(page, wait_for_idle=wait_for_idle))
        if cold:
            self._seen.chromium_cold.append(timed_cold_print(self._others.home, page))


async def run_once(client: Client) -> tuple[Run, Made]:
    """Runs the example with a word of its own; returns what was seen, and the CV that was made."""
    word = new_word()
    run = await timed_run(client, engineer(word))
    assert run.last == "completed", run.fault
    made = Made((await client.download(run.application_id, "cv.yaml")).decode(), word)
    assert word in made.yaml, "the CV lost the word that makes it unlike the others"
    return run, made


async def side_by_side(client: Client, others: Others, rounds: int, runs_a_round: int) -> SideBySide:
    """Lets the service, rendercv and Chromium take turns on the same CVs; each CV is new to all."""
    seen = SideBySide()
    turn = SideBySideRound(others, seen)
    for _ in range(rounds):
        pairs = [await run_once(client) for _ in range(runs_a_round)]
        seen.runs += [run for run, _ in pairs]
        await asyncio.to_thread(turn.rendercv, [made for _, made in pairs])
        await asyncio.to_thread(turn.chromium, pairs[-1][1])
    return seen


async def bursts(
    service: ServiceProcess, client: Client, others: Others, clients: int, wanted: Wanted
) -> Bursts:
    """Lets bursts of runs for several clients, and of bare renders on all cores, take turns."""
    seen, late = Bursts(), time.monotonic() + wanted.seconds_max
    _, made = await run_once(client)
    for n in range(1, wanted.bursts + 1):
        if n > _BURSTS_MIN and time.monotonic() > late:
            break
        requests = [engineer(new_word()) for _ in range(wanted.runs_a_burst)]
        done, seconds = await in_turn([client] * clients, requests)
        assert all(run.last == "completed" for run in done), [run.last for run in done]
        seen.runs_per_s.append(len(done) / seconds)
        seen.renders_per_s.append(await asyncio.to_thread(others.renders_per_s, wanted.ceiling_seconds, made))
        seen.samples.append(await asyncio.to_thread(memory.sample, service, n * wanted.runs_a_burst))
    return seen
