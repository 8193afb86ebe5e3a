"""The changelog can be read by those who wait for a release, and a release takes its notes from it."""

import pytest

from tools.release import __main__ as release
from tools.release import changelog, readiness
from tools.release.source_tree import ReleaseRefused

TEXT = """\
# Changelog

## Unreleased

## 1.1.0 - 2026-12-24

### Added

- A star.

### Fixed

- The door.

## 1.0.0 - 2026-12-01

### Added

- A house.
"""


def test_ours_says_what_is_unreleased_and_every_section_is_readable():
    assert changelog.complaints(changelog.read()) == []


def test_the_notes_of_a_release_are_its_section():
    assert changelog.notes("1.1.0", TEXT) == "### Added\n\n- A star.\n\n### Fixed\n\n- The door."
    assert changelog.notes("1.0.0", TEXT) == "### Added\n\n- A house."
    assert changelog.newest(TEXT) == "1.1.0"


@pytest.mark.parametrize("version", ["1.2.0", "1.1", changelog.UNRELEASED])
def test_a_version_without_notes_is_refused(version):
    with pytest.raises(ReleaseRefused, match="no section"):
        changelog.notes(version, TEXT)


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("## Unreleased\n", "", "The first section is not ## Unreleased."),
        ("## 1.0.0 - 2026-12-01", "## 1.1.0 - 2026-12-01", "A version has two sections."),
        ("## 1.0.0 - 2026-12-01", "## 1.0.0", "## 1.0.0 is not ## X.Y.Z - YYYY-MM-DD."),
        (
            "## 1.0.0 - 2026-12-01",
            "## Version 1.0.0",
            "A heading is neither ## Unreleased nor ## X.Y.Z - YYYY-MM-DD.",
        ),
        ("### Fixed", "### Bugs", f"### Bugs is none of {', '.join(changelog.KINDS)}."),
    ],
)
def test_what_breaks_the_format_is_found(before, after, complaint):
    assert changelog.complaints(TEXT) == []
    assert before in TEXT
    assert changelog.complaints(TEXT.replace(before, after)) == [complaint]


def test_a_tag_that_nothing_agrees_with_is_not_ready(capsys):
    assert release.main(["check", "v99.0.0"]) == 1
    said = capsys.readouterr().err
    assert "What is checked out is not v99.0.0" in said
    assert "The newest section of CHANGELOG.md is not ## 99.0.0 - YYYY-MM-DD." in said
    assert "deploy/compose.yaml names the image" in said
    assert readiness.complaints("99.0") == ["99.0 is not vX.Y.Z or vX.Y.ZrcN."]


def test_the_notes_of_a_version_that_is_not_there_are_an_error(capsys):
    assert release.main(["notes", "v99.0.0"]) == 1
    assert "CHANGELOG.md has no section ## 99.0.0" in capsys.readouterr().err
