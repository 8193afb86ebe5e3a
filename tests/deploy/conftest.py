"""The image, made once."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from deploy_files import PAGE, VERSION, instructions, lay_out


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is in /opt/cvtailor of the image, made by the Dockerfile's own commands, but for the page."""
    source, prefix = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("image") / "cvtailor"
    lay_out("wheels", source)
    wheels = [found.words for found in instructions() if found.stage == "wheels"]
    page = source / next(words[2] for words in wheels if "--from=page" in words)
    page.mkdir(parents=True)
    page.joinpath("index.html").write_text(PAGE)
    uv = os.environ.get("UV") or shutil.which("uv")
    assert uv, "uv is not installed"
    settings = {"UV_PROJECT_ENVIRONMENT": str(prefix), "UV_PYTHON": sys.executable, "UV_OFFLINE": "1"}
    settings |= {
        name: value.replace("${VERSION}", VERSION)
        for found in instructions()
        if found.stage == "wheels" and found.keyword == "ENV"
        for name, _, value in (word.partition("=") for word in found.words)
        if "${VERSION}" in value
    }
    inherited = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    commands = [words[1:] for words in wheels if words[:2] == ("uv", "sync")]
    assert commands
    for arguments in commands:
        done = subprocess.run(
            [uv, *arguments, "--project", source],
            env=inherited | settings,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    return prefix
