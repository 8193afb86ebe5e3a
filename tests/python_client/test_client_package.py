"""What a user gets: the examples of the README, the types, and a small package."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from benchmarks.service_process import EXAMPLES, ServiceProcess

CLIENT = EXAMPLES.parent / "clients" / "python"
README = (CLIENT / "README.md").read_text()
PROGRAMS = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
OF_THE_SERVICE = (
    "cvtailor.",
    "rendercv",
    "mcp",
    "dbos",
    "google.protobuf",
    "grpclib",
    "pydantic",
    "sqlalchemy",
)
IMPORT_CPU_SECONDS_MAX = 1.0


def ran(*command: str, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("program", PROGRAMS, ids=range(len(PROGRAMS)))
def test_the_readmes_examples_run_as_written(service: ServiceProcess, tmp_path: Path, program: str) -> None:
    for name in ("cv.yaml", "job.txt"):
        shutil.copy(EXAMPLES / "engineer" / name, tmp_path)
    here = program.replace("127.0.0.1:50051", service.address)
    printed = ran(sys.executable, "-W", "error", "-c", here, cwd=tmp_path, CVTAILOR_TOKEN=service.token)
    if "download_to" in program:
        assert (tmp_path / "tailored" / "cv.pdf").read_bytes().startswith(b"%PDF")
        given = (EXAMPLES / "engineer" / "cv.yaml").read_text()
        assert (tmp_path / "cv.yaml").read_text() == given, "An example wrote over the person's CV."
        assert "Terraform" in printed
    if "StepFinished" in program:
        assert printed.endswith("1 page(s)\n")
    if "CallerFixes" in program:
        assert "3 ['base_cv.rendercv_yaml']" in printed


def test_the_readmes_examples_are_typed(tmp_path: Path) -> None:
    for number, program in enumerate(PROGRAMS):
        (tmp_path / f"program_{number}.py").write_text(program)
    (tmp_path / "mypy.ini").write_text(
        "[mypy]\nstrict = true\n"
        "[mypy-cvtailor_client.gen.*]\nignore_errors = true\n"
        "[mypy-supabase.*]\nfollow_imports = skip\n"
    )
    names = [f"program_{number}.py" for number in range(len(PROGRAMS))]
    ran(sys.executable, "-m", "mypy", *names, cwd=tmp_path, MYPYPATH=str(CLIENT / "src"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built distribution."""
    folder = tmp_path_factory.mktemp("wheel")
    ran(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder), cwd=CLIENT)
    (path,) = folder.glob("*.whl")
    return path


def of_its_dependencies(wheel: Path, folder: Path) -> None:
    """Lays out the wheel, and of this environment only what it says it needs."""
    with zipfile.ZipFile(wheel) as files:
        files.extractall(folder)
    (path,) = folder.glob("*.dist-info/METADATA")
    needed = [line.partition(": ")[2] for line in path.read_text().splitlines() if "Requires-Dist" in line]
    seen: set[str] = set()
    while needed:
        requirement = Requirement(needed.pop())
        if requirement.name in seen or not (requirement.marker is None or requirement.marker.evaluate()):
            continue
        seen.add(requirement.name)
        distribution = metadata.distribution(requirement.name)
        assert distribution.version in requirement.specifier, requirement
        needed += distribution.requires or []
        for name in {file.parts[0] for file in distribution.files or [] if file.parts[0] != ".."}:
            target = folder / name
            if not target.exists():
                target.symlink_to(Path(str(distribution.locate_file(name))))


def test_the_wheel_works_with_its_own_dependencies_alone(
    wheel: Path, tmp_path: Path, service: ServiceProcess
) -> None:
    of_its_dependencies(wheel, tmp_path)
    program = (
        "import sys, time; began = time.process_time()\n"
        "import cvtailor_client; took = time.process_time() - began\n"
        "from cvtailor_client.sync import CvTailor\n"
        f"client = CvTailor({service.address!r}, {service.token!r})\n"
        "with client: print(client.health().version, len(list(client.list())) >= 0)\n"
        f"print([name for name in sys.modules if name.startswith({OF_THE_SERVICE!r})])\n"
        "print(took)\n"
    )
    printed = ran(sys.executable, "-S", "-c", program, cwd=tmp_path, PYTHONPATH=str(tmp_path)).splitlines()
    assert printed[0].endswith("True")
    assert printed[1] == "[]"
    assert float(printed[2]) < IMPORT_CPU_SECONDS_MAX


def test_the_wheel_says_that_it_is_typed_and_carries_its_licence(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "cvtailor_client/py.typed" in names
    assert [name for name in names if name.endswith("licenses/LICENSE")]
    assert wheel.stat().st_size < 200_000
