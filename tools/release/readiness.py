"""Whether a tag may be released: what must agree with it before anything is published."""

import re
import tomllib

from tools.release import changelog
from tools.release.source_tree import REPOSITORY, revision

_TAG = re.compile(r"v(\d+\.\d+\.\d+(?:rc\d+)?)")
_IMAGE_TAG = re.compile(r"(?:image: cvtailor:|\{name: cvtailor, newTag: )(?P<version>[\w.]+)")
DEPLOYMENTS = ("deploy/compose.yaml", "deploy/kubernetes/kustomization.yaml")


def complaints(tag: str) -> list[str]:
    """What is wrong with a tag, as sentences; none for one that may be released."""
    match = _TAG.fullmatch(tag)
    if not match:
        return [f"{tag} is not vX.Y.Z or vX.Y.ZrcN."]
    version = match[1]
    found = []
    if (here := revision()).name != tag:
        found.append(
            f"What is checked out is not {tag}: it is {here.version}, or has changes that no commit has."
        )
    text = changelog.read()
    found += changelog.complaints(text)
    if changelog.newest(text) != version:
        found.append(f"The newest section of CHANGELOG.md is not ## {version} - YYYY-MM-DD.")
    found += [
        f"{name} names the image {named}, not {version}."
        for name, named in deployed_versions().items()
        if named != version
    ]
    return found


def deployed_versions() -> dict[str, str]:
    """The version of the image that each example of a deployment names."""
    found = {}
    for name in DEPLOYMENTS:
        match = _IMAGE_TAG.search(REPOSITORY.joinpath(name).read_text("utf-8"))
        found[name] = match["version"] if match else "none"
    return found


def fallback_versions() -> set[str]:
    """What the Python distributions call themselves where there is neither a repository nor a tag."""
    projects = (REPOSITORY / "pyproject.toml", REPOSITORY / "clients" / "python" / "pyproject.toml")
    tables = (tomllib.loads(path.read_text("utf-8")) for path in projects)
    return {table["tool"]["hatch"]["version"]["fallback-version"] for table in tables}
