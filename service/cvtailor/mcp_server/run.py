"""``cvtailor mcp``: serves assistants, on standard input and output or by HTTP."""

from pathlib import Path
from typing import NamedTuple

import uvloop
from rich.console import Console

from cvtailor.cli.connection import Target
from cvtailor.cli.exit_codes import ExitCode
from cvtailor.cli.refusals import tell_refusal
from cvtailor.domain.errors import CvtailorError
from cvtailor.extras import require_extra
from cvtailor.logs import configure_logs
from cvtailor.settings import Settings


class Order(NamedTuple):
    """How the server was asked to run."""

    http: bool
    host: str
    port: int
    public_hosts: tuple[str, ...]
    origins: tuple[str, ...]
    cv_folders: tuple[Path, ...]


def run(order: Order, target: Target) -> ExitCode:
    """Serves until the client or a signal ends it; returns the exit code."""
    settings = Settings()
    configure_logs(settings, level=None if order.http else "error")
    try:
        require_extra("mcp", "`cvtailor mcp`")
        # Imported here: it stands on the extra.
        from cvtailor.mcp_server.serving import serve_http, serve_stdio

        serve = serve_http if order.http else serve_stdio
        uvloop.run(serve(order, target, settings))
    except CvtailorError as error:
        return tell_refusal(error, Console(stderr=True, soft_wrap=True))
    return ExitCode.OK
