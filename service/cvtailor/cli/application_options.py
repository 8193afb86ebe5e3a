"""What the commands on applications share: arguments, options, and how their work is handed over."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from cvtailor.cli.completion import complete_application, complete_document

if TYPE_CHECKING:
    from cvtailor.cli.connection import Connection
    from cvtailor.cli.exit_codes import ExitCode

PANEL = "Applications"
ACCOUNT_PANEL = "Account"

_WHICH = "Id of the application, its first digits (4 at least), or 'last'."

ApplicationArgument = Annotated[str, typer.Argument(help=_WHICH, autocompletion=complete_application)]
DocumentArgument = Annotated[
    str, typer.Argument(help="Name of the document.", autocompletion=complete_document)
]
VersionOption = Annotated[
    int, typer.Option(min=0, help="Version of the CV that it belongs to; 0: the newest.", show_default=False)
]
FolderOption = Annotated[
    Path | None,
    typer.Option(help="Folder for the documents.", show_default="out/APPLICATION-ID", file_okay=False),
]


def ask(work: "Callable[[Connection], Awaitable[ExitCode]]", server: str, token: str, tls: bool) -> NoReturn:
    """Does some work with the service that the options name, and ends the command with its exit code."""
    from cvtailor.cli.calls import run
    from cvtailor.cli.connection import Target

    raise typer.Exit(run(work, Target(server, token, tls)))
