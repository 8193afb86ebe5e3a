"""`init` and `import`, and which argument of `generate` is what."""

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from cvtailor.adapters.embedded_engine.cv_readers import read_cv
from cvtailor.adapters.rendering.base_cv_file import base_cv_yaml
from cvtailor.cli.main import app
from cvtailor.cli.making import cv_and_jobs
from cvtailor.domain.base_cv import CvFormat, CvSource
from cvtailor.domain.errors import InvalidInput
from typer.testing import CliRunner

CV = Path("cv.yaml")
USUAL = Path("usual.yaml")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, of somebody without a configuration file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CVTAILOR_CONFIG", "")
    return tmp_path


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, arguments)
    return done.exit_code, done.output.replace("\n", " ")


def export(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as zipped:
        zipped.writestr("Profile.csv", "First Name,Last Name,Birth Date\nAda,Muster,Jan 5\n")
        zipped.writestr("Skills.csv", "Name\nWelding\n")


@pytest.mark.parametrize(
    ("files", "cv", "usual", "clipboard", "expected"),
    [
        (("cv.yaml", "a.txt", "b.txt"), None, False, False, (CV, ("a.txt", "b.txt"))),
        (("cv.yaml",), None, False, True, (CV, ())),
        (("a.txt", "b.txt"), CV, False, False, (CV, ("a.txt", "b.txt"))),
        ((), CV, False, True, (CV, ())),
        (("a.txt",), USUAL, True, False, (USUAL, ("a.txt",))),
        ((), USUAL, True, True, (USUAL, ())),
        (("https://a.example", "b.txt"), USUAL, True, False, (USUAL, ("https://a.example", "b.txt"))),
        (("cv.yaml", "a.txt"), USUAL, True, False, (CV, ("a.txt",))),
        (("cv.yaml",), USUAL, True, True, (CV, ())),
    ],
)
def test_the_first_argument_is_the_cv_unless_there_is_no_room_for_one(
    files: tuple[str, ...], cv: Path | None, usual: bool, clipboard: bool, expected: object
) -> None:
    assert cv_and_jobs(files, cv, usual=usual, clipboard=clipboard) == expected


@pytest.mark.parametrize(("files", "cv"), [((), None), (("cv.yaml",), None), ((), CV)])
def test_what_is_missing_is_said(files: tuple[str, ...], cv: Path | None) -> None:
    with pytest.raises(InvalidInput, match="job ad"):
        cv_and_jobs(files, cv, usual=False, clipboard=False)


def test_the_starter_is_a_cv_that_rendercv_and_we_accept(folder: Path) -> None:
    code, told = run("init")
    assert (code, "cvtailor generate cv.yaml JOB_AD" in told) == (0, True)
    content = (folder / "cv.yaml").read_bytes()
    cv = read_cv(CvSource(format=CvFormat.RENDERCV_YAML, content=content))
    assert cv.unplaced == ()
    assert base_cv_yaml(cv, date(2026, 1, 15))


def test_init_replaces_nothing_unless_it_is_told_to(folder: Path) -> None:
    (folder / "cv.yaml").write_text("mine")
    code, told = run("init")
    assert (code, "--force" in told, (folder / "cv.yaml").read_text()) == (2, True, "mine")
    assert run("init", "--force")[0] == 0
    assert (folder / "cv.yaml").read_text() != "mine"


def test_init_writes_an_example_with_its_ad(folder: Path) -> None:
    assert run("init", "--from-example", "nurse")[0] == 0
    assert {path.name for path in folder.iterdir()} == {"cv.md", "job.txt"}
    code, told = run("init", "--from-example", "nurs")
    assert (code, "accountant, career_changer" in told) == (2, True)


def test_an_import_is_written_once_and_tells_what_it_left_out(folder: Path) -> None:
    export(folder / "export.zip")
    code, told = run("import", "export.zip")
    assert (code, "Profile.csv, row 2, Birth Date" in told) == (0, True)
    assert "- Welding" in (folder / "cv.yaml").read_text()
    code, told = run("import", "export.zip")
    assert (code, "cv.yaml exists" in told) == (2, True)
    assert [path.name for path in sorted(folder.iterdir())] == ["cv.yaml", "export.zip"]


def test_an_import_to_standard_output_is_the_file_alone(folder: Path) -> None:
    export(folder / "export.zip")
    done = CliRunner().invoke(app, ("import", "export.zip", "--out", "-"))
    assert done.stdout.startswith("cv:\n  name: Ada Muster\n")
    assert not (folder / "cv.yaml").exists()


def test_other_cvs_are_imported_too(folder: Path) -> None:
    (folder / "old.md").write_text("# Ada Muster\n\n## Skills\n\n- Welding\n")
    assert run("import", "old.md")[0] == 0
    assert "bullet: Welding" in (folder / "cv.yaml").read_text()


def test_a_file_that_cannot_be_imported_is_refused_by_name(folder: Path) -> None:
    (folder / "export.zip").write_bytes(io.BytesIO(b"none").getvalue())
    assert run("import", "export.zip")[0] == 2
    code, told = run("import", "missing.pdf")
    assert (code, "There is no file missing.pdf" in told) == (2, True)


def test_an_empty_cv_is_named(folder: Path) -> None:
    (folder / "cv.yaml").write_text("\n")
    (folder / "job.txt").write_text("We look for a welder who can weld aluminium and steel.")
    code, told = run("generate", "cv.yaml", "job.txt")
    assert code == 2
    assert "cv.yaml is empty" in told


def test_a_folder_that_takes_no_documents_is_refused_before_the_run(folder: Path) -> None:
    (folder / "cv.yaml").write_text("cv: {name: Ada}")
    code, told = run("generate", "cv.yaml", "job.txt", "--out", "cv.yaml/documents")
    assert code == 2
    assert "cv.yaml is no folder: choose another --out" in told


def test_a_next_command_can_be_pasted_whatever_the_file_is_called(folder: Path) -> None:
    _, told = run("init", "my cv.yaml")
    assert "cvtailor generate 'my cv.yaml' JOB_AD" in told
