"""Checks that generated code is what the contract generates, and that the contract breaks nobody.

Both need the third-party .proto files of ``tools/proto_dependencies.py``.
"""

import filecmp
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

GENERATED = (Path("service/cvtailor/gen"), Path("clients/web/src/gen"))
_SUFFIXES = (".py", ".pyi", ".ts")
DEPENDENCIES = Path("build/proto-deps")


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


def breaking_changes(contract: Path = Path("proto"), against: str = "") -> str:
    """Compares the contract with the one on the main branch; returns what buf complains of."""
    revision = against or _baseline()
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


def _baseline() -> str:
    for branch in ("origin/main", "main", "HEAD"):
        known = subprocess.run(["git", "rev-parse", "--quiet", "--verify", branch], capture_output=True)
        if known.returncode == 0 and _has_contract(branch):
            return branch
    raise SystemExit("no commit with a contract to compare with")


def _has_contract(revision: str) -> bool:
    return (
        subprocess.run(["git", "cat-file", "-e", f"{revision}:buf.yaml"], capture_output=True).returncode == 0
    )


def main() -> None:
    """Prints what is wrong and exits 1, or says that all is well."""
    if stale := stale_files():
        sys.exit("generated code is stale, run `just gen`:\n  " + "\n  ".join(stale))
    if broken := breaking_changes():
        sys.exit("the contract breaks its clients:\n" + broken)
    print("generated code is fresh; the contract breaks nobody")


if __name__ == "__main__":
    main()
