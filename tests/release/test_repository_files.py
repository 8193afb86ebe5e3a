"""What GitHub, Renovate and prek read is what they understand; nothing of it can run here."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from check_jsonschema.cli import main as check_jsonschema
from click.testing import CliRunner
from packaging.requirements import Requirement

from tools.release.source_tree import REPOSITORY

GITHUB = REPOSITORY / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
SCHEMAS = {
    "vendor.github-workflows": WORKFLOWS,
    "custom.github-workflows-require-timeout": [GITHUB / "workflows" / "ci.yml"],
    "vendor.github-issue-forms": sorted(
        set((GITHUB / "ISSUE_TEMPLATE").glob("*.yml")) - {GITHUB / "ISSUE_TEMPLATE" / "config.yml"}
    ),
    "vendor.github-issue-config": [GITHUB / "ISSUE_TEMPLATE" / "config.yml"],
    "vendor.renovate": [REPOSITORY / "renovate.json"],
}
PINNED = re.compile(r"[\w.-]+(?:/[\w.-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
LINK = re.compile(r"\]\((?!\w+:|#)([^)#]+)")


def said(program: str, *arguments: str | Path, folder: Path = REPOSITORY) -> tuple[int, str]:
    """Exit code and output of a program of this environment."""
    found = shutil.which(program, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    assert found, f"{program} is not installed"
    done = subprocess.run([found, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def schema_says(schema: str, *files: Path) -> tuple[int, str]:
    """What `check-jsonschema` says; in this process, since its start takes longer than its work."""
    done = CliRunner().invoke(check_jsonschema, ["--builtin-schema", schema, *map(str, files)])
    return done.exit_code, done.output


def planted(original: Path, folder: Path, old: str, new: str) -> Path:
    """A copy with a fault."""
    text = original.read_text()
    assert old in text
    faulty = folder / original.name
    faulty.write_text(text.replace(old, new, 1))
    return faulty


@pytest.mark.parametrize("schema", SCHEMAS)
def test_every_file_has_the_form_that_its_reader_wants(schema):
    assert schema_says(schema, *SCHEMAS[schema]) == (0, "ok -- validation done\n")


def test_a_misspelt_key_of_a_workflow_is_found(tmp_path):
    faulty = planted(WORKFLOWS[0], tmp_path, "runs-on:", "run-on:")
    code, output = schema_says("vendor.github-workflows", faulty)
    assert code
    assert "run-on" in output


def test_the_workflows_give_no_right_away(tmp_path):
    audit = ("zizmor", "--offline", "--no-progress", "--min-severity", "medium")
    assert said(*audit, *WORKFLOWS)[0] == 0
    faulty = planted(
        WORKFLOWS[0], tmp_path, "- run: .ci/run", '- run: echo "${{ github.event.pull_request.title }}"'
    )
    code, output = said(*audit, faulty)
    assert code
    assert "template-injection" in output


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_action_is_pinned_by_its_commit_and_says_which_version_that_is(path):
    used = re.findall(r"uses: (.+)", path.read_text())
    assert used
    assert [action for action in used if not (PINNED.fullmatch(action) or action.startswith("./"))] == []


def test_only_the_jobs_that_publish_may_write():
    jobs = {path.stem: yaml.safe_load(path.read_text())["jobs"] for path in WORKFLOWS}
    writing = {
        name: {right for right, access in job["permissions"].items() if access == "write"}
        for name, job in (jobs["ci"] | jobs["release"]).items()
    }
    assert {name: rights for name, rights in writing.items() if rights} == {
        "attest": {"id-token", "attestations"},
        "pypi": {"id-token"},
        "npm": {"id-token"},
        "image": {"packages", "id-token", "attestations"},
        "github": {"contents"},
    }
    published = {"pypi", "npm", "image"}
    assert all(set(jobs["release"][name]["needs"]) >= {"test", "build", "attest"} for name in published)
    assert set(jobs["release"]["github"]["needs"]) == published


def test_renovate_holds_back_only_what_we_depend_on():
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    lists = [
        project["project"]["dependencies"],
        *project["project"]["optional-dependencies"].values(),
        *project["dependency-groups"].values(),
    ]
    ours = {Requirement(line).name for lines in lists for line in lines}
    rules = json.loads((REPOSITORY / "renovate.json").read_text())["packageRules"]
    held = [rule for rule in rules if rule.get("dependencyDashboardApproval")]
    assert {name for rule in held for name in rule["matchPackageNames"]} <= ours
    assert all(rule["description"] for rule in held)


def test_every_path_that_has_an_owner_exists():
    lines = (GITHUB / "CODEOWNERS").read_text().splitlines()
    paths = [line.split()[0] for line in lines if line.startswith("/")]
    assert paths
    assert [path for path in paths if not REPOSITORY.joinpath(path.lstrip("/")).exists()] == []


def test_every_file_that_the_security_policy_names_exists():
    links = LINK.findall((REPOSITORY / "SECURITY.md").read_text())
    assert links
    assert [link for link in links if not (REPOSITORY / link).exists()] == []


def test_the_hooks_fetch_nothing_and_run_what_is_locked():
    repos = yaml.safe_load((REPOSITORY / ".pre-commit-config.yaml").read_text())["repos"]
    assert {repo["repo"] for repo in repos} == {"builtin", "local"}
    (local,) = (repo for repo in repos if repo["repo"] == "local")
    for hook in local["hooks"]:
        assert hook["language"] == "system"
        assert hook["entry"].startswith("uv run --frozen --no-sync ")


def test_the_hooks_stop_what_must_not_be_committed(tmp_path):
    shutil.copy(REPOSITORY / ".pre-commit-config.yaml", tmp_path)
    for command in (["git", "init", "--quiet"], ["git", "add", "--all"]):
        subprocess.run(command, cwd=tmp_path, check=True)
    hooks = ("check-added-large-files", "check-merge-conflict", "check-toml", "detect-private-key")
    assert said("prek", "run", "--all-files", *hooks, folder=tmp_path)[0] == 0
    tmp_path.joinpath("large.bin").write_bytes(bytes(500 << 10))
    tmp_path.joinpath("broken.toml").write_text("[never closed")
    tmp_path.joinpath("key.pem").write_text("-----BEGIN " + "EC PRIVATE KEY-----\n")
    subprocess.run(["git", "add", "--all"], cwd=tmp_path, check=True)
    code, output = said("prek", "run", "--all-files", *hooks, folder=tmp_path)
    assert code
    assert all(name in output for name in ("large.bin", "broken.toml", "key.pem"))
