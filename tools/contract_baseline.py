"""Which contract of the past the present one is compared with; one compared with itself proves nothing."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

_CONTRACT = ("proto", "buf.yaml")
_RELEASES = "v[0-9]*"


@dataclass(frozen=True)
class Baseline:
    """A commit, or none, and what it is in words."""

    commit: str | None
    told: str


def baseline(repository: Path = Path()) -> Baseline:
    """Chooses what clients may have been built against.

    On a branch it is where the branch left main. On main it is the newest release, and before the first one
    the contract as it was before its last change.
    """
    git = _Git(repository)
    head = git.ask("rev-parse", "HEAD")
    for main in ("origin/main", "main"):
        tip = git.ask("rev-parse", "--verify", f"{main}^{{commit}}")
        if tip and tip != head:
            # A shallow clone may not hold the place where the two parted.
            parted = git.ask("merge-base", head, tip) or tip
            if parted != head and git.has_contract(parted):
                return Baseline(parted, f"{main} ({parted[:9]})")
    if release := git.last_release(head):
        return Baseline(release, f"the release {release}")
    if git.ask("status", "--porcelain", "--", "proto/*.proto"):
        return Baseline(head, f"the last commit ({head[:9]}), which the working tree differs from")
    changed = git.ask("log", "-1", "--format=%H", "--", "proto/*.proto")
    before = git.ask("rev-parse", "--verify", f"{changed}^")
    if changed and before and git.has_contract(before):
        return Baseline(
            before, f"the contract before its last change ({changed[:9]}); there is no release yet"
        )
    if git.ask("rev-parse", "--is-shallow-repository") == "true":
        return Baseline(
            None, "nothing: this clone is shallow; `git fetch --unshallow --tags` brings the rest"
        )
    return Baseline(None, "nothing: this is the first contract")


class _Git:
    def __init__(self, repository: Path) -> None:
        self._repository = repository

    def ask(self, *arguments: str) -> str:
        """Returns what git prints; nothing if it fails."""
        done = subprocess.run(["git", *arguments], cwd=self._repository, capture_output=True, text=True)
        return done.stdout.strip() if done.returncode == 0 else ""

    def has_contract(self, commit: str) -> bool:
        return all(self.ask("cat-file", "-t", f"{commit}:{path}") for path in _CONTRACT)

    def last_release(self, head: str) -> str:
        """Returns the newest release that led here, but for one of this very commit."""
        release = self.ask("describe", "--tags", "--abbrev=0", "--match", _RELEASES, "HEAD")
        if release and self.ask("rev-parse", f"{release}^{{commit}}") == head:
            release = self.ask("describe", "--tags", "--abbrev=0", "--match", _RELEASES, "HEAD^")
        return release if release and self.has_contract(release) else ""
