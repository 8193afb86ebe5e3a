"""A release, built once, and what it is installed into."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tools.release import __main__ as release
from tools.release.environments import PROJECTS, Environment, lay_out_environment
from tools.release.packages import uv
from tools.release.source_tree import Revision, run

ADDRESS = "https://github.com/OWNER/NAME"


@dataclass(frozen=True)
class Built:
    """What `python -m tools.release build` made."""

    folder: Path
    revision: Revision

    def file(self, pattern: str) -> Path:
        """The one file whose name has this form."""
        (found,) = self.folder.glob(pattern)
        return found


@pytest.fixture(scope="session")
def offline() -> Iterator[None]:
    """No package is fetched: whoever runs the tests has those of `uv.lock`, in uv's cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UV_OFFLINE", "1")
        yield


@pytest.fixture(scope="session")
def built(offline: None, tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("release") / "out"
    return Built(folder, release.build(folder, ADDRESS, validated=False))


@pytest.fixture(scope="session")
def environments(offline: None, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Environment]:
    """The locked production environment of each Python distribution, before ours is in it."""
    return release.environments(tmp_path_factory.mktemp("environments"))


@pytest.fixture(scope="session")
def installed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folder of programs of an environment for each Python distribution, with its wheel and no extras."""
    folders = {}
    for name in PROJECTS:
        environment = lay_out_environment(name, tmp_path_factory.mktemp("installed"), extras=False)
        wheel = built.file(f"{name.replace('-', '_')}-*.whl")
        command = [uv(), "pip", "install", "--quiet", "--no-deps", "--python", environment.python, wheel]
        run(command, built.folder)
        run([uv(), "pip", "check", "--quiet", "--python", environment.python], built.folder)
        folders[name] = environment.python.parent
    return folders
