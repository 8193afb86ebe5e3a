import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from cvtailor.extras import EXTRAS

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "engineer"

# Prints each module of cvtailor that can't be imported, and what it misses.
IMPORT_ALL = """
import importlib, pkgutil, cvtailor
for found in pkgutil.walk_packages(cvtailor.__path__, "cvtailor."):
    try:
        importlib.import_module(found.name)
    except ModuleNotFoundError as error:
        print(found.name, error.name)
"""

# Prints what each provider's model is told; the providers are the arguments.
ASK_FOR_MODELS = """
import sys
from cvtailor.app.models import runtime_for
from cvtailor.domain.errors import InvalidInput
from cvtailor.settings import Settings
for provider in sys.argv[1:]:
    try:
        runtime_for(Settings(model=f"{provider}:some-model"))
    except InvalidInput as error:
        print(error.message)
"""


class BaseInstall(NamedTuple):
    programs: Path
    folder: Path

    def run(self, program: str, *arguments: str | Path, **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.programs / program, *arguments],
            cwd=self.folder,
            # Without this environment's programs; with a home of its own, so that nobody is signed in.
            env={
                "PATH": "/usr/local/bin:/usr/bin:/bin",
                "HOME": str(self.folder),
                "PYTHONPYCACHEPREFIX": str(self.folder / "bytecode"),
                "CVTAILOR_DATA_DIR": str(self.folder / "data"),
                **settings,
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> BaseInstall:
    """What the lock installs without any extra, in an environment of its own."""
    folder = tmp_path_factory.mktemp("base")
    for parent in (folder, folder.parent, folder.parent.parent):
        parent.chmod(0o755)  # The embedded Postgres runs as somebody else where we are root.

    def uv(*arguments: str | Path) -> str:
        command = ["uv", *arguments]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    uv("venv", "--quiet", folder / "venv")
    python = folder / "venv" / "bin" / "python"
    (folder / "base.txt").write_text(
        uv("export", "--frozen", "--no-dev", "--no-emit-workspace", "--no-hashes")
    )
    install = ("pip", "install", "--quiet", "--no-deps", "--python", python)
    uv(*install, "--requirements", folder / "base.txt")
    uv(*install, "--editable", ROOT)
    return BaseInstall(python.parent, folder)


def test_the_base_does_the_main_job(base: BaseInstall) -> None:
    made = base.run(
        "cvtailor", "generate", EXAMPLE / "cv.yaml", EXAMPLE / "job.txt", "--out", base.folder / "out"
    )

    assert made.returncode == 0, made.stderr
    assert (base.folder / "out" / "cv.pdf").read_bytes().startswith(b"%PDF-")


def test_a_missing_extra_is_told_with_the_command_that_installs_it(base: BaseInstall) -> None:
    commands: dict[str, Callable[[], subprocess.CompletedProcess[str]]] = {
        "mcp": lambda: base.run("cvtailor", "mcp"),
        "supabase": lambda: base.run("cvtailor", "login", "--email", "ada@example.org"),
        "telemetry": lambda: base.run("cvtailor", "serve", "--port", "0", CVTAILOR_METRICS_PORT="0"),
        "openai": lambda: base.run("cvtailor", "serve", "--port", "0", CVTAILOR_MODEL="openai:gpt-4.1"),
    }
    for extra, run in commands.items():
        ended = run()

        assert ended.returncode == 2, ended.stderr
        assert f"needs the extra \"{extra}\": pip install 'cvtailor[{extra}]'." in ended.stderr
        assert "Traceback" not in ended.stderr


def test_documents_in_supabase_need_its_extra(base: BaseInstall) -> None:
    ended = base.run(
        "cvtailor",
        *("serve", "--port", "0"),
        CVTAILOR_OBJECTS="supabase",
        CVTAILOR_SUPABASE_URL="http://127.0.0.1:9",
        CVTAILOR_SUPABASE_PUBLISHABLE_KEY="sb_publishable_x",
        CVTAILOR_SUPABASE_SECRET_KEY="sb_secret_x",
    )

    assert ended.returncode == 2, ended.stderr
    assert "pip install 'cvtailor[supabase]'." in ended.stderr


def test_the_model_of_each_provider_needs_the_extra_of_its_name(base: BaseInstall) -> None:
    providers = [extra for extra in EXTRAS if extra not in {"mcp", "supabase", "telemetry"}]

    told = base.run("python", "-c", ASK_FOR_MODELS, *providers).stdout.splitlines()

    assert len(told) == len(providers)
    for provider, line in zip(providers, told, strict=True):
        assert line.startswith(f"CVTAILOR_MODEL={provider}:some-model needs the extra ")
        assert line.endswith(f"pip install 'cvtailor[{provider}]'.")


def test_the_doctor_tells_of_a_missing_extra(base: BaseInstall) -> None:
    told = base.run("cvtailor", "doctor", CVTAILOR_MODEL="google:gemini-2.5-flash").stdout

    assert '✗ model          CVTAILOR_MODEL=google:gemini-2.5-flash needs the extra "google"' in told
    assert "✓ typesetter" in told


def test_only_what_stands_on_an_extra_misses_one(base: BaseInstall) -> None:
    missing = dict(line.split() for line in base.run("python", "-c", IMPORT_ALL).stdout.splitlines())

    assert {module for module in missing if not module.startswith("cvtailor.mcp_server.")} == {
        "cvtailor.adapters.agents.anthropic_endpoint",
        "cvtailor.adapters.agents.llm",
        "cvtailor.adapters.agents.mcp_app",
        "cvtailor.adapters.agents.openai_endpoint",
        "cvtailor.adapters.agents.operator_servers",
        "cvtailor.adapters.agents.sealed_http",
        "cvtailor.telemetry.export",
        "cvtailor.telemetry.otel",
    }
    assert "cvtailor.mcp_server.run" not in missing
    assert set(missing.values()) <= {
        "anthropic",
        "httpx2",
        "mcp",
        "mcp_agent",
        "openai",
        "opentelemetry",
        "starlette",
        "uvicorn",
    }
