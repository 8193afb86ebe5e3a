"""``cvtailor config``: what holds, where it comes from, and a file to begin with."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import SecretStr, ValidationError
from rich.console import Console
from rich.table import Table

from cvtailor.cli.exit_codes import ExitCode
from cvtailor.cli.new_files import write_new
from cvtailor.cli.printable import escaped
from cvtailor.cli.refusals import tell_refusal
from cvtailor.config_file import OPTIONS_TABLE, PATH_VARIABLE, config_path, read_config
from cvtailor.domain.errors import CvtailorError
from cvtailor.secret_files import secret_files, secrets_folder
from cvtailor.settings import Settings, secret_fields

_PREFIX, _GATEWAY_PREFIX = "CVTAILOR_", "CVTAILOR_GATEWAY_"
_STARTER = Path(__file__).with_name("starter_config.toml")
_FILE, _DEFAULT = "file", "default"


class _Held(NamedTuple):
    name: str
    value: str
    source: str


def show(check_options: Callable[[Path, dict[str, Any]], None], everything: bool) -> ExitCode:
    """Prints the settings and the usual options; returns the exit code.

    Args:
        check_options: Refuses usual options that `generate` does not have.
        everything: Those too that nobody set.
    """
    console = Console(highlight=False, soft_wrap=True)
    try:
        path = config_path()
        found = read_config(path)
        usual = found.get(OPTIONS_TABLE, {})
        if path:
            check_options(path, usual)
        held = list(_settings(Settings(), found))
    except CvtailorError as error:
        return tell_refusal(error, Console(stderr=True, soft_wrap=True))
    console.print(f"File: {_told_of_file(path)}", markup=False)
    shown = [row for row in held if everything or row.source != _DEFAULT]
    console.print()
    if shown:
        _print(shown, console)
    else:
        console.print("All settings are as they come: --all lists them.")
    if usual:
        console.print(f"\nUsual options of generate ([{OPTIONS_TABLE}])", markup=False)
        _print([_Held(name, _text(value), _FILE) for name, value in usual.items()], console)
    return ExitCode.OK


def init(force: bool) -> ExitCode:
    """Writes the file with everything in it a comment; returns the exit code."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    path = config_path()
    if path is None:
        console.print(f"[red]error:[/] {PATH_VARIABLE} is set to nothing: name a file in it, or unset it.")
        return ExitCode.CALLER_ERROR
    try:
        write_new(path, _STARTER.read_text(), force=force)
    except CvtailorError as error:
        return tell_refusal(error, console)
    console.print(f"[green]✓[/] {escaped(str(path))}\nEdit it, then look: cvtailor config")
    return ExitCode.OK


def told(error: ValidationError) -> str:
    """Says which settings are wrong, and where they come from."""
    lines = []
    of_service = error.title == Settings.__name__
    for wrong in error.errors(include_url=False, include_input=False):
        name = str(wrong["loc"][0]) if wrong["loc"] else ""
        variable = f"{_PREFIX if of_service else _GATEWAY_PREFIX}{name.upper()}"
        where = f"{name} in {config_path()}" if of_service and variable not in os.environ else variable
        lines.append(f"error: {where}: {wrong['msg']}.")
    return "\n".join(lines)


def _settings(settings: Settings, found: dict[str, Any]) -> Iterator[_Held]:
    variables = {name.upper() for name in os.environ}
    folder = secrets_folder(found)
    in_folder = secret_files(folder, secret_fields(Settings)) if folder else {}
    for name in Settings.model_fields:
        variable = f"{_PREFIX}{name.upper()}"
        source = _FILE if name in found else _DEFAULT
        source = str(in_folder.get(name, source))
        source = variable if variable in variables else source
        yield _Held(name, _text(getattr(settings, name)), source)


def _text(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, SecretStr):
        return "********" if value.get_secret_value() else "none"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)


def _print(rows: Sequence[_Held], console: Console) -> None:
    table = Table.grid(padding=(0, 2))
    for row in rows:
        style = "dim" if row.source == _DEFAULT else ""
        table.add_row(row.name, escaped(row.value), escaped(row.source), style=style)
    console.print(table)


def _told_of_file(path: Path | None) -> str:
    if path is None:
        return f"none ({PATH_VARIABLE} is set to nothing)"
    return str(path) if path.exists() else f"{path}, which is not there; 'cvtailor config init' writes it"
