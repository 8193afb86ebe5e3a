"""The image, made by the commands of its Dockerfile, but for the page."""

import json
import subprocess
import tomllib

from deploy_files import PAGE, REPOSITORY, VERSION, build_context, instructions, lay_out
from packaging.version import Version

from tools.release import changelog, readiness


def test_the_image_holds_what_runs_and_nothing_that_builds(image):
    (packages,) = image.glob("lib/python3*/site-packages")
    ours = packages / "cvtailor"
    migrations = {path.name for path in (ours / "adapters" / "postgres" / "migrations").iterdir()}
    assert migrations == {path.name for path in (REPOSITORY / "supabase" / "migrations").iterdir()}
    assert (ours / "gateway" / "page" / "index.html").read_text() == PAGE
    assert (packages / "envoy").is_dir()
    assert not [name for name in ("pytest", "grpc_tools", "hatchling") if (packages / name).exists()]
    assert not list(packages.glob("*cvtailor.pth")), "an editable install leads to files that are not there"


def test_the_images_command_knows_all_it_is_started_with(image):
    for command in ("serve", "gateway", "migrate"):
        arguments = [image / "bin" / "cvtailor", command, "--help"]
        done = subprocess.run(arguments, capture_output=True, check=False)
        assert done.returncode == 0, command


def test_everything_that_is_copied_is_in_the_build_context(tmp_path):
    for stage in {found.stage for found in instructions()}:
        lay_out(stage, tmp_path / (stage or "image"))
    assert (tmp_path / "page" / "package-lock.json").is_file()
    assert (tmp_path / "page" / "page" / "index.html").is_file()
    assert (tmp_path / "image" / "opt" / "cvtailor" / "libexec" / "health_check.py").is_file()


def test_the_page_is_built_by_a_script_that_exists():
    scripts = json.loads((REPOSITORY / "clients" / "web" / "package.json").read_text())["scripts"]
    named = [found.words[2] for found in instructions() if found.words[:2] == ("npm", "run")]
    assert named
    assert set(named) <= set(scripts)


def test_no_secret_and_nothing_of_this_machine_is_in_the_build_context():
    secrets = ("clients/web/.env.local", "deploy/.env", "deploy/kubernetes/secrets.env", "service/.env")
    context = build_context(*secrets, "clients/web/node_modules/vite/index.js")
    assert not [name for name in context if ".env" in name or "node_modules" in name]
    assert {name.partition("/")[0] for name in context} == {
        "LICENSE",
        "README.md",
        "clients",
        "deploy",
        "pyproject.toml",
        "examples",
        "service",
        "supabase",
        "tools",
        "uv.lock",
    }


def test_the_images_version_and_python_are_those_of_the_project():
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    labels = next(found.words for found in instructions() if found.keyword == "LABEL")
    assert "org.opencontainers.image.version=${VERSION}" in labels
    assert f"org.opencontainers.image.description={project['description']}" in labels
    python = next(found.words[0] for found in instructions() if found.words[-1] == "python")
    assert python.startswith(f"python:{(REPOSITORY / '.python-version').read_text().strip()}.")
    (default,) = (found.words[0] for found in instructions() if found.words[0].startswith("VERSION="))
    assert readiness.fallback_versions() == {default.partition("=")[2]}


def test_the_image_has_the_version_that_its_build_was_given(image):
    done = subprocess.run(
        [image / "bin" / "python", "-c", "import cvtailor; print(cvtailor.__version__)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == VERSION


def test_every_deployment_names_the_image_of_the_newest_release():
    released = changelog.newest(changelog.read()) or Version(*readiness.fallback_versions()).base_version
    assert readiness.deployed_versions() == dict.fromkeys(readiness.DEPLOYMENTS, released)
