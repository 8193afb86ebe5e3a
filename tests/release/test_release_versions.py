"""A version comes from a tag; where there is none, nothing fails."""

import json
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from packaging.version import Version

from tools.release import readiness
from tools.release.publication import npm_version, with_links_to
from tools.release.source_tree import REPOSITORY, ReleaseRefused, revision, run

AUTHOR = ("-c", "user.name=A Tester", "-c", "user.email=tester@example.org")


def git(folder: Path, *arguments: str) -> str:
    return run(["git", *AUTHOR, *arguments], folder)


@pytest.fixture
def repository(tmp_path):
    """A repository of its own, with the two Python projects of ours in it."""
    folder = tmp_path / "repository"
    for project in (Path(), Path("clients/python")):
        folder.joinpath(project).mkdir(parents=True, exist_ok=True)
        for name in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(REPOSITORY / project / name, folder / project / name)
    for place in (
        "service/cvtailor",
        "clients/python/src/cvtailor_client",
        "supabase/migrations",
        "examples",
    ):
        folder.joinpath(place).mkdir(parents=True)
        folder.joinpath(place, "__init__.py").touch()
    folder.joinpath("tools").mkdir()
    shutil.copy(REPOSITORY / "tools" / "page_in_wheel.py", folder / "tools")
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=Begin")
    return folder


def versions(folder: Path) -> set[str]:
    """What both projects call themselves."""
    command = [sys.executable, "-m", "hatchling", "version"]
    return {run(command, folder / project).strip() for project in (Path(), Path("clients/python"))}


def test_both_distributions_have_the_version_of_the_tag(repository):
    git(repository, "tag", "v1.2.3")
    assert versions(repository) == {"1.2.3"}
    assert revision(repository).name == "v1.2.3"


def test_after_a_tag_comes_a_development_version_that_pypi_takes(repository):
    git(repository, "tag", "v1.2.3")
    git(repository, "commit", "--quiet", "--allow-empty", "--message=Go on")
    (version,) = versions(repository)
    assert version == "1.2.4.dev1"
    assert revision(repository).name == git(repository, "rev-parse", "HEAD").strip()


def test_changes_that_nobody_committed_are_no_release(repository):
    git(repository, "tag", "v1.2.3")
    repository.joinpath("README.md").write_text("changed")
    assert revision(repository).version == "1.2.4.dev0"


def test_a_shallow_clone_without_tags_has_a_version(repository, tmp_path):
    git(repository, "tag", "v1.2.3")
    git(repository, "commit", "--quiet", "--allow-empty", "--message=Go on")
    git(tmp_path, "clone", "--quiet", "--depth=1", "--no-tags", repository.as_uri(), "shallow")
    (version,) = versions(tmp_path / "shallow")
    assert Version(version).is_devrelease


def test_without_git_it_is_the_fallback_or_what_the_build_is_told(repository, monkeypatch):
    shutil.rmtree(repository / ".git")
    assert versions(repository) == readiness.fallback_versions()
    monkeypatch.setenv("SETUPTOOLS_SCM_PRETEND_VERSION", "4.5.6")
    assert versions(repository) == {"4.5.6"}


@pytest.mark.parametrize("project", [Path(), Path("clients/python")], ids=["service", "client"])
def test_a_source_archive_keeps_its_version(project, repository, tmp_path):
    git(repository, "tag", "v1.2.3")
    build = [sys.executable, "-m", "hatchling", "build", "-t"]
    run([*build, "sdist", "-d", tmp_path / "archives"], repository / project)
    (archive,) = tmp_path.joinpath("archives").iterdir()
    with tarfile.open(archive) as files:
        files.extractall(tmp_path, filter="data")
    unpacked = tmp_path / archive.name.removesuffix(".tar.gz")
    run([*build, "wheel", "-d", tmp_path / "wheels"], unpacked)
    (wheel,) = tmp_path.joinpath("wheels").iterdir()
    assert "-1.2.3-" in wheel.name


@pytest.mark.parametrize(
    ("python", "npm"),
    [("1.2.3", "1.2.3"), ("1.2.3rc1", "1.2.3-rc.1"), ("0.1.0.dev72", "0.1.0-dev.72")],
)
def test_npm_has_its_own_spelling(python, npm):
    assert npm_version(python) == npm


def test_a_version_that_npm_lacks_is_refused():
    with pytest.raises(ReleaseRefused, match=r"1\.2\.3\.post1"):
        npm_version("1.2.3.post1")


def test_relative_links_lead_to_the_sources_and_others_stay():
    text = (
        '[a](docs/a.md#b) <img src="docs/c.png"> [d](../../LICENSE) [e](https://example.org/f) [g](#h) `](i)`'
    )
    page = "https://example.org/blob/v1.2.3"
    assert with_links_to(text, page, "clients/web").startswith(
        f"[a]({page}/clients/web/docs/a.md#b) "
        '<img src="https://example.org/raw/v1.2.3/clients/web/docs/c.png"> '
        f"[d]({page}/LICENSE) [e](https://example.org/f) [g](#h) "
    )


def test_the_service_tells_the_version_it_is_installed_under():
    asked = "import cvtailor, importlib.metadata as m; assert cvtailor.__version__ == m.version('cvtailor')"
    subprocess.run([sys.executable, "-c", asked], check=True)


def test_the_version_is_not_read_before_somebody_asks():
    asked = "import sys, cvtailor; assert 'importlib.metadata' not in sys.modules"
    subprocess.run(
        [sys.executable, "-S", "-c", asked], env={"PYTHONPATH": str(REPOSITORY / "service")}, check=True
    )


def test_the_npm_packages_version_is_set_by_releases_alone():
    assert json.loads((REPOSITORY / "clients/web/package.json").read_text())["version"] == "0.0.0"
