"""The configuration file: settings of the service, and below ``[generate]`` a user's usual options.

TOML, in the platform's folder for configuration, or where ``CVTAILOR_CONFIG`` says. Light to import, since
every command looks whether there is one.
"""

import difflib
import os
import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Any

from cvtailor.domain.errors import InvalidInput

PATH_VARIABLE = "CVTAILOR_CONFIG"
OPTIONS_TABLE = "generate"
FILE_BYTES_MAX = 64 << 10
_NONE = "none"
_WHERE_LISTED = (
    f"'cvtailor config --all' lists the settings; usual options of 'generate' stand below [{OPTIONS_TABLE}]."
)


def config_path() -> Path | None:
    """Returns where the file is, or would be; None where ``CVTAILOR_CONFIG`` is set to nothing."""
    named = os.environ.get(PATH_VARIABLE)
    if named is not None:
        return _expanded(named) if named else None
    # Imported here: it is not needed where the path is named.
    from platformdirs import user_config_path

    return user_config_path("cvtailor") / "config.toml"


def read_config(path: Path | None) -> dict[str, Any]:
    """Reads the file; an absent one, if nobody named it, says nothing.

    ``~/`` at the start of a text is the user's folder; the text ``none`` is no value, as in the environment.

    Raises:
        InvalidInput: It can't be read, is too large, or is no TOML of this form; names the file.
    """
    if path is None:
        return {}
    try:
        with path.open("rb") as file:
            content = file.read(FILE_BYTES_MAX + 1)
    except FileNotFoundError as error:
        if PATH_VARIABLE not in os.environ:
            return {}
        raise InvalidInput(f"{PATH_VARIABLE} names {path}, which is not there.") from error
    except OSError as error:
        raise InvalidInput(f"{path} can't be read: {error.strerror}.") from error
    if len(content) > FILE_BYTES_MAX:
        raise InvalidInput(f"{path} has more than {FILE_BYTES_MAX:,} bytes.")
    try:
        found = tomllib.loads(content.decode())
        values = {key: _value(value) for key, value in found.items()}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path} is no TOML: {error}.") from error
    except RecursionError as error:
        raise InvalidInput(f"{path} is nested too deep; no setting is.") from error
    if not isinstance(found.get(OPTIONS_TABLE, {}), dict):
        raise InvalidInput(f"{path}: {OPTIONS_TABLE} is a table: write its options below [{OPTIONS_TABLE}].")
    return values


def check_keys(path: Path, keys: Collection[str], known: Collection[str], table: str = "") -> None:
    """Refuses keys that mean nothing.

    Args:
        path: The file, for the message.
        keys: What stands in it, or in a table of it.
        known: What may.
        table: The table; empty: the top of the file, where the service's settings are.

    Raises:
        InvalidInput: Names the first unknown key, and the known one that is most like it.
    """
    where = f"[{table}]" if table else "the top of the file"
    for key in keys:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else _WHERE_LISTED
            raise InvalidInput(f"{path}: {where} can't have {key!r}; {hint}")


def _value(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _value(inner) for key, inner in value.items()}
    if isinstance(value, str):
        if value == _NONE:
            return None
        return str(_expanded(value)) if value.startswith("~/") else value
    return value


def _expanded(path: str) -> Path:
    # Unlike pathlib's it raises nothing where a user's folder is unknown.
    return Path(os.path.expanduser(path))  # noqa: PTH111
