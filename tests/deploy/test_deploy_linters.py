"""Everything in ``deploy/`` passes the linters that those who deploy it would run."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from deploy_files import COMPOSE, DEPLOY, DOCKERFILE, MANIFESTS, UNIT, WORKER_UNIT

KUBERNETES_VERSIONS = ("1.30", "1.37")
"""The oldest that the manifests are for, and the newest that the linter knows."""

EXPOSURE_MAX = 2.0
"""Of 10, by ``systemd-analyze security``; a service with network and nothing to confine it has 9.6."""

_COMPOSE_SCHEMA = ("check-jsonschema", "--builtin-schema", "vendor.compose-spec")


def lint(program: str, *arguments: str | Path) -> str:
    """Returns what the linter says, warnings too; empty if all is well."""
    found = shutil.which(program, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    assert found, f"{program} is not installed"
    done = subprocess.run([found, *arguments], capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).strip() or (f"exit code {done.returncode}" if done.returncode else "")


def planted(original: Path, folder: Path, old: str, new: str) -> Path:
    """A copy with a fault."""
    text = original.read_text()
    assert old in text
    faulty = folder / original.name
    faulty.write_text(text.replace(old, new, 1))
    return faulty


def test_hadolint_finds_nothing(tmp_path):
    assert lint("hadolint", DOCKERFILE) == ""
    faulty = planted(DOCKERFILE, tmp_path, "uv==", "uv>=")
    assert "DL3013" in lint("hadolint", faulty)


def test_compose_files_schema_holds(tmp_path):
    assert lint(*_COMPOSE_SCHEMA, COMPOSE) == "ok -- validation done"
    faulty = planted(COMPOSE, tmp_path, "condition: service_healthy", "condition: service_health")
    assert "service_health" in lint(*_COMPOSE_SCHEMA, faulty)


@pytest.mark.parametrize("version", KUBERNETES_VERSIONS)
def test_kubernetes_knows_every_field(version, tmp_path):
    command = ("kubernetes-validate", "--strict", "--quiet", "--kubernetes-version", version)
    assert lint(*command, *MANIFESTS) == ""
    service = next(path for path in MANIFESTS if path.name == "service.yaml")
    faulty = planted(service, tmp_path, "readinessProbe", "readynessProbe")
    assert "readynessProbe" in lint(*command, faulty)


def test_no_yaml_means_something_else_than_it_says(tmp_path):
    command = ("yamllint", "--strict", "--config-file", DEPLOY / ".yamllint.yaml")
    assert lint(*command, DEPLOY) == ""
    faulty = planted(COMPOSE, tmp_path, "  read_only: true\n", "  read_only: true\n  read_only: false\n")
    assert "duplication" in lint(*command, faulty)


@pytest.mark.parametrize("original", [UNIT, WORKER_UNIT], ids=lambda path: path.name)
def test_systemd_knows_every_key_of_the_unit(original, tmp_path):
    command = ("systemd-analyze", "verify", "--man=no")
    unit = planted(original, tmp_path, "/opt/cvtailor/bin/cvtailor", sys.executable)
    assert lint(*command, unit) == ""
    faulty = planted(unit, tmp_path, "ProtectHome=", "ProtectHomes=")
    assert "ProtectHomes" in lint(*command, faulty)


@pytest.mark.parametrize("original", [UNIT, WORKER_UNIT], ids=lambda path: path.name)
@pytest.mark.parametrize("given_up", ["", "CapabilityBoundingSet=\n", "SystemCallFilter=@system-service"])
def test_systemd_finds_the_unit_confined(original, given_up, tmp_path):
    unit = planted(original, tmp_path, given_up, "#" if given_up else "")
    arguments = ("security", "--offline=true", f"--threshold={EXPOSURE_MAX * 10:.0f}", unit)
    done = subprocess.run(["systemd-analyze", *arguments], capture_output=True, check=False)
    assert (done.returncode == 0) == (not given_up)
