"""Secrets in files of their own: which hold, which are refused, and which the doctor warns of."""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from cvtailor.cli.check import Patient
from cvtailor.cli.doctor import CHECKS
from cvtailor.cli.main import app
from cvtailor.domain.errors import InvalidInput, WeMustFix
from cvtailor.secret_files import SECRET_BYTES_MAX
from cvtailor.settings import Settings
from typer.testing import CliRunner


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder, which every user of the machine may pass through."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        monkeypatch.setenv("CVTAILOR_SECRETS_DIR", name)
        yield Path(name)


def told(secret: object) -> str:
    return secret.get_secret_value() if secret else ""  # type: ignore[attr-defined]


def test_a_file_of_the_name_of_a_secret_setting_sets_it(secrets: Path) -> None:
    (secrets / "CVTAILOR_DATABASE_URL").write_text("postgresql://one\n")
    (secrets / "model_api_key").write_text("sk-1\r\n")
    settings = Settings()
    assert (told(settings.database_url), told(settings.model_api_key)) == ("postgresql://one", "sk-1")
    assert "sk-1" not in repr(settings)


def test_the_environment_comes_before_it_and_the_configuration_file_after(
    secrets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "config.toml"
    file.touch(0o600)
    file.write_text("model_api_key = 'file'\njwt_secret = 'file'\njournal_key = 'file'\n")
    monkeypatch.setenv("CVTAILOR_CONFIG", str(file))
    monkeypatch.setenv("CVTAILOR_JWT_SECRET", "environment")
    for name in ("model_api_key", "jwt_secret"):
        (secrets / name).write_text("secrets")
    settings = Settings()
    found = [told(settings.model_api_key), told(settings.jwt_secret), told(settings.journal_key)]
    assert found == ["secrets", "environment", "file"]


def test_the_configuration_file_may_say_where_they_are(
    secrets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CVTAILOR_SECRETS_DIR")
    file = tmp_path / "config.toml"
    file.write_text(f"secrets_dir = '{secrets}'\n")
    monkeypatch.setenv("CVTAILOR_CONFIG", str(file))
    (secrets / "journal_key").write_text("one")
    assert told(Settings().journal_key) == "one"


def test_what_is_no_secret_and_what_is_empty_sets_nothing(secrets: Path) -> None:
    (secrets / "port").write_text("1")
    (secrets / "CVTAILOR_PORT").write_text("1")
    (secrets / "somebody-elses").write_bytes(b"\xff")
    (secrets / "journal_key").write_text("\n")
    assert (Settings().port, Settings().journal_key) == (50051, None)


@pytest.mark.parametrize("name", sorted(name for name in Settings.model_fields if "secret_key" in name))
def test_two_files_of_one_setting_are_refused(secrets: Path, name: str) -> None:
    (secrets / name).write_text("one")
    (secrets / f"CVTAILOR_{name.upper()}").write_text("two")
    with pytest.raises(InvalidInput, match="remove one"):
        Settings()


@pytest.mark.parametrize(
    ("content", "why"), [(b"\xff\xfe", "no UTF-8"), (b"x" * (SECRET_BYTES_MAX + 1), "more than")]
)
def test_a_file_that_is_no_secret_is_named_and_not_quoted(secrets: Path, content: bytes, why: str) -> None:
    (secrets / "journal_key").write_bytes(content)
    with pytest.raises(InvalidInput, match=f"journal_key .*{why}"):
        Settings()


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CVTAILOR_SECRETS_DIR", str(tmp_path / "gone"))
    with pytest.raises(InvalidInput, match="is no folder"):
        Settings()


def test_the_configuration_says_which_file_a_secret_is_from_and_not_what_it_is(secrets: Path) -> None:
    (secrets / "journal_key").write_text("very-secret")
    shown = CliRunner().invoke(app, ["config"], env={"COLUMNS": "300"})
    assert shown.exit_code == 0
    assert str(secrets / "journal_key") in shown.output
    assert "very-secret" not in shown.output


async def doctor_says() -> str:
    (check,) = (check for check in CHECKS if check.name == "secrets")
    async with AsyncExitStack() as stack:
        patient = Patient(Settings(), stack)
        assert check.concerns(patient.settings)
        try:
            return await check.look(patient)
        except WeMustFix as error:
            return f"wrong: {error.message}"


@pytest.mark.parametrize(
    ("file_mode", "folder_mode", "found"),
    [
        (0o444, 0o755, "wrong: everybody on this machine can read"),
        (0o440, 0o755, "1 in"),
        (0o444, 0o700, "1 in"),
    ],
)
def test_the_doctor_warns_of_a_secret_that_everybody_can_read(
    secrets: Path, file_mode: int, folder_mode: int, found: str
) -> None:
    (secrets / "journal_key").write_text("one")
    (secrets / "journal_key").chmod(file_mode)
    secrets.chmod(folder_mode)
    assert asyncio.run(doctor_says()).startswith(found)
