"""Each threat names the tests that show its control, and they exist."""

import re

import pytest
from docs_site.shell_lines import REPO

PAGE = (REPO / "docs" / "threat-model.md").read_text()


def named_tests(page: str) -> list[str]:
    return re.findall(r"`(tests/[^`]+)`", page)


def missing(names: list[str]) -> list[str]:
    """Returns the tests, as `path::name`, that are not in the tree."""
    return [name for name in names if not _is_there(*name.partition("::")[::2])]


def _is_there(path: str, function: str) -> bool:
    file = REPO / path
    return file.is_file() and bool(re.search(rf"^(async )?def {function}\(", file.read_text(), re.MULTILINE))


def test_every_named_test_exists() -> None:
    assert len(named_tests(PAGE)) > 40
    assert missing(named_tests(PAGE)) == []


def test_every_threat_names_a_test() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and line.count("|") == 4]
    threats = [row for section in PAGE.split("\n## Threats\n")[1:] for row in rows if row in section]
    headings = {"| threat | control | test |"}
    assert len(threats) > 30
    assert [row for row in threats if row not in headings and not named_tests(row)] == []


@pytest.mark.parametrize(
    "name",
    [
        "tests/docs_site/test_threat_model.py::test_nothing",
        "tests/docs_site/test_gone.py::test_every_named_test_exists",
        "tests/docs_site/test_threat_model.py::test_every_named",
    ],
)
def test_a_test_that_is_not_there_is_missed(name: str) -> None:
    assert missing([name]) == [name]
