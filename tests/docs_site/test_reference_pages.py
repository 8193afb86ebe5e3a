"""The pages that are made from the code are what the code says now."""

import os
import subprocess
import sys

import pytest
from cvtailor.settings import Settings
from docs_site.shell_lines import REPO
from pydantic import Field

from tools import settings_reference

TOOLS = ("tools.settings_reference", "tools.cli_reference")


@pytest.mark.parametrize("tool", TOOLS)
def test_the_page_is_current_whatever_the_terminal_and_the_environment(tool: str) -> None:
    elsewhere = {
        "COLUMNS": "40",
        "TERM": "dumb",
        "CVTAILOR_PORT": "1",
        "CVTAILOR_TOKEN": "x",
        "HOME": "/nowhere",
    }
    done = subprocess.run(
        [sys.executable, "-m", tool, "--check"],
        cwd=REPO,
        env={**os.environ, **elsewhere},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


class Later(Settings):
    """The settings, with one that came later."""

    patience_seconds: float = Field(3, gt=0, description="How long it waits.")


class Silent(Settings):
    """The settings, with one that says nothing."""

    patience_seconds: float = 3


def test_a_new_setting_changes_the_page() -> None:
    groups = settings_reference.GROUPS[Settings]
    row = "| `PATIENCE_SECONDS` | seconds, more than 0 | `3` | How long it waits. |"
    assert row in set(settings_reference.tables(Later, groups))
    assert row not in settings_reference.page()


def test_a_setting_without_a_description_is_refused() -> None:
    with pytest.raises(LookupError, match="patience_seconds has no description"):
        list(settings_reference.tables(Silent, settings_reference.GROUPS[Settings]))


def test_a_group_whose_first_setting_is_gone_is_told() -> None:
    with pytest.raises(LookupError, match="no gone"):
        list(settings_reference.tables(Settings, {**settings_reference.GROUPS[Settings], "gone": "Gone"}))
