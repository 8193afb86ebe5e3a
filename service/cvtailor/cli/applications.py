"""The commands that look at applications; each imports what it needs when it runs."""

from pathlib import Path
from typing import Annotated

import typer

from cvtailor.cli import application_edits
from cvtailor.cli.application_options import (
    PANEL,
    ApplicationArgument,
    DocumentArgument,
    FolderOption,
    VersionOption,
    ask,
)
from cvtailor.cli.completion import complete_application, complete_document
from cvtailor.cli.options import JsonOption, ServerOption, TlsOption, TokenOption
from cvtailor.cli.status_steps import StatusName

_LISTED = 20
_LINK_MINUTES_MAX = 7 * 24 * 60

looking = typer.Typer(rich_markup_mode="rich")


def register(app: typer.Typer) -> None:
    """Adds the commands to the command line, in the order in which its help lists them."""
    app.registered_commands += looking.registered_commands
    application_edits.register(app)


@looking.command(
    "list",
    rich_help_panel=PANEL,
    epilog="Examples:\n\ncvtailor list --status submitted --status interviewing\n\n"
    "cvtailor list --all --json | jq -r .title",
)
def list_(
    status: Annotated[list[StatusName] | None, typer.Option(help="Only of this status; repeatable.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = _LISTED,
    everything: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
    server: ServerOption = "",
    token: TokenOption = "",
    tls: TlsOption = False,
    as_json: JsonOption = False,
) -> None:
    """Lists your applications, newest first.

    Match is the share of the ad's must-haves that the CV shows evidence for.
    """
    from cvtailor.cli.application_list import list_applications as work

    ask(lambda to: work(to, status or (), 0 if everything else limit, as_json), server, token, tls)


@looking.command(
    rich_help_panel=PANEL,
    epilog="Examples:\n\ncvtailor show\n\ncvtailor show 3f2a --lines\n\n"
    "cvtailor show --json | jq .provenance.engine",
)
def show(
    application: ApplicationArgument = "last",
    lines: Annotated[
        bool, typer.Option("--lines", help="Each printed line, with the lines of your CV it rests on.")
    ] = False,
    server: ServerOption = "",
    token: TokenOption = "",
    tls: TlsOption = False,
    as_json: JsonOption = False,
) -> None:
    """Shows an application: offer, status, match, documents, what to do."""
    from cvtailor.cli.application_summary import show as work

    ask(lambda to: work(to, application, lines, as_json), server, token, tls)


@looking.command(
    rich_help_panel=PANEL,
    epilog="Examples:\n\ncvtailor diff\n\ncvtailor diff 3f2a --from 0\n\ncvtailor diff 3f2a --from 1 --to 3",
)
def diff(
    application: ApplicationArgument = "last",
    from_version: Annotated[
        int | None,
        typer.Option("--from", min=0, help="Version before; 0: the base CV.", show_default="the one before"),
    ] = None,
    to_version: Annotated[
        int, typer.Option("--to", min=0, help="Version after.", show_default="the newest")
    ] = 0,
    whole: Annotated[bool, typer.Option("--whole", help="Show the lines that did not change, too.")] = False,
    server: ServerOption = "",
    token: TokenOption = "",
    tls: TlsOption = False,
    as_json: JsonOption = False,
) -> None:
    """Shows what tailoring or a revision changed, line by line.

    Each line names the lines of your CV that it rests on; those left out say why.
    """
    from cvtailor.cli.version_diff import show_diff as work

    ask(lambda to: work(to, application, from_version, to_version, whole, as_json), server, token, tls)


@looking.command(
    "open", rich_help_panel=PANEL, epilog="Example: cvtailor open 3f2a --document match-report.html"
)
def open_(
    application: ApplicationArgument = "last",
    document: Annotated[
        str, typer.Option(help="Name of the document.", autocompletion=complete_document)
    ] = "cv.pdf",
    version: VersionOption = 0,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for the file.", show_default="a temporary one", file_okay=False),
    ] = None,
    print_path: Annotated[
        bool, typer.Option("--print-path", help="Print where the file is instead of opening it.")
    ] = False,
    server: ServerOption = "",
    token: TokenOption = "",
    tls: TlsOption = False,
) -> None:
    """Opens the CV or another document.

    Without a screen, or anything that opens such files, it prints where the file is.
    """
    from cvtailor.cli.application_documents import open_document as work

    ask(lambda to: work(to, application, document, version, out, print_path), server, token, tls)


@looking.command(
    rich_help_panel=PANEL, epilog="Examples:\n\ncvtailor letter --copy\n\ncvtailor letter --email > email.txt"
)
def letter(
    application: ApplicationArgument = "last",
    email: Annotated[bool, typer.Option("--email", help="The e-mail: subject, empty line, text.")] = False,
    copy: Annotated[bool, typer.Option("--copy", help="Put it into the clipboard instead.")] = False,
    server: ServerOption = "",
    token: TokenOption = "",
    tls: TlsOption = False,
) -> None:
    """Prints the cover letter, or the e-mail that carries it."""
    from cvtailor.cli.application_documents import print_letter as work

    ask(lambda to: work(to, application, email, copy), server, token, tls)


@looking.command(rich_help_panel=PANEL, epilog="Examples:\n\ncvtailor actions\n\ncvtailor actions 3f2a")
def actions(
    application: Annotated[
        str,
        typer.Argument(
            help="Application, as for `show`.",
            show_default="all that are not closed",
            autocompletion=complete_application,
        ),
    ] = "",
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many applications to look at.")] = _LISTED,
    server: ServerOption = "",
    token: TokenOption = "",
    tls: TlsOption = False,
    as_json: JsonOption = False,
) -> None:
    """Lists what there is to do, as it comes due."""
    from cvtailor.cli.application_list import list_actions as work

    ask(lambda to: work(to, application, limit, as_json), server, token, tls)


@looking.command(
    rich_help_panel=PANEL,
    epilog="Examples:\n\ncvtailor export 3f2a --out ~/applications/initech\n\n"
    "cvtailor export --everything my-cvtailor.zip",
)
def export(
    application: ApplicationArgument = "last",
    out: FolderOption = None,
    version: VersionOption = 0,
    everything: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Put all records and documents of all your applications into this ZIP file instead.",
        ),
    ] = None,
    server: ServerOption = "",
    token: TokenOption = "",
    tls: TlsOption = False,
    as_json: JsonOption = False,
) -> None:
    """Puts all documents of an application into a folder.

    With --everything: all your records and documents, of every application, into one file.
    """
    if everything is not None:
        if application != "last" or out or version:
            raise typer.BadParameter(
                "it takes all of them: leave APPLICATION, --out and --version away", param_hint="--everything"
            )
        from cvtailor.cli.my_data import export_everything

        ask(lambda to: export_everything(to, everything), server, token, tls)
    from cvtailor.cli.application_documents import export_documents as work

    ask(lambda to: work(to, application, out, version, as_json), server, token, tls)


@looking.command(
    rich_help_panel=PANEL,
    epilog="Examples:\n\ncvtailor download 3f2a cv.yaml\n\ncvtailor download last match-report.md --out -",
)
def download(
    application: ApplicationArgument,
    document: DocumentArgument,
    out: Annotated[Path, typer.Option(help="File or folder; '-' is standard output.")] = Path(),
    version: VersionOption = 0,
    server: ServerOption = "",
    token: TokenOption = "",
    tls: TlsOption = False,
) -> None:
    """Fetches one document."""
    from cvtailor.cli.application_documents import download_document as work

    ask(lambda to: work(to, application, document, version, out), server, token, tls)


@looking.command(rich_help_panel=PANEL, epilog="Example: cvtailor link 3f2a cv.pdf --minutes 60")
def link(
    application: ApplicationArgument,
    document: DocumentArgument = "cv.pdf",
    minutes: Annotated[int, typer.Option(min=1, max=_LINK_MINUTES_MAX, help="How long it works.")] = 5,
    server: ServerOption = "",
    token: TokenOption = "",
    tls: TlsOption = False,
    as_json: JsonOption = False,
) -> None:
    """Prints a URL that shares a document for a while.

    Whoever has it needs no account. Services that keep documents in a folder have no such URLs.
    """
    from cvtailor.cli.application_documents import link_document as work

    ask(lambda to: work(to, application, document, minutes * 60, as_json), server, token, tls)


@looking.command(
    rich_help_panel=PANEL, epilog="Examples:\n\ncvtailor watch\n\ncvtailor watch 3f2a --after 12 --json"
)
def watch(
    application: ApplicationArgument = "last",
    after: Annotated[int, typer.Option(min=0, help="Number of the last event you have.")] = 0,
    interactive: Annotated[
        bool, typer.Option("--interactive", "-i", help="Answer questions about what the CV does not show.")
    ] = False,
    server: ServerOption = "",
    token: TokenOption = "",
    tls: TlsOption = False,
    as_json: JsonOption = False,
) -> None:
    """Follows a run from its beginning.

    Ctrl-C ends the watching, not the run; `cvtailor cancel` ends the run.
    """
    from cvtailor.cli.application_runs import watch as work

    ask(lambda to: work(to, application, after, interactive, as_json), server, token, tls)
