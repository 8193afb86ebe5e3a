"""The packages of a release: wheel and source archive of service and Python client, the npm package."""

import os
import shutil
import sys
from pathlib import Path

from tools.release.source_tree import PYTHON_CLIENT, WEB_CLIENT, ReleaseRefused, Revision, run


def uv() -> str:
    """The program `uv`; under `uv run`, the one that runs us."""
    found = os.environ.get("UV") or shutil.which("uv")
    if not found:
        raise ReleaseRefused("uv is not installed: pip install uv")
    return found


def build(tree: Path, revision: Revision, out: Path) -> None:
    """Builds everything from the sources alone; the same sources give the same bytes.

    The build back end is that of `uv.lock`, so a newer one changes nothing unseen. Wheels are built from the
    source archives, so these are complete.
    """
    variables = {
        "SOURCE_DATE_EPOCH": str(revision.committed_at),
        "SETUPTOOLS_SCM_PRETEND_VERSION": revision.version,
    }
    web = tree / WEB_CLIENT
    run(["npm", "run", "--silent", "build"], web)
    run(["npm", "run", "--silent", "build:client"], web)
    back_end = ["--no-build-isolation", "--python", sys.executable]
    for project in (tree, tree / PYTHON_CLIENT):
        run([uv(), "build", *back_end, "--no-create-gitignore", "--out-dir", out, project], tree, variables)
    run(["npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", out], web)
