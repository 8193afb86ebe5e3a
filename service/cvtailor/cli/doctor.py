"""``cvtailor doctor``: asks every part that the settings name, and says what to do about those that fail."""

import asyncio
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack

from rich.console import Console

from cvtailor.cli.check import Check, Patient
from cvtailor.cli.checks_of_database import DATABASE
from cvtailor.cli.checks_of_machine import MACHINE
from cvtailor.cli.checks_of_project import PROJECT
from cvtailor.cli.exit_codes import ExitCode
from cvtailor.cli.printable import escaped
from cvtailor.domain.errors import CvtailorError
from cvtailor.logs import configure_logs
from cvtailor.settings import Settings

CHECKS: tuple[Check, ...] = (*DATABASE, *PROJECT, *MACHINE)
_SECONDS_MAX = 60.0


async def doctor() -> ExitCode:
    """Checks everything that the service stands on, prints what it finds, and returns the exit code."""
    settings, console = Settings(), Console(highlight=False, soft_wrap=True)
    configure_logs(settings, level="error")
    async with AsyncExitStack() as stack:
        failures = await examine(Patient(settings, stack), CHECKS, console)
    console.print("All is well." if not failures else f"{failures} to mend.")
    sys.stdout.flush()
    return ExitCode.OK if not failures else ExitCode.SERVICE_ERROR


async def examine(patient: Patient, checks: Sequence[Check], console: Console) -> int:
    """Prints a line for each check that concerns these settings; returns how many failed."""
    failures = 0
    for check in checks:
        if not check.concerns(patient.settings):
            continue
        try:
            async with asyncio.timeout(_SECONDS_MAX):
                console.print(f"[green]✓[/] {check.name:<14} {escaped(await check.look(patient))}")
        except Exception as error:
            # Of any kind: the checks after it are still wanted.
            failures += 1
            told = error.message if isinstance(error, CvtailorError) else f"failed: {type(error).__name__}"
            console.print(f"[red]✗[/] {check.name:<14} {escaped(told)}")
            if check.fix:
                console.print(f"  {'':<14} → {escaped(check.fix)}")
    return failures
