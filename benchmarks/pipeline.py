"""From request to stored PDF, over the real service, beside the rendercv CLI on the same CV.

Both take turns in one run, because the machine is noisy. The service reads, matches, tailors, checks,
fits and stores besides; the CLI only typesets the CV that the service has made.
"""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from cvtailor.adapters.rendering.packages import install_packages

from benchmarks.figures import median, options, percentile, show
from benchmarks.service_process import Client, ServiceProcess, example

ROUNDS, QUICK_ROUNDS = 15, 4
RUNS_A_ROUND = 8


async def timed_run(client: Client) -> tuple[float, float, str]:
    """Runs the engineer's example; returns ms to the first event and to the stored PDF, and its id."""
    began, first, stored, id = time.perf_counter(), 0.0, 0.0, ""
    async for event in client.events(example("engineer")):
        now = (time.perf_counter() - began) * 1000
        first = first or now
        id = event.application_id
        if event.step_finished.HasField("rendered"):
            stored = now
    return first, stored, id


def timed_cli(folder: Path, yaml: bytes) -> float:
    """Typesets a CV with the rendercv CLI in a process of its own; returns ms."""
    (folder / "cv.yaml").write_bytes(yaml)
    # The CLI fetches a package of icons; ours stands in for it, so that nothing is fetched here.
    packages = folder / "cache" / "typst" / "packages"
    if not packages.exists():
        packages.parent.mkdir(parents=True)
        packages.symlink_to(install_packages(folder / "packages"))
    began = time.perf_counter()
    subprocess.run(
        [
            sys.executable,
            "-m",
            "rendercv",
            "render",
            "cv.yaml",
            "--dont-generate-html",
            "--dont-generate-markdown",
        ],
        cwd=folder,
        env={**os.environ, "XDG_CACHE_HOME": str(folder / "cache")},
        check=True,
        capture_output=True,
    )
    return (time.perf_counter() - began) * 1000


async def measure(rounds: int) -> tuple[list[float], list[float], list[float]]:
    """Returns ms to first event, ms to PDF, and ms of the CLI."""
    home = Path(tempfile.mkdtemp(prefix="cvtailor-bench-"))
    home.chmod(0o755)
    service = ServiceProcess(home, log_level="warning")
    firsts: list[float] = []
    totals: list[float] = []
    clis: list[float] = []
    try:
        async with Client(service.address, service.token) as client:
            *_, id = await timed_run(client)
            yaml = await client.download(id, "cv.yaml")
            for _ in range(rounds):
                for _ in range(RUNS_A_ROUND):
                    first, total, _ = await timed_run(client)
                    firsts.append(first)
                    totals.append(total)
                clis.append(await asyncio.to_thread(timed_cli, home, yaml))
    finally:
        service.terminate()
        shutil.rmtree(home, ignore_errors=True)
    return firsts, totals, clis


def main() -> None:
    """Runs the benchmark."""
    chosen = options(__doc__)
    firsts, totals, clis = asyncio.run(measure(QUICK_ROUNDS if chosen.quick else ROUNDS))
    figures = {
        "first_event_p99_ms": round(percentile(firsts, 99), 1),
        "request_to_pdf_p50_ms": round(median(totals), 1),
        "speedup_over_rendercv_cli": round(median(clis) / median(totals), 2),
    }
    rows = [
        ("runs", str(len(totals))),
        ("first event, p50", f"{median(firsts):.1f} ms"),
        ("first event, p99", f"{figures['first_event_p99_ms']} ms"),
        ("request to stored PDF, p50", f"{figures['request_to_pdf_p50_ms']} ms"),
        ("request to stored PDF, p99", f"{percentile(totals, 99):.1f} ms"),
        (f"rendercv CLI, same CV, p50 of {len(clis)}", f"{median(clis):.1f} ms"),
        ("speed-up over the rendercv CLI", f"{figures['speedup_over_rendercv_cli']} ×"),
    ]
    show("pipeline", rows, figures, chosen.as_json)


if __name__ == "__main__":
    main()
