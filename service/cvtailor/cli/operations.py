"""``cvtailor migrate`` and ``cvtailor doctor``."""

import asyncio
import platform
import sys
from collections.abc import Awaitable, Callable

from rich.console import Console

from cvtailor.app import migrate_database, running_service, runtime_for, verifier_for
from cvtailor.cli.exit_codes import ExitCode
from cvtailor.cli.local_user import mint
from cvtailor.domain.errors import CvtailorError
from cvtailor.logs import configure_logs
from cvtailor.settings import Settings

type Check = Callable[[], Awaitable[str]]


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


async def doctor() -> ExitCode:
    """Starts everything once, asks each part, and says what to do about those that do not answer."""
    settings, console = Settings(), Console(highlight=False)
    configure_logs(settings, level="error")
    failures = 0

    async def check(name: str, probe: Check) -> None:
        nonlocal failures
        try:
            console.print(f"[green]✓[/] {name:<12} {await probe()}")
        except CvtailorError as error:
            failures += 1
            console.print(f"[red]✗[/] {name:<12} {error.message}")

    async def python() -> str:
        return f"{platform.python_version()} on {platform.platform(terse=True)}"

    async def tokens() -> str:
        if not settings.local_auth:
            return f"checked against {settings.jwks_url or 'the shared secret'}"
        await verifier_for(settings).verify(mint("", hours=0.1))
        return f"local development key in {settings.data_dir / 'auth'}"

    async def model() -> str:
        runtime = runtime_for(settings)
        if runtime is None:
            return "none is set: the embedded engine works alone"
        try:
            reply = await runtime.check()
        finally:
            await runtime.close()
        return f"{reply.model} answers, in {reply.duration_ms / 1000:.1f} s"

    await check("python", python)
    await check("tokens", tokens)
    await check("model", model)
    try:
        async with running_service(settings.model_copy(update={"port": 0})) as service:
            for name, probe in service.probes.items():
                if name == "model":  # asked above
                    continue

                async def ask(probe: Callable[[], Awaitable[None]] = probe) -> str:
                    await probe()
                    return "answers"

                await check(name, ask)
    except CvtailorError as error:
        failures += 1
        console.print(f"[red]✗[/] {'service':<12} {error.message}")
    console.print("All is well." if not failures else f"{failures} to mend.")
    sys.stdout.flush()
    return ExitCode.OK if not failures else ExitCode.SERVICE_ERROR
