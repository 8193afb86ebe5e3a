"""The configuration file on the command line: usual options of `generate`, and `cvtailor config`.

Every command passes here first: nothing heavy is imported unless there is something to say.
"""

from pathlib import Path
from typing import Annotated, Any

import typer
import typer.core

from cvtailor.config_file import OPTIONS_TABLE, check_keys, config_path, read_config
from cvtailor.domain.errors import CvtailorError, InvalidInput

_NEVER_USUAL = frozenset({"files", "clipboard", "interactive", "request_id", "token", "as_json"})
"""Parameters of `generate` that mean one call, or a secret."""

config = typer.Typer(no_args_is_help=False)


def register(app: typer.Typer, panel: str) -> None:
    """Adds `config` and its commands to the command line."""
    app.add_typer(config, name="config", rich_help_panel=panel)


def usual_options(context: typer.Context) -> dict[str, Any]:
    """Returns the defaults that the file's ``[generate]`` gives to options, as Click takes them.

    Raises:
        typer.Exit: The file can't be read, or has an option that there is not, or not with that value.
    """
    if context.invoked_subcommand != OPTIONS_TABLE:
        return {}
    try:
        path = config_path()
        options = read_config(path).get(OPTIONS_TABLE, {})
        if path and options:
            check_options(context, path, options)
    except CvtailorError as error:
        typer.echo(f"error: {error.message}", err=True)
        raise typer.Exit(2) from error
    return {OPTIONS_TABLE: options}


def check_options(context: typer.Context, path: Path, options: dict[str, Any]) -> None:
    """Refuses what `generate` would refuse, but names the file.

    Raises:
        InvalidInput: It names an option that may not stand there, or gives it a value that it can't have.
    """
    group = context.find_root().command
    assert isinstance(group, typer.core.TyperGroup)  # noqa: S101
    generate = group.commands[OPTIONS_TABLE]
    usual = {param.name: param for param in generate.params if param.name and param.name not in _NEVER_USUAL}
    check_keys(path, options, usual, OPTIONS_TABLE)
    for name, value in options.items():
        # Click would take a text for a list of letters.
        if usual[name].nargs == 1 and getattr(usual[name], "multiple", False) and not isinstance(value, list):
            raise InvalidInput(f'{path}: [{OPTIONS_TABLE}] {name} is a list, such as {name} = ["Languages"].')
    try:
        generate.make_context(OPTIONS_TABLE, [], default_map=options)
    except typer.BadParameter as error:
        raise InvalidInput(f"{path}: [{OPTIONS_TABLE}]: {error.format_message()}") from error


def told_of_settings(error: CvtailorError | ValueError) -> str:
    """Says which settings are wrong, and where they come from; empty for any other error."""
    if isinstance(error, CvtailorError):
        return f"error: {error.message}"
    from pydantic import ValidationError

    if not isinstance(error, ValidationError) or not error.title.endswith("Settings"):
        return ""
    from cvtailor.cli.effective_settings import told

    return told(error)


@config.callback(
    invoke_without_command=True,
    epilog="Examples:\n\ncvtailor config\n\ncvtailor config init\n\n$EDITOR $(cvtailor config path)",
)
def show(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="Those too that are as they come.")] = False,
) -> None:
    """Shows which settings and usual options hold, and where each comes from.

    The environment comes before the configuration file, and options of a command before both.
    """
    if context.invoked_subcommand:
        return
    from cvtailor.cli.effective_settings import show as run

    raise typer.Exit(run(lambda path, options: check_options(context, path, options), everything))


@config.command()
def path() -> None:
    """Prints where the configuration file is, or would be."""
    typer.echo(config_path() or Path())


@config.command()
def init(
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")] = False,
) -> None:
    """Writes a configuration file in which everything is a comment."""
    from cvtailor.cli.effective_settings import init as run

    raise typer.Exit(run(force))
