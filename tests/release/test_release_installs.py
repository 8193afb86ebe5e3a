"""What is published can be installed into an empty environment, and does its work there."""

import json
import os
import subprocess
from pathlib import Path

from benchmarks.service_process import EXAMPLES, ServiceProcess
from tools.release.source_tree import REPOSITORY, WEB_CLIENT, run

ENGINEER = EXAMPLES / "engineer"
NODE_MODULES = REPOSITORY / WEB_CLIENT / "node_modules"
CALL = """
import asyncio, sys
from pathlib import Path
from cvtailor_client import CvTailor

async def main(target, token, cv, job):
    async with CvTailor(target, token) as client:
        made = await client.tailor(Path(cv), Path(job))
        print(made.application.id)

asyncio.run(main(*sys.argv[1:]))
"""
CONSUMER = """
import { CvTailorClient, CvTailorError, type RunEvent } from "@cvtailor/web";
const client = new CvTailorClient({ gateway: "http://127.0.0.1:9", token: () => Promise.resolve("none") });
export const cancel = (id: string): Promise<void> => client.cancel(id).then(() => undefined);
export const told = (happened: RunEvent): string => happened.event.case ?? "nothing";
if (typeof CvTailorError !== "function") throw new Error("no class of errors");
"""


def done(command: list[str | Path], folder: Path, **variables: str) -> str:
    """Runs a program that knows nothing of the repository; returns what it prints."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8", **variables}
    finished = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


def test_the_installed_command_tells_its_version_and_tailors_a_cv(installed, built, tmp_path):
    program = installed["cvtailor"] / "cvtailor"
    assert "generate" in done([program, "--help"], tmp_path)
    assert done([program, "--version"], tmp_path).strip() == f"cvtailor {built.revision.version}"
    command = [program, "generate", ENGINEER / "cv.yaml", ENGINEER / "job.txt", "--out", tmp_path / "made"]
    done(command, tmp_path, CVTAILOR_DATA_DIR=str(tmp_path / "data"))
    assert (tmp_path / "made" / "cv.pdf").read_bytes().startswith(b"%PDF-")
    assert (tmp_path / "made" / "match-report.md").is_file()


def test_the_installed_client_gets_a_cv_from_a_service(installed, tmp_path):
    tmp_path.joinpath("service").mkdir()
    service = ServiceProcess(tmp_path / "service")
    try:
        call = [installed["cvtailor-client"] / "python", "-c", CALL, service.address, service.token]
        assert len(done([*call, ENGINEER / "cv.yaml", ENGINEER / "job.txt"], tmp_path).strip()) == 36
    finally:
        assert service.terminate() == 0


def test_the_clients_environment_has_none_of_the_services_weight(environments):
    heavy = {"cvtailor", "dbos", "grpcio-reflection", "mcp-agent", "rendercv", "sqlalchemy", "typst"}
    assert not heavy & set(environments["cvtailor-client"].installed)


def test_node_runs_the_npm_package_and_typescript_knows_its_types(built, tmp_path):
    described = json.loads(built.file("cvtailor-web-*.cdx.json").read_text())
    tarballs: list[str | Path] = [built.file("*.tgz")]
    for component in described["components"]:
        packing = ["npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", tmp_path]
        tarballs.append(tmp_path / run([*packing, NODE_MODULES / component["name"]], tmp_path).strip())
    project = tmp_path / "project"
    project.mkdir()
    project.joinpath("package.json").write_text('{"name": "consumer", "private": true, "type": "module"}')
    install = ["npm", "install", "--offline", "--no-audit", "--no-fund", "--ignore-scripts"]
    done([*install, *tarballs], project)
    project.joinpath("consumer.ts").write_text(CONSUMER)
    compile = [NODE_MODULES / ".bin" / "tsc", "--strict", "--target", "es2022", "consumer.ts"]
    for resolution in ("bundler", "nodenext"):
        module = "nodenext" if resolution == "nodenext" else "esnext"
        done([*compile, "--module", module, "--moduleResolution", resolution], project)
    done(["node", "consumer.js"], project)
    project.joinpath("consumer.ts").write_text(CONSUMER.replace("cancel(id)", "cancel(1)"))
    refused = subprocess.run([*compile, "--noEmit"], cwd=project, capture_output=True, text=True, check=False)
    assert "not assignable" in refused.stdout
