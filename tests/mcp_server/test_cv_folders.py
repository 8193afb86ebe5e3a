"""An assistant may be misled; what it can read stays what the person allowed."""

from pathlib import Path

import pytest
from cvtailor.domain.errors import InvalidInput
from cvtailor.mcp_server.cv_folders import CvFolders


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    allowed = tmp_path / "cvs"
    allowed.mkdir()
    (allowed / "cv.md").write_text("# Ada")
    (allowed / "key.pem").write_text("secret")
    (allowed / "big.txt").write_text("x" * 1_048_577)
    (allowed / "folder.md").mkdir()
    (tmp_path / "outside.md").write_text("secret")
    (allowed / "link.md").symlink_to(tmp_path / "outside.md")
    (allowed / "loop.md").symlink_to(allowed / "loop.md")
    return allowed


@pytest.mark.parametrize("path", ["cv.md", "./cv.md", "{folder}/cv.md"])
def test_a_cv_in_the_folder_is_read_with_its_media_type(folder: Path, path: str) -> None:
    assert CvFolders([folder]).read(path.format(folder=folder)) == (b"# Ada", "text/markdown")


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("../outside.md", "not in"),
        ("{folder}/../outside.md", "not in"),
        ("link.md", "not in"),
        ("/etc/passwd", "not in"),
        ("~/cv.md", "not in"),
        ("key.pem", "ends in"),
        ("big.txt", "more than"),
        ("folder.md", "no such file"),
        ("missing.md", "no such file"),
        ("loop.md", "read"),
        ("cv.md\x00.md", "read"),
        ("x" * 5000 + ".md", "read"),
    ],
)
def test_anything_else_is_refused(folder: Path, path: str, why: str) -> None:
    with pytest.raises(InvalidInput, match=why) as caught:
        CvFolders([folder]).read(path.format(folder=folder))
    assert "secret" not in str(caught.value)


def test_without_a_folder_no_file_is_read(folder: Path) -> None:
    with pytest.raises(InvalidInput, match="reads no files"):
        CvFolders([]).read(str(folder / "cv.md"))
