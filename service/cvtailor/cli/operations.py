"""``cvtailor migrate`` and ``cvtailor doctor``."""

import asyncio

from rich.console import Console

from cvtailor.app import migrate_database
from cvtailor.cli.doctor import doctor
from cvtailor.cli.exit_codes import ExitCode
from cvtailor.domain.errors import CvtailorError
from cvtailor.logs import configure_logs
from cvtailor.settings import Settings

__all__ = ["doctor", "migrate"]


async def migrate() -> ExitCode:
    """Applies the migrations that the database lacks."""
    settings, console = Settings(), Console(highlight=False)
    configure_logs(settings, level="warning")
    try:
        applied = await asyncio.to_thread(migrate_database, settings)
    except CvtailorError as error:
        console.print(f"[red]error:[/] {error.message}")
        return ExitCode.RETRY_LATER if error.caller_retries else ExitCode.SERVICE_ERROR
    console.print(f"applied {len(applied)}: {', '.join(applied)}" if applied else "up to date")
    return ExitCode.OK
