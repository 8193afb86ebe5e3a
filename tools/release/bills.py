"""Software bills of materials in CycloneDX: what each package brings along, by version and licence."""

import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tools.release.environments import PROJECTS, Environment
from tools.release.publication import npm_version
from tools.release.source_tree import WEB_CLIENT, ReleaseRefused, Revision, run

type Bill = dict[str, Any]

_NPM_FILES = ("package.json", "package-lock.json")


def of_python(distribution: str, environment: Environment, tree: Path, revision: Revision) -> Bill:
    """The bill of one Python distribution: the packages of its locked production environment."""
    project = tree / PROJECTS[distribution] / "pyproject.toml"
    command = [
        "cyclonedx-py",
        "environment",
        "--no-validate",
        "--output-reproducible",
        "--spec-version",
        "1.6",
    ]
    printed = run(
        [*command, "--pyproject", project, environment.python],
        tree,
        {"SOURCE_DATE_EPOCH": str(revision.committed_at)},
    )
    bill: Bill = json.loads(printed)
    # It comes from a tag, which the tool does not read.
    bill["metadata"]["component"] |= {
        "version": revision.version,
        "purl": f"pkg:pypi/{distribution}@{revision.version}",
    }
    return bill


def of_npm(tree: Path, revision: Revision) -> Bill:
    """The bill of the npm package: what its lock file names, but for what only its tests and build need."""
    command = ["npm", "sbom", "--package-lock-only", "--sbom-type", "library", "--sbom-format", "cyclonedx"]
    with tempfile.TemporaryDirectory(prefix="cvtailor-bill-") as folder:
        _lay_out_production(tree / WEB_CLIENT, Path(folder))
        bill: Bill = json.loads(run(command, Path(folder)))
    # With a lock file alone npm takes the folder's name.
    bill["metadata"]["component"]["name"] = "@cvtailor/web"
    # Random and the time of day: the same sources have the same bill.
    bill.pop("serialNumber", None)
    committed = datetime.fromtimestamp(revision.committed_at, UTC)
    bill["metadata"]["timestamp"] = committed.strftime("%Y-%m-%dT%H:%M:%SZ")
    return bill


def _lay_out_production(web: Path, folder: Path) -> None:
    """Writes both files of an npm package without its development dependencies.

    `npm sbom --omit dev` leaves out what development and production share, as @bufbuild/protobuf is.
    """
    package, lock = (json.loads(web.joinpath(name).read_text("utf-8")) for name in _NPM_FILES)
    lock["packages"] = {place: found for place, found in lock["packages"].items() if not found.get("dev")}
    for described in (package, lock["packages"][""]):
        described.pop("devDependencies", None)
    for name, content in zip(_NPM_FILES, (package, lock), strict=True):
        folder.joinpath(name).write_text(json.dumps(content), "utf-8")


def write(bill: Bill, path: Path) -> None:
    """Writes a bill as everybody's tools read it."""
    path.write_text(json.dumps(bill, indent=2, ensure_ascii=False, sort_keys=True) + "\n", "utf-8")


def validate(bill: Bill) -> None:
    """Holds a bill against CycloneDX's schema; some 15 seconds for the service's.

    Raises:
        ReleaseRefused: It breaks the schema.
    """
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    schema = SchemaVersion.from_version(bill["specVersion"])
    error = JsonStrictValidator(schema).validate_str(json.dumps(bill))
    if error:
        raise ReleaseRefused(
            f"The bill of {bill['metadata']['component']['name']} breaks the schema: {error}"
        )


def file_names(revision: Revision) -> dict[str, str]:
    """The name of each bill's file, by package."""
    return {
        "cvtailor": f"cvtailor-{revision.version}.cdx.json",
        "cvtailor-client": f"cvtailor_client-{revision.version}.cdx.json",
        "@cvtailor/web": f"cvtailor-web-{npm_version(revision.version)}.cdx.json",
    }
