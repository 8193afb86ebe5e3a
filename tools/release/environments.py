"""What a distribution runs on in production: the packages of `uv.lock`, installed by their hashes."""

import sys
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata
from pathlib import Path

from tools.release.packages import uv
from tools.release.source_tree import PYTHON_CLIENT, REPOSITORY, run

PROJECTS = {"cvtailor": Path(), "cvtailor-client": PYTHON_CLIENT}
"""Our Python distributions, and where their projects are."""


@dataclass(frozen=True)
class Environment:
    """A virtual environment.

    Attributes:
        folder: Where it is.
        requirements: What it was made of, with hashes, for pip.
    """

    folder: Path
    requirements: Path

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    @cached_property
    def installed(self) -> dict[str, metadata.PackageMetadata]:
        """What each package says of itself, by name; ours are not among them."""
        (packages,) = self.folder.glob("lib/python3*/site-packages")
        found = (distribution.metadata for distribution in metadata.distributions(path=[str(packages)]))
        named = {described["Name"].lower().replace("_", "-"): described for described in found}
        return {name: described for name, described in named.items() if name not in PROJECTS}


def requirements_of(distribution: str, repository: Path = REPOSITORY, *, extras: bool = True) -> str:
    """The locked production requirements of a distribution, with hashes; all of its extras, or none."""
    command = [uv(), "export", "--quiet", "--frozen", "--no-dev", "--package", distribution]
    command += ["--all-extras"] if extras else []
    return run([*command, "--no-emit-workspace", "--no-annotate", "--no-header"], repository)


def lay_out_environment(
    distribution: str, folder: Path, repository: Path = REPOSITORY, *, extras: bool = True
) -> Environment:
    """Makes the environment of a distribution; takes a second where uv has the packages in its cache."""
    folder.mkdir(parents=True, exist_ok=True)
    requirements = folder / "requirements.txt"
    requirements.write_text(requirements_of(distribution, repository, extras=extras))
    environment = Environment(folder / "environment", requirements)
    run([uv(), "venv", "--quiet", "--python", sys.executable, environment.folder], folder)
    install = [
        uv(),
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--require-hashes",
        "--python",
        environment.python,
    ]
    run([*install, "--requirements", requirements], folder)
    return environment
