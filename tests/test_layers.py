"""Imports go one way, and the check that says so is seen failing."""

import subprocess
import sys
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

REPO = Path(__file__).parents[1]


def complaint_about(folder: Path, module: str, line: str) -> str:
    """Plants an import in a copy of the service and returns what import-linter says."""
    copytree(REPO / "service", folder / "service", ignore=ignore_patterns("__pycache__"))
    (folder / "pyproject.toml").write_text((REPO / "pyproject.toml").read_text())
    file = folder / "service" / "cvtailor" / module
    file.write_text(f"{file.read_text()}\n{line}\n")
    verdict = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder / "service"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )
    return verdict.stdout if verdict.returncode else ""


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("domain/coverage.py", "import cvtailor.steps.fit_pages", "Imports go one way BROKEN"),
        ("steps/fit_pages.py", "import cvtailor.adapters.rendering", "Imports go one way BROKEN"),
        ("rpc/errors.py", "import cvtailor.settings", "Only the edges read settings BROKEN"),
        ("workflow/journal.py", "import cvtailor.gen.cvtailor.v1.event_pb2", "wire types BROKEN"),
        ("steps/render.py", "import sqlalchemy", "neither engine nor database BROKEN"),
    ],
)
def test_a_planted_import_is_seen(tmp_path: Path, module: str, line: str, contract: str) -> None:
    assert contract in complaint_about(tmp_path, module, line)


def test_the_service_keeps_its_layers(tmp_path: Path) -> None:
    assert complaint_about(tmp_path, "domain/coverage.py", "") == ""
