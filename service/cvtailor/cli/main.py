"""The commands and their options; each imports what it needs when it runs, so that `--help` is quick."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from cvtailor.cli import applications, configuration, making
from cvtailor.cli.options import ServerOption, TlsOption, TokenOption
from cvtailor.domain.errors import CvtailorError

_SERVICE, _ACCOUNT = "Service", "Account"

app = typer.Typer(
    name="cvtailor",
    help="Tailors a CV to one job offer. Every line of the result comes from the CV it was given.",
    epilog="Begin with: cvtailor init, or cvtailor import LINKEDIN_EXPORT.zip; then cvtailor generate CV JOB",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from cvtailor import __version__

        typer.echo(f"cvtailor {__version__}")
        raise typer.Exit


@app.callback()
def _begin(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    context.default_map = configuration.usual_options(context)


making.register(app)
applications.register(app)


@app.command(rich_help_panel=_SERVICE)
def serve(
    port: Annotated[int | None, typer.Option(help="Port.", show_default="CVTAILOR_PORT, else 50051")] = None,
    host: Annotated[
        str | None, typer.Option(help="Address.", show_default="CVTAILOR_HOST, else 127.0.0.1")
    ] = None,
    web: Annotated[bool, typer.Option("--web", help="Serve browsers too: gateway and page.")] = False,
    api_only: Annotated[
        bool,
        typer.Option("--api-only", help="Answer calls only; `cvtailor worker` does the runs."),
    ] = False,
    web_port: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=65535,
            help="Port for --web; 0 takes a free one.",
            show_default="CVTAILOR_GATEWAY_PORT, else 8080",
        ),
    ] = None,
) -> None:
    """Runs the whole service on this machine until it is stopped."""
    from cvtailor.cli.serve import run

    raise typer.Exit(run(host, port, web, web_port, api_only=api_only))


@app.command(rich_help_panel=_SERVICE)
def worker(
    port: Annotated[
        int | None,
        typer.Option(
            min=0, max=65535, help="Port that answers health checks; 0 takes a free one.", show_default="none"
        ),
    ] = None,
    host: Annotated[
        str | None, typer.Option(help="Address of that port.", show_default="CVTAILOR_HOST, else 127.0.0.1")
    ] = None,
) -> None:
    """Does runs, and answers no calls, until it is stopped; as many as you like share a database.

    Example: cvtailor serve --api-only & cvtailor worker
    """
    from cvtailor.cli.worker import run

    raise typer.Exit(run(host, port))


@app.command(rich_help_panel=_SERVICE)
def gateway(
    port: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=65535,
            help="Port; 0 takes a free one.",
            show_default="CVTAILOR_GATEWAY_PORT, else 8080",
        ),
    ] = None,
    host: Annotated[
        str | None, typer.Option(help="Address.", show_default="CVTAILOR_GATEWAY_HOST, else 127.0.0.1")
    ] = None,
    printed: Annotated[
        bool, typer.Option("--print", help="Print Envoy's configuration instead of running it.")
    ] = False,
) -> None:
    """Runs Envoy before a service: gRPC-Web, JSON over HTTP, the page; docs/gateway.md says how."""
    from cvtailor.cli.gateway import run

    raise typer.Exit(run(host, port, printed))


@app.command(rich_help_panel=_SERVICE)
def mcp(
    http: Annotated[
        bool, typer.Option("--http", help="Serve streamable HTTP instead of standard input and output.")
    ] = False,
    host: Annotated[str, typer.Option(help="Address for --http.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port for --http; 0 takes a free one.")] = 50052,
    public_host: Annotated[
        list[str] | None, typer.Option(help="Name under which clients reach --http; repeatable.")
    ] = None,
    origin: Annotated[
        list[str] | None, typer.Option(help="Origin of web pages that may use --http; repeatable.")
    ] = None,
    cv_folder: Annotated[
        list[Path] | None,
        typer.Option(
            help="Folder whose CVs may be named by path, not with --http; repeatable.", file_okay=False
        ),
    ] = None,
    server: ServerOption = "",
    token: TokenOption = "",
    tls: TlsOption = False,
) -> None:
    """Offers the service to assistants as an MCP server; docs/mcp.md has client configurations."""
    from cvtailor.cli.connection import Target
    from cvtailor.mcp_server.run import Order, run

    order = Order(
        http=http,
        host=host,
        port=port,
        public_hosts=tuple(public_host or ()),
        origins=tuple(origin or ()),
        cv_folders=tuple(cv_folder or ()),
    )
    raise typer.Exit(run(order, Target(server, token, tls)))


@app.command(rich_help_panel=_ACCOUNT)
def token(
    user: Annotated[str, typer.Option(help="UUID, or any name, which stands for a UUID of its own.")] = "",
    hours: Annotated[float, typer.Option(min=0.01, max=720, help="Lifetime.")] = 12,
) -> None:
    """Prints a token for the local development key."""
    from cvtailor.cli.local_user import mint

    typer.echo(mint(user, hours))


@app.command(rich_help_panel=_ACCOUNT)
def login(
    email: Annotated[str, typer.Option(help="Whose account.", show_default="asked for")] = "",
    url: Annotated[
        str, typer.Option(help="URL of the Supabase project.", show_default="CVTAILOR_SUPABASE_URL")
    ] = "",
    key: Annotated[
        str,
        typer.Option(
            help="Publishable key of the project.", show_default="CVTAILOR_SUPABASE_PUBLISHABLE_KEY"
        ),
    ] = "",
) -> None:
    """Signs in to a Supabase project, for calls with --server, and stays signed in.

    The password is asked for, or read from CVTAILOR_PASSWORD or standard input.
    """
    from cvtailor.cli.login import login as run

    raise typer.Exit(run(email, url, key))


@app.command(rich_help_panel=_ACCOUNT)
def logout() -> None:
    """Ends the session of `cvtailor login`."""
    from cvtailor.cli.login import logout as run

    raise typer.Exit(run())


@app.command(rich_help_panel=_SERVICE)
def migrate() -> None:
    """Brings the database's schema up to date; safe to run at any time."""
    import asyncio

    from cvtailor.cli.operations import migrate as run

    raise typer.Exit(asyncio.run(run()))


@app.command(rich_help_panel=_SERVICE)
def doctor() -> None:
    """Checks everything the service stands on and says what to do."""
    import asyncio

    from cvtailor.cli.operations import doctor as run

    raise typer.Exit(asyncio.run(run()))


configuration.register(app, _SERVICE)


def main() -> None:
    """Runs the command line."""
    # gRPC writes lines of its own beside our errors, and warns of forks; our processes spawn.
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")
    try:
        app()
    except (CvtailorError, ValueError) as error:
        # Settings are read as each command begins; what is wrong with them is for the user to mend.
        if not (told := configuration.told_of_settings(error)):
            raise
        typer.echo(told, err=True)
        sys.exit(2)
