"""The configuration file: what it sets, what it may not, and how it is shown."""

from pathlib import Path

import pytest
from cvtailor.cli.configuration import told_of_settings
from cvtailor.cli.main import app
from cvtailor.config_file import config_path
from cvtailor.domain.errors import InvalidInput
from cvtailor.settings import Settings
from pydantic import ValidationError
from typer.testing import CliRunner


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the configuration file is to be; nobody else can read it."""
    path = tmp_path / "config.toml"
    path.touch(0o600)
    monkeypatch.setenv("CVTAILOR_CONFIG", str(path))
    monkeypatch.delenv("CVTAILOR_PORT", raising=False)
    return path


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, arguments, env={"COLUMNS": "200"})
    return done.exit_code, done.output


def test_the_environment_comes_before_the_file_and_the_code_before_both(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text("port = 1111\nhost = '127.0.0.2'\nrun_concurrency = 2\n")
    monkeypatch.setenv("CVTAILOR_PORT", "2222")
    settings = Settings(host="127.0.0.3")
    assert (settings.host, settings.port, settings.run_concurrency) == ("127.0.0.3", 2222, 2)


def test_none_and_the_folder_of_the_user_mean_what_they_mean_elsewhere(file: Path) -> None:
    file.write_text('journal_retention_hours = "none"\ndata_dir = "~/cvtailor"\n')
    settings = Settings()
    assert (settings.journal_retention_hours, settings.data_dir) == (None, Path.home() / "cvtailor")


def test_a_folder_of_nobody_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CVTAILOR_CONFIG", "~nobody-of-this-name/config.toml")
    with pytest.raises(InvalidInput, match="which is not there"):
        Settings()


def test_secrets_that_others_can_read_are_refused(file: Path) -> None:
    file.write_text('model_api_key = "sk-1"\n')
    assert Settings().model_api_key
    file.chmod(0o644)
    with pytest.raises(InvalidInput, match="chmod 600"):
        Settings()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("modl = 'x'", "did you mean 'model'?"),
        ("cv = 'cv.yaml'", r"stand below \[generate\]"),
        ("port = ", "is no TOML"),
        ("generate = 5", "generate is a table"),
    ],
)
def test_what_means_nothing_is_refused_with_a_hint(file: Path, content: str, told: str) -> None:
    file.write_text(content)
    with pytest.raises(InvalidInput, match=told):
        Settings()


def test_a_file_that_was_named_must_be_there_and_none_may_be_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CVTAILOR_CONFIG", str(tmp_path / "missing.toml"))
    with pytest.raises(InvalidInput, match="is not there"):
        Settings()
    monkeypatch.setenv("CVTAILOR_CONFIG", "")
    assert config_path() is None
    monkeypatch.delenv("CVTAILOR_CONFIG")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert config_path() == tmp_path / "cvtailor" / "config.toml"


def test_a_wrong_value_is_told_with_where_it_stands(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("port = 'x'\n")
    with pytest.raises(ValidationError) as caught:
        Settings()
    assert told_of_settings(caught.value).startswith(f"error: port in {file}: ")
    monkeypatch.setenv("CVTAILOR_PORT", "y")
    with pytest.raises(ValidationError) as caught:
        Settings()
    assert told_of_settings(caught.value).startswith("error: CVTAILOR_PORT: ")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("thme = 'ink'", "did you mean 'theme'?"),
        ("theme = 'inkk'", "'inkk' is not one of"),
        ("keep = 'Skills'", "keep is a list"),
        ("token = 'secret'", "can't have 'token'"),
    ],
)
def test_a_usual_option_that_generate_would_refuse_is_refused_with_the_file(
    file: Path, content: str, told: str
) -> None:
    file.write_text(f"[generate]\n{content}\n")
    for command in (("generate", "ad.txt"), ("config",)):
        code, output = run(*command)
        assert (code, told in output, str(file) in output.replace("\n", "")) == (2, True, True), output


def test_config_shows_what_holds_and_whence_but_no_secret(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text("host = '127.0.0.2'\nmodel_api_key = 'sk-1'\n[generate]\ntheme = 'ink'\n")
    monkeypatch.setenv("CVTAILOR_PORT", "2222")
    code, output = run("config")
    rows = [line.split() for line in output.splitlines()]
    assert code == 0
    for row in (
        ["host", "127.0.0.2", "file"],
        ["port", "2222", "CVTAILOR_PORT"],
        ["model_api_key", "********", "file"],
        ["theme", "ink", "file"],
    ):
        assert row in rows
    assert "sk-1" not in output
    assert "drain_seconds" not in output
    assert "drain_seconds" in run("config", "--all")[1]


def test_a_new_file_changes_nothing_and_is_the_users_alone(file: Path) -> None:
    before = Settings()
    file.unlink()
    assert run("config", "init")[0] == 0
    assert (Settings(), file.stat().st_mode & 0o777) == (before, 0o600)
    assert run("config", "init")[0] == 2
    assert run("config", "path")[1].strip() == str(file)


def test_every_line_of_the_new_file_may_be_used(file: Path) -> None:
    file.unlink()
    run("config", "init")
    used = [line.removeprefix("#") if line.startswith("#") and " = " in line else line for line in
            file.read_text().splitlines()]  # fmt: skip
    file.write_text("\n".join(used))
    code, output = run("config")
    assert (code, "Usual options" in output) == (0, True), output
