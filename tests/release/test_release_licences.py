"""What production runs on may be shipped; what may not is seen refused."""

from dataclasses import replace
from email.message import Message
from importlib.metadata import PackageMetadata

import pytest

from tools.release import licences
from tools.release.licences import DOCUMENT, Note

RULES = licences.policy()


def described(**fields: str | list[str]) -> PackageMetadata:
    """What a package says of itself."""
    message = Message()
    for name, value in {"Name": "planted", **fields}.items():
        for line in value if isinstance(value, list) else [value]:
            message[name.replace("_", "-")] = line
    return message  # type: ignore[return-value]


def test_every_licence_is_allowed_and_the_document_lists_them_all(environments):
    assert licences.report(environments.values()) == DOCUMENT.read_text(), (
        "uv run python -m tools.release licences --write"
    )


@pytest.mark.parametrize(
    "licence",
    [
        "GPL-3.0-only",
        "AGPL-3.0-or-later",
        "MIT AND GPL-2.0-only",
        "Proprietary",
        licences.UNKNOWN,
        "BSD License",
    ],
)
def test_a_planted_package_under_another_licence_is_refused(licence):
    licensed = licences.of_npm() | {"planted": licence}
    assert (
        f"planted is under {licence}: replace it, or explain it in licence_policy.toml."
        in licences.complaints(licensed, RULES)
    )


@pytest.mark.parametrize(
    "licence", ["MIT", "MIT OR GPL-3.0-only", "Apache-2.0 AND (MIT OR GPL-2.0-only)", "BSD-3-Clause AND MIT"]
)
def test_a_choice_that_is_allowed_is_enough(licence):
    assert RULES.permits(licence)


def test_an_exception_counts_for_its_package_and_licence_alone():
    rules = replace(RULES, read={}, carried={}, exceptions={"psycopg": Note("LGPL-3.0-only", "a library")})
    assert licences.complaints({"psycopg": "LGPL-3.0-only"}, rules) == []
    assert licences.complaints({"psycopg": "GPL-3.0-only"}, rules)
    assert len(licences.complaints({"psycopg": "LGPL-3.0-only", "planted": "LGPL-3.0-only"}, rules)) == 1


def test_what_nothing_needs_any_more_is_found():
    rules = replace(
        RULES, read={"gone": "MIT"}, carried={}, exceptions={"here": Note("LGPL-3.0-only", "a library")}
    )
    assert licences.complaints({"here": "MIT"}, rules) == [
        "licence_policy.toml explains here in [exceptions]; nothing needs it any more.",
        "licence_policy.toml explains gone in [read]; nothing needs it any more.",
    ]


@pytest.mark.parametrize(
    ("said", "licence"),
    [
        (described(License_Expression="MIT"), "MIT"),
        (described(License="Apache 2.0"), "Apache-2.0"),
        (
            described(Classifier=["License :: OSI Approved :: MIT License"], License="Permission is " * 9),
            "MIT",
        ),
        (described(Classifier=["License :: OSI Approved :: BSD License"]), "BSD License"),
        (
            described(
                Classifier=[
                    "License :: OSI Approved :: MIT License",
                    "License :: OSI Approved :: GNU General Public License v3 (GPLv3)",
                ]
            ),
            "MIT License and/or GNU General Public License v3 (GPLv3)",
        ),
        (described(), licences.UNKNOWN),
    ],
)
def test_what_a_package_says_is_read_without_guessing(said, licence):
    assert licences.of_python(said, RULES) == licence
