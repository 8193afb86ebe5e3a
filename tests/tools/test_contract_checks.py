"""The checks of the contract are seen failing: each fault is planted, and caught."""

import subprocess
import sys
from pathlib import Path
from shutil import copytree

import pytest

from tools import contract_checks

REPO = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _in_the_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPO)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:/usr/bin:/bin")
    subprocess.run([sys.executable, "tools/proto_dependencies.py"], check=True)


def planted(folder: Path, before: str, after: str) -> Path:
    contract = copytree(REPO / "proto", folder / "proto")
    file = contract / "cvtailor" / "v1" / "application.proto"
    assert before in file.read_text()
    file.write_text(file.read_text().replace(before, after))
    return contract


def test_the_contract_as_it_is_breaks_nobody() -> None:
    assert contract_checks.breaking_changes() == ""


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("string sha256 = 5;", "int64 sha256 = 5;", "sha256"),
        ("string sha256 = 5;", "string digest = 5;", "sha256"),
        ("  DOCUMENT_KIND_CV_YAML = 4;", "", "DOCUMENT_KIND_CV_YAML"),
    ],
)
def test_a_planted_break_is_seen(tmp_path: Path, before: str, after: str, complaint: str) -> None:
    broken = contract_checks.breaking_changes(planted(tmp_path, before, after), against="HEAD")
    assert complaint in broken


def test_stale_generated_code_is_seen(tmp_path: Path) -> None:
    assert contract_checks.stale_files() == []
    stale = copytree(REPO / contract_checks.GENERATED[0], tmp_path / "gen")
    (stale / "cvtailor" / "v1" / "health_pb2.py").write_text("")
    (stale / "cvtailor" / "v1" / "left_over_pb2.py").write_text("")
    found = contract_checks.differences(stale, REPO / contract_checks.GENERATED[0])
    assert found == {"cvtailor/v1/health_pb2.py", "cvtailor/v1/left_over_pb2.py"}
