"""Asks the advisory services about every locked production package: ``python -m tools.audit``.

Exit code 0: nothing is known against them, or nobody could be asked, which is said. 1: something is known.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
WEB_CLIENT = REPOSITORY / "clients" / "web"
OSV = "https://api.osv.dev/v1/query"
SERVICE_SECONDS = 10
AUDIT_SECONDS = 300


@dataclass(frozen=True)
class Audit:
    """What an advisory service said.

    Attributes:
        of: Which packages.
        asked: How many of them the service answered for.
        known: What is known against them, a sentence each.
        unanswered: Names of those it did not answer for.
    """

    of: str
    asked: int
    known: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        if not self.asked:
            unaudited = f"{len(self.unanswered)} packages not audited"
            return f"{self.of}: the advisory service can't be reached; {unaudited}"
        count = f"{len(self.known)} known vulnerabilit{'y' if len(self.known) == 1 else 'ies'}"
        said = [f"{self.of}: audited {self.asked} packages, {count}", *self.known]
        if self.unanswered:
            said.append(f"{self.of}: no answer for {', '.join(self.unanswered)}")
        return "\n".join(said)


def _printed(command: list[str | Path], folder: Path) -> str:
    """What a program prints as JSON, which says more than its exit code; nothing if it takes too long."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    try:
        done = subprocess.run(
            [str(word) for word in command],
            cwd=folder,
            env={**os.environ, "PATH": path},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            timeout=AUDIT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout


def python_requirements() -> str:
    """Every locked production package of the workspace, with all extras, as pip writes it."""
    uv = os.environ.get("UV") or shutil.which("uv") or "uv"
    command: list[str | Path] = [
        uv,
        "export",
        "--quiet",
        "--frozen",
        "--no-dev",
        "--all-extras",
        "--all-packages",
    ]
    text = _printed(
        [*command, "--no-emit-workspace", "--no-hashes", "--no-annotate", "--no-header"], REPOSITORY
    )
    if not text:
        raise SystemExit("uv.lock can't be read: uv lock --check says why")
    return text


def audit_python(requirements: str, osv: str = OSV) -> Audit:
    """Audits pinned Python packages with pip-audit, at PyPI's service, else at OSV's.

    Args:
        requirements: A line `name==version` for each; those for other systems, too.
        osv: Address of OSV's service.
    """
    # Markers say where a package is installed; a known fault counts everywhere.
    pinned = sorted({line.partition(";")[0].strip() for line in requirements.splitlines() if "==" in line})
    command: list[str | Path] = ["pip-audit", "--no-deps", "--disable-pip", "--progress-spinner", "off"]
    command += ["--timeout", str(SERVICE_SECONDS), "--format", "json", "--aliases", "off", "--desc", "off"]
    services: tuple[tuple[str, ...], ...] = (("pypi",), ("osv", "--osv-url", osv))
    if osv != OSV:
        services = services[1:]
    with tempfile.TemporaryDirectory(prefix="cvtailor-audit-") as folder:
        file = Path(folder, "requirements.txt")
        file.write_text("\n".join(pinned))
        for service in services:
            cache = Path(folder, service[0])
            asked = [
                *command,
                "--cache-dir",
                cache,
                "--requirement",
                file,
                "--vulnerability-service",
                *service,
            ]
            audit = _read_pip_audit(_printed(asked, Path(folder)), pinned)
            if audit.asked:
                return audit
    return audit


def _read_pip_audit(printed: str, pinned: list[str]) -> Audit:
    # It prints nothing at all when the service fails, and names as skipped what the service does not know.
    found = json.loads(printed)["dependencies"] if printed.strip() else []
    audited = [one for one in found if "skip_reason" not in one]
    known = [
        f"  {one['name']} {one['version']}: {fault['id']}, {_mended_in(fault['fix_versions'])}"
        for one in audited
        for fault in one["vulns"]
    ]
    names = {one["name"] for one in audited}
    unanswered = [line.partition("==")[0] for line in pinned]
    return Audit("Python", len(audited), known, [name for name in unanswered if name not in names])


def _mended_in(versions: Iterable[str]) -> str:
    return f"mended in {', '.join(versions)}" if versions else "not mended yet"


def audit_npm(folder: Path = WEB_CLIENT, registry: str = "") -> Audit:
    """Audits the production packages of a lock file with `npm audit`.

    Args:
        folder: Where `package-lock.json` is.
        registry: Whose service is asked; empty: the registry of npm's settings.
    """
    packages = json.loads((folder / "package-lock.json").read_text("utf-8"))["packages"]
    names = [
        place.rpartition("node_modules/")[2]
        for place, found in packages.items()
        if place and not found.get("dev")
    ]
    command: list[str | Path] = ["npm", "audit", "--json", "--omit", "dev", "--package-lock-only"]
    command += ["--fetch-retries", "0", "--fetch-timeout", str(SERVICE_SECONDS * 1000)]
    command += [f"--registry={registry}"] if registry else []
    said = json.loads(_printed(command, folder) or "{}")
    if "vulnerabilities" not in said:
        return Audit("npm", 0, unanswered=names)
    # What merely stands on a vulnerable package is told by that package.
    known = [
        f"  {name} {cause['range']}: {cause['title']}, {cause['severity']}, {cause['url']}"
        for name, found in said["vulnerabilities"].items()
        for cause in found["via"]
        if isinstance(cause, dict)
    ]
    return Audit("npm", len(names), known)


def main(arguments: list[str] | None = None) -> int:
    """Audits both; in GitHub's workflows, what was not audited is a warning on the run."""
    parser = argparse.ArgumentParser(prog="python -m tools.audit", description=__doc__)
    parser.add_argument("--osv-url", default=OSV, help="the OSV service, if not the public one")
    parser.add_argument("--npm-registry", default="", help="whose advisories are asked for npm packages")
    given = parser.parse_args(arguments)
    audits = (audit_python(python_requirements(), given.osv_url), audit_npm(registry=given.npm_registry))
    for audit in audits:
        print(audit)
        if audit.unanswered and os.environ.get("GITHUB_ACTIONS"):
            print(f"::warning::{audit.of}: {len(audit.unanswered)} packages were not audited")
    return 1 if any(audit.known for audit in audits) else 0


if __name__ == "__main__":
    sys.exit(main())
