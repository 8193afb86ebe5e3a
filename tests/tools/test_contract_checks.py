"""The checks of the contract are seen failing: each fault is planted, and caught."""

import subprocess
import sys
from pathlib import Path
from shutil import copytree

import pytest

from tools import contract_checks
from tools.contract_image import fingerprint, image

REPO = Path(__file__).parents[2]


@pytest.fixture(scope="module", autouse=True)
def _dependencies() -> None:
    subprocess.run([sys.executable, "tools/proto_dependencies.py"], cwd=REPO, check=True)


@pytest.fixture(autouse=True)
def _in_the_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPO)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:/usr/bin:/bin")


def planted(folder: Path, before: str, after: str, name: str = "application") -> Path:
    """Returns a copy of the contract that stands beside what it imports, with one place changed."""
    contract = copytree(REPO / "proto", folder / "proto")
    (folder / "buf.yaml").write_text((REPO / "buf.yaml").read_text())
    copytree(REPO / contract_checks.DEPENDENCIES, folder / contract_checks.DEPENDENCIES)
    file = contract / "cvtailor" / "v1" / f"{name}.proto"
    assert file.read_text().count(before) == 1
    file.write_text(file.read_text().replace(before, after))
    return contract


def linted(contract: Path) -> str:
    """Returns what `buf lint` complains of."""
    found = subprocess.run(["buf", "lint"], cwd=contract.parent, capture_output=True, text=True)
    return found.stdout + found.stderr


def test_the_contract_as_it_is_breaks_nobody() -> None:
    assert contract_checks.breaking_changes("HEAD") == ""


@pytest.mark.parametrize(
    ("name", "before", "after", "complaint"),
    [
        ("application", "string sha256 = 5;", "int64 sha256 = 5;", 'Field "5" with name "sha256"'),
        ("application", "  string sha256 = 5;\n", "", 'field "5" with name "sha256"'),
        ("application", "string sha256 = 5;", "string sha256 = 7;", 'field "5" with name "sha256"'),
        ("application", "string sha256 = 5;", "string digest = 5;", '"sha256" to "digest"'),
        (
            "application",
            "string sha256 = 5;",
            'string sha256 = 5 [json_name = "sha"];',
            '"json_name" from "sha256"',
        ),
        ("application", "  DOCUMENT_KIND_CV_YAML = 4;\n", "", "DOCUMENT_KIND_CV_YAML"),
        ("health", "returns (CheckResponse)", "returns (stream CheckResponse)", "streaming"),
        (
            "cv_generator",
            "rpc GetApplication(GetApplicationRequest)",
            "rpc FetchApplication(GetApplicationRequest)",
            '"GetApplication"',
        ),
        ("health", "service Health {", "service Wellness {", 'service "Health"'),
    ],
    ids=[
        "type",
        "removed",
        "renumbered",
        "renamed",
        "JSON name",
        "enum value",
        "streaming",
        "RPC",
        "service",
    ],
)
def test_a_planted_break_is_seen(tmp_path: Path, name: str, before: str, after: str, complaint: str) -> None:
    broken = contract_checks.breaking_changes("HEAD", planted(tmp_path, before, after, name))
    assert complaint in broken


def test_a_field_may_go_if_nobody_can_take_its_place(tmp_path: Path) -> None:
    contract = planted(tmp_path, "  string sha256 = 5;\n", '  reserved 5;\n  reserved "sha256";\n')
    assert contract_checks.breaking_changes("HEAD", contract) == ""


@pytest.mark.parametrize(
    ("name", "before", "after", "complaint"),
    [
        ("application", "  // SHA-256 of the content, lower-case hex.\n", "", "COMMENT"),
        ("application", "string sha256 = 5;", "string Sha256 = 5;", "lower_snake_case"),
        ("application", "string sha256 = 5;", "string sha256 = 5;", ""),
    ],
    ids=["without a comment", "named otherwise", "as it is"],
)
def test_what_the_linter_does_not_let_pass(
    tmp_path: Path, name: str, before: str, after: str, complaint: str
) -> None:
    found = linted(planted(tmp_path, before, after, name))
    if complaint:
        assert complaint in found or "should have a non-empty comment" in found
    else:
        assert found == ""


def test_stale_generated_code_is_seen(tmp_path: Path) -> None:
    assert contract_checks.stale_files() == []
    stale = copytree(REPO / contract_checks.GENERATED[0], tmp_path / "gen")
    (stale / "cvtailor" / "v1" / "health_pb2.py").write_text("")
    (stale / "cvtailor" / "v1" / "left_over_pb2.py").write_text("")
    found = contract_checks.differences(stale, REPO / contract_checks.GENERATED[0])
    assert found == {"cvtailor/v1/health_pb2.py", "cvtailor/v1/left_over_pb2.py"}


def test_the_newest_revision_of_the_changelog_is_this_contract() -> None:
    assert contract_checks.untold_change(contract_checks.CHANGELOG.read_text(), image()) == ""


def test_a_change_that_the_changelog_does_not_tell_of_is_seen(tmp_path: Path) -> None:
    changelog = contract_checks.CHANGELOG.read_text()
    contract = planted(tmp_path, "string sha256 = 5;", "string sha256 = 5;\n  // More.\n  string more = 7;")
    changed = image(contract.parent)
    told = contract_checks.untold_change(changelog, changed)
    assert f"`{fingerprint(changed)}`" in told
    (heading,) = (line.strip() for line in told.splitlines() if "###" in line)
    assert contract_checks.untold_change(f"{heading}\n\n- Added `more`.\n\n{changelog}", changed) == ""
    assert contract_checks.untold_change("", changed)


def test_comments_are_no_change(tmp_path: Path) -> None:
    contract = planted(tmp_path, "// SHA-256 of the content, lower-case hex.", "// The content's digest.")
    assert fingerprint(image(contract.parent)) == fingerprint(image())
