"""CHANGELOG.md, read: a section for each version, newest first, and one for what is not released yet."""

import re
from pathlib import Path

from tools.release.source_tree import REPOSITORY, ReleaseRefused

CHANGELOG = REPOSITORY / "CHANGELOG.md"
UNRELEASED = "Unreleased"
KINDS = ("Contract", "Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")
_HEADING = re.compile(r"^## (?:\[?(?P<version>[^\]\s]+)\]?)(?: - (?P<date>\S+))?$", re.MULTILINE)
_VERSION = re.compile(r"\d+\.\d+\.\d+(?:rc\d+)?")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def sections(text: str) -> dict[str, str]:
    """What each section says, by version, in the file's order."""
    headings = list(_HEADING.finditer(text))
    ends = [heading.start() for heading in headings[1:]] + [len(text)]
    return {
        heading["version"]: text[heading.end() : end].strip()
        for heading, end in zip(headings, ends, strict=True)
    }


def complaints(text: str) -> list[str]:
    """What keeps the file from being read by those who wait for a release."""
    found = []
    headings = list(_HEADING.finditer(text))
    if not headings or headings[0]["version"] != UNRELEASED:
        found.append(f"The first section is not ## {UNRELEASED}.")
    if len({heading["version"] for heading in headings}) < len(headings):
        found.append("A version has two sections.")
    if text.count("\n## ") != len(headings):
        found.append("A heading is neither ## Unreleased nor ## X.Y.Z - YYYY-MM-DD.")
    found += [
        f"{heading[0]} is not ## X.Y.Z - YYYY-MM-DD."
        for heading in headings[1:]
        if not (_VERSION.fullmatch(heading["version"]) and _DATE.fullmatch(heading["date"] or ""))
    ]
    kinds = re.findall(r"^### (.+)$", text, re.MULTILINE)
    found += [f"### {kind} is none of {', '.join(KINDS)}." for kind in kinds if not kind.startswith(KINDS)]
    return found


def notes(version: str, text: str | None = None) -> str:
    """What the file says of one version.

    Raises:
        ReleaseRefused: It says nothing.
    """
    said = sections(CHANGELOG.read_text("utf-8") if text is None else text)
    if not said.get(version):
        raise ReleaseRefused(
            f"CHANGELOG.md has no section ## {version} - YYYY-MM-DD: give what is unreleased that heading, "
            f"and begin a new ## {UNRELEASED} above it."
        )
    return said[version]


def newest(text: str) -> str | None:
    """The version that was released last, by the file; none before the first."""
    return next((version for version in sections(text) if version != UNRELEASED), None)


def read(path: Path = CHANGELOG) -> str:
    """The file's text."""
    return path.read_text("utf-8")
