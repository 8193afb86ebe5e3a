"""``cvtailor worker``: a process that does runs, in the foreground."""

import asyncio
import signal

import uvloop
from rich.console import Console

from cvtailor import __version__
from cvtailor.app import Role, running_service
from cvtailor.cli.exit_codes import ExitCode
from cvtailor.cli.garbage import spare_what_stays
from cvtailor.cli.process_end import end_threads
from cvtailor.cli.refusals import tell_refusal
from cvtailor.domain.errors import CvtailorError
from cvtailor.logs import configure_logs
from cvtailor.settings import Settings


def run(host: str | None, health_port: int | None) -> ExitCode:
    """Works until SIGINT or SIGTERM; returns the exit code."""
    settings = Settings()
    if host:
        settings = settings.model_copy(update={"host": host})
    configure_logs(settings)
    try:
        uvloop.run(_work(settings, health_port))
    except CvtailorError as error:
        return tell_refusal(error, Console(stderr=True))
    end_threads()
    return ExitCode.OK


async def _work(settings: Settings, health_port: int | None) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with running_service(settings, Role.WORKER, health_port=health_port) as service:
        where = f"; health on {settings.host}:{service.port}" if service.port else ""
        Console(highlight=False, soft_wrap=True).print(
            f"cvtailor {__version__} works, {settings.run_concurrency} runs at once{where}"
        )
        spare_what_stays()
        await stop.wait()
