"""The contract is compared with one that clients may have been built against, and never with itself."""

import subprocess
from pathlib import Path

import pytest

from tools.contract_baseline import baseline


class Clone:
    """A repository whose contract is one line."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "proto").mkdir(parents=True)
        self.git("init", "--initial-branch=main")
        self.first = self.commit("first")

    def git(self, *arguments: str) -> str:
        who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "protocol.file.allow=always")
        command = ["git", *who, *arguments]
        return subprocess.run(
            command, cwd=self.folder, check=True, capture_output=True, text=True
        ).stdout.strip()

    def write(self, contract: str) -> None:
        (self.folder / "proto" / "a.proto").write_text(contract)
        (self.folder / "buf.yaml").write_text("version: v2")

    def commit(self, contract: str | None) -> str:
        if contract:
            self.write(contract)
        self.git("add", ".")
        self.git("commit", "--allow-empty", "-m", "Change it")
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path / "one")


def test_a_branch_is_compared_with_the_place_where_it_left_main(clone: Clone) -> None:
    clone.git("switch", "-c", "wish")
    clone.commit("wish")
    clone.git("switch", "main")
    clone.commit("meanwhile")
    clone.git("switch", "wish")
    assert baseline(clone.folder).commit == clone.first


def test_a_detached_checkout_of_a_branch_is_compared_with_the_main_of_its_origin(
    clone: Clone, tmp_path: Path
) -> None:
    clone.git("switch", "-c", "wish")
    wish = clone.commit("wish")
    copy = tmp_path / "copy"
    clone.git("clone", "--quiet", f"file://{clone.folder}", str(copy))
    subprocess.run(["git", "checkout", "--quiet", "--detach", wish], cwd=copy, check=True)
    found = baseline(copy)
    assert found.commit == clone.first
    assert found.told.startswith("origin/main")


def test_main_is_compared_with_the_newest_release(clone: Clone) -> None:
    clone.git("tag", "v0.1.0")
    clone.commit("second")
    clone.commit("third")
    assert baseline(clone.folder).commit == "v0.1.0"


def test_a_release_is_compared_with_the_one_before(clone: Clone) -> None:
    clone.git("tag", "v0.1.0")
    clone.commit("second")
    clone.git("tag", "v0.2.0")
    assert baseline(clone.folder).commit == "v0.1.0"


def test_before_the_first_release_main_is_compared_with_the_contract_before_its_last_change(
    clone: Clone,
) -> None:
    clone.commit("second")
    clone.commit(None)
    assert baseline(clone.folder).commit == clone.first


def test_a_change_that_is_not_committed_is_compared_with_the_last_commit(clone: Clone) -> None:
    second = clone.commit("second")
    clone.write("third")
    assert baseline(clone.folder).commit == second


def test_where_there_is_nothing_to_compare_with_it_says_so(clone: Clone, tmp_path: Path) -> None:
    assert baseline(clone.folder).commit is None
    assert "first contract" in baseline(clone.folder).told
    clone.commit("second")
    copy = tmp_path / "shallow"
    clone.git("clone", "--quiet", "--depth=1", f"file://{clone.folder}", str(copy))
    assert baseline(copy).commit is None
    assert "shallow" in baseline(copy).told
