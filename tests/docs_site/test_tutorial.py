"""The tutorial works as it is written, and prints what it shows."""

import html
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from docs_contract.documented_calls import Commands, commands, difference, run_in_one_shell
from docs_site.shell_lines import REPO

from tests.ports_of_loopback import free_port

PAGE = (REPO / "docs" / "tutorial.md").read_text()
PICTURE = (REPO / "docs" / "images" / "run.svg").read_text()
PORT = "50051"
# What two runs need not have in common, and how a page leaves something out.
_VARIES = {
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}": "ID",
    r"\b[0-9a-f]{8}\b": "ID",
    r"\d{4}-\d\d-\d\d(?: \d\d:\d\d)?": "DATE",
    r"\d+ ms\b": "TIME",
    r"just now|\d+ (?:s|min) ago": "AGO",
    r"\d+ (?:B|KB)\b": "SIZE",
}


def told_otherwise(block: Commands, printed: str) -> str:
    """Says how an output differs from what is shown: in its words, wherever its lines end."""
    if block.language != "text":
        return difference(block, printed)
    pattern = re.sub(r"(\\ )?…(\\ )?", ".*?", re.escape(_common(block.shown)))
    if re.fullmatch(pattern, _common(printed)):
        return ""
    return f"{block.script}\nprinted\n{printed}\nand the page shows\n{block.shown}"


def lines_of(picture: str) -> list[str]:
    """Returns the lines of a picture of a terminal, which is made of texts at heights."""
    lines: dict[str, str] = {}
    for height, text in re.findall(r"<text [^>]*\by=\"([\d.]+)\"[^>]*>(.*?)</text>", picture, re.DOTALL):
        lines[height] = lines.get(height, "") + html.unescape(text)
    return list(lines.values())


def _common(text: str) -> str:
    text = " ".join(text.split())
    for pattern, name in _VARIES.items():
        text = re.sub(pattern, name, text)
    return text


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("Match 12 ms 8 met", "Match   7 ms\n8 met\n", True),
        ("Match 12 ms 8 met", "Match 7 ms 9 met", False),
        ("first … last", "first\n2\n3\nlast", True),
        ("first … last", "first 2 last 3", False),
        ("Id 3a66d4d6 just now", "Id 0123abcd 3 min ago", True),
    ],
)
def test_another_output_than_the_page_shows_is_noticed(shown: str, printed: str, same: bool) -> None:
    assert (told_otherwise(Commands("call", shown, "text"), printed) == "") is same


@pytest.fixture
def clone() -> Iterator[Path]:
    """A folder with what the tutorial takes from a clone, through which Postgres's account may pass."""
    folder = Path(tempfile.mkdtemp(prefix="cvtailor-tutorial-"))
    folder.chmod(0o755)
    shutil.copytree(REPO / "examples", folder / "examples")
    (folder / ".venv").symlink_to(sys.prefix)
    # The program under test is installed already: `pip install` and `uv sync` have nothing to do.
    (folder / "tools").mkdir()
    for name in ("pip", "uv"):
        shutil.copy("/bin/true", folder / "tools" / name)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def test_the_tutorial_works_as_written(clone: Path) -> None:
    port = str(free_port())
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("CVTAILOR_")},
        "PATH": f"{clone / 'tools'}:{os.environ['PATH']}",
        "CVTAILOR_DATA_DIR": str(clone / "home"),
        "CVTAILOR_CONFIG": "",
        "CVTAILOR_PORT": port,
    }
    blocks = [replace(block, script=block.script.replace(PORT, port)) for block in commands(PAGE)]
    printed = run_in_one_shell(blocks, clone, environment, seconds_max=300)
    assert [told for told in map(told_otherwise, blocks, printed) if told] == []
    assert [
        line for line in lines_of(PICTURE) if "✓" in line and _common(line) not in _common(printed[1])
    ] == []
    for name in ("first", "second"):
        assert (clone / name / "cv.pdf").read_bytes().startswith(b"%PDF-")
    assert "Traceback" not in (clone / "serve.log").read_text()
