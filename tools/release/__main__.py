"""``python -m tools.release build|check|notes|licences``: everything a release is made of."""

import argparse
import hashlib
import sys
import tempfile
from pathlib import Path

from tools.release import bills, changelog, licences, packages, publication, readiness
from tools.release.environments import PROJECTS, Environment, lay_out_environment
from tools.release.source_tree import ReleaseRefused, Revision, lay_out, revision

CHECKSUMS = "SHA256SUMS"


def environments(folder: Path) -> dict[str, Environment]:
    """The production environment of each Python distribution."""
    return {name: lay_out_environment(name, folder / name) for name in PROJECTS}


def build(out: Path, address: str = "", *, validated: bool = True) -> Revision:
    """Builds all that a release publishes into an empty folder.

    Args:
        out: Is made; gets the packages, their bills of materials, the licences and the checksums.
        address: Of the repository on the web, for the links in the packages.
        validated: Whether the bills are held against their schema, which takes a while.

    Raises:
        ReleaseRefused: The folder is not empty, a step failed, or a licence is not allowed.
    """
    out = out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    if any(out.iterdir()):
        raise ReleaseRefused(f"{out} is not empty: name another folder.")
    built = revision()
    with tempfile.TemporaryDirectory(prefix="cvtailor-release-") as name:
        folder = Path(name)
        tree = lay_out(folder / "tree")
        publication.prepare(tree, built, address)
        packages.build(tree, built, out)
        places = environments(folder)
        files = bills.file_names(built)
        written = {name: bills.of_python(name, places[name], tree, built) for name in places}
        written["@cvtailor/web"] = bills.of_npm(tree, built)
        for name, bill in written.items():
            if validated:
                bills.validate(bill)
            bills.write(bill, out / files[name])
        out.joinpath("LICENCES.md").write_text(licences.report(places.values()), "utf-8")
    _write_checksums(out)
    return built


def _write_checksums(out: Path) -> None:
    sums = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted(out.iterdir())
    ]
    out.joinpath(CHECKSUMS).write_text("".join(sums))


def _licences(write: bool) -> int:
    with tempfile.TemporaryDirectory(prefix="cvtailor-licences-") as folder:
        text = licences.report(environments(Path(folder)).values())
    if write:
        licences.DOCUMENT.write_text(text, "utf-8")
    elif licences.DOCUMENT.read_text("utf-8") != text:
        print(f"{licences.DOCUMENT.name} is stale: python -m tools.release licences --write", file=sys.stderr)
        return 1
    print(f"{text.count(chr(10) + '| ') - 2} packages, every licence allowed")
    return 0


def _check(tag: str) -> int:
    found = readiness.complaints(tag)
    for complaint in found:
        print(complaint, file=sys.stderr)
    if not found:
        print(f"{tag} is ready to be released")
    return 1 if found else 0


def _build(out: Path, address: str) -> int:
    built = build(out, address)
    print(f"{built.version}, in {out}:", *sorted(path.name for path in out.iterdir()), sep="\n")
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Runs one of the commands; 1 says that something must be mended first."""
    parser = argparse.ArgumentParser(prog="python -m tools.release", description=__doc__)
    commands = parser.add_subparsers(required=True, dest="command")
    building = commands.add_parser("build", help="packages, bills of materials, licences, checksums")
    building.add_argument("--out", type=Path, required=True, help="an empty folder, or none yet")
    building.add_argument("--repository", default="", help="its address, https://github.com/OWNER/NAME")
    commands.add_parser("check", help="whether a tag may be released").add_argument("tag")
    commands.add_parser("notes", help="what CHANGELOG.md says of a version").add_argument("version")
    listing = commands.add_parser("licences", help="whether every licence is allowed, and the document true")
    listing.add_argument("--write", action="store_true", help="write the document instead of comparing it")
    given = parser.parse_args(arguments)
    try:
        match given.command:
            case "build":
                return _build(given.out, given.repository.rstrip("/"))
            case "check":
                return _check(given.tag)
            case "notes":
                print(changelog.notes(given.version.removeprefix("v")))
                return 0
            case _:
                return _licences(given.write)
    except ReleaseRefused as refused:
        print(refused, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
