"""Checks that what is generated is what the contract generates, and that the contract breaks nobody.

All need the third-party .proto files of ``tools/proto_dependencies.py``.
"""

import filecmp
import re
import subprocess
import sys
import tarfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from google.protobuf.descriptor_pb2 import FileDescriptorSet

from tools import api_reference, error_reference
from tools.contract_baseline import baseline
from tools.contract_image import fingerprint, image

GENERATED = (
    Path("service/cvtailor/gen"),
    Path("clients/web/src/gen"),
    Path("clients/python/src/cvtailor_client/gen"),
)
_SUFFIXES = (".py", ".pyi", ".ts")
DEPENDENCIES = Path("build/proto-deps")
CHANGELOG = Path("proto/CHANGELOG.md")
_REVISION = re.compile(r"^### Revision (?P<number>\d+), [\d-]{10}, `(?P<fingerprint>\w+)`$", re.MULTILINE)


def stale_files() -> list[str]:
    """Generates into a temporary folder; returns the files that differ from the committed ones."""
    with TemporaryDirectory() as folder:
        subprocess.run(["buf", "generate", "--output", folder], check=True, stderr=subprocess.DEVNULL)
        return sorted(
            str(place / name) for place in GENERATED for name in differences(place, Path(folder, place))
        )


def differences(committed: Path, fresh: Path) -> set[str]:
    """Returns the names of the source files that are not the same on both sides."""

    def sources(root: Path) -> set[Path]:
        return {path.relative_to(root) for path in root.rglob("*") if path.suffix in _SUFFIXES}

    names = sources(committed) | sources(fresh)
    return {
        str(name)
        for name in names
        if not ((committed / name).exists() and (fresh / name).exists())
        or not filecmp.cmp(committed / name, fresh / name, shallow=False)
    }


def stale_pages(files: FileDescriptorSet) -> list[str]:
    """Returns the pages made of the contract that would be made otherwise now."""
    fresh = {
        api_reference.PAGE: api_reference.page(files),
        error_reference.PAGE: error_reference.page(error_reference.PAGE.read_text(), files),
    }
    return [str(path) for path, text in fresh.items() if not path.exists() or path.read_text() != text]


def untold_change(changelog: str, files: FileDescriptorSet) -> str:
    """Says what to write if the newest revision in the contract's changelog is not of this contract."""
    newest = _REVISION.search(changelog)
    present = fingerprint(files)
    if newest and newest["fingerprint"] == present:
        return ""
    number = int(newest["number"]) + 1 if newest else 1
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    return f"tell of it in {CHANGELOG}, on top:\n  ### Revision {number}, {today}, `{present}`"


def breaking_changes(revision: str, contract: Path = Path("proto")) -> str:
    """Compares the contract with that of a commit; returns what buf complains of."""
    archive = subprocess.run(
        ["git", "archive", revision, "proto", "buf.yaml"], check=True, capture_output=True
    ).stdout
    with TemporaryDirectory() as folder:
        before, after = Path(folder, "before"), Path(folder, "after")
        with tarfile.open(fileobj=BytesIO(archive)) as files:
            files.extractall(before, filter="data")
        copytree(contract, after / "proto")
        (after / "buf.yaml").write_text(Path("buf.yaml").read_text())
        for side in (before, after):
            copytree(DEPENDENCIES, side / DEPENDENCIES)
        verdict = subprocess.run(
            ["buf", "breaking", str(after), "--against", str(before)], capture_output=True, text=True
        )
        return verdict.stdout + verdict.stderr if verdict.returncode else ""


def main() -> None:
    """Prints what is wrong and exits 1, or says that all is well."""
    if stale := stale_files():
        sys.exit("generated code is stale, run `just gen`:\n  " + "\n  ".join(stale))
    files = image()
    if stale := stale_pages(files):
        sys.exit("documentation is stale, run `just gen`:\n  " + "\n  ".join(stale))
    if change := untold_change(CHANGELOG.read_text(), files):
        sys.exit("the contract has changed: " + change)
    before = baseline()
    if before.commit and (broken := breaking_changes(before.commit)):
        sys.exit(f"the contract breaks clients of {before.told}:\n{broken}")
    print(f"generated code and pages are fresh; the contract was compared with {before.told}")


if __name__ == "__main__":
    main()
