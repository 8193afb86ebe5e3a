"""What only published packages need, written into their sources: version, address, whole links."""

import json
import posixpath
import re
import shutil
from pathlib import Path

from tools.release.source_tree import PYTHON_CLIENT, WEB_CLIENT, ReleaseRefused, Revision

_LINK = re.compile(r'(?P<before>\]\(|<(?:img|a) (?:src|href)=")(?P<target>(?!\w+:|#|//)[^)\s"]+)')
_IMAGES = (".png", ".svg", ".jpg", ".gif")
_DEVELOPMENT = re.compile(r"(?P<release>\d+\.\d+\.\d+)(?:(?P<kind>a|b|rc|\.dev)(?P<number>\d+))?")
_KINDS = {"a": "alpha", "b": "beta", "rc": "rc", ".dev": "dev"}


def npm_version(version: str) -> str:
    """A Python version as npm writes it: `1.2.3rc1` is `1.2.3-rc.1`.

    Raises:
        ReleaseRefused: npm has no such version.
    """
    match = _DEVELOPMENT.fullmatch(version)
    if not match:
        raise ReleaseRefused(f"npm knows no version like {version}: tag vX.Y.Z or vX.Y.ZrcN.")
    if not match["kind"]:
        return match["release"]
    return f"{match['release']}-{_KINDS[match['kind']]}.{match['number']}"


def with_links_to(text: str, page_of: str, folder: str) -> str:
    """Markdown whose relative links lead to the repository on the web.

    Args:
        text: As it reads in the repository.
        page_of: The repository at one revision, `https://…/blob/v1.2.3`.
        folder: Where in the repository the text is; empty at its root.
    """

    def absolute(link: re.Match[str]) -> str:
        path, _, anchor = link["target"].partition("#")
        whole = f"{page_of}/{posixpath.normpath(posixpath.join(folder, path))}"
        if path.endswith(_IMAGES):
            whole = whole.replace("/blob/", "/raw/", 1)
        return f"{link['before']}{whole}{f'#{anchor}' if anchor else ''}"

    return _LINK.sub(absolute, text)


def prepare(tree: Path, revision: Revision, address: str) -> None:
    """Makes the laid out sources those of a published package.

    Args:
        tree: A copy of the sources; it is changed.
        revision: What they are of.
        address: Of the repository, `https://github.com/OWNER/NAME`; without one, nothing links to it.
    """
    _prepare_npm(tree / WEB_CLIENT / "package.json", revision, address)
    shutil.copy(tree / "LICENSE", tree / WEB_CLIENT / "LICENSE")
    if not address:
        return
    page = f"{address}/blob/{revision.name}"
    for folder in (Path(), PYTHON_CLIENT, WEB_CLIENT):
        readme = tree / folder / "README.md"
        readme.write_text(with_links_to(readme.read_text("utf-8"), page, folder.as_posix()), "utf-8")
    urls = f'[project.urls]\nSource = "{address}"\nChangelog = "{page}/CHANGELOG.md"\n\n'
    for folder in (Path(), PYTHON_CLIENT):
        project = tree / folder / "pyproject.toml"
        project.write_text(project.read_text("utf-8").replace("[build-system]", f"{urls}[build-system]"))


def _prepare_npm(package: Path, revision: Revision, address: str) -> None:
    described = json.loads(package.read_text("utf-8"))
    described["version"] = npm_version(revision.version)
    if address:
        described["repository"] = {
            "type": "git",
            "url": f"git+{address}.git",
            "directory": WEB_CLIENT.as_posix(),
        }
    package.write_text(json.dumps(described, indent=2, ensure_ascii=False) + "\n", "utf-8")
