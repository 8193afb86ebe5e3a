"""The MCP server's life, on standard input and output or by HTTP."""

import asyncio
import signal
from contextlib import suppress

from cvtailor.adapters.fetch import JobPageFetcher
from cvtailor.cli.connection import Target
from cvtailor.mcp_server.cv_folders import CvFolders
from cvtailor.mcp_server.run import Order
from cvtailor.mcp_server.server import CvtailorMcp
from cvtailor.mcp_server.service_line import line_of_person, line_of_request, opening
from cvtailor.mcp_server.tools import Tools
from cvtailor.settings import Settings


async def serve_stdio(order: Order, target: Target, settings: Settings) -> None:
    """Serves one client on standard input and output until it or a signal ends it."""
    async with opening(target, settings) as opened:
        tools = Tools(line_of_person(opened, target), CvFolders(order.cv_folders), _fetcher(settings))
        serving = asyncio.create_task(CvtailorMcp(tools).serve_stdio())
        # Ends the session and not this task: a signal that comes twice must not break the tidying up.
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, serving.cancel)
        with suppress(asyncio.CancelledError):
            await serving


async def serve_http(order: Order, target: Target, settings: Settings) -> None:
    """Serves by HTTP until a signal ends it.

    Raises:
        CvtailorError: It can't listen, or the service behind it does not start.
    """
    # Imported here: a client on standard input waits for none of it.
    from cvtailor.app import verifier_for
    from cvtailor.mcp_server.http_server import HttpServer, Listener

    with Listener(order.host, order.port, order.public_hosts, order.origins) as listener:
        async with opening(target, settings) as opened:
            # A service that does not start is told now, not to the first client.
            await opened()
            # The files of this machine belong to nobody who comes by HTTP.
            tools = Tools(line_of_request(opened), CvFolders(()), _fetcher(settings))
            server = HttpServer(CvtailorMcp(tools), verifier_for(settings).verify, listener, settings)
            for number in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(number, server.stop)
            await server.greet_and_serve()


def _fetcher(settings: Settings) -> JobPageFetcher | None:
    return JobPageFetcher() if settings.fetch_job_urls else None
