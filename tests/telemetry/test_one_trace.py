"""A run that one process accepts and another one does: one trace, numbers, log lines with its id, health."""

import asyncio
import re
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from collectors import Collector, collector, log_lines, metrics_port, page
from expositions import exposed
from waiting import until

from benchmarks.service_process import CVTAILOR, Client, ServiceProcess, environment, example
from tests.e2e.folders import home

THEIRS = "0af7651916cd43dd8448eb211c80319c"


@dataclass
class Pair:
    """A process that answers, a worker, the collector of both, and what became of one run."""

    api: ServiceProcess
    worker_log: Path
    worker: subprocess.Popen[str]
    collector: Collector
    run_id: str = ""

    @property
    def api_log(self) -> Path:
        return Path(self.api.log.name)


@contextmanager
def working(folder: Path, **settings: str) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    path = folder / f"worker-{uuid4().hex[:6]}.log"
    with path.open("w") as log:
        worker = subprocess.Popen(
            [*CVTAILOR, "worker"],
            env=environment(folder, **settings),
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        try:
            assert worker.stdout
            assert "works" in worker.stdout.readline(), path.read_text()
            yield worker, path
        finally:
            worker.kill()
            worker.wait(timeout=10)


@pytest.fixture(scope="module")
async def pair() -> AsyncIterator[Pair]:
    with collector() as got, home() as folder:
        settings = {"log_format": "json", "metrics_port": "0", "otlp_endpoint": got.endpoint}
        api = ServiceProcess(folder, "--api-only", **settings)
        try:
            with working(folder, **settings) as (worker, log):
                found = Pair(api, log, worker, got)
                async with Client(api.address, api.token) as me:
                    me.metadata = (*me.metadata, ("traceparent", f"00-{THEIRS}-b7ad6b7169203331-01"))
                    events = await me.run(example("nurse"))
                assert events[-1].HasField("completed")
                found.run_id = events[0].run_id
                await until(lambda: {"run", "accept"} <= {span.name for span in got.of_run(found.run_id)})
                await until(
                    lambda: [each for each in got.spans if each.name.endswith("/GenerateApplication")]
                )
                yield found
        finally:
            api.terminate()


async def test_the_run_is_one_trace_over_both_processes(pair: Pair) -> None:
    spans = pair.collector.of_run(pair.run_id)
    by_id = {span.span_id: span for span in spans}

    assert [span.name for span in spans if span.span_id not in by_id or not span.parent_id] == ["run"]
    assert {span.parent_id for span in spans if span.parent_id} <= set(by_id)
    assert len({span.process for span in spans}) == 2
    steps = [span.name for span in spans if span.name.startswith("step ")]
    assert len(steps) == len(set(steps)) == 11
    names = {span.name for span in spans}
    assert {"accept", "typeset lay_out", "typeset pictures", "typeset read_back", "storage put"} <= names
    assert {"transaction accept", "transaction append", "transaction file_results"} <= names


async def test_the_call_stays_in_its_callers_trace_and_knows_the_run(pair: Pair) -> None:
    (call,) = [span for span in pair.collector.spans if span.name.endswith("/GenerateApplication")]
    (accept,) = [span for span in pair.collector.of_run(pair.run_id) if span.name == "accept"]

    assert call.trace_id == THEIRS
    assert call.links == (pair.run_id.replace("-", ""),)
    assert accept.links == (THEIRS,)
    assert call.process == accept.process


async def test_each_log_line_about_the_run_has_its_id(pair: Pair) -> None:
    lines = [*log_lines(pair.api_log), *log_lines(pair.worker_log)]
    about = [line for line in lines if line["event"] in {"call", "run_begun", "run_ended"}]

    assert [line["event"] for line in about] == ["call", "run_begun", "run_ended"]
    assert {line["run_id"] for line in about} == {pair.run_id}
    assert {line.get("trace_id") for line in about} == {THEIRS, pair.run_id.replace("-", "")}


async def test_both_processes_expose_what_the_table_says_and_no_more(pair: Pair) -> None:
    told: dict[str, str] = {}
    series = await asyncio.to_thread(exposed)
    for log in (pair.api_log, pair.worker_log):
        status, text = await page(metrics_port(log), "/metrics")
        assert status == 200
        assert pair.run_id not in text
        for name, labels in re.findall(r"^(\w+)(?:\{(.*)\})? \S+$", text, re.MULTILINE):
            assert name == "target_info" or set(re.findall(r"(\w+)=", labels)) <= series[name], name
        told |= dict(re.findall(r"^(cvtailor_\w+(?:\{.*\})?) (\S+)$", text, re.MULTILINE))

    assert told["cvtailor_runs_accepted_total"] == "1.0"
    assert told['cvtailor_runs_ended_total{reason="",state="succeeded"}'] == "1.0"
    assert told['cvtailor_step_duration_seconds_count{error_type="",step="render"}'] == "1.0"
    assert told["cvtailor_run_wait_seconds_count"] == "1.0"


async def test_readiness_says_that_nobody_works_once_the_worker_is_gone(pair: Pair) -> None:
    port = metrics_port(pair.api_log)
    assert await page(port, "/healthz") == (200, '{"status": "alive"}\n')

    pair.worker.kill()
    body = ""
    async with asyncio.timeout(20):
        while "No worker is alive" not in body:
            await asyncio.sleep(0.2)
            status, body = await page(port, "/readyz")

    assert status == 200  # what it accepts waits, and is lost to nobody
    assert '"status": "degraded"' in body
