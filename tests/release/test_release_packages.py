"""What a release publishes is complete, says what it is, and is the same whenever it is built."""

import hashlib
import json
import tarfile
import zipfile
from pathlib import Path

import pytest
from conftest import ADDRESS, Built
from packaging.metadata import Metadata

from tools.release import __main__ as release
from tools.release import bills, licences
from tools.release.source_tree import REPOSITORY, ReleaseRefused, revision

WHEELS = {"cvtailor": "cvtailor-*.whl", "cvtailor-client": "cvtailor_client-*.whl"}
MIGRATIONS = {path.name for path in REPOSITORY.joinpath("supabase", "migrations").iterdir()}


def content(archive: Path) -> dict[str, bytes]:
    """The files of a package, by name."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as files:
            return {name: files.read(name) for name in files.namelist()}
    with tarfile.open(archive) as files:
        members = [member for member in files if member.isfile()]
        return {member.name: files.extractfile(member).read() for member in members}


def test_two_builds_are_the_same_byte_for_byte(built, tmp_path, monkeypatch):
    # Elsewhere, and by somebody who keeps files to themselves.
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    again = tmp_path / "again"
    release.build(again, ADDRESS, validated=False)
    first, second = (
        {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
        for folder in (built.folder, again)
    )
    assert first == second
    assert len(first) == 10


def test_the_checksums_are_those_of_all_other_files(built):
    lines = built.file(release.CHECKSUMS).read_text().splitlines()
    named = {name: digest for digest, name in (line.split("  ") for line in lines)}
    assert set(named) == {path.name for path in built.folder.iterdir()} - {release.CHECKSUMS}
    for name, digest in named.items():
        assert hashlib.sha256(built.folder.joinpath(name).read_bytes()).hexdigest() == digest


def test_a_folder_with_something_in_it_is_left_alone(built):
    with pytest.raises(ReleaseRefused, match="not empty"):
        release.build(built.folder)


@pytest.mark.parametrize("name", WHEELS)
def test_a_wheels_metadata_is_valid_and_leads_to_the_sources(name, built: Built):
    files = content(built.file(WHEELS[name]))
    (described,) = (text for path, text in files.items() if path.endswith(".dist-info/METADATA"))
    metadata = Metadata.from_email(described, validate=True)
    assert (metadata.name, str(metadata.version)) == (name, built.revision.version)
    assert metadata.license_expression == "MIT"
    assert metadata.project_urls["Source"] == ADDRESS
    assert metadata.description_content_type == "text/markdown"
    assert "](docs/" not in metadata.description
    assert any(path.endswith(".dist-info/licenses/LICENSE") for path in files)


@pytest.mark.parametrize("name", WHEELS)
def test_a_wheel_holds_its_package_alone(name, built: Built):
    wheel = built.file(WHEELS[name])
    package, files = name.replace("-", "_"), content(wheel)
    assert {path.partition("/")[0] for path in files} == {
        package,
        f"{package}-{built.revision.version}.dist-info",
    }
    assert f"{package}/py.typed" in files
    assert not [path for path in files if "test" in Path(path).parts or path.endswith((".pyc", ".pem"))]


def test_the_services_wheel_brings_the_schema_and_the_page(built):
    files = content(built.file(WHEELS["cvtailor"]))
    migrations = {Path(path).name for path in files if "/migrations/" in path}
    assert migrations == MIGRATIONS
    page = files["cvtailor/gateway/page/index.html"].decode()
    assert all(f"cvtailor/gateway/page{path}" in files for path in _sources_of(page))


def _sources_of(page: str) -> list[str]:
    found = [word.partition('"')[0] for word in page.split('="') if word.startswith("/assets/")]
    assert found
    return found


def test_no_package_knows_the_machine_that_built_it(built):
    machine = {str(REPOSITORY), str(Path.home()), "cvtailor-release-"}
    for package in built.folder.iterdir():
        inside = content(package) if package.suffix in {".whl", ".gz", ".tgz"} else {"": package.read_bytes()}
        for name, text in inside.items():
            assert not [trace for trace in machine if trace.encode() in text], (package.name, name)


def test_the_npm_package_is_the_client_and_its_types(built):
    files = content(built.file("*.tgz"))
    described = json.loads(files["package/package.json"])
    assert "private" not in described
    assert described["repository"]["url"] == f"git+{ADDRESS}.git"
    assert {"package/LICENSE", "package/README.md", "package/lib/index.d.ts"} <= set(files)
    others = {path for path in files if not path.startswith("package/lib/")}
    assert others == {"package/LICENSE", "package/README.md", "package/package.json"}


def test_a_bill_names_every_package_that_is_installed(built, environments):
    for name, environment in environments.items():
        bill = json.loads(built.file(bills.file_names(built.revision)[name]).read_text())
        named = {found["name"].lower().replace("_", "-") for found in bill["components"]}
        assert named == set(environment.installed)
        assert bill["metadata"]["component"]["version"] == built.revision.version


def test_the_npm_packages_bill_is_valid_and_leaves_nothing_out(built):
    bill = json.loads(built.file("cvtailor-web-*.cdx.json").read_text())
    bills.validate(bill)
    assert {found["name"] for found in bill["components"]} == set(licences.of_npm())
    with pytest.raises(ReleaseRefused, match="breaks the schema"):
        bills.validate(bill | {"bomFormat": "something else"})


def test_the_version_is_that_of_the_repository_here(built):
    assert built.revision == revision()
