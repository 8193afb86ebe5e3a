"""Secrets in files of their own, as Docker, Kubernetes and systemd hand them over.

A file's name is the setting's, as in the environment (``CVTAILOR_DATABASE_URL``) or as in the configuration
file (``database_url``); its content is the value, without the line ends after it. Other files are left alone.
"""

import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from cvtailor.domain.errors import InvalidInput

FOLDER_VARIABLE = "CVTAILOR_SECRETS_DIR"
SECRET_BYTES_MAX = 64 << 10


def secrets_folder(in_config_file: Mapping[str, Any]) -> Path | None:
    """Returns where secrets are, as the environment or else the configuration file says."""
    named = os.environ.get(FOLDER_VARIABLE, in_config_file.get("secrets_dir"))
    return Path(named) if named and named != "none" else None


def read_secrets(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """Reads those of the settings that have a file; an empty file sets nothing.

    Raises:
        InvalidInput: There is no such folder, or a file can't be read, is too large or no text; names it.
    """
    if not folder.is_dir():
        raise InvalidInput(f"{FOLDER_VARIABLE} names {folder}, which is no folder.")
    read = {name: _content(file) for name, file in secret_files(folder, names).items()}
    return {name: content for name, content in read.items() if content}


def secret_files(folder: Path, names: Iterable[str]) -> dict[str, Path]:
    """Returns the files of the settings that have one, by the setting.

    Raises:
        InvalidInput: A setting has two.
    """
    found: dict[str, Path] = {}
    for name in names:
        files = [file for file in (folder / f"CVTAILOR_{name.upper()}", folder / name) if file.is_file()]
        if len(files) > 1:
            raise InvalidInput(f"{files[0]} and {files[1]} are the same setting: remove one.")
        if files:
            found[name] = files[0]
    return found


def everybody_can_read(file: Path) -> bool:
    """Whether any user of the machine can read it: it, and every folder on the way to it."""
    modes = [file.stat().st_mode & stat.S_IROTH]
    modes += [folder.stat().st_mode & stat.S_IXOTH for folder in file.resolve().parents]
    return all(modes)


def _content(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            content = opened.read(SECRET_BYTES_MAX + 1)
        if len(content) > SECRET_BYTES_MAX:
            raise InvalidInput(f"{file} has more than {SECRET_BYTES_MAX:,} bytes.")
        return content.decode().rstrip("\r\n")
    except OSError as error:
        raise InvalidInput(f"{file} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError:
        # The error itself would quote what it could not decode.
        raise InvalidInput(f"{file} is no UTF-8 text.") from None
