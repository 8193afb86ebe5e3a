"""What is in ``deploy/``, parsed."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pathspec
import yaml

REPOSITORY = Path(__file__).parents[2]
DEPLOY = REPOSITORY / "deploy"
DOCKERFILE = DEPLOY / "Dockerfile"
COMPOSE = DEPLOY / "compose.yaml"
KUBERNETES = DEPLOY / "kubernetes"
UNIT = DEPLOY / "systemd" / "cvtailor.service"
WORKER_UNIT = DEPLOY / "systemd" / "cvtailor-worker@.service"
MANIFESTS = sorted(set(KUBERNETES.glob("*.yaml")) - {KUBERNETES / "kustomization.yaml"})

PAGE = "<!doctype html><title>cvtailor</title>"
"""What stands in for the built page."""

VERSION = "7.8.9"
"""What somebody gives the build as the version."""

FILLED_IN = {"POSTGRES_PASSWORD": "aaa", "SERVICE_PASSWORD": "bbb", "ENGINE_PASSWORD": "ccc"}
"""What somebody wrote into ``.env``."""

type Tree = dict[str, Any]

_REFERENCE = re.compile(r"\$\{(\w+)(?:(:[-?])([^}]*))?\}")


def compose() -> Tree:
    """The compose file, not interpolated."""
    return yaml.safe_load(COMPOSE.read_text())


def interpolated(value: object, variables: Mapping[str, str]) -> str:
    """A value of the compose file as Compose passes it on; refuses what it would refuse."""

    def replacement(found: re.Match[str]) -> str:
        name, operator, rest = found.groups()
        if not variables.get(name) and operator == ":?":
            raise KeyError(name)
        return variables.get(name) or (rest if operator == ":-" else "")

    return _REFERENCE.sub(replacement, str(value))


def manifests() -> list[Tree]:
    """All resources of the Kubernetes base, but for the generated ones."""
    return [tree for path in MANIFESTS for tree in yaml.safe_load_all(path.read_text())]


def manifest(kind: str, name: str) -> Tree:
    """One of them."""
    (found,) = (tree for tree in manifests() if tree["kind"] == kind and tree["metadata"]["name"] == name)
    return found


def pods() -> list[tuple[str, Tree]]:
    """Name and template of each kind of pod."""
    return [
        (tree["metadata"]["name"], tree["spec"]["template"])
        for tree in manifests()
        if "template" in tree.get("spec", {})
    ]


def environment(path: Path) -> dict[str, str]:
    """An env file; with what stands commented out in it, too."""
    lines = (line.removeprefix("#") for line in path.read_text().splitlines())
    found = (re.fullmatch(r"([A-Z][A-Z0-9_]*)=(.*)", line) for line in lines)
    return {match[1]: match[2] for match in found if match}


def generated(kind: str) -> dict[str, dict[str, str]]:
    """Content by name of the ``configMap``s or ``secret``s that Kustomize makes, from examples."""
    root = yaml.safe_load((KUBERNETES / "kustomization.yaml").read_text())
    found: dict[str, dict[str, str]] = {}
    for entry in root[f"{kind}Generator"]:
        for name in entry["envs"]:
            example = KUBERNETES / f"{name}.example"
            path = example if example.exists() else KUBERNETES / name
            found.setdefault(entry["name"], {}).update(environment(path))
    return found


@dataclass(frozen=True)
class Instruction:
    """One instruction of the Dockerfile.

    Attributes:
        stage: Name of its stage; empty in the last one, which is the image.
        words: What follows the keyword.
    """

    stage: str
    keyword: str
    words: tuple[str, ...]


def instructions() -> list[Instruction]:
    """The Dockerfile's instructions, in order."""
    lines = [line for line in DOCKERFILE.read_text().splitlines() if not line.lstrip().startswith("#")]
    found, stage = [], ""
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        if not line.strip():
            continue
        keyword, *words = shlex.split(line)
        if keyword == "FROM":
            stage = words[2] if "AS" in words else ""
        found.append(Instruction(stage, keyword, tuple(words)))
    return found


def build_context(*more: str) -> frozenset[str]:
    """The files of the repository that ``docker build`` may see; of these too, if there were such files."""
    rules = DEPLOY.joinpath("Dockerfile.dockerignore").read_text().splitlines()
    ignored = pathspec.GitIgnoreSpec.from_lines(map(_anchored, rules))
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    present = {name for name in listed.stdout.splitlines() if (REPOSITORY / name).is_file()} | set(more)
    return frozenset(present - set(ignored.match_files(present)))


def _anchored(rule: str) -> str:
    """A rule of a .dockerignore, which begins at the root, as one of a .gitignore, which may not."""
    if not rule or rule.startswith(("#", "**/", "!**/")):
        return rule
    return f"!/{rule[1:]}" if rule.startswith("!") else f"/{rule}"


def copied(stage: str) -> list[tuple[tuple[str, ...], str]]:
    """Sources and target of each COPY from the build context into a stage of the Dockerfile."""
    return [
        (found.words[:-1], found.words[-1])
        for found in instructions()
        if found.keyword == "COPY" and found.stage == stage and not found.words[0].startswith("--")
    ]


def lay_out(stage: str, folder: Path) -> None:
    """Copies what a stage is given; absolute targets, too, begin at the folder."""
    context = build_context()
    for sources, target in copied(stage):
        for source in sources:
            files = [name for name in context if name == source or name.startswith(f"{source}/")]
            assert files, f"the build context lacks {source}"
            for name in files:
                to = folder / target.lstrip("/")
                # Of a folder, COPY takes the content.
                if (REPOSITORY / source).is_dir():
                    to /= Path(name).relative_to(source)
                elif len(sources) > 1:
                    to /= Path(name).name
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(REPOSITORY / name, to)
